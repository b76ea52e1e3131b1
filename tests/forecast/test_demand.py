"""Children to come by home: the schools' pupils as forecast, shared out over the homes of their catchments."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.errors import InputError
from junheng.forecast.demand import demand_of, shares_of
from junheng.forecast.intake import Wanted
from junheng.forecast.make import forecast
from junheng.standards import load_standard

YEARS = (2027, 2028, 2029)


@pytest.fixture(scope="module")
def made():
    return forecast(example("town"), load_standard("cn"), stages=["primary"], wanted=Wanted(horizon=3))


@pytest.fixture(scope="module")
def demand(made):
    return demand_of(made, "primary", YEARS)


def test_every_home_has_a_row_for_every_year_and_scenario(made, demand):
    homes = made.district.table("homes")["home"]
    assert demand.height == len(homes) * len(YEARS) * 3
    assert demand.select("home", "year", "scenario").n_unique() == demand.height
    assert demand["children"].null_count() == 0


@pytest.mark.parametrize(("named", "own"), [("low", "low"), ("medium", "mean"), ("high", "high")])
def test_the_children_of_a_catchment_change_as_the_pupils_of_its_school_do(made, demand, named, own):
    now = shares_of(made.district, made.standard, "primary")
    zones = now.select("home", "school", "children_now")
    of_zone = (
        demand.filter((pl.col("year") == 2029) & (pl.col("scenario") == named))
        .join(zones, on="home")
        .group_by("school")
        .agg(pl.col("children").sum(), pl.col("children_now").sum())
        .join(
            made.schools.filter(pl.col("year") == 2029).select("school", "pupils_now", wanted=own),
            on="school",
        )
    )
    for row in of_zone.iter_rows(named=True):
        assert row["children"] == pytest.approx(
            row["children_now"] * row["wanted"] / row["pupils_now"], abs=0.51
        )


def test_the_shares_of_a_catchment_add_up_to_one(made):
    shares = shares_of(made.district, made.standard, "primary").drop_nulls("share")
    totals = shares.group_by("school").agg(pl.col("share").sum())
    assert totals["share"].to_list() == pytest.approx([1.0] * totals.height)


def test_a_home_that_is_being_built_gets_the_pupils_of_its_dwellings(made):
    district = made.district
    new = district.table("housing").filter(pl.col("year") > district.year.start)["home"][0]
    empty = district.table("children").filter(pl.col("home") != new)
    again = forecast(
        district.replace(children=empty), load_standard("cn"), stages=["primary"], wanted=Wanted(horizon=3)
    )
    later = demand_of(again, "primary", (2029,)).filter(pl.col("home") == new)
    assert later["children"].min() > 0


def test_without_recorded_children_nobody_knows_where_the_pupils_live(made):
    bare = replace(made, district=made.district.replace(children=made.district.table("children").clear()))
    with pytest.raises(InputError, match="children"):
        demand_of(bare, "primary", YEARS)
