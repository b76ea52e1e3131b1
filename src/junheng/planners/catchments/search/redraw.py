"""Improve a plan by redrawing a few neighbouring zones exactly, all others standing still.

A shift of one home, or of two, cannot mend zones that are full to the last place: several homes must change hands at
once. An integer programme over three to six zones finds such exchanges whole, contiguity included (large neighbourhood
search: Shaw, "Using constraint programming and local search methods to solve vehicle routing problems", CP 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.objective import Goal, is_used, overflows
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut
from junheng.planners.catchments.proof.exact import solve_exact

_SIZES = (3, 6)
"""Zones redrawn together: the first number until that gains nothing more, then one more, up to the last."""
_TICKS = 150
"""Counted work of one integer programme, in solver ticks."""
_SET_UP = 5
"""What setting one up counts, in solver ticks."""
_IDLE = 1.5
"""Groups a school without a gain, after which one more zone joins each group."""

Report = Callable[[float], None]


class Redraw:
    """Exact search over groups of neighbouring zones for one goal.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used, shape (n, m), and the objective.
    cuts
        Cuts of contiguity and bottlenecks to begin with, known to hold within the mask.
    rng
        Draws the groups.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        *,
        cuts: Iterable[Cut],
        rng: np.random.Generator,
    ) -> None:
        self.problem, self.mask, self.goal, self.rng = problem, mask, goal, rng
        self.cuts = tuple(cuts)
        self.n_tried = 0
        self._settled: dict[tuple[int, ...], bytes] = {}

    def improve(
        self,
        plan: IntArray,
        *,
        ticks: int,
        budget: Budget,
        until: float,
        enough: float,
        report: Report = lambda _: None,
    ) -> IntArray:
        """Return the best plan found.

        Parameters
        ----------
        plan
            A contiguous plan to start from, shape (n,); it is left as it is.
        ticks, budget, until, enough
            The search ends after so much counted work, when this share of the time has passed, when a plan reaches a
            value, or when the largest groups gain nothing more.
        report
            Called with the best value at each gain.
        """
        value, idle = self.goal.value(self.problem, plan), 0
        size, largest = (min(number, self.problem.n_schools) for number in _SIZES)
        while ticks > 0 and value > enough and not budget.is_over(until):
            if idle > _IDLE * self.problem.n_schools:
                size, idle = size + 1, 0
            if size > largest:
                break
            ticks -= 1  # so that drawing settled groups ends too
            idle += 1
            group = self._group(plan, size)
            if self._is_settled(plan, group):
                continue
            redrawn, used = self._redrawn(plan, group, min(_TICKS, ticks), budget, until)
            ticks -= _SET_UP + used
            now = self.goal.value(self.problem, redrawn)
            if now < value:
                plan, value, idle = redrawn, now, 0
                report(value)
            self._settled[group] = _zones(plan, group).tobytes()
        return plan

    def _redrawn(
        self, plan: IntArray, group: tuple[int, ...], ticks: int, budget: Budget, until: float
    ) -> tuple[IntArray, int]:
        """Return the plan with a group of zones redrawn, and the ticks that it took."""
        self.n_tried += 1
        inside = np.isin(plan, group)
        mask = is_used(self.problem, plan)
        rows = np.ix_(inside, np.array(group))
        mask[rows] |= self.mask[rows]
        exact = solve_exact(
            self.problem,
            self.goal,
            mask=mask,
            start=plan,
            cuts=self.cuts,
            mend=lambda _: None,
            budget=budget,
            share=until,
            ticks=ticks,
        )
        return (plan if exact.assignment is None else exact.assignment), exact.ticks

    def _is_settled(self, plan: IntArray, group: tuple[int, ...]) -> bool:
        return self._settled.get(group) == _zones(plan, group).tobytes()

    def _group(self, plan: IntArray, size: int) -> tuple[int, ...]:
        """Return zones that touch one another, ascending: every other time one of them is over its places."""
        first, second = plan[self.problem.edges].T
        touches = np.zeros((self.problem.n_schools, self.problem.n_schools), dtype=bool)
        touches[first, second] = touches[second, first] = True
        over = np.flatnonzero(overflows(self.problem, plan))
        is_from_over = len(over) > 0 and self.rng.random() < 0.5
        group = [int(self.rng.choice(over) if is_from_over else self.rng.integers(self.problem.n_schools))]
        while len(group) < size:
            around = np.setdiff1d(np.flatnonzero(touches[group].any(axis=0)), group)
            if not len(around):
                break
            group.append(int(self.rng.choice(around)))
        return tuple(sorted(group))


def _zones(plan: IntArray, group: tuple[int, ...]) -> IntArray:
    """Return the plan where it lies in these zones, -1 elsewhere."""
    return np.where(np.isin(plan, group), plan, -1)
