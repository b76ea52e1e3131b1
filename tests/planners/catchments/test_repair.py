"""A home moved by hand and the rest repaired with least change, on a row of homes worked by hand."""

from __future__ import annotations

import pytest
from row_district import row_district

from junheng.errors import InfeasibleError, InputError, UsageError
from junheng.measure.shared import SharedZone
from junheng.planners.catchments.planner import plan_catchments
from junheng.planners.catchments.repair import repair_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.plan import Plan
from junheng.standards import load_standard

STANDARD = load_standard("cn")
OPTIONS = CatchmentOptions(seconds=10.0)


def district(places=(40, 40), present="AAABBB", pupils=(10,) * 6):
    return row_district(pupils=list(pupils), schools={"A": 0, "B": 5}, places=list(places), present=present)


def wishes(**given):
    return Wishes(stage="primary", **({"locked": {}, "forbidden": frozenset()} | given))


def repaired(of, edits, *, plan=None, **given):
    found = repair_catchments(
        of, STANDARD, plan=plan, edits=edits, wishes=wishes(**given), options=OPTIONS, seed=0
    )
    return found, "".join(action.school for action in found.actions if hasattr(action, "home"))


def test_the_edited_home_stays_where_it_was_put_and_nothing_else_moves():
    plan, zones = repaired(district(), {"H3": "A"})
    assert zones == "AAAABB"
    assert plan.objective["moved_beside_edit"].value == 0
    assert list(plan.objective) == ["overflow_pupils", "moved_beside_edit", "pupil_km"]
    assert plan.stopped_by == "proven"


def test_what_the_edit_cuts_off_follows_it():
    _, zones = repaired(district(places=(60, 60)), {"H4": "A"})
    assert zones == "AAAAAB"  # H3 cannot stay with B behind H4


def test_what_the_edit_makes_too_much_is_moved_on_but_no_more_than_that():
    plan, zones = repaired(district(places=(30, 40), pupils=(10, 10, 10, 10, 10, 5)), {"H2": "B"})
    # B is 5 pupils over places with H2; nothing else can be given away without a detour, so that 5 stay over... by A.
    assert zones == "AABBBB"
    assert plan.objective["overflow_pupils"].value == 0


def test_overflow_that_was_there_before_needs_no_mending():
    start = district(places=(20, 60))
    plan, zones = repaired(start, {})
    assert zones == "AAABBB"  # A is 10 over today, and may stay so
    assert plan.objective["overflow_pupils"].value == 10
    better = plan_catchments(start, STANDARD, wishes=wishes(), options=OPTIONS, seed=0)
    assert better.objective["overflow_pupils"].value == 0


def test_an_edit_of_a_plan_is_measured_against_that_plan():
    start = district(places=(20, 60))
    plan = plan_catchments(start, STANDARD, wishes=wishes(), options=OPTIONS, seed=0)
    edited, zones = repaired(start, {"H2": "B"}, plan=plan)
    assert zones == "AABBBB"
    assert edited.objective["moved_beside_edit"].value == 0
    assert edited.settings["edited_plan"] == plan.inputs_hash
    assert Plan.from_dict(edited.as_dict()) == edited


def test_the_limit_on_moves_from_today_holds_in_the_repair_too():
    with pytest.raises(InfeasibleError):
        repaired(district(places=(60, 60)), {"H4": "A"}, max_moved_pupils=10)
    _, zones = repaired(district(places=(60, 60)), {"H4": "A"}, max_moved_pupils=20)
    assert zones == "AAAAAB"


def test_shared_zones_of_the_edited_plan_stay_shared():
    start = row_district(
        pupils=[30, 10, 10, 10], schools={"A": 0, "B": 1, "C": 3}, places=[20, 30, 30], present="ABBC"
    )
    group = SharedZone(stage="primary", name="AB", schools=("A", "B"))
    plan = plan_catchments(start, STANDARD, wishes=wishes(shared=(group,)), options=OPTIONS, seed=0)
    edited, _ = repaired(start, {"H2": "C"}, plan=plan)
    assert edited.actions[0].as_dict()["schools"] == ["A", "B"]
    assert edited.objective["overflow_pupils"].value == 0


def test_an_unknown_home_and_a_plan_of_another_stage_are_refused():
    with pytest.raises(InputError, match="H9=A"):
        repaired(district(), {"H9": "A"})
    plan = plan_catchments(district(), STANDARD, wishes=wishes(), options=OPTIONS, seed=0)
    with pytest.raises(UsageError, match="no catchments of this stage"):
        repair_catchments(
            district(),
            STANDARD,
            plan=Plan.from_dict({**plan.as_dict(), "actions": []}),
            edits={"H2": "B"},
            wishes=wishes(),
            options=OPTIONS,
            seed=0,
        )
