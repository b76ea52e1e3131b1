"""The county whose township schools move into town: its totals are the reported ones, and the planner plans it."""

from __future__ import annotations

import polars as pl
import pytest

from junheng.district.checks.run import check
from junheng.district.examples.merger import merger_example
from junheng.planners.exchange.planner import plan_exchange
from junheng.planners.exchange.solve import ExchangeOptions
from junheng.planners.exchange.wishes import ExchangeWishes
from junheng.planners.layout.planner import plan_layout
from junheng.planners.layout.settings import LayoutSettings
from junheng.planners.layout.solve import LayoutOptions
from junheng.planners.layout.wishes import LayoutWishes
from junheng.standards import load_standard

SETTINGS = LayoutSettings(merge_up_to_pupils=700)


@pytest.fixture(scope="module")
def county():
    return merger_example()


@pytest.fixture(scope="module")
def found(county):
    return plan_layout(
        county,
        load_standard("cn"),
        wishes=LayoutWishes(stage="junior"),
        options=LayoutOptions(seconds=20),
        settings=SETTINGS,
    )


def test_the_county_has_the_reported_totals(county):
    stages = county.table("stages")
    township = stages.filter(pl.col("school").str.starts_with("T"))
    assert (township["pupils"].sum(), township["teachers"].sum()) == (2615, 430)
    assert stages.filter(pl.col("school").str.starts_with("S"))["pupils"].sum() == 293
    assert check(county) == []


def test_township_and_small_schools_are_merged_into_county_schools_that_can_hold_them(found):
    assert found.solution.layout.score.unserved_pupils == 0
    assert found.plan.objective["cost"].gap < 0.01
    handed = found.handover
    assert set(handed["school"]) == {"T1", "T2", "T3", "T4", "T5", "S1", "S2"}
    assert all(into.startswith("C") for into in handed["into"])
    assert (handed["pupils"].sum(), handed["teachers"].sum()) == (2615 + 293, 430 + 52)


def test_after_the_plan_teachers_and_pupils_are_all_there(found, county):
    before, after = county.table("stages"), found.plan.apply(county).table("stages")
    assert set(after["school"]) == {"C1", "C2", "C3", "C4"}
    for column in ("pupils", "teachers", "staff"):
        assert after[column].sum() == before[column].sum()


def test_the_closed_schools_teachers_are_handed_over_by_name_and_classes_are_formed_again(found, county):
    after = found.plan.apply(county)
    assert check(after) == []
    heir = dict(zip(found.handover["school"], found.handover["into"], strict=True))
    before = county.table("teachers").select("teacher", expected=pl.col("school").replace(heir))
    there = after.table("teachers").select("teacher", "school").join(before, on="teacher")
    assert there.height == 842
    assert there["school"].to_list() == there["expected"].to_list()
    assert after.table("classes")["pupils"].max() <= 50
    assert after.table("classes")["pupils"].sum() == county.table("stages")["pupils"].sum()


def test_the_exchange_then_balances_the_teachers_among_the_schools_that_are_left(found, county):
    after = found.plan.apply(county)
    done = plan_exchange(
        after,
        load_standard("cn"),
        wishes=ExchangeWishes(teacher_years=6),
        options=ExchangeOptions(seconds=20),
    )
    level = done.plan.objective["shortfall"]
    assert level.value == level.bound
    moved = done.plan.apply(after).table("teachers")
    assert set(moved["school"]) == {"C1", "C2", "C3", "C4"}
    assert moved.height == 842
    assert (moved["school"] != after.table("teachers")["school"]).sum() == len(done.plan.actions)


def test_by_default_only_the_small_schools_may_be_merged(county):
    found = plan_layout(
        county,
        load_standard("cn"),
        wishes=LayoutWishes(stage="junior"),
        options=LayoutOptions(seconds=20),
    )
    assert set(found.handover["school"]) <= {"S1", "S2"}
