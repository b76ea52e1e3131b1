"""Which children live where, at which stage, and whose catchment they are in."""

from __future__ import annotations

import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.measure.seven import COMPULSORY
from junheng.measure.shared import zoned_to_leads
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value
from junheng.text import Text


def schooling_values(standard: StandardOnDate) -> tuple[Value, ...]:
    """Return the values by which ages become grades and grades become stages."""
    ends = (f"schooling.{end}_grade" for end in ("first", "last"))
    return (
        standard.value("schooling.entry_age"),
        *(standard.value(rule, stage=stage) for rule in ends for stage in COMPULSORY),
    )


def children_by_home(district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Return the children of the district's year by home and compulsory stage: ``home, stage, children``.

    Children may be recorded by stage, by grade or by age; grades and ages become stages by the standard's
    schooling structure.

    Raises
    ------
    InputError
        If a home records the children of one stage in two ways, which would count them twice.
    """
    staged = staged_children(district, standard)
    return staged.group_by("home", "stage", maintain_order=True).agg(pl.col("children").sum())


def staged_children(district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Return the rows of ``children`` of the district's year and the compulsory stages, each with its stage.

    Raises as `children_by_home` does.
    """
    rows = district.table("children").filter(pl.col("year") == district.year.start)
    entry_age = int(standard.value("schooling.entry_age").number)
    grade = pl.coalesce("grade", pl.col("age") - entry_age + 1)
    stage = pl.col("stage")
    for name in COMPULSORY:
        first = int(standard.value("schooling.first_grade", stage=name).number)
        last = int(standard.value("schooling.last_grade", stage=name).number)
        stage = pl.coalesce(stage, pl.when(grade.is_between(first, last)).then(pl.lit(name)))
    counted = (
        pl.when(pl.col("stage").is_not_null())
        .then(pl.lit("stage"))
        .when(pl.col("grade").is_not_null())
        .then(pl.lit("grade"))
        .otherwise(pl.lit("age"))
    )
    staged = rows.with_columns(counted_by=counted, stage=stage).filter(pl.col("stage").is_in(COMPULSORY))
    _refuse_double_counts(staged)
    return staged


def _refuse_double_counts(staged: pl.DataFrame) -> None:
    ways = staged.group_by("home", "stage", maintain_order=True).agg(pl.col("counted_by").unique().sort())
    twice = ways.filter(pl.col("counted_by").list.len() > 1)
    if twice.height:
        raise InputError(
            Problem(
                code="children-counted-twice",
                severity="error",
                place=Place(sheet=table("children").label.zh, key=f"{row['home']}/{row['stage']}"),
                found=Text.same(" + ".join(row["counted_by"])),
                expected=Text("学段、年级、年龄三种计法只用一种", "one way of counting: stage, grade or age"),
                remedy=Text("请删去重复的行", "Delete the rows that count the same children again"),
            )
            for row in twice.iter_rows(named=True)
        )


def zoned_homes(district: District, children: pl.DataFrame) -> pl.DataFrame:
    """Return every catchment row with its children: ``stage, home, school, children``.

    A zone that several schools share goes by its lead (`junheng.district.shared.leads`).

    A home of which no children are recorded has none, where the district records children of that stage at all;
    where it records none of the stage, their number is not known and null.

    Parameters
    ----------
    children
        What `children_by_home` returns.
    """
    zones = zoned_to_leads(district, district.table("catchments").filter(pl.col("stage").is_in(COMPULSORY)))
    is_recorded = pl.col("stage").is_in(children["stage"].unique().to_list())
    return zones.join(children, on=["home", "stage"], how="left", maintain_order="left").select(
        "stage", "home", "school", children=pl.coalesce("children", pl.when(is_recorded).then(0))
    )
