"""The trade-off between pupils moved and distance: every point is a plan, none beats another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from junheng.planners.catchments.balance import Balance
from junheng.planners.catchments.frontier import dominates, frontier
from junheng.planners.catchments.objective import score
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.violations import violations


def out_of_date_zones():
    """Return a street of ten homes whose zones of today overfill the left school and send others the long way."""
    n = 10
    at = np.arange(n, dtype=float)
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=("A", "B"),
        pupils=np.array([10, 10, 10, 10, 10, 10, 10, 10, 10, 10]),
        distance_km=np.stack([at, n - 1 - at], axis=1),
        capacity=np.array([70, 70]),
        edges=np.array([(i, i + 1) for i in range(n - 1)]),
        anchor=np.array([0, n - 1]),
        allowed=np.ones((n, 2), bool),
        present=np.array([0] * 9 + [1]),
    )


def test_the_curve_runs_from_the_fewest_moves_without_overflow_to_the_shortest_distances():
    problem = out_of_date_zones()
    points = frontier(problem, points=12, options=CatchmentOptions(seconds=5.0), seed=0)
    reached = [(point.score.moved_pupils, point.score.overflow_pupils) for point in points]
    # 90 pupils in 70 places: 20 must move; half the street is 40 pupils away from where it goes today.
    assert [one for one in reached if one[1] == 0] == [(20, 0), (30, 0), (40, 0)]
    assert [point.score.pupil_km for point in points if point.score.overflow_pupils == 0] == [
        240.0,
        210.0,
        200.0,
    ]
    # Further down fewer move, and some stay over capacity.
    assert reached[0] == (0, 20)
    assert reached == sorted(reached)


def test_every_point_keeps_the_rules_and_its_own_limit():
    problem = out_of_date_zones()
    for point in frontier(problem, points=4, options=CatchmentOptions(seconds=5.0), seed=0):
        assert violations(problem, point.solution.assignment) == {}
        most = point.corner.moved_pupils_cap
        assert most is None or point.score.moved_pupils <= most


def town_of_36_homes():
    """Return a square town with a school in three of its corners; today's zones overfill one of them."""
    side = 6
    at = np.array([(x, y) for x in range(side) for y in range(side)])
    apart = np.abs(at[:, None] - at).sum(axis=2)
    anchor = np.array([0, side**2 - 1, side - 1])
    pupils = np.random.default_rng(0).integers(5, 20, side**2)
    present = np.where(at[:, 0] == side - 1, 1, 0)
    present[anchor] = range(3)
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(side**2)),
        schools=("A", "B", "C"),
        pupils=pupils,
        distance_km=apart[:, anchor].astype(float),
        capacity=np.full(3, int(0.37 * pupils.sum())),
        edges=np.argwhere(np.triu(apart == 1)),
        anchor=anchor,
        allowed=np.ones((side**2, 3), bool),
        present=present,
    )


def test_as_many_points_as_asked_for_of_which_none_is_beaten_by_another():
    points = frontier(town_of_36_homes(), points=10, options=CatchmentOptions(seconds=60.0), seed=0)
    assert len(points) == 10  # the lattice of limits gives 8; the others lie between them
    for one in points:
        for other in points:
            beats = all(mine <= theirs for mine, theirs in zip(other.score, one.score, strict=True))
            assert other is one or not beats


def test_every_point_says_how_it_was_searched_for():
    problem, options = out_of_date_zones(), CatchmentOptions(seconds=5.0)
    points = frontier(problem, points=4, options=options, seed=0)
    slack = {point.score.moved_pupils: point.options.distance_slack for point in points}
    # The fewest moves at the least overflow were sought first, at any distance; of all else the shortest ways.
    assert slack.pop(20) > 0
    assert set(slack.values()) == {0.0}


def test_for_every_proposal_there_is_a_plan_that_is_nowhere_worse():
    problem = out_of_date_zones()
    proposed = np.array([0] * 8 + [1] * 2)
    proposal = score(problem, proposed)  # one home moved: 10 over, 280 pupil-km
    points = frontier(problem, points=3, options=CatchmentOptions(seconds=5.0), seed=0, targets=[proposed])
    assert any(point.score == proposal or dominates(point.score, proposal) for point in points)


def uneven_street(widest=None):
    """Return the street with room for all, and a group of whom three homes in ten are, more of them at the left."""
    problem = replace(out_of_date_zones(), present=np.array([0] * 5 + [1] * 5))
    members = np.array([10, 10, 0, 0, 10, 0, 0, 0, 0, 0])
    return problem, Balance(
        members=members, pupils=problem.pupils, middle=np.array([0.3, 0.3]), widest=widest
    )


def traded_on_the_street(widest=None):
    problem, balance = uneven_street(widest)
    return frontier(problem, points=6, options=CatchmentOptions(seconds=5.0), seed=0, balance=balance)


def test_a_more_even_share_is_bought_with_longer_ways():
    points = traded_on_the_street()
    # To the nearest: 30 of 50 and 0 of 50, each 30 points off 30 %. With four homes at the left: 20 of 40, 20 points
    # off, and 10 of 60; six at the left leave nobody of the group at the right, 30 points off, three make 20 of 30.
    assert {(point.score.pupil_km, point.apart) for point in points} == {(200.0, 3000), (210.0, 2000)}
    assert not any(dominates(other.traded, point.traded) for point in points for other in points)


def test_the_loosest_tolerance_that_is_wanted_holds_for_every_plan():
    assert {point.apart for point in traded_on_the_street(widest=2500)} == {2000}
