"""Proof by cases: who has the home that most pupils of several zones would pass.

Where a river leaves few crossings, the linear relaxation lets many zones cross it, each by a fraction, and no cut of
one zone forbids it. Once it is settled who has a crossing, all others lose what lies behind it, the zone that has it
must hold the way to it (`gateways.closed`), and the cuts of what is left are far stronger. So the plans are split into
cases, the case with the weakest bound first: one for each school that has a share of that home, and one for all other
schools. Every plan is in one of the cases, so that the least of their bounds is a bound.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.gateways import closed
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut
from junheng.planners.catchments.proof.relaxation import Relaxation

_LEAST_SHARE = 0.02
"""Share of a home from which a school gets a case of its own."""
_TRIED = 5
"""Crowded homes that are compared before one splits a case."""
_ROUNDS = 15
"""Rounds of cuts in one case."""

Crossing = tuple[int, tuple[int, ...]]
"""A home and the schools that have a share of it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Case:
    """The plans that use only some pairs of home and school.

    Attributes
    ----------
    mask
        Those pairs, shape (n, m).
    bound
        No contiguous plan within the mask that keeps the goal's limits is below it.
    guide
        Value of the relaxation that the cuts were found for; it says which of two cases of one bound comes first.
    share
        Fractional plan, shape (n, m).
    cuts
        Cuts that hold within the mask.
    crossing
        The home that splits the case, and the schools that have a share of it; `None` where nothing splits it.
    """

    mask: BoolArray
    bound: float
    guide: float
    share: FloatArray
    cuts: tuple[Cut, ...]
    crossing: Crossing | None


class Cases:
    """Plans, split into ever more cases.

    Parameters
    ----------
    problem, goal
        The problem and the objective that bounds are for.
    guide
        The objective that cuts are found for: the goal itself, or a like one that tells plans of equal value apart.
    begin
        Pairs that may be used, shape (n, m), with cuts that hold within them: every plan is within one of these.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        goal: Goal,
        *,
        guide: Goal,
        begin: Iterable[tuple[BoolArray, Iterable[Cut]]],
    ) -> None:
        self.problem, self.goal, self.guide = problem, goal, guide
        self.least_crowd = float(problem.pupils.mean())
        self.n_made = 0
        self._open: list[tuple[float, float, int, Case]] = []
        self._begin = [(mask, tuple(cuts)) for mask, cuts in begin]

    @property
    def bound(self) -> float:
        """The least bound of any case; infinite where there is none."""
        return self._open[0][0] if self._open else np.inf

    @property
    def cases(self) -> list[Case]:
        """The cases, the weakest bound first."""
        return [case for *_, case in sorted(self._open, key=lambda one: one[:3])]

    def split(
        self,
        *,
        most: int,
        enough: Callable[[], float],
        budget: Budget,
        share: float,
        look: Callable[[Case], None],
    ) -> None:
        """Split the weakest case until there are so many, its bound is enough, nothing splits it, or time is over.

        Parameters
        ----------
        most, budget, share
            Cases to make, and the share of the time that may pass.
        enough
            Returns the bound from which a case needs no splitting.
        look
            Called with every case made, to draw a plan from its share.
        """
        for mask, cuts in self._begin:
            self._add(mask, cuts, floor=(-np.inf, -np.inf), budget=budget, share=share, look=look)
        while self._open and self.n_made < most and not budget.is_over(share):
            bound, guide, _, case = self._open[0]
            if bound >= enough() or case.crossing is None:
                return
            heapq.heappop(self._open)
            for mask in _split(case.mask, case.crossing):
                self._add(mask, case.cuts, floor=(bound, guide), budget=budget, share=share, look=look)

    def _add(
        self,
        mask: BoolArray,
        cuts: tuple[Cut, ...],
        *,
        floor: tuple[float, float],
        budget: Budget,
        share: float,
        look: Callable[[Case], None],
    ) -> None:
        """Relax a case and put it among the others, unless there is no plan in it."""
        possible = closed(self.problem, mask)
        if not possible.any(axis=1).all():
            return
        case = self._relaxed(possible, cuts, floor, budget, share)
        if np.isinf(case.bound) and case.bound > 0:
            return
        self.n_made += 1
        heapq.heappush(self._open, (case.bound, case.guide, self.n_made, case))
        look(case)

    def _relaxed(
        self, mask: BoolArray, cuts: tuple[Cut, ...], floor: tuple[float, float], budget: Budget, share: float
    ) -> Case:
        relaxation = Relaxation(self.problem, mask, self.guide, start=cuts)
        relaxed = relaxation.tighten(budget, share, rounds=_ROUNDS)
        known = tuple(relaxation.active)
        bound = relaxed.bound
        if self.goal is not self.guide and np.isfinite(bound):
            bound = relaxation.turn_to(self.goal, budget, share)
        crossing = self._crossing(relaxation, relaxed.share, budget, share) if relaxed.share.any() else None
        return Case(
            mask=mask,
            bound=max(floor[0], self.goal.rounded(bound)),
            guide=max(floor[1], relaxed.bound),
            share=relaxed.share,
            cuts=known,
            crossing=crossing,
        )

    def _crossing(
        self, relaxation: Relaxation, share: FloatArray, budget: Budget, until: float
    ) -> Crossing | None:
        """Return the home, among those that most pupils of several zones pass, whose weakest case is the strongest."""
        crowd = relaxation.bottlenecks.crowding(share)
        others = crowd.sum(axis=1) - crowd.max(axis=1)
        crowded = np.argsort(-others, kind="stable")[:_TRIED]
        best, highest = None, [-np.inf]
        for home in crowded[others[crowded] >= self.least_crowd].tolist():
            crossing = home, tuple(np.flatnonzero(share[home] > _LEAST_SHARE).tolist())
            masks = [closed(self.problem, mask) for mask in _split(relaxation.columns.mask, crossing)]
            values = sorted(
                relaxation.estimate(mask, budget, until) for mask in masks if mask.any(axis=1).all()
            )
            if not values or [round(v, 3) for v in values] > highest:
                best, highest = crossing, [round(v, 3) for v in values] or [np.inf]
        return best


def _split(mask: BoolArray, crossing: Crossing) -> Iterator[BoolArray]:
    """Return the pairs left where each of these schools has the home, and where none of them has it."""
    home, schools = crossing
    for school in schools:
        settled = mask.copy()
        settled[home, :] = False
        settled[home, school] = True
        yield settled
    others = mask.copy()
    others[home, list(schools)] = False
    yield others
