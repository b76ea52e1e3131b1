"""Homes that every way passes, against taking each home away, and what they close, against every contiguous plan."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts

from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.gateways import closed, gateways
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem


def reached(edges, homes, start):
    """Return what a home reaches through some homes: grown one step at a time, for this test alone."""
    inside = [{a, b} for a, b in edges if {a, b} <= homes]
    found = {start}
    while more := {home for edge in inside if edge & found for home in edge} - found:
        found |= more
    return found


@settings(max_examples=60, deadline=None)
@given(districts(), st.randoms(use_true_random=False))
def test_a_gateway_parts_just_the_homes_that_taking_it_away_would_part(problem, random):
    is_open = np.array([random.random() < 0.8 for _ in range(problem.n_homes)])
    start = int(problem.anchor[0])
    is_open[start] = True
    edges, homes = problem.edges.tolist(), set(np.flatnonzero(is_open).tolist())
    whole = reached(edges, homes, start)
    expected = {home: whole - {home} - reached(edges, homes - {home}, start) for home in whole - {start}}
    found = {
        home: set(behind.tolist()) for home, behind in gateways(problem.neighbours, is_open, start).items()
    }
    assert found == {home: behind for home, behind in expected.items() if behind}


@settings(max_examples=60, deadline=None)
@given(districts(has_wishes=True), st.randoms(use_true_random=False))
def test_closing_what_gateways_settle_loses_no_contiguous_plan(problem, random):
    mask = permitted(problem) & np.array(
        [[random.random() < 0.7 for _ in range(problem.n_schools)] for _ in range(problem.n_homes)]
    )
    homes = range(problem.n_homes)
    plans = [plan for plan in contiguous_plans(problem) if mask[homes, plan].all()]
    left = closed(problem, mask)
    assert left.any(axis=1).all() or plans == []
    assert all(left[homes, plan].all() for plan in plans)
    assert (left <= mask).all()


def test_who_has_the_far_bank_has_the_bridge_and_the_way_to_it():
    # A row of homes with B at its far end and A at its near one: 0(A)-1-2-3(B), and 4 hangs on 2 alone.
    problem = CatchmentProblem(
        homes=("H0", "H1", "H2", "H3", "H4"),
        schools=("A", "B"),
        pupils=np.ones(5),
        distance_km=np.zeros((5, 2)),
        capacity=np.array([5, 5]),
        edges=np.array([(0, 1), (1, 2), (2, 3), (2, 4)]),
        anchor=np.array([0, 3]),
        allowed=np.ones((5, 2), bool),
        present=np.full(5, NO_SCHOOL),
    )
    mask = permitted(problem)
    assert mask.sum(axis=1).tolist() == [1, 2, 2, 1, 2]
    mask[4, 1] = False  # the far home is A's
    assert closed(problem, mask).argmax(axis=1).tolist() == [0, 0, 0, 1, 0]
    assert (closed(problem, mask).sum(axis=1) == 1).all()


def test_a_mask_that_leaves_a_home_to_nobody_holds_no_plan():
    problem = CatchmentProblem(
        homes=("H0", "H1", "H2"),
        schools=("A", "B"),
        pupils=np.ones(3),
        distance_km=np.zeros((3, 2)),
        capacity=np.array([5, 5]),
        edges=np.array([(0, 1), (1, 2)]),
        anchor=np.array([0, 1]),
        allowed=np.ones((3, 2), bool),
        present=np.full(3, NO_SCHOOL),
    )
    mask = permitted(problem)
    mask[2, 1] = False  # H2 lies behind B's own home
    assert closed(problem, mask).any(axis=1).tolist() == [True, True, False]
