"""From the records to a plan that, applied, passes the assessment; what is absent or unknown is named."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InfeasibleError, InputError, UsageError
from junheng.measure.balance import balance
from junheng.planners.compliance.costs import UnitCosts, costs_of
from junheng.planners.compliance.planner import plan_compliance
from junheng.planners.compliance.solve import ComplianceOptions
from junheng.planners.compliance.wishes import Wishes
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.plan import Plan
from junheng.standards import load_standard

STANDARD = load_standard()
TODAY = STANDARD.on(date(2026, 9, 1))
OPTIONS = ComplianceOptions(seconds=50)


@pytest.fixture(scope="module", params=["town", "district"])
def planned(request: pytest.FixtureRequest) -> tuple[District, Plan]:
    district = example(request.param)
    return district, plan_compliance(district, STANDARD, wishes=Wishes(), options=OPTIONS)


def test_after_the_plan_the_assessment_passes(planned: tuple[District, Plan]) -> None:
    district, plan = planned
    assert balance(district, TODAY).verdict == "fail"
    assert balance(plan.apply(district), TODAY).verdict == "pass"


def test_the_plan_is_proven_within_half_a_percent(planned: tuple[District, Plan]) -> None:
    level = planned[1].objective["yuan"]
    assert level.gap is not None
    assert level.gap <= 0.005


def test_the_actions_cost_what_the_plan_says(planned: tuple[District, Plan]) -> None:
    _, plan = planned
    kinds = (MoveTeachers, RecruitTeachers, AddPremises)
    assert sum(action.yuan for action in plan.actions if isinstance(action, kinds)) == pytest.approx(
        plan.objective["yuan"].value
    )


def test_every_action_gives_its_reason_in_both_languages(planned: tuple[District, Plan]) -> None:
    for action in planned[1].actions:
        assert isinstance(action, MoveTeachers | RecruitTeachers | AddPremises)
        assert action.text.zh
        assert action.text.en
        assert action.numbers["after"] > action.numbers["before"]


def test_every_verdict_that_was_met_is_still_met(planned: tuple[District, Plan]) -> None:
    district, plan = planned
    key = ["rule", "school", "stage"]
    before, after = (balance(d, TODAY).indicators for d in (district, plan.apply(district)))
    lost = (
        before.filter(pl.col("verdict") == "met")
        .join(after.filter(pl.col("verdict") != "met"), on=key, how="semi")
        .height
    )
    assert lost == 0


def test_the_plan_is_read_back_as_it_was_written(planned: tuple[District, Plan]) -> None:
    assert Plan.from_dict(planned[1].as_dict()) == planned[1]


def test_a_private_school_gets_nobody_and_sends_nobody() -> None:
    district = example("district")
    schools = district.table("schools")
    private = set(schools.filter(pl.col("holder") == "private")["school"].to_list())
    plan = plan_compliance(district, STANDARD, wishes=Wishes(), options=OPTIONS)
    moved = {school for move in plan.of(MoveTeachers) for school in (move.sender, move.receiver)}
    assert private
    assert not moved & private


def test_absent_figures_are_named_and_nothing_is_planned() -> None:
    town = example("town")
    hole = town.replace(
        premises=town.table("premises").with_columns(
            equipment_yuan=pl.when(pl.arange(0, pl.len()) == 2).then(None).otherwise("equipment_yuan")
        )
    )
    with pytest.raises(InputError, match=r"premises\.equipment_yuan"):
        plan_compliance(hole, STANDARD, wishes=Wishes(), options=OPTIONS)


def test_a_wish_about_an_unknown_school_is_refused() -> None:
    with pytest.raises(UsageError, match="nowhere"):
        plan_compliance(
            example("town"),
            STANDARD,
            wishes=Wishes(at_most={("nowhere", "teaching_m2"): 1.0}),
            options=OPTIONS,
        )


def test_an_unknown_work_is_refused() -> None:
    with pytest.raises(UsageError, match="roof"):
        Wishes(at_least={("A", "roof"): 1.0})


def test_a_site_that_nobody_recorded_is_taken_to_be_large_enough_and_the_plan_says_so() -> None:
    town = example("town")
    unknown = town.replace(sites=town.table("sites").head(0))
    plan = plan_compliance(unknown, STANDARD, wishes=Wishes(), options=OPTIONS)
    assert len(plan.settings["taken_for_granted"]["sites_not_recorded"]) == 11
    known = plan_compliance(town, STANDARD, wishes=Wishes(), options=OPTIONS)
    assert known.settings["taken_for_granted"]["sites_not_recorded"] == []
    assert plan.objective["yuan"].value <= known.objective["yuan"].value


def test_locked_works_make_it_impossible_and_say_why() -> None:
    town = example("town")
    schools = town.table("sites")["school"].to_list()
    wishes = Wishes(at_most={(school, "sports_ground_m2"): 0.0 for school in schools[:-1]})
    with pytest.raises(InfeasibleError) as caught:
        plan_compliance(town, STANDARD, wishes=wishes, options=OPTIONS)
    assert all("R5" in (problem.place.key or "") for problem in caught.value.problems)


def test_the_districts_own_costs_are_used_and_defaults_for_the_rest() -> None:
    town = example("town")
    own = town.replace(unit_costs=pl.DataFrame({"item": ["sports_m2"], "yuan": [1_000.0]}))
    assert costs_of(own) == UnitCosts(sports_m2=1_000.0)


def test_a_cost_below_zero_is_refused() -> None:
    with pytest.raises(UsageError, match="sports_m2"):
        UnitCosts(sports_m2=-1.0)
