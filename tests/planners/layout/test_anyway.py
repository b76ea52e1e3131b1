"""What a rule bars has its cost told, as another solver works it out with the rule lifted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from junheng.planners.layout.constraints import moved_together, places_of
from junheng.planners.layout.explain import BARRED, why_not
from junheng.planners.layout.menu import LIFTED
from junheng.planners.layout.solve import LayoutOptions, solve

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


@pytest.mark.parametrize("seed", [0, 1])
def test_doing_what_a_rule_bars_costs_what_another_solver_finds(draw, served, seed):
    problem = draw(seed)
    solution = solve(problem, options=OPTIONS)
    told = [
        one
        for one in why_not(problem, solution, names=problem.sites)
        if one.code in LIFTED and one.yuan is not None
    ]
    assert told
    own = cost_of(problem, solution.layout.choice, served)
    for one in told:
        site = problem.sites.index(one.site)
        found = []
        for course in problem.anyway[site][one.kind]:
            menu = (*problem.courses[site], course)
            lifted = replace(problem, courses=(*problem.courses[:site], menu, *problem.courses[site + 1 :]))
            choice = solution.layout.choice.copy()
            choice[site] = len(menu) - 1
            found.append(cost_of(lifted, choice, served))
        missing, yuan = min(found)
        assert one.unserved == missing - own[0]
        assert one.yuan == pytest.approx(yuan - own[1], abs=2)
        assert str(BARRED[one.code].en) in one.text.en
        assert "if done anyway" in one.text.en


def test_once_the_time_is_up_the_rule_alone_is_told(draw):
    problem = draw(0)
    solution = solve(problem, options=OPTIONS)
    late = why_not(problem, solution, names=problem.sites, seconds=0.0)
    assert {one.yuan for one in late if one.code in BARRED} == {None}
