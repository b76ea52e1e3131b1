"""Preschool demand home by home: the district's demand shared out by who was born, or lives, where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.explain import whole_parts
from junheng.forecast.preschool import born_by_now, preschool_demand
from junheng.forecast.records import Floats
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

STAGE = "preschool"
SCENARIOS = {"low": "low", "medium": "demand", "high": "high"}
"""The column of the district's demand that each scenario takes."""


def preschool_by_home(district: District, standard: StandardOnDate, years: Sequence[int]) -> pl.DataFrame:
    """Return the table ``demand`` of the preschool stage: ``home, stage, year, scenario, children``.

    The demand of each year (`junheng.forecast.preschool.preschool_demand`) is shared out over the homes by their own
    births of the years that count, where every birth has its home; else by their children of those ages today. A birth
    year that is still to come has the births of the last known one. The sum over the homes is the demand, rounded.
    There are the scenarios low, medium and high, or the medium one alone where births are of too few years for others.

    Raises
    ------
    UsageError
        Where no births are recorded, a year of births is missing in between, or nobody knows who lives where.
    """
    entry = int(standard.value("schooling.entry_age").number)
    ages = range(entry - int(standard.value("preschool.years", stage=STAGE).number), entry)
    found = preschool_demand(district, standard, horizon=max(years) - district.year.start)
    demand = {row["year"]: row for row in found.iter_rows(named=True)}
    homes = district.table("homes")["home"].to_list()
    frames = []
    for year in years:
        weight = _weights(district, homes, year=year, ages=ages)
        if year not in demand or not weight.sum():
            raise UsageError(
                Text(
                    f"无法得出 {year} 学年各居住单元的学前儿童：出生人口有缺年，或未分居住单元且没有分龄儿童",
                    f"the preschool children of {year} cannot be told by home: a year of births is missing, or "
                    "births have no homes and no children are recorded by age",
                )
            )
        for scenario, column in SCENARIOS.items():
            whole = demand[year][column]
            if whole is not None:
                children = whole_parts((whole * weight / weight.sum()).tolist())
                frames.append(
                    pl.DataFrame({"home": homes, "year": year, "scenario": scenario, "children": children})
                )
    return pl.concat(frames).select("home", pl.lit(STAGE).alias("stage"), "year", "scenario", "children")


def _weights(district: District, homes: list[str], *, year: int, ages: range) -> Floats:
    births, living = born_by_now(district), district.table("children")
    if births["home"].null_count() == 0:
        born = pl.DataFrame({"born": [min(year - age - 1, int(births["year"].max())) for age in ages]})  # type: ignore[arg-type]
        counted = (
            born.join(births, left_on="born", right_on="year").group_by("home").agg(pl.col("births").sum())
        )
    else:
        of_age = pl.col("age").is_between(ages[0], ages[-1]) & (pl.col("year") == district.year.start)
        counted = living.filter(of_age).group_by("home").agg(pl.col("children").sum())
    amount: dict[str, int] = dict(counted.iter_rows())
    return np.array([amount.get(home, 0) for home in homes], np.float64)
