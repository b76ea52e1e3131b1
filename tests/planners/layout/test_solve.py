"""The layout solver against exhaustive search over every combination of courses, and against properties."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from junheng.planners.layout.constraints import moved_together, places_of, violations
from junheng.planners.layout.objective import score, spend
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.relaxation import Ascent, Relaxation
from junheng.planners.layout.solve import LayoutOptions, solve

OPTIONS = LayoutOptions(seconds=20, gap=0.0, steps=240)


def exhaustive(problem: LayoutProblem, served) -> tuple[int, float]:
    """Try every combination of courses; return the least unserved pupils and the least cost with them."""
    best = (10**9, np.inf)
    known: dict = {}
    for combination in itertools.product(*(range(len(menu)) for menu in problem.courses)):
        choice = np.array(combination)
        if (spend(problem, choice) > problem.budget_yuan + 0.5).any() or _breaks_partner(problem, choice):
            continue
        places, moved = places_of(problem, choice), moved_together(problem, choice)
        missing, yuan = 0, sum(problem.courses[i][c].yuan for i, c in enumerate(combination))
        for slot in range(problem.n_slots):
            year = problem.slot_year[slot]
            key = (slot, places[year].tobytes(), tuple(sorted(moved[year].items())))
            if key not in known:
                known[key] = served(problem, slot, places[year], moved[year])
            missing += known[key][0]
            yuan += problem.slot_weight[slot] * known[key][1]
        best = min(best, (missing, yuan))
    return best


def _breaks_partner(problem: LayoutProblem, choice) -> bool:
    for i, c in enumerate(choice):
        course = problem.courses[i][c]
        if course.partner is None:
            continue
        other = problem.courses[course.partner][choice[course.partner]]
        if other.kind in ("merge", "close") or (course.kind == "branch" and other.kind == "branch"):
            return True
    return False


@pytest.mark.parametrize("seed", range(6))
def test_small_problems_end_at_what_trying_everything_finds_and_the_bound_stays_below(draw, served, seed):
    problem = draw(seed)
    solution = solve(problem, options=OPTIONS)
    missing, yuan = exhaustive(problem, served)
    assert violations(problem, solution.layout.choice, solution.layout.service) == []
    assert solution.layout.score.unserved_pupils == missing
    assert yuan - 1 <= solution.layout.score.cost_yuan <= yuan * 1.002
    assert solution.levels["unserved"].bound <= missing
    assert solution.bound_yuan <= yuan + 1


@pytest.mark.parametrize("seed", [1, 4])
def test_a_budget_is_kept_and_more_of_it_never_costs_more(draw, seed):
    found = {}
    for budget in (0.0, 12e6, np.inf):
        problem = draw(seed, budget_yuan=budget)
        solution = solve(problem, options=OPTIONS)
        assert violations(problem, solution.layout.choice, solution.layout.service) == []
        found[budget] = (solution.layout.score.unserved_pupils, round(solution.layout.score.cost_yuan))
        assert found[budget] <= min(found.values())


def test_where_land_or_money_leaves_nothing_to_build_the_children_without_a_place_are_proven(draw, served):
    missing = []
    for seed in (3, 9, 12):
        problem = draw(seed, budget_yuan=0.0)
        solution = solve(problem, options=OPTIONS)
        missing.append(exhaustive(problem, served)[0])
        level = solution.levels["unserved"]
        assert (level.value, level.bound) == (missing[-1], missing[-1])
    assert all(missing)


def test_a_candidate_more_never_makes_a_plan_worse(draw):
    problem = draw(3)
    without = replace(problem, courses=(*problem.courses[:-1], problem.courses[-1][:1]))
    more, fewer = solve(problem, options=OPTIONS), solve(without, options=OPTIONS)
    assert more.layout.score.order[:2] <= fewer.layout.score.order[:2]


def test_the_order_of_the_homes_does_not_matter(draw):
    problem = draw(2)
    order = np.array([3, 0, 5, 1, 4, 2])
    shuffled = replace(
        problem,
        homes=tuple(problem.homes[h] for h in order),
        demand=problem.demand[:, :, order],
        km=problem.km[order],
        allowed=problem.allowed[order],
        transport_yuan=problem.transport_yuan[order],
        present=problem.present[order],
    )
    ours, theirs = solve(problem, options=OPTIONS), solve(shuffled, options=OPTIONS)
    assert ours.layout.score.order[:2] == theirs.layout.score.order[:2]


def test_same_inputs_give_the_same_plan(draw):
    first, second = solve(draw(5), options=OPTIONS), solve(draw(5), options=OPTIONS)
    assert np.array_equal(first.layout.choice, second.layout.choice)
    assert first.levels == second.levels


def test_score_is_that_of_its_definition(draw):
    problem = draw(0)
    layout = solve(problem, options=OPTIONS).layout
    yuan = sum(
        problem.slot_weight[slot] * pupils * problem.transport_yuan[home, site]
        for slot, home, site, pupils in zip(
            layout.service.slot, layout.service.home, layout.service.site, layout.service.pupils, strict=True
        )
    )
    again = score(problem, layout.choice, layout.service)
    assert again.transport_yuan == pytest.approx(yuan)
    assert again == layout.score


def test_prices_come_to_rest_where_only_the_last_bits_of_a_sum_are_unserved(draw):
    ascent = Ascent(Relaxation(draw(2, homes=2, schools=1, candidates=0), most_price=1e6))
    ascent.run(400, target=1e9)
    assert np.isfinite(ascent.prices.place).all()
