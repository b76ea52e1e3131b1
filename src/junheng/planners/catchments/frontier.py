"""What is traded for what: plans under limits on pupils moved, on pupils over capacity and on a group's shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.balance import Balance
from junheng.planners.catchments.objective import Score, score
from junheng.planners.catchments.problem import NO_SCHOOL, SHARES, CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, CatchmentSolution, solve
from junheng.progress import Progress, silent
from junheng.text import Text

_ANY_DISTANCE = 1e3
"""Slack on the distance beyond which nobody would count: only the moves matter then."""
_LATTICE_ENDS = 0.8
"""Progress at which the lattice of limits has been tried."""
_OVERFLOWS = 3
"""Steps of overflow from the least towards that of today."""
_BANDS = 3
"""Tolerances of a group's share, in equal steps below what the shortest ways come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """Limits under which a plan is drawn.

    Attributes
    ----------
    moved_pupils_cap
        Most pupils moved; `None` for no limit.
    overflow_allowed
        Pupils over capacity that shorter ways may cost; 0 for as few as can be.
    apart
        How far, in ten-thousandths, a group's share may lie from that around each zone today; `None` for any share.
    """

    moved_pupils_cap: int | None
    overflow_allowed: int
    apart: int | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class FrontierPoint:
    """One plan of the trade-off.

    Attributes
    ----------
    corner
        The limits under which it was computed.
    options
        Of the search that drew it: at the end of fewest moves any distance is let pass.
    solution
        The plan, with its bounds under those limits.
    score
        Its pupils over capacity, pupil-km and pupils moved.
    apart
        How far, in ten-thousandths, the group's share in some zone lies from that around it today; 0 where no group
        is looked at.
    """

    corner: Corner
    options: CatchmentOptions
    solution: CatchmentSolution
    score: Score
    apart: int = 0

    @property
    def traded(self) -> tuple[float, ...]:
        """All that is traded, less being better in each."""
        return (*self.score, self.apart)


def frontier(
    problem: CatchmentProblem,
    *,
    points: int,
    options: CatchmentOptions,
    seed: int,
    targets: Sequence[IntArray] = (),
    balance: Balance | None = None,
    progress: Progress = silent,
) -> list[FrontierPoint]:
    """Return plans that trade pupils over capacity, moves, distance and balance, none of which another beats.

    Parameters
    ----------
    problem
        Its own limit on the pupils moved, if any, is the loosest one tried.
    points
        How many plans to look for. Limits are tried on a lattice from the shortest ways with the fewest pupils over
        capacity to the zones of today, in which nobody moves; the fewest moves at the least overflow are always among
        them. Where plans beat one another and fewer are left, up to as many limits again are tried between them.
    options
        Of each solve; the time limit is for each point.
    seed
        The same for every point.
    targets
        Plans that others proposed, shape (n,) each. For each, a plan is drawn with no more pupils over capacity, no
        more moved and no share farther off, and the shortest ways.
    balance
        A group whose share in the zones is traded too: half of the limits keep it within narrower and narrower
        tolerances. `None` to look at no group; the problem's own limit on a share is then kept by every plan.

    Returns
    -------
    list of FrontierPoint
        By pupils moved, fewest first; none is equalled or beaten by another in all that is traded. A small district
        may not have as many as asked for, and a lattice with limits on both may give some more.
    """
    trade = _Trade(problem, balance, options, seed)
    progress(Text("取舍：距离最短的一端", "trade-off: the end of shortest distances"), 0.0)
    loosest = Corner(moved_pupils_cap=problem.moved_pupils_cap, overflow_allowed=0, apart=trade.widest)
    shortest = trade.point(loosest, start=None)
    fewest = replace(trade, options=replace(options, distance_slack=_ANY_DISTANCE)).point(
        loosest, start=shortest.solution.assignment
    )
    found = [shortest, fewest]
    corners = [
        *_corners(
            problem, shortest.score, points if balance is None else -(-points // 2), apart=trade.widest
        ),
        *_bands(shortest, 0 if balance is None else points // 2),
        *trade.of_targets(targets),
    ]
    for number, corner in enumerate(corners, start=1):
        progress(_told(corner), _LATTICE_ENDS * number / (len(corners) + 1))
        found += trade.tried(corner, found)
    for number in range(points):
        between = None if len(not_dominated(found)) >= points else _between(found, corners, trade.widest)
        if between is None:
            break
        progress(_told(between), _LATTICE_ENDS + (1 - _LATTICE_ENDS) * number / points)
        found += trade.tried(between, found)
        corners.append(between)
    return not_dominated(found)


@dataclass(frozen=True, eq=False, slots=True)
class _Trade:
    """What every point has in common."""

    problem: CatchmentProblem
    balance: Balance | None
    options: CatchmentOptions
    seed: int

    @property
    def widest(self) -> int | None:
        """The loosest tolerance of the group's share that is tried; `None` for any share."""
        return None if self.balance is None else self.balance.widest

    def apart(self, assignment: IntArray) -> int:
        return 0 if self.balance is None else self.balance.apart(assignment)

    def point(self, corner: Corner, *, start: IntArray | None) -> FrontierPoint:
        """Draw the plan of some limits."""
        limited = replace(
            self.problem,
            moved_pupils_cap=corner.moved_pupils_cap,
            overflow_allowed=corner.overflow_allowed,
        )
        if self.balance is not None:
            limits = None if corner.apart is None else self.balance.within(corner.apart)
            limited = replace(limited, composition=limits)
        solution = solve(limited, options=self.options, seed=self.seed, start=start)
        reached = score(replace(self.problem, composition=None), solution.assignment)
        return FrontierPoint(
            corner=corner,
            options=self.options,
            solution=solution,
            score=reached,
            apart=self.apart(solution.assignment),
        )

    def tried(self, corner: Corner, known: Sequence[FrontierPoint]) -> list[FrontierPoint]:
        """Return the plan of some limits; none where no zones in one piece keep them, or none were found."""
        try:
            return [self.point(corner, start=_start(corner, known))]
        except InfeasibleError:
            return []

    def of_targets(self, targets: Iterable[IntArray]) -> Iterator[Corner]:
        """Yield what each proposal reaches, as limits."""
        for plan in targets:
            reached = score(replace(self.problem, composition=None), plan)
            yield Corner(
                moved_pupils_cap=reached.moved_pupils,
                overflow_allowed=reached.overflow_pupils,
                apart=None if self.balance is None else self.apart(plan),
            )


