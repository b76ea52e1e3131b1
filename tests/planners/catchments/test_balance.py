"""The share of a group in every zone: measured, kept as a limit, and refused with the tolerance that would do."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from row_district import row_district

from junheng.errors import InfeasibleError, InputError, UsageError
from junheng.measure.composition import composition
from junheng.planners.catchments.planner import frontier_plans, plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.compare import compare
from junheng.standards import load_standard

STANDARD = load_standard("cn")
TODAY = STANDARD.on(date(2026, 9, 1))


def district(migrant=(0, 2, 10, 10, 2, 0), places=(60, 60)):
    """Make six homes of ten children; most migrant children live in the middle."""
    found = row_district(pupils=[10] * 6, schools={"A": 0, "B": 5}, places=list(places), present="AAAABB")
    return found.replace(children=found.table("children").with_columns(migrant=pl.Series(migrant)))


def planned(of, **balance):
    plan = plan_catchments(
        of,
        STANDARD,
        wishes=Wishes(
            stage="primary", locked={}, forbidden=frozenset(), balance=next(iter(balance.items()), None)
        ),
        options=CatchmentOptions(seconds=10.0),
        seed=0,
    )
    return plan, "".join(action.school for action in plan.actions)


def test_the_share_of_every_zone_is_measured_beside_that_around_it():
    found = composition(district(), TODAY, stage="primary", group="migrant").to_dicts()
    assert [(row["school"], row["members"], row["children"]) for row in found] == [
        ("A", 22, 40),
        ("B", 2, 20),
    ]
    assert [row["around"] for row in found] == pytest.approx([24 / 60, 24 / 60])
    assert [row["apart"] for row in found] == pytest.approx([0.55 - 0.4, 0.4 - 0.1])


def test_zones_keep_the_share_within_the_tolerance_and_the_measure_agrees():
    uneven = (0, 10, 0, 0, 10, 10)  # half of all; a third and two thirds if everybody goes to the nearest
    _, free = planned(district(uneven))
    assert free == "AAABBB"
    plan, zones = planned(district(uneven), migrant=0.1)
    assert zones == "AABBBB"
    found = composition(plan.apply(district(uneven)), TODAY, stage="primary", group="migrant")
    shares = dict(found.select("school", "share").iter_rows())
    assert all(abs(share - 0.5) <= 0.1 + 1e-4 for share in shares.values())
    assert plan.stopped_by == "proven"


def test_a_tolerance_that_no_plan_keeps_is_refused_with_one_that_would_do():
    with pytest.raises(InfeasibleError, match="a tolerance wider by") as refused:
        planned(district((0, 0, 0, 10, 10, 10)), migrant=0.01)
    assert {problem.place.key for problem in refused.value.problems} <= {"A", "B"}


def test_township_children_are_those_whose_home_is_in_a_township():
    kinds = ["village", "township_centre", "main_urban", "main_urban", "village", "main_urban"]
    homes = district().table("homes").with_columns(urban_rural=pl.Series(kinds))
    found = composition(district().replace(homes=homes), TODAY, stage="primary", group="township")
    assert found["members"].to_list() == [20, 10]


def test_who_belongs_to_the_group_must_be_known():
    with pytest.raises(InputError, match="H2"):
        planned(district((0, 2, None, 10, 2, 0)), migrant=0.2)
    with pytest.raises(UsageError, match="migrant, township"):
        planned(district(), left_handed=0.2)


def test_plans_are_compared_by_how_far_a_share_lies_from_that_around_the_zone_today():
    uneven = (0, 10, 0, 0, 10, 10)  # today 10 of 40 and 20 of 20; half of all sixty around both
    plan, zones = planned(district(uneven), migrant=0.1)
    assert zones == "AABBBB"  # 10 of 20 and 20 of 40
    found = compare(district(uneven), [plan], TODAY, stage="primary", group="migrant")
    assert found["apart"].to_list() == pytest.approx([0.5, 0.0])


def test_each_plan_of_a_trade_off_says_what_the_whole_was_asked_for():
    asked = {
        "wishes": Wishes(stage="primary", locked={}, forbidden=frozenset()),
        "options": CatchmentOptions(seconds=5.0),
        "seed": 0,
    }
    drawn = frontier_plans(district(), STANDARD, points=2, group="migrant", **asked)
    whole = {"points": 2, "group": "migrant", "proposals": []}
    assert [plan.settings["tradeoff"] for plan in drawn] == [whole] * len(drawn)


def test_a_trade_off_of_one_group_while_another_is_balanced_is_refused():
    with pytest.raises(UsageError, match="must be the same"):
        frontier_plans(
            district(),
            STANDARD,
            wishes=Wishes(stage="primary", locked={}, forbidden=frozenset(), balance=("migrant", 0.5)),
            options=CatchmentOptions(seconds=5.0),
            points=2,
            seed=0,
            group="township",
        )
