"""What is not planned has its cost told, as another solver works it out, rules that bar it lifted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junheng.planners.clock import Clock
from junheng.planners.layout.constraints import moved_together, places_of, violations
from junheng.planners.layout.course import OPEN
from junheng.planners.layout.explain import ASKED, BARRED, why_not
from junheng.planners.layout.menu import LIFTED
from junheng.planners.layout.objective import Service, spend
from junheng.planners.layout.otherwise import Otherwise
from junheng.planners.layout.search import NOBODY
from junheng.planners.layout.solve import LayoutOptions, solve

NOBODY_SERVED = Service(NOBODY, NOBODY, NOBODY, NOBODY)
OPTIONS = LayoutOptions(seconds=5, gap=0.0, steps=60)


def cost_of(problem, choice, served) -> tuple[int, float]:
    """Return the pupils without a place and the cost of a choice, served by another solver."""
    places, moved = places_of(problem, choice), moved_together(problem, choice)
    missing, yuan = 0, sum(problem.courses[i][c].yuan for i, c in enumerate(choice))
    for slot in range(problem.n_slots):
        year = problem.slot_year[slot]
        without, way = served(problem, slot, places[year], moved[year])
        missing, yuan = missing + without, yuan + problem.slot_weight[slot] * way
    return missing, yuan


def lifted(problem):
    """Return the problem with what rules bar at the end of the menus."""
    more = [[course for courses in own.values() for course in courses] for own in problem.anyway]
    return replace(
        problem, courses=tuple((*menu, *own) for menu, own in zip(problem.courses, more, strict=True))
    )


@pytest.mark.parametrize(("seed", "budget_yuan"), [(0, np.inf), (1, np.inf), (2, 12e6)])
def test_doing_otherwise_costs_what_another_solver_finds_and_no_more_than_with_all_else_as_planned(
    draw, served, seed, budget_yuan
):
    problem = draw(seed, budget_yuan=budget_yuan)
    solution = solve(problem, options=OPTIONS)
    wide, planned = lifted(problem), solution.layout.choice
    kinds = [{course.kind for course in menu} for menu in wide.courses]
    asked = [(i, k) for i, own in enumerate(kinds) for k in ASKED if k in own]
    ways = Otherwise(problem, solution.layout, clock=Clock(60)).ways(asked, first={})
    assert any(way.other is not None for way in ways.values())
    for (site, kind), way in ways.items():
        choice, service, score = way.layout.choice, way.layout.service, way.layout.score
        assert violations(wide, choice, service) == []
        assert wide.courses[site][choice[site]] == way.course
        assert set(np.flatnonzero(choice != planned)) <= {site, way.other}
        missing, yuan = cost_of(wide, choice, served)
        assert (score.unserved_pupils, score.cost_yuan) == (missing, pytest.approx(yuan, abs=2))
        for c, course in enumerate(wide.courses[site]):
            alone = np.where(np.arange(len(planned)) == site, c, planned)
            if course.kind == kind and not violations(wide, alone, NOBODY_SERVED):
                missing, yuan = cost_of(wide, alone, served)
                assert way.order <= (missing, yuan + 2)


def test_the_reason_says_the_rule_the_cost_and_who_else_would_change(draw):
    problem = draw(0)
    told = why_not(problem, solve(problem, options=OPTIONS), names=problem.sites)
    barred = [one for one in told if one.code in LIFTED and one.yuan is not None]
    assert barred
    for one in barred:
        assert str(BARRED[one.code].en) in one.text.en
        assert "if done anyway" in one.text.en
    assert any("changed to" in one.text.en and "随之改为" in one.text.zh for one in told)


def test_where_money_does_not_suffice_the_way_that_comes_nearest_is_told(draw):
    problem = draw(3, budget_yuan=6e6)
    solution = solve(problem, options=OPTIONS)
    told = [one for one in why_not(problem, solution, names=problem.sites) if one.code == "over_budget"]
    assert {one.kind for one in told} >= {OPEN}
    for one in told:
        site = problem.sites.index(one.site)
        over = []
        for c in (c for c, course in enumerate(problem.courses[site]) if course.kind == one.kind):
            alone = np.where(np.arange(len(problem.sites)) == site, c, solution.layout.choice)
            over.append((spend(problem, alone) - problem.budget_yuan).max())
        assert f"would be {min(over) / 1e6:,.2f} million yuan over" in one.text.en


def test_once_the_time_is_up_the_rule_alone_is_told(draw):
    problem = draw(0)
    solution = solve(problem, options=OPTIONS)
    late = why_not(problem, solution, names=problem.sites, seconds=0.0)
    assert {one.yuan for one in late if one.code in BARRED} == {None}
