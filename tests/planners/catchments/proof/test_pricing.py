"""Bounds from prices over all pairs, against every plan of tiny districts and against the whole linear programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.objective import distance_goal, guide_goal, moved_goal, overflow_goal
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.proof import pricing
from junheng.planners.catchments.proof.duality import Duals
from junheng.planners.catchments.proof.relaxation import Relaxation

PRICE = st.integers(0, 40).map(lambda tenths: tenths / 10)


def goals(problem):
    return (
        guide_goal(problem),
        overflow_goal(problem),
        distance_goal(problem, most_overflow=5),
        moved_goal(problem, most_overflow=3, most_pupil_km=40.0),
    )


def worths(problem, goal):
    """Return the plans that keep a goal's limits, with their values."""
    plans = (np.array(plan) for plan in contiguous_plans(problem))
    return [(plan, goal.value(problem, plan)) for plan in plans if goal.is_kept(problem, plan)]


@settings(max_examples=60)
@given(districts(has_wishes=True, has_years=True, most_homes=5), st.integers(0, 3), st.data())
def test_at_any_prices_no_plan_is_below_the_bound(problem, which, data):
    goal = goals(problem)[which]
    mask = allowed_and_anchor(problem)
    if not mask.any(axis=1).all():
        return

    def prices(k):
        return np.array(data.draw(st.lists(PRICE, min_size=k, max_size=k)))

    duals = Duals(
        home=np.zeros(problem.n_homes),
        places=prices(problem.n_schools),
        cuts=(),
        cut=np.zeros(0),
        limit=prices(len(goal.limits)),
        overflow=float(prices(1)[0]),
    )
    price = pricing.pair_prices(problem, mask, goal, duals)
    bound = pricing.priced_bound(problem, goal, duals, price)
    for _, value in worths(problem, goal):
        assert value >= bound - 1e-6


@settings(max_examples=40)
@given(districts(has_wishes=True, has_years=True, most_homes=6), st.integers(0, 3))
def test_few_columns_prove_as_much_as_all_and_no_plan_is_below_the_floor_of_its_pairs(problem, which):
    goal = goals(problem)[which]
    mask = allowed_and_anchor(problem)
    if not mask.any(axis=1).all():
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pricing, "_LIKELY", 1)
        patch.setattr(pricing, "_MORE", 1)
        found = pricing.PricedRelaxation(problem, mask, goal, start=()).tighten(Budget(20.0), 1.0)
    whole = Relaxation(problem, mask, goal, start=(), has_cuts=False).tighten(Budget(20.0), 1.0)
    assert found.bound == pytest.approx(max(whole.bound, 0.0), rel=1e-6, abs=1e-6)
    for plan, value in worths(problem, goal):
        assert value >= found.floor[np.arange(problem.n_homes), plan].max() - 1e-6


def test_columns_begin_with_schools_that_are_open_and_will_have_room():
    problem = row_of_three()
    likely = pricing.likely_pairs(problem, allowed_and_anchor(problem), 1)
    assert likely[2].tolist() == [False, True], "the nearest is closed to it"
    crowded = replace(problem, allowed=np.ones((3, 2), dtype=bool), capacity=np.array([1, 2]))
    likely = pricing.likely_pairs(crowded, allowed_and_anchor(crowded), 1)
    assert likely[2].tolist() == [False, True], "the nearest is full"


def row_of_three():
    """Make three homes in a row, a school at each end; the middle one may not go to its nearest."""
    allowed = np.ones((3, 2), dtype=bool)
    allowed[2, 0] = False
    return CatchmentProblem(
        homes=("A", "B", "C"),
        schools=("S", "T"),
        pupils=np.array([1, 1, 1]),
        distance_km=np.array([[0.0, 3.0], [3.0, 0.0], [1.0, 2.0]]),
        capacity=np.array([2, 2]),
        edges=np.array([[0, 2], [2, 1]]),
        anchor=np.array([0, 1]),
        allowed=allowed,
        present=np.full(3, NO_SCHOOL),
    )
