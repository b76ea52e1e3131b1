"""Proof by cases against every contiguous plan of a tiny district, and a river with one bridge worked by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts, worth

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.objective import distance_goal, guide_goal, overflow_goal, score, softened
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.proof.cases import Cases
from junheng.planners.catchments.violations import violations


def split(problem, goal, *, guide, most, least_crowd):
    cases = Cases(problem, goal, guide=guide, begin=[(permitted(problem), ())])
    cases.least_crowd = least_crowd
    cases.split(most=most, enough=lambda: np.inf, budget=Budget(60.0), share=1.0, look=lambda _: None)
    return cases


@settings(max_examples=40, deadline=None)
@given(districts(has_wishes=True, has_years=True), st.integers(1, 9))
def test_every_plan_is_in_a_case_whose_bound_is_not_above_its_overflow(problem, most):
    goal = overflow_goal(problem)
    guide = softened(guide_goal(problem), problem)
    cases = split(problem, goal, guide=guide, most=most, least_crowd=0.01)
    homes, cap = range(problem.n_homes), problem.moved_pupils_cap
    for plan in contiguous_plans(problem):
        over, _, moved = worth(problem, plan)
        if cap is None or moved <= cap:
            assert any(case.mask[homes, plan].all() and case.bound <= over for case in cases.cases)
            assert cases.bound <= over


@settings(max_examples=40, deadline=None)
@given(districts(), st.integers(1, 9))
def test_every_plan_within_the_overflow_is_in_a_case_whose_bound_is_not_above_its_pupil_km(problem, most):
    plans = list(contiguous_plans(problem))
    worths = [worth(problem, plan) for plan in plans]
    fewest = min((over for over, _, _ in worths), default=0)
    goal = distance_goal(problem, most_overflow=fewest)
    cases = split(problem, goal, guide=goal, most=most, least_crowd=0.01)
    homes = range(problem.n_homes)
    for plan, (over, km, _) in zip(plans, worths, strict=True):
        if over == fewest:
            assert any(case.mask[homes, plan].all() and case.bound <= km + 1e-5 for case in cases.cases)


def test_cases_prove_what_the_relaxation_of_all_plans_at_once_does_not():
    edges = [(0, 7), (0, 13), (1, 4), (1, 5), (1, 10), (1, 11), (2, 7), (2, 8), (3, 13)]
    edges += [(4, 5), (4, 9), (5, 12), (5, 13), (6, 8), (7, 8)]
    problem = CatchmentProblem(
        homes=tuple(f"H{i:02}" for i in range(14)),
        schools=("A", "B", "C", "D"),
        pupils=np.array([11, 51, 49, 22, 32, 40, 33, 57, 19, 36, 58, 27, 44, 59]),
        distance_km=np.ones((14, 4)),
        capacity=np.array([177, 91, 173, 108]),
        edges=np.array(edges),
        anchor=np.array([4, 10, 9, 12]),
        allowed=np.ones((14, 4), bool),
        present=np.full(14, NO_SCHOOL),
    )
    # Whoever has H05 has all homes beyond it. With A: 322 pupils in 177 places there, and B has 136 in 91.
    plan = np.array([0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 1, 3, 0])
    assert violations(problem, plan) == {}
    assert score(problem, plan).overflow_pupils == (322 - 177) + (136 - 91)
    goal = overflow_goal(problem)
    guide = softened(guide_goal(problem), problem)
    whole = split(problem, goal, guide=guide, most=1, least_crowd=1.0)
    cases = split(problem, goal, guide=guide, most=9, least_crowd=1.0)
    assert whole.cases[0].crossing == (5, (0, 3))
    assert whole.bound < cases.bound == 190
