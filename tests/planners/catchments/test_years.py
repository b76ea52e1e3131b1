"""Zones that hold for several years, and for entrants only, worked by hand and measured again year by year."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from row_district import row_district

from junheng.errors import UsageError
from junheng.planners.catchments.planner import plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.years import compare_years
from junheng.standards import load_standard

STANDARD = load_standard("cn")
TODAY = STANDARD.on(date(2026, 9, 1))
ROW = {"schools": {"A": 0, "B": 5}, "present": "AAABBB"}


def planned(district, years, **wishes):
    plan = plan_catchments(
        district,
        STANDARD,
        wishes=Wishes(stage="primary", locked={}, forbidden=frozenset(), **wishes),
        options=CatchmentOptions(seconds=10.0),
        seed=0,
        years=years,
    )
    return plan, "".join(action.school for action in plan.actions)


def in_year(district, year, pupils):
    """Return the district in another year, with other children."""
    children = pl.DataFrame(
        {
            "home": [f"H{i}" for i in range(len(pupils))],
            "year": [year] * len(pupils),
            "stage": ["primary"] * len(pupils),
            "children": pupils,
        }
    )
    own = district.table("district").with_columns(year=pl.lit(year, pl.Int64))
    return district.replace(district=own, children=children)


def test_one_plan_holds_for_a_year_in_which_the_children_live_elsewhere():
    now = row_district(pupils=[10] * 6, places=[40, 40], **ROW)
    later = in_year(now, 2028, [20, 20, 15, 5, 5, 5])
    only_now, zones = planned(now, {})
    assert zones == "AAABBB"
    # In 2028 the first three homes have 55 children. Those who move are the 10 of the year in which the zones change.
    both, zones = planned(now, {2026: now, 2028: later}, max_moved_pupils=10)
    assert both.objective["overflow_pupils"].value == 0
    assert both.objective["moved_pupils"].value == 10
    assert zones == "AABBBB"
    found = compare_years(both, {2026: now, 2028: later}, TODAY, stage="primary", settings=both.settings)
    assert found.years["over"].to_list() == [0, 0]
    assert found.years["over_today"].to_list() == [0, 15]
    assert found.worst == both.objective["overflow_pupils"].value
    worse = compare_years(only_now, {2026: now, 2028: later}, TODAY, stage="primary")
    assert worse.worst == worse.worst_today == 15


def test_what_cannot_fit_in_the_worst_year_is_counted_once_not_every_year():
    now = row_district(pupils=[10] * 6, places=[30, 20], **ROW)
    years = {year: in_year(now, year, [10] * 6) for year in (2027, 2028, 2029)}
    plan, _ = planned(now, years)
    level = plan.objective["overflow_pupils"]
    assert level.value == level.bound == 10
    assert compare_years(plan, years, TODAY, stage="primary").worst == 10


def test_years_before_the_change_stay_under_the_zones_of_today():
    now = row_district(pupils=[10] * 6, places=[30, 40], **ROW)
    years = {2026: in_year(now, 2026, [30, 10, 10, 10, 0, 0]), 2027: in_year(now, 2027, [10] * 6)}
    plan, zones = planned(now, years, since=2027)
    assert zones == "AAABBB"  # 2026 would ask for another, but the change comes after it
    found = compare_years(plan, years, TODAY, stage="primary", settings=plan.settings)
    assert found.years["plan"].to_list() == [False, True]
    assert found.years["over"].to_list() == [20, 0]
    assert found.worst == 0
    with pytest.raises(UsageError, match="no year from 2030 on"):
        planned(now, years, since=2030)


def graded(district, by_grade):
    """Return the district with as many children of each home in every grade."""
    homes = district.table("homes")["home"].to_list()
    rows = [
        {"home": home, "year": 2026, "grade": grade, "children": n}
        for home, n in zip(homes, by_grade, strict=True)
        for grade in range(1, 7)
    ]
    return district.replace(children=pl.DataFrame(rows))


def test_present_pupils_stay_and_only_entrants_are_placed():
    # Each home has 10 children a grade; A holds 150 pupils of before on its rolls, and 170 places.
    district = graded(row_district(pupils=[60] * 6, places=[170, 400], **ROW), [10] * 6)
    rolls = pl.DataFrame(
        [
            {"school": school, "stage": "primary", "grade": grade, "year": 2026, "pupils": 30}
            for school in "AB"
            for grade in range(1, 7)
        ]
    )
    plan, zones = planned(district.replace(rolls=rolls), {}, keep_present=True)
    assert zones == "AABBBB"  # 20 places are left for entrants, whatever the children of before do
    assert plan.objective["overflow_pupils"].value == 0
    assert plan.objective["pupil_km"].value == 10 * (0 + 1 + 3 + 2 + 1 + 0)
    assert plan.objective["moved_pupils"].value == 10
    found = compare_years(
        plan, {2026: district.replace(rolls=rolls)}, TODAY, stage="primary", settings=plan.settings
    )
    rows = {row["school"]: row for row in found.zones.iter_rows(named=True)}
    assert (rows["A"]["staying"], rows["A"]["entering"], rows["A"]["over"]) == (150, 20, 0)
    assert (rows["B"]["staying"], rows["B"]["entering"]) == (150, 40)


def test_pupils_who_are_there_already_and_over_the_places_count_into_value_and_bound():
    district = graded(row_district(pupils=[60] * 6, places=[100, 400], **ROW), [10] * 6)
    plan, zones = planned(district, {}, keep_present=True)
    # 150 children of before at A, 100 places: 50 are over, and every entrant of A's own home comes on top.
    assert zones[0] == "A"
    level = plan.objective["overflow_pupils"]
    assert level.value == level.bound == 60
    found = compare_years(plan, {2026: district}, TODAY, stage="primary", settings=plan.settings)
    assert found.worst == 60


def test_siblings_follow_their_elders_out_of_the_count_of_the_zones():
    district = graded(row_district(pupils=[60] * 6, places=[400, 400], **ROW), [10] * 6)
    plan, _ = planned(district, {}, keep_present=True, sibling_share=0.5)
    assert plan.objective["pupil_km"].value == 5 * (0 + 1 + 2 + 2 + 1 + 0)


def test_over_the_years_more_and_more_children_are_placed_by_the_new_zones():
    district = graded(row_district(pupils=[60] * 6, places=[400, 400], **ROW), [10] * 6)
    later = {
        year: graded(district, [10] * 6).replace(
            district=district.table("district").with_columns(year=pl.lit(year, pl.Int64)),
            children=district.table("children").with_columns(year=pl.lit(year, pl.Int64)),
        )
        for year in (2026, 2027, 2028)
    }
    plan, _ = planned(district, later, keep_present=True)
    found = compare_years(plan, later, TODAY, stage="primary", settings=plan.settings)
    entering = found.zones.group_by("year", maintain_order=True).agg(pl.col("entering").sum())["entering"]
    assert entering.to_list() == [60, 120, 180]
    assert found.zones.group_by("year").agg(pl.col("load").sum())["load"].unique().to_list() == [360]
