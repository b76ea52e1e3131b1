"""Births and new dwellings are told to one place each; kindergartens add up."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.district.checks.kit import Check, Finding, check, each, label, quantity
from junheng.district.checks.records import AT, Records
from junheng.text import Text


@check(
    "births-home-or-school",
    "error",
    "出生人口同时填了居住单元和学校",
    "Births that name both a home and a school",
)
def births_home_or_school(records: Records) -> Iterator[Finding]:
    """Yield births that would count for a home and for a school's catchment."""
    both = pl.col("home").is_not_null() & pl.col("school").is_not_null()
    yield from each(
        records.frame("births").filter(both),
        "births",
        "school",
        key=("home", "year"),
        found=Text("两项都填了", "both of them"),
        expected=Text("居住单元、学校最多一项", "at most one of home and school"),
        remedy=Text("只留一项", "Leave only one"),
    )


@check(
    "births-after-year",
    "warning",
    "出生人口的出生年度尚未结束",
    "Births of a birth year that is not over",
)
def births_after_year(records: Records) -> Iterator[Finding]:
    """Yield births of the birth year that begins with the district's school year, and of later ones."""
    if records.year is None:
        return
    yield from each(
        records.frame("births").filter(pl.col("year") >= records.year),
        "births",
        "year",
        key=("year",),
        found=Text.same("{year}"),
        expected=Text("早于 {year}", "earlier than {year}").format(year=records.year),
        remedy=Text(
            "改正出生年度；未满一年的出生人口不用于预测",
            "Mend the birth year; births of a part of a year are not forecast from",
        ),
    )


@check(
    "housing-home-or-school",
    "error",
    "住房竣工的居住单元、学校没有填或两项都填了",
    "New dwellings with neither, or with both, of home and school",
)
def housing_home_or_school(records: Records) -> Iterator[Finding]:
    """Yield new dwellings that do not give exactly one of home and school."""
    n_given = pl.sum_horizontal(pl.col(name).is_not_null() for name in ("home", "school"))
    for row in records.frame("housing").filter(n_given != 1).iter_rows(named=True):
        yield Finding(
            table="housing",
            at=row[AT],
            column="home",
            key=str(row["year"]),
            found=Text("两项都为空", "neither")
            if row["home"] is None
            else Text("两项都填了", "both of them"),
            expected=Text("居住单元、学校填且只填一项", "exactly one of home and school"),
            remedy=Text("只留一项，或补填一项", "Leave one, or fill one in"),
        )


@check(
    "kindergarten-classes-add-up",
    "error",
    "幼儿园各班人数之和与在园幼儿数不符",
    "The classes of a kindergarten do not add up to its children",
)
def kindergarten_classes_add_up(records: Records) -> Iterator[Finding]:
    """Yield kindergartens with classes on record whose children differ from the sum."""
    sums = records.frame("kindergarten_classes").group_by("kindergarten").agg(n=pl.col("children").sum())
    rows = (
        records.frame("kindergartens").join(sums, on="kindergarten").filter(pl.col("n") != pl.col("children"))
    )
    for row in rows.sort(AT).iter_rows(named=True):
        yield Finding(
            table="kindergartens",
            at=row[AT],
            column="children",
            key=row["kindergarten"],
            found=quantity("kindergartens", "children", row["children"]),
            expected=Text("各班合计 {n} 人", "{n}, the sum of its classes").format(n=row["n"]),
            remedy=Text("改正在园幼儿数或各班人数", "Mend the children or the classes"),
        )


@check(
    "kindergarten-staff",
    "error",
    "幼儿园专任教师、保育员之和多于教职工，或持证教师多于专任教师",
    "A kindergarten has more teachers and carers than staff, or more certified teachers than teachers",
)
def kindergarten_staff(records: Records) -> Iterator[Finding]:
    """Yield kindergartens whose parts of the staff exceed the whole."""
    rows = records.frame("kindergartens").with_columns(
        caring=pl.col("teachers") + pl.col("carers").fill_null(0)
    )
    for part, whole, column in (
        ("caring", "staff", "teachers"),
        ("certified_teachers", "teachers", "certified_teachers"),
    ):
        for row in rows.filter(pl.col(part) > pl.col(whole)).iter_rows(named=True):
            yield Finding(
                table="kindergartens",
                at=row[AT],
                column=column,
                key=row["kindergarten"],
                found=Text.same(str(row[part])),
                expected=Text("不超过{whole} {n}", "at most the {whole}, {n}").format(
                    whole=label("kindergartens", whole), n=row[whole]
                ),
                remedy=Text("改正其中一项", "Mend one of them"),
            )


CHECKS: tuple[Check, ...] = (
    births_home_or_school,
    births_after_year,
    housing_home_or_school,
    kindergarten_classes_add_up,
    kindergarten_staff,
)
