"""What it costs to move fewer pupils: the catchment problem solved for a row of limits on the pupils moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from junheng.planners.catchments.objective import Score, score
from junheng.planners.catchments.problem import CatchmentProblem, IntArray
from junheng.planners.catchments.solve import CatchmentOptions, CatchmentSolution, solve
from junheng.progress import Progress, silent
from junheng.text import Text


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class FrontierPoint:
    """One plan of the trade-off.

    Attributes
    ----------
    moved_pupils_cap
        The limit under which it was computed; `None` for no limit.
    solution
        The plan, with its bounds under that limit.
    score
        Its pupils over capacity, pupil-km and pupils moved.
    """

    moved_pupils_cap: int | None
    solution: CatchmentSolution
    score: Score


def frontier(
    problem: CatchmentProblem,
    *,
    points: int,
    options: CatchmentOptions,
    seed: int,
    progress: Progress = silent,
) -> list[FrontierPoint]:
    """Return plans that trade pupils moved against distance, all with the fewest pupils over capacity.

    Parameters
    ----------
    problem
        Its own limit on the pupils moved, if any, is the loosest one tried.
    points
        How many limits to try, from the fewest pupils that must move to as many as the shortest distances move.
    options
        Of each solve; the time limit is for each point.
    seed
        The same for every point.

    Returns
    -------
    list of FrontierPoint
        By pupils moved, fewest first; none is beaten by another in both distance and moves, so that there may be
        fewer points than asked for.
    """
    progress(Text("取舍曲线：距离最短的一端", "trade-off: the end of shortest distances"), 0.0)
    shortest = _point(problem, problem.moved_pupils_cap, options=options, seed=seed, start=None)
    anywhere = replace(options, distance_slack=_ANY_DISTANCE)
    fewest = _point(problem, problem.moved_pupils_cap, options=anywhere, seed=seed, start=None)
    first, last = fewest.score.moved_pupils, shortest.score.moved_pupils
    limits = np.unique(np.linspace(min(first, last), last, max(points, 2)).astype(int))[:-1].tolist()
    found, start = [shortest], fewest.solution.assignment
    for number, most in enumerate(limits, start=1):
        progress(
            Text("取舍曲线：至多改换 {n} 人", "trade-off: at most {n} pupils moved").format(n=most),
            number / (len(limits) + 1),
        )
        found.append(_point(problem, most, options=options, seed=seed, start=start))
        start = found[-1].solution.assignment  # it keeps the next, looser limit too
    return _not_dominated(found)


_ANY_DISTANCE = 1e3
"""Slack on the distance beyond which nobody would count: only the moves matter then."""


def _point(
    problem: CatchmentProblem,
    most: int | None,
    *,
    options: CatchmentOptions,
    seed: int,
    start: IntArray | None,
) -> FrontierPoint:
    limited = replace(problem, moved_pupils_cap=most)
    solution = solve(limited, options=options, seed=seed, start=start)
    return FrontierPoint(moved_pupils_cap=most, solution=solution, score=score(problem, solution.assignment))


def _not_dominated(points: Iterable[FrontierPoint]) -> list[FrontierPoint]:
    """Keep the plans with the least overflow of all, and of those the ones that nothing equals or beats."""
    all_points = sorted(points, key=lambda point: (point.score.moved_pupils, point.score.pupil_km))
    least = min(point.score.overflow_pupils for point in all_points)
    kept: list[FrontierPoint] = []
    for point in all_points:
        is_shorter = not kept or point.score.pupil_km < kept[-1].score.pupil_km
        if point.score.overflow_pupils == least and is_shorter:
            kept.append(point)
    return kept
