"""Ways that join a home to a far school: worked by hand, and the cheapest by another program's shortest paths."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.contiguity import cut_off
from junheng.planners.catchments.corridors import bridged
from junheng.planners.catchments.least_change import solve_least_change
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.violations import violations

WIDE, HIGH = 5, 3
A, B = 0, 1
PRESENT = np.array([A if x <= 2 else B for y in range(HIGH) for x in range(WIDE)])


def at(x, y):
    return WIDE * y + x


def five_by_three(*, to_b=(), to_a=(), pupils=None):
    """Return a block of homes, A standing at its left edge and B at its right one, with some homes put to a school."""
    n = WIDE * HIGH
    allowed = np.ones((n, 2), dtype=bool)
    present = PRESENT.copy()
    for homes, school in ((to_a, A), (to_b, B)):
        allowed[list(homes), 1 - school] = False
        present[list(homes)] = school
    return CatchmentProblem(
        homes=tuple(f"H{i:02d}" for i in range(n)),
        schools=("A", "B"),
        pupils=np.full(n, 10) if pupils is None else pupils,
        distance_km=np.ones((n, 2)),
        capacity=np.array([200, 200]),
        edges=np.array(
            [pair for y in range(HIGH) for pair in pairwise(at(x, y) for x in range(WIDE))]
            + [(at(x, y), at(x, y + 1)) for y in range(HIGH - 1) for x in range(WIDE)]
        ),
        anchor=np.array([at(0, 1), at(4, 1)]),
        allowed=allowed,
        present=present,
    )


def moved_by(problem):
    found = bridged(problem, allowed_and_anchor(problem), problem.present)
    return set(np.flatnonzero(found != problem.present).tolist())


def test_a_far_home_gets_the_shortest_way_to_its_new_school():
    assert moved_by(five_by_three(to_b=[at(0, 0)])) == {at(1, 0), at(2, 0)}


def test_the_way_goes_round_homes_of_many_pupils_and_round_homes_that_are_fixed():
    pupils = np.full(WIDE * HIGH, 10)
    pupils[at(2, 0)] = 50
    around = {at(1, 0), at(1, 1), at(2, 1)}
    assert moved_by(five_by_three(to_b=[at(0, 0)], pupils=pupils)) == around
    assert moved_by(five_by_three(to_b=[at(0, 0)], to_a=[at(2, 0)])) == around


def test_a_home_that_hangs_on_its_school_needs_no_way():
    assert moved_by(five_by_three(to_b=[at(2, 0)])) == set()


def test_a_home_that_must_leave_its_zone_gets_a_way_out_of_it():
    problem = five_by_three()
    allowed = np.array(problem.allowed)
    allowed[at(1, 1), A] = False
    assert moved_by(replace(problem, allowed=allowed)) == {at(1, 1), at(2, 1)}


@pytest.mark.parametrize("seconds", [0.05, 20.0])
def test_mending_joins_a_far_home_to_its_school_even_in_a_moment(seconds):
    problem = five_by_three(to_b=[at(0, 0)])
    found = solve_least_change(problem, overflow_allowed=0, options=CatchmentOptions(seconds=seconds), seed=0)
    assert violations(problem, found.assignment) == {}
    assert found.assignment[at(0, 0)] == B


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=15, max_size=15), st.integers(0, 14))
def test_no_way_moves_fewer_pupils(pupils, home):
    problem = five_by_three(to_b=[home], pupils=np.array(pupils))
    if home == at(0, 1):
        return  # A's own home can be given to nobody else
    found = bridged(problem, allowed_and_anchor(problem), problem.present)
    assert home not in cut_off(problem, found)
    moved = found != problem.present
    # Entering a home costs its pupils, where it is A's; the way ends in whatever of B hangs together today.
    price = np.where(PRESENT == A, np.array(pupils), 0) + 1e-6
    ends = np.vstack([problem.edges, problem.edges[:, ::-1]])
    ends = ends[(ends != at(0, 1)).all(axis=1)]
    graph = csr_array((price[ends[:, 1]], (ends[:, 0], ends[:, 1])), shape=(15, 15))
    cheapest = dijkstra(graph, indices=home)[PRESENT == B].min()
    assert np.array(pupils)[moved].sum() == pytest.approx(cheapest, abs=1e-3)