def _told(corner: Corner) -> Text:
    limits = Text(
        "取舍：至多改换 {n} 人、允许超出 {over} 人",
        "trade-off: at most {n} pupils moved, {over} over capacity allowed",
    ).format(
        n=Text("不限", "any number of") if corner.moved_pupils_cap is None else corner.moved_pupils_cap,
        over=corner.overflow_allowed,
    )
    if corner.apart is None:
        return limits
    share = Text("、占比至多相差 {n} 个百分点", ", shares at most {n} points apart")
    return limits.joined("", share.format(n=f"{100 * corner.apart / SHARES:.1f}"))


def _bands(shortest: FrontierPoint, points: int) -> Iterator[Corner]:
    """Yield a lattice of tolerances below what the shortest ways come to, and of moves, about so many limits."""
    n_caps = -(-points // _BANDS)
    caps = np.unique(np.linspace(0, shortest.score.moved_pupils, n_caps + 1).astype(int))[:0:-1].tolist()
    for step in range(_BANDS - 1, 0, -1) if points else ():
        for cap in (None, *caps[1:]):
            yield Corner(moved_pupils_cap=cap, overflow_allowed=0, apart=shortest.apart * step // _BANDS)


def _corners(
    problem: CatchmentProblem, shortest: Score, points: int, *, apart: int | None
) -> Iterator[Corner]:
    """Yield a lattice of limits: overflow from the least to that of today, moves from none to the shortest ways'."""
    today = problem.present
    over_today = score(problem, today).overflow_pupils if (today != NO_SCHOOL).all() else 0
    shares = [k / _OVERFLOWS for k in range(_OVERFLOWS)] if over_today > shortest.overflow_pupils else [0.0]
    n_caps = max(1, -(-points // len(shares)))
    yield Corner(moved_pupils_cap=0, overflow_allowed=0, apart=apart)
    for cap in np.unique(np.linspace(0, shortest.moved_pupils, n_caps + 1).astype(int))[:0:-1].tolist():
        for share in shares:
            if share > 0 or cap < shortest.moved_pupils:
                yield Corner(moved_pupils_cap=cap, overflow_allowed=int(share * over_today), apart=apart)


def _between(known: Sequence[FrontierPoint], tried: Sequence[Corner], widest: int | None) -> Corner | None:
    """Return limits not tried yet that lie between two neighbouring plans, where moves leave the widest gap."""
    pairs = sorted(
        pairwise(not_dominated(known)),
        key=lambda pair: pair[0].score.moved_pupils - pair[1].score.moved_pupils,
    )
    overs = [sorted((one.score.overflow_pupils, other.score.overflow_pupils)) for one, other in pairs]
    caps = [(one.score.moved_pupils + other.score.moved_pupils) // 2 for one, other in pairs]
    corners = [
        Corner(moved_pupils_cap=cap, overflow_allowed=over[which], apart=widest)
        for which in (0, 1)
        for cap, over in zip(caps, overs, strict=True)
    ]
    if widest is not None:
        corners += [
            Corner(moved_pupils_cap=None, overflow_allowed=over[0], apart=(one.apart + other.apart) // 2)
            for over, (one, other) in zip(overs, pairs, strict=True)
        ]
    return next((corner for corner in corners if corner not in tried), None)


def _start(corner: Corner, known: Sequence[FrontierPoint]) -> IntArray | None:
    """Return the best known plan that keeps the limit on moves."""
    most = corner.moved_pupils_cap
    kept = [one for one in known if most is None or one.score.moved_pupils <= most]
    best = min(
        kept,
        key=lambda one: (
            corner.apart is not None and one.apart > corner.apart,
            max(corner.overflow_allowed, one.score.overflow_pupils),
            one.score.pupil_km,
        ),
        default=None,
    )
    return None if best is None else best.solution.assignment


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether one is no worse than another in everything and better in something."""
    no_worse = all(mine <= theirs for mine, theirs in zip(one, other, strict=True))
    return no_worse and one != other


def not_dominated(points: Iterable[FrontierPoint]) -> list[FrontierPoint]:
    """Keep the plans that nothing equals or beats, by pupils moved, fewest first."""
    by_moves = sorted(points, key=lambda point: (point.score.moved_pupils, point.traded))
    kept: list[FrontierPoint] = []
    for point in by_moves:
        is_beaten = any(dominates(other.traded, point.traded) for other in by_moves)
        if not is_beaten and all(other.traded != point.traded for other in kept):
            kept.append(point)
    return kept
