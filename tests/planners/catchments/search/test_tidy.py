"""Homes without pupils, on a row of five homes with a school at each end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from tiny_districts import contiguous_plans, districts, worth

from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.search.tidy import tidied
from junheng.planners.catchments.solve import CatchmentOptions, solve

ROW = CatchmentProblem(
    homes=("H0", "H1", "H2", "H3", "H4"),
    schools=("A", "B"),
    pupils=np.array([5, 0, 0, 0, 5]),
    distance_km=np.array([[0.0, 4], [1, 3], [2.5, 2], [3, 1], [4, 0]]),
    capacity=np.array([10, 10]),
    edges=np.array([(0, 1), (1, 2), (2, 3), (3, 4)]),
    anchor=np.array([0, 4]),
    allowed=np.ones((5, 2), bool),
    present=np.array([NO_SCHOOL] * 5),
)


def test_without_a_present_school_they_go_to_the_nearest():
    assert solve(ROW, options=CatchmentOptions(), seed=0).assignment.tolist() == [0, 0, 1, 1, 1]


def test_they_stay_with_their_present_school_where_its_zone_reaches_them():
    today = replace(ROW, present=np.array([0, 1, 1, 0, 1]))
    # H3 would stay with A, but A's zone does not reach over H1 and H2, which stay with B.
    assert tidied(today, permitted(today), np.array([0, 1, 1, 1, 1])).tolist() == [0, 1, 1, 1, 1]
    reached = replace(ROW, present=np.array([0, 0, 0, 0, 1]))
    assert tidied(reached, permitted(reached), np.array([0, 0, 1, 1, 1])).tolist() == [0, 0, 0, 0, 1]


def test_a_ban_is_kept():
    allowed = np.ones((5, 2), bool)
    allowed[1, 0] = False
    banned = replace(ROW, allowed=allowed)
    assert tidied(banned, permitted(banned), np.array([0, 1, 1, 1, 1])).tolist() == [0, 1, 1, 1, 1]


@settings(max_examples=60, deadline=None)
@given(districts(has_wishes=True))
def test_no_level_changes_and_every_zone_holds(problem):
    for plan in list(contiguous_plans(problem))[:20]:
        tidy = tuple(tidied(problem, permitted(problem), np.array(plan)).tolist())
        assert tidy in set(contiguous_plans(problem))
        assert worth(problem, tidy) == worth(problem, plan)
