"""The trade-off between pupils moved and distance: every point is a plan, none beats another."""

from __future__ import annotations

import numpy as np

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


def test_no_point_is_beaten_by_another():
    points = frontier(out_of_date_zones(), points=6, options=CatchmentOptions(seconds=5.0), seed=0)
    assert len(points) > 1
    for one in points:
        for other in points:
            beats = all(mine <= theirs for mine, theirs in zip(other.score, one.score, strict=True))
            assert other is one or not beats


def test_for_every_proposal_there_is_a_plan_that_is_nowhere_worse():
    problem = out_of_date_zones()
    proposal = score(problem, np.array([0] * 8 + [1] * 2))  # one home moved: 10 over, 280 pupil-km
    points = frontier(problem, points=3, options=CatchmentOptions(seconds=5.0), seed=0, targets=[proposal])
    assert any(point.score == proposal or dominates(point.score, proposal) for point in points)
