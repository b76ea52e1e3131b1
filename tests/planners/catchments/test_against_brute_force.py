"""The planner against every contiguous plan of a tiny district: values and bounds of all three levels."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from junheng.errors import InfeasibleError
from junheng.planners.catchments.objective import score
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, solve

OPTIONS = CatchmentOptions(seconds=20.0, target_gap=0.0)


def connected(homes, edges, start):
    """Return whether a set of homes hangs together with the start: a search written for this test alone."""
    seen, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for a, b in edges:
            for other in (b,) if a == here else (a,) if b == here else ():
                if other in homes and other not in seen:
                    seen.add(other)
                    frontier.append(other)
    return seen == homes


def contiguous_plans(problem):
    edges = problem.edges.tolist()
    for plan in product(range(problem.n_schools), repeat=problem.n_homes):
        if not all(problem.allowed[i, j] for i, j in enumerate(plan)):
            continue
        zones = [{i for i, j in enumerate(plan) if j == school} for school in range(problem.n_schools)]
        if all(
            a in zone and connected(zone, edges, a)
            for a, zone in zip(problem.anchor.tolist(), zones, strict=True)
        ):
            yield plan


def worth(problem, plan):
    """Return overflow, pupil-km and pupils moved, added up in plain Python."""
    load = [0] * problem.n_schools
    km = moved = 0
    for home, school in enumerate(plan):
        load[school] += int(problem.pupils[home])
        km += int(problem.pupils[home]) * float(problem.distance_km[home, school])
        now = problem.present[home]
        moved += int(problem.pupils[home]) if now not in (NO_SCHOOL, school) else 0
    over = sum(max(0, have - int(room)) for have, room in zip(load, problem.capacity, strict=True))
    return over, round(km, 6), moved


def best_of(problem):
    """Return the best worth of any contiguous plan within the limit on moves, in the stated order of the levels."""
    worths = [worth(problem, plan) for plan in contiguous_plans(problem)]
    cap = problem.moved_pupils_cap
    return min((one for one in worths if cap is None or one[2] <= cap), default=None)


@st.composite
def districts(draw):
    n = draw(st.integers(2, 7))
    m = draw(st.integers(1, min(3, n)))
    tree = [(draw(st.integers(0, i - 1)), i) for i in range(1, n)]
    extra = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=5))
    edges = sorted({(min(a, b), max(a, b)) for a, b in [*tree, *extra] if a != b})
    whole = st.integers(0, 12)
    pupils = draw(st.lists(whole, min_size=n, max_size=n))
    room = draw(st.lists(st.integers(0, 40), min_size=m, max_size=m))
    km = draw(st.lists(st.lists(st.integers(0, 30), min_size=m, max_size=m), min_size=n, max_size=n))
    anchor = draw(st.permutations(range(n)))[:m]
    present = draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n))
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=tuple(f"S{j}" for j in range(m)),
        pupils=np.array(pupils),
        distance_km=np.array(km, float) / 10,
        capacity=np.array(room),
        edges=np.array(edges),
        anchor=np.array(anchor),
        allowed=np.ones((n, m), bool),
        present=np.array(present),
    )


@settings(max_examples=60, deadline=None)
@given(districts())
def test_every_level_reaches_the_best_of_all_contiguous_plans_and_no_bound_is_above_it(problem):
    over, km, moved = best_of(problem)
    solution = solve(problem, options=OPTIONS, seed=0)
    assert tuple(solution.assignment.tolist()) in set(contiguous_plans(problem))
    reached = worth(problem, solution.assignment.tolist())
    values = {level.name: level for level in solution.levels}
    assert [level.name for level in solution.levels] == ["overflow_pupils", "pupil_km", "moved_pupils"]
    assert reached[0] == over == values["overflow_pupils"].value
    assert reached[1] == pytest.approx(km, abs=1e-5)
    assert reached[2] == moved
    assert values["overflow_pupils"].bound <= over
    assert values["pupil_km"].bound <= km + 1e-5
    assert values["moved_pupils"].bound <= moved


@settings(max_examples=25, deadline=None)
@given(districts(), st.integers(0, 40))
def test_the_limit_on_moves_is_kept_and_the_best_within_it_found(problem, cap):
    limited = replace(problem, moved_pupils_cap=cap)
    best = best_of(limited)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(limited, options=OPTIONS, seed=0)
        return
    solution = solve(limited, options=OPTIONS, seed=0)
    reached = worth(limited, solution.assignment.tolist())
    assert reached[2] <= cap
    assert reached[0] == best[0]
    assert reached[1] == pytest.approx(best[1], abs=1e-5)


def test_the_rule_that_a_neighbour_must_be_closer_would_miss_the_best_plan():
    # H2 is as far from A as H1 is near, and hangs on A's zone only through H1, which is further from A than H2.
    problem = CatchmentProblem(
        homes=("H0", "H1", "H2", "H3"),
        schools=("A", "B"),
        pupils=np.array([1, 1, 10, 1]),
        distance_km=np.array([[0.0, 9.0], [2.0, 5.0], [1.0, 8.0], [9.0, 0.0]]),
        capacity=np.array([20, 20]),
        edges=np.array([(0, 1), (1, 2), (2, 3), (0, 3)]),
        anchor=np.array([0, 3]),
        allowed=np.ones((4, 2), bool),
        present=np.array([-1, -1, -1, -1]),
    )
    solution = solve(problem, options=OPTIONS, seed=0)
    assert solution.assignment.tolist() == [0, 0, 0, 1]
    closer = [k for k in problem.neighbours[2] if problem.distance_km[k, 0] < problem.distance_km[2, 0]]
    assert closer == []  # the usual rule would have forbidden this plan


def test_the_same_inputs_give_the_same_plan():
    rng = np.random.default_rng(7)
    n, m = 40, 4
    points = rng.random((n, 2))
    edges = sorted(
        {(min(a, b), max(a, b)) for t in Delaunay(points).simplices.tolist() for a in t for b in t if a != b}
    )
    pupils = rng.integers(1, 30, n)
    problem = CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=tuple(f"S{j}" for j in range(m)),
        pupils=pupils,
        distance_km=np.linalg.norm(points[:, None] - points[None, :m], axis=2),
        capacity=np.full(m, int(pupils.sum() * 1.08 / m) + 1),
        edges=np.array(edges),
        anchor=np.arange(m),
        allowed=np.ones((n, m), bool),
        present=np.full(n, NO_SCHOOL),
    )
    first, second = (solve(problem, options=CatchmentOptions(seconds=30.0), seed=3) for _ in range(2))
    assert first.assignment.tolist() == second.assignment.tolist()
    assert [level[1:] for level in first.levels] == [level[1:] for level in second.levels]
    assert score(problem, first.assignment).overflow_pupils == first.levels[0].value
