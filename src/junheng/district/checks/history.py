"""Rolls over the years, and declarations."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.district.checks.kit import Check, Finding, check, each, quantity
from junheng.district.checks.records import AT, Records
from junheng.text import Text

JUMP_TIMES = 3.0
"""Rolls that grow or shrink by more than this from one year to the next are looked at ..."""
JUMP_PUPILS = 100
"""... where at least so many pupils came or went."""
RULE = r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+$"
"""A rule's id: a group, then parts, such as guarantee.G8.pay_ratio."""
SCHOOL_STAGE = ["school", "stage"]


@check(
    "roll-year-gap",
    "warning",
    "学校某学段的在校生记录中间缺年",
    "The rolls of a school's stage leave out a year",
)
def roll_year_gap(records: Records) -> Iterator[Finding]:
    """Yield the first row after each gap between the first and the last year of a school's stage."""
    years = _by_year(records).with_columns(pl.col("year").shift(1).over(SCHOOL_STAGE).alias("before"))
    for row in years.filter(pl.col("year") > pl.col("before") + 1).sort(AT).iter_rows(named=True):
        absent = range(row["before"] + 1, row["year"])
        yield Finding(
            table="rolls",
            at=row[AT],
            column="year",
            key=_key(row),
            found=Text("{before} 之后是 {year}", "{year} comes after {before}").format(
                before=row["before"], year=row["year"]
            ),
            expected=Text("逐年的记录，包括 {absent}", "every year, {absent} too").format(
                absent=", ".join(str(year) for year in absent)
            ),
            remedy=Text(
                "补充缺少的学年，预测需要连续的年份", "Add the missing year: forecasts need them all"
            ),
        )


@check(
    "roll-jump",
    "warning",
    "学校某学段的在校生一年之内骤增或骤减",
    "The rolls of a school's stage jump from one year to the next",
)
def roll_jump(records: Records) -> Iterator[Finding]:
    """Yield years whose total is more than three times, or less than a third of, the year before."""
    years = _by_year(records).with_columns(
        pl.col("year").shift(1).over(SCHOOL_STAGE).alias("before"),
        pl.col("pupils").shift(1).over(SCHOOL_STAGE).alias("pupils_before"),
    )
    pupils, before = pl.col("pupils"), pl.col("pupils_before")
    jumps = ((pupils > JUMP_TIMES * before) | (before > JUMP_TIMES * pupils)) & (
        (pupils - before).abs() >= JUMP_PUPILS
    )
    rows = years.filter((pl.col("year") == pl.col("before") + 1) & jumps)
    for row in rows.sort(AT).iter_rows(named=True):
        yield Finding(
            table="rolls",
            at=row[AT],
            column="pupils",
            key=f"{_key(row)}/{row['year']}",
            found=quantity("rolls", "pupils", row["pupils"]),
            expected=Text("与上一年的 {n} 人相近", "something near the {n} pupils of the year before").format(
                n=row["pupils_before"]
            ),
            remedy=Text(
                "核对数字；合并、新建属实的可保留",
                "Check the figures; a merger or opening that is real may stay",
            ),
        )


@check(
    "roll-after-year",
    "warning",
    "在校生的学年晚于本区县的学年",
    "Rolls of a school year after that of the records",
)
def roll_after_year(records: Records) -> Iterator[Finding]:
    """Yield rolls of a later year than the district's."""
    if records.year is None:
        return
    for row in records.frame("rolls").filter(pl.col("year") > records.year).iter_rows(named=True):
        yield Finding(
            table="rolls",
            at=row[AT],
            column="year",
            key=_key(row),
            found=Text.same(str(row["year"])),
            expected=Text("不晚于 {year}", "{year} or earlier").format(year=records.year),
            remedy=Text("改正学年；预测数不填入本表", "Mend the year; forecasts do not belong here"),
        )


@check(
    "rule-syntax",
    "error",
    "申报事项的指标代码写法不对",
    "The rule of a declaration is not written as a rule's id",
)
def rule_syntax(records: Records) -> Iterator[Finding]:
    """Yield declarations whose rule cannot be an id; whether a standard has it is for the assessment to say."""
    rows = records.frame("declarations").filter(~pl.col("rule").str.contains(RULE))
    yield from each(
        rows,
        "declarations",
        "rule",
        found=Text.same("“{rule}”"),
        expected=Text("如 guarantee.G7 的代码", "an id such as guarantee.G7"),
        remedy=Text("照标准中的指标代码填写", "Write the id as the standard has it"),
    )


CHECKS: tuple[Check, ...] = (roll_year_gap, roll_jump, roll_after_year, rule_syntax)


def _by_year(records: Records) -> pl.DataFrame:
    """Return one row a school, stage and year in that order; absent cells leave a total out."""
    return (
        records.frame("rolls")
        .drop_nulls([*SCHOOL_STAGE, "year"])
        .group_by([*SCHOOL_STAGE, "year"])
        .agg(
            pl.when(pl.col("pupils").null_count() == 0).then(pl.col("pupils").sum()).alias("pupils"),
            pl.col(AT).min(),
        )
        .sort([*SCHOOL_STAGE, "year"])
    )


def _key(row: dict[str, object]) -> str:
    return f"{row['school']}/{row['stage']}"
