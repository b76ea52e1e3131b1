"""What is traded for what: plans under a row of limits on pupils moved and on pupils over capacity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.objective import Score, score
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, CatchmentSolution, solve
from junheng.progress import Progress, silent
from junheng.text import Text

_ANY_DISTANCE = 1e3
"""Slack on the distance beyond which nobody would count: only the moves matter then."""
_OVERFLOWS = 3
"""Steps of overflow from the least towards that of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """Limits under which a plan is drawn.

    Attributes
    ----------
    moved_pupils_cap
        Most pupils moved; `None` for no limit.
    overflow_allowed
        Pupils over capacity that shorter ways may cost; 0 for as few as can be.
    """

    moved_pupils_cap: int | None
    overflow_allowed: int


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class FrontierPoint:
    """One plan of the trade-off.

    Attributes
    ----------
    corner
        The limits under which it was computed.
    solution
        The plan, with its bounds under those limits.
    score
        Its pupils over capacity, pupil-km and pupils moved.
    """

    corner: Corner
    solution: CatchmentSolution
    score: Score


def frontier(
    problem: CatchmentProblem,
    *,
    points: int,
    options: CatchmentOptions,
    seed: int,
    targets: Sequence[Score] = (),
    progress: Progress = silent,
) -> list[FrontierPoint]:
    """Return plans that trade pupils over capacity, pupils moved and distance, none of which another beats.

    Parameters
    ----------
    problem
        Its own limit on the pupils moved, if any, is the loosest one tried.
    points
        How many limits to try, about: a lattice from the shortest ways with the fewest pupils over capacity to the
        zones of today, in which nobody moves. The fewest moves at the least overflow are always among them.
    options
        Of each solve; the time limit is for each point.
    seed
        The same for every point.
    targets
        What other proposals reach. For each, a plan is drawn with no more pupils over capacity and no more moved, and
        the shortest ways.

    Returns
    -------
    list of FrontierPoint
        By pupils moved, fewest first; none is equalled or beaten by another in all of overflow, moves and distance, so
        that there may be fewer points than asked for.
    """
    progress(Text("取舍：距离最短的一端", "trade-off: the end of shortest distances"), 0.0)
    loosest = Corner(moved_pupils_cap=problem.moved_pupils_cap, overflow_allowed=0)
    shortest = _point(problem, loosest, options=options, seed=seed, start=None)
    anywhere = replace(options, distance_slack=_ANY_DISTANCE)
    fewest = _point(problem, loosest, options=anywhere, seed=seed, start=shortest.solution.assignment)
    found = [shortest, fewest]
    corners = [*_corners(problem, shortest.score, points), *_of_targets(targets)]
    for number, corner in enumerate(corners, start=1):
        progress(
            Text(
                "取舍：至多改换 {n} 人、允许超出 {over} 人",
                "trade-off: at most {n} pupils moved, {over} over capacity allowed",
            ).format(n=corner.moved_pupils_cap, over=corner.overflow_allowed),
            number / (len(corners) + 1),
        )
        begin = _start(corner, found)
        try:
            found.append(_point(problem, corner, options=options, seed=seed, start=begin))
        except InfeasibleError:  # no zones in one piece move so few
            continue
    return not_dominated(found)


def _corners(problem: CatchmentProblem, shortest: Score, points: int) -> Iterator[Corner]:
    """Yield a lattice of limits: overflow from the least to that of today, moves from none to the shortest ways'."""
    today = problem.present
    over_today = score(problem, today).overflow_pupils if (today != NO_SCHOOL).all() else 0
    shares = [k / _OVERFLOWS for k in range(_OVERFLOWS)] if over_today > shortest.overflow_pupils else [0.0]
    n_caps = max(1, -(-points // len(shares)))
    yield Corner(moved_pupils_cap=0, overflow_allowed=0)
    for cap in np.unique(np.linspace(0, shortest.moved_pupils, n_caps + 1).astype(int))[:0:-1].tolist():
        for share in shares:
            if share > 0 or cap < shortest.moved_pupils:
                yield Corner(moved_pupils_cap=cap, overflow_allowed=int(share * over_today))


def _of_targets(targets: Iterable[Score]) -> Iterator[Corner]:
    for target in targets:
        yield Corner(moved_pupils_cap=target.moved_pupils, overflow_allowed=target.overflow_pupils)


def _start(corner: Corner, known: Sequence[FrontierPoint]) -> IntArray | None:
    """Return the best known plan that keeps the limit on moves."""
    most = corner.moved_pupils_cap
    kept = [one for one in known if most is None or one.score.moved_pupils <= most]
    best = min(
        kept,
        key=lambda one: (max(corner.overflow_allowed, one.score.overflow_pupils), one.score.pupil_km),
        default=None,
    )
    return None if best is None else best.solution.assignment


def _point(
    problem: CatchmentProblem,
    corner: Corner,
    *,
    options: CatchmentOptions,
    seed: int,
    start: IntArray | None,
) -> FrontierPoint:
    limited = replace(
        problem, moved_pupils_cap=corner.moved_pupils_cap, overflow_allowed=corner.overflow_allowed
    )
    solution = solve(limited, options=options, seed=seed, start=start)
    return FrontierPoint(corner=corner, solution=solution, score=score(problem, solution.assignment))


def dominates(one: Score, other: Score) -> bool:
    """Return whether a score is no worse than another in everything and better in something."""
    no_worse = all(mine <= theirs for mine, theirs in zip(one, other, strict=True))
    return no_worse and one != other


def not_dominated(points: Iterable[FrontierPoint]) -> list[FrontierPoint]:
    """Keep the plans that nothing equals or beats, by pupils moved, fewest first."""
    by_moves = sorted(points, key=lambda point: (point.score.moved_pupils, point.score))
    kept: list[FrontierPoint] = []
    for point in by_moves:
        is_beaten = any(dominates(other.score, point.score) for other in by_moves)
        if not is_beaten and all(other.score != point.score for other in kept):
            kept.append(point)
    return kept
