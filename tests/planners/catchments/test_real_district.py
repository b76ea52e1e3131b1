"""Eleven real schools and 182 real blocks: today's zones, the committee's options, and ours, under one measure."""

from __future__ import annotations

import pytest

from junheng.district.examples.baltimore import OPTIONS, STAGE, STANDARD_DATE, read_baltimore
from junheng.planners.catchments.planner import frontier_plans, plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.compare import compare, plan_of_zones
from junheng.standards import load_standard

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def compared(real_data):
    district, options = read_baltimore(real_data("baltimore"))
    standard = load_standard("cn")
    plan = plan_catchments(
        district,
        standard,
        wishes=Wishes(stage=STAGE, locked={}, forbidden=frozenset()),
        options=CatchmentOptions(seconds=12.0),
        seed=1,
        on=STANDARD_DATE,
    )
    proposals = [plan_of_zones(district, options[key], name=OPTIONS[key], stage=STAGE) for key in OPTIONS]
    table = compare(district, [*proposals, plan], standard.on(STANDARD_DATE), stage=STAGE)
    return plan, {row["en"]: row for row in table.to_dicts()}


def test_the_files_own_zones_are_measured_as_the_county_left_them(compared):
    _, rows = compared
    # Added up by hand from the file: zone_2015, option 1 and option A against the rated capacities.
    assert [
        rows[name]["over"] for name in ("present catchments", "committee option 1", "committee option A")
    ] == [
        400,
        346,
        310,
    ]
    assert rows["committee option 1"]["cut_off_homes"] == 1


def test_our_plan_is_proven_to_have_no_more_overflow_than_any_plan_in_one_piece(compared):
    plan, rows = compared
    level = plan.objective["overflow_pupils"]
    assert level.value == level.bound == 0
    assert rows["primary catchment plan"]["over"] == 0
    assert rows["primary catchment plan"]["cut_off_homes"] == 0


def test_ten_plans_trade_overflow_moves_and_distance_and_beat_the_committees_options(real_data):
    district, options = read_baltimore(real_data("baltimore"))
    standard = load_standard("cn")
    drawn = frontier_plans(
        district,
        standard,
        wishes=Wishes(stage=STAGE, locked={}, forbidden=frozenset()),
        options=CatchmentOptions(seconds=60.0, effort=0.05),  # the counted work ends each
        points=12,
        seed=1,
        proposals=[dict(zones.select("home", "school").iter_rows()) for zones in options.values()],
        on=STANDARD_DATE,
    )
    proposals = [plan_of_zones(district, options[key], name=OPTIONS[key], stage=STAGE) for key in OPTIONS]
    rows = compare(district, [*proposals, *drawn], standard.on(STANDARD_DATE), stage=STAGE).to_dicts()[1:]
    measured = [(row["over"], row["moved"], row["mean_km"]) for row in rows]
    committee, ours = measured[: len(OPTIONS)], measured[len(OPTIONS) :]
    assert len(ours) >= 10
    assert not any(dominates(one, other) for one in ours for other in ours)
    for option in committee:
        assert any(dominates(one, option) for one in ours)
    assert all(row["cut_off_homes"] == 0 for row in rows[len(OPTIONS) :])


def dominates(one, other):
    """Say whether one is no worse in everything that is traded, and better in something."""
    return one != other and all(mine <= theirs for mine, theirs in zip(one, other, strict=True))


def test_the_independent_measure_agrees_with_the_planners_own_sum_of_distances(compared):
    plan, rows = compared
    measured = rows["primary catchment plan"]
    assert measured["mean_km"] * 5443 == pytest.approx(plan.objective["pupil_km"].value, rel=1e-9)
    assert measured["moved"] == plan.objective["moved_pupils"].value
