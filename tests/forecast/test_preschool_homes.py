"""Preschool children home by home: they add up to the demand of the district, and follow the births."""

from __future__ import annotations

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.errors import UsageError
from junheng.forecast.preschool import preschool_demand
from junheng.forecast.preschool_homes import preschool_by_home
from junheng.standards import load_standard

YEARS = (2027, 2028, 2029)


@pytest.fixture(scope="module")
def town():
    return example("town")


@pytest.fixture(scope="module")
def today(town):
    return load_standard("cn").on(town.year.first_day)


def test_the_homes_add_up_to_the_demand_of_the_district(town, today):
    by_home = preschool_by_home(town, today, YEARS).group_by("year", "scenario").agg(pl.col("children").sum())
    whole = preschool_demand(town, today, horizon=3).select("year", "low", medium="demand", high="high")
    joined = by_home.join(whole.unpivot(index="year", variable_name="scenario"), on=("year", "scenario"))
    assert joined.height == 9
    assert joined["children"].to_list() == joined["value"].round().cast(pl.Int64).to_list()


def test_a_home_with_half_of_all_births_has_half_of_the_children(town, today):
    homes = town.table("homes")["home"].to_list()
    births = pl.DataFrame(
        {"home": [*homes[:2]] * 10, "year": [y for y in range(2016, 2026) for _ in range(2)], "births": 100}
    )
    found = preschool_by_home(town.replace(births=births), today, YEARS).filter(year=2028, scenario="medium")
    assert found.filter(pl.col("children") > 0)["home"].to_list() == homes[:2]
    children = found.filter(pl.col("home").is_in(homes[:2]))["children"]
    assert abs(children[0] - children[1]) <= 1


def test_births_without_homes_are_shared_out_by_the_children_who_live_there(town, today):
    whole = town.table("births").group_by("year").agg(pl.col("births").sum())
    found = preschool_by_home(town.replace(births=whole), today, YEARS).filter(year=2027, scenario="medium")
    living = (
        town.table("children")
        .filter(pl.col("age").is_between(3, 5))
        .group_by("home")
        .agg(pl.col("children").sum())
    )
    both = found.join(living, on="home", suffix="_now")
    ratio = both["children"].sum() / both["children_now"].sum()
    assert (both["children"] - both["children_now"] * ratio).abs().max() <= 1.0


def test_a_year_of_births_that_is_missing_is_said(town, today):
    gap = town.table("births").filter(pl.col("year") != 2023)
    with pytest.raises(UsageError, match="2027"):
        preschool_by_home(town.replace(births=gap), today, YEARS)
