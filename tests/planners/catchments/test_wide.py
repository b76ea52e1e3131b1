"""Large districts: parts of a plan, and a district solved as if it were large beside the usual search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from tiny_districts import contiguous_plans, districts, town, worth

from junheng.planners.catchments import wide
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.objective import guide_goal
from junheng.planners.catchments.parts import divided, part_of
from junheng.planners.catchments.proof import pricing
from junheng.planners.catchments.search.growth import grow
from junheng.planners.catchments.solve import CatchmentOptions, solve
from junheng.planners.catchments.violations import violations


@settings(max_examples=25)
@given(districts(has_wishes=True, has_years=True, has_group=True, most_homes=6), st.data())
def test_a_part_has_exactly_the_plans_that_leave_the_other_zones_alone(problem, data):
    plans = list(contiguous_plans(problem))
    cap = problem.moved_pupils_cap
    kept = [plan for plan in plans if cap is None or worth(problem, plan)[2] <= cap]
    if not kept:
        return
    plan = np.array(data.draw(st.sampled_from(kept)))
    group = np.array(sorted(data.draw(st.sets(st.integers(0, problem.n_schools - 1), min_size=1))))
    part = part_of(problem, plan, group)
    others = [home for home in range(problem.n_homes) if home not in part.homes]
    within_cap = [
        one for one in map(np.array, contiguous_plans(part.problem)) if not violations(part.problem, one)
    ]
    put_back = {tuple(part.put_into(plan, one).tolist()) for one in within_cap}
    assert put_back == {
        one
        for one in kept
        if all(one[home] == plan[home] for home in others) and all(one[home] in group for home in part.homes)
    }
    assert part.inside(plan).tolist() in [one.tolist() for one in within_cap]


@settings(max_examples=25)
@given(districts(most_homes=6), st.integers(1, 3), st.data())
def test_what_a_part_gains_the_plan_gains(problem, size, data):
    plans = list(contiguous_plans(problem))
    plan = np.array(data.draw(st.sampled_from(plans)))
    groups = divided(problem, plan, size=size, rng=np.random.default_rng(0))
    assert sorted(np.concatenate(groups).tolist()) == list(range(problem.n_schools))
    assert max(map(len, groups)) <= size
    part = part_of(problem, plan, groups[0])
    inside = np.array(data.draw(st.sampled_from(list(contiguous_plans(part.problem)))))
    after = worth(problem, part.put_into(plan, inside).tolist())
    gains = [one - other for one, other in zip(after, worth(problem, plan.tolist()), strict=True)]
    parts = [
        one - other
        for one, other in zip(
            worth(part.problem, inside.tolist()), worth(part.problem, part.inside(plan).tolist()), strict=True
        )
    ]
    assert gains[:2] == pytest.approx(parts[:2], abs=1e-5)


def test_a_large_district_is_drawn_part_by_part_from_a_plan_to_no_worse_a_plan(monkeypatch):
    monkeypatch.setattr(pricing, "WIDE", 0)
    monkeypatch.setattr(pricing, "MANY_SCHOOLS", 5)
    monkeypatch.setattr(wide, "_ZONES", 4)
    monkeypatch.setattr(wide, "_DIVISIONS", 1)
    problem = town(36, 9, seed=3)
    start = grow(problem, allowed_and_anchor(problem), guide_goal(problem), -np.asarray(problem.distance_km))
    found = solve(problem, options=CatchmentOptions(seconds=60.0, effort=0.005), seed=0, start=start)
    assert found.statistics["parts"] >= 2
    assert violations(problem, found.assignment) == {}
    before, after = (worth(problem, plan.tolist()) for plan in (start, found.assignment))
    assert after < before
    assert [level.value for level in found.levels] == pytest.approx(list(after))
    whole = solve_exact_distance(problem, most_overflow=after[0])
    assert found.levels[1].bound <= whole + 1e-6


def solve_exact_distance(problem, *, most_overflow):
    """Return the least pupil-km of any way to fill the schools, in pieces or not: a plan in one piece has more."""
    n, m = problem.n_homes, problem.n_schools
    pairs = np.arange(n * m)
    homes, schools = np.divmod(pairs, m)
    load = sparse.coo_array((problem.pupils[homes], (schools, pairs)), shape=(m, n * m + m)).tolil()
    load[np.arange(m), n * m + np.arange(m)] = -1
    one = sparse.coo_array((np.ones(n * m), (homes, pairs)), shape=(n, n * m + m))
    total = np.concatenate([np.zeros(n * m), np.ones(m)])[None, :]
    open_ = allowed_and_anchor(problem).ravel()
    found = milp(
        np.concatenate([problem.cost.ravel(), np.zeros(m)]),
        constraints=[
            LinearConstraint(load.tocsr(), ub=problem.capacity),
            LinearConstraint(one, 1, 1),
            LinearConstraint(total, ub=most_overflow),
        ],
        bounds=Bounds(0, np.concatenate([open_.astype(float), np.full(m, np.inf)])),
        integrality=np.concatenate([np.ones(n * m), np.zeros(m)]),
    )
    assert found.success
    return float(found.fun)
