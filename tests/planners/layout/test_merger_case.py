"""The county whose township schools move into town: its totals are the reported ones, and the planner plans it."""

from __future__ import annotations

import polars as pl
import pytest

from junheng.district.checks.run import check
from junheng.district.examples.merger import merger_example
from junheng.planners.layout.build import LayoutWishes
from junheng.planners.layout.planner import plan_layout
from junheng.planners.layout.settings import LayoutSettings
from junheng.planners.layout.solve import LayoutOptions
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


def test_by_default_only_the_small_schools_may_be_merged(county):
    found = plan_layout(
        county,
        load_standard("cn"),
        wishes=LayoutWishes(stage="junior"),
        options=LayoutOptions(seconds=20),
    )
    assert set(found.handover["school"]) <= {"S1", "S2"}
