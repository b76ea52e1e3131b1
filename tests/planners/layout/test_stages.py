"""Several stages under one budget: what they spend together, what they reach, and the plan apart again."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from junheng.district.examples import example
from junheng.errors import InputError, UsageError
from junheng.planners.layout.checks import check
from junheng.planners.layout.constraints import moved_together, partner, places_of, violations
from junheng.planners.layout.course import EXPAND
from junheng.planners.layout.explain import COSTS, why_not
from junheng.planners.layout.joined import joined, parted
from junheng.planners.layout.objective import Service, spend
from junheng.planners.layout.solve import LayoutOptions, solve
from junheng.planners.layout.stages import plan_stages
from junheng.planners.layout.wishes import LayoutWishes
from junheng.plans.plan import Plan
from junheng.standards import load_standard

NOBODY = Service(*[np.zeros(0, np.int64)] * 4)
OPTIONS = LayoutOptions(seconds=20, gap=0.0, steps=60)
SAME_LAND = (9, 12)
"""Draws that each expand the second school; its land can take one of the two."""


def plans_of(problem, served):
    """Return what every combination of courses that keeps its partners spends, leaves out, costs and adds."""
    found, known = [], {}
    for combination in itertools.product(*(range(len(menu)) for menu in problem.courses)):
        choice = np.array(combination)
        if next(partner(problem, choice, NOBODY), None) is not None:
            continue
        places, moved = places_of(problem, choice), moved_together(problem, choice)
        missing, yuan = 0, sum(menu[c].yuan for menu, c in zip(problem.courses, combination, strict=True))
        for slot, year in enumerate(problem.slot_year):
            key = (slot, places[year].tobytes(), tuple(sorted(moved[year].items())))
            if key not in known:
                known[key] = served(problem, slot, places[year], moved[year])
            missing, yuan = missing + known[key][0], yuan + problem.slot_weight[slot] * known[key][1]
        added = np.array([menu[c].classes for menu, c in zip(problem.courses, combination, strict=True)])
        found.append((spend(problem, choice), missing, yuan, added[:3]))
    return found


@pytest.mark.parametrize(("budget_yuan", "seeds"), [(3e6, (1, 4)), (9e6, (1, 4)), (np.inf, SAME_LAND)])
def test_two_stages_share_money_and_land_as_trying_every_way_of_sharing_them_does(
    draw, served, budget_yuan, seeds
):
    primary = draw(seeds[0], budget_yuan=budget_yuan)
    junior = replace(draw(seeds[1], budget_yuan=budget_yuan), stage="junior")
    room = [min(one.classes, other.classes) for one, other in zip(primary.land, junior.land, strict=True)]
    one, other = plans_of(primary, served), plans_of(junior, served)
    best = min(
        (a[1] + b[1], a[2] + b[2])
        for a, b in itertools.product(one, other)
        if (a[0] + b[0] <= budget_yuan + 0.5).all() and (a[3] + b[3] <= room).all()
    )
    whole = joined([primary, junior])
    found = solve(whole, options=OPTIONS)
    assert violations(whole, found.layout.choice, found.layout.service) == []
    assert found.layout.score.unserved_pupils == best[0]
    assert best[1] - 1 <= found.layout.score.cost_yuan <= best[1] * 1.002
    assert found.bound_yuan <= best[1] + 1
    if seeds == SAME_LAND:
        alone = [solve(one, options=OPTIONS).layout for one in (primary, junior)]
        added = [
            one.courses[1][own.choice[1]].classes for one, own in zip((primary, junior), alone, strict=True)
        ]
        assert sum(added) > room[1]
    parts = parted([primary, junior], whole, found)
    assert sum(part.layout.score.cost_yuan for _, part in parts) == pytest.approx(
        found.layout.score.cost_yuan
    )
    for problem, part in parts:
        assert violations(problem, part.layout.choice, part.layout.service) == []


def test_a_stage_with_one_scenario_has_its_children_in_all_of_them(draw):
    primary = draw(0)
    single = replace(
        primary, stage="junior", scenarios=("medium",), weight=np.ones(1), demand=primary.demand[:, :1]
    )
    whole = joined([primary, single])
    assert whole.scenarios == ("low", "medium", "high")
    n = len(primary.homes)
    assert (whole.demand[:, :, n:] == primary.demand[:, :1]).all()
    assert (whole.demand[:, 0, :n] == primary.demand[:, 0]).all()


def test_stages_of_different_years_are_not_planned_together(draw):
    primary = draw(0)
    later = replace(primary, stage="junior", years=tuple(year + 1 for year in primary.years))
    with pytest.raises(UsageError, match="--years"):
        joined([primary, later])


@pytest.fixture(scope="module")
def town():
    return example("town")


@pytest.fixture(scope="module")
def standard():
    return load_standard("cn")


@pytest.fixture(scope="module")
def shared(town, standard):
    wishes = LayoutWishes(stage="", budget_yuan=15e6, public_share=70.0, locked={"1199000001": "keep"})
    return plan_stages(
        town,
        standard,
        stages=("preschool", "primary"),
        wishes=wishes,
        options=LayoutOptions(seconds=20, steps=60),
    )


def test_the_stages_of_a_town_keep_to_one_limit_and_their_plan_is_one(town, shared):
    spent = shared.investment.group_by("year").agg(pl.col("yuan").sum())
    assert spent["yuan"].max() <= 15e6
    assert set(shared.investment["stage"]) == {"preschool", "primary"}
    assert shared.plan.actions == tuple(a for one in shared.stages for a in one.plan.actions)
    assert shared.plan.objective["cost"].gap < 0.01
    assert all(one.plan.objective["cost"].bound is None for one in shared.stages)
    after = shared.plan.apply(town)
    assert after.table("kindergartens")["nature"].to_list() != town.table("kindergartens")["nature"].to_list()
    assert Plan.from_dict(shared.plan.as_dict()).actions == shared.plan.actions


def test_why_not_of_a_stage_is_about_the_money_that_the_others_leave(shared):
    for one in shared.stages:
        for reason in one.why_not:
            if reason.code in COSTS and reason.yuan is not None and reason.unserved == 0:
                assert reason.least_yuan <= reason.yuan + 1
    left = [one.problem.budget_yuan for one in shared.stages]
    spent = [spend(one.problem, one.solution.layout.choice) for one in shared.stages]
    assert left[0] + spent[1] == pytest.approx(np.full(5, 15e6))


def test_a_lock_on_a_site_of_no_stage_is_named_and_a_stage_twice_is_refused(town, standard):
    def ask(*stages, **wishes):
        return plan_stages(
            town, standard, stages=stages, wishes=LayoutWishes(stage="", **wishes), options=OPTIONS
        )

    with pytest.raises(InputError, match="nowhere"):
        ask("preschool", "primary", locked={"nowhere": "keep"})
    with pytest.raises(UsageError):
        ask("primary", "primary")


def test_stages_of_one_school_that_are_locked_to_more_than_its_land_are_named_before_solving(draw):
    primary, junior = draw(9), replace(draw(12), stage="junior")
    locked = [
        replace(
            one,
            courses=tuple(
                tuple(course for course in menu if course.kind == EXPAND) if site == 1 else menu
                for site, menu in enumerate(one.courses)
            ),
        )
        for one in (primary, junior)
    ]
    assert check(joined([locked[0], junior])) == check(joined([primary, locked[1]])) == []
    (found,) = check(joined(locked))
    assert (found.code, found.severity, found.place.key) == ("land-too-small", "error", "S1")
    assert "at least 6 classes" in found.describe().en
    assert "record 3 more" in found.describe().en


def test_why_not_says_that_another_stage_has_the_land(draw):
    primary, junior = draw(9), replace(draw(12), stage="junior")
    whole = joined([primary, junior])
    parts = parted([primary, junior], whole, solve(whole, options=OPTIONS))
    told = [
        reason
        for problem, part in parts
        for reason in why_not(problem, part, names=problem.sites)
        if (reason.site, reason.kind) == ("S1", EXPAND)
    ]
    assert [one.code for one in told] == ["land_taken"]
    assert "3 classes too few are left" in told[0].text.en
