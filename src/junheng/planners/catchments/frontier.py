"""What it costs to move fewer pupils: the catchment problem solved for a row of limits on the pupils moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from junheng.planners.catchments.objective import Score, score
from junheng.planners.catchments.problem import CatchmentProblem
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
    """Return plans none of which another beats in overflow, distance and pupils moved at once.

    Parameters
    ----------
    problem
        Its own limit on the pupils moved, if any, is the loosest one tried.
    points
        How many limits to try, from nobody moved to as many as the best plan moves; at least 2.
    options
        Of each solve; the time limit is for each point.
    seed
        The same for every point.

    Returns
    -------
    list of FrontierPoint
        By pupils moved, fewest first. A limit under which no plan exists is left out, so that there may be fewer
        points than asked for.
    """
    free = _point(problem, problem.moved_pupils_cap, options, seed, progress)
    limits = np.unique(np.linspace(0, free.score.moved_pupils, max(points, 2)).astype(int))[:-1].tolist()
    found = [free]
    for number, most in enumerate(reversed(limits), start=1):
        progress(
            Text("取舍曲线：至多改换 {n} 人", "trade-off: at most {n} pupils moved").format(n=most),
            number / (len(limits) + 1),
        )
        found.append(_point(problem, most, options, seed, progress=silent))
    return sorted(_not_dominated(found), key=lambda point: _key(point.score))


def _point(
    problem: CatchmentProblem, most: int | None, options: CatchmentOptions, seed: int, progress: Progress
) -> FrontierPoint:
    limited = replace(problem, moved_pupils_cap=most)
    solution = solve(limited, options=options, seed=seed, progress=progress)
    return FrontierPoint(moved_pupils_cap=most, solution=solution, score=score(problem, solution.assignment))


def _key(reached: Score) -> tuple[float, float, float]:
    return reached.moved_pupils, reached.overflow_pupils, reached.pupil_km


def _not_dominated(points: Iterable[FrontierPoint]) -> list[FrontierPoint]:
    """Keep the points that no other one equals or beats in everything; of equal ones keep the first."""
    kept: list[FrontierPoint] = []
    for point in sorted(points, key=lambda one: _key(one.score)):
        if not any(
            all(a <= b for a, b in zip(_key(one.score), _key(point.score), strict=True)) for one in kept
        ):
            kept.append(point)
    return kept
