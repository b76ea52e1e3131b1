"""The first plan keeps every limit on a sum, whatever zones grow to by themselves."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts

from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, SumLimit
from junheng.planners.catchments.solve import CatchmentOptions, solve

STAR = CatchmentProblem(
    homes=("H0", "H1", "H2", "H3"),
    schools=("A", "B"),
    pupils=np.array([0, 0, 0, 1]),
    distance_km=np.zeros((4, 2)),
    capacity=np.array([1, 1]),
    edges=np.array([(0, 1), (0, 2), (0, 3)]),
    anchor=np.array([1, 2]),
    allowed=np.ones((4, 2), bool),
    present=np.full(4, NO_SCHOOL),
)


def limited(problem, school, most):
    weight = problem.pupils[:, None] * (np.arange(problem.n_schools) == school)
    return replace(problem, further_limits=(SumLimit(name="one_zone", weight=weight, most=most),))


def test_nobody_goes_to_a_zone_that_may_take_nobody():
    for school in (0, 1):
        found = solve(limited(STAR, school, 0), options=CatchmentOptions(), seed=0)
        assert found.assignment[3] == 1 - school


@settings(deadline=None, max_examples=15)
@given(districts(most_homes=6), st.integers(0, 12))
def test_a_plan_is_found_wherever_one_keeps_the_limit(problem, most):
    problem = limited(replace(problem, moved_pupils_cap=None), 0, most)
    weight = problem.further_limits[0].weight
    homes = np.arange(problem.n_homes)
    if any(weight[homes, list(plan)].sum() <= most for plan in contiguous_plans(problem)):
        found = solve(problem, options=CatchmentOptions(), seed=0)
        assert weight[homes, found.assignment].sum() <= most
