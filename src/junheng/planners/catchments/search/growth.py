"""A first contiguous plan: keep what hangs together of a suggestion and let the zones grow over the rest."""

from __future__ import annotations

import heapq

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.contiguity import cut_off
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem


def grow(problem: CatchmentProblem, mask: BoolArray, goal: Goal, suggestion: FloatArray) -> IntArray | None:
    """Return a contiguous plan near a suggestion, or `None` where growing gets stuck.

    Parameters
    ----------
    problem
        The problem.
    mask
        Pairs that may be used, shape (n, m).
    goal
        Its cost and its overflow price say which zone takes a home.
    suggestion
        Weight of each pair, shape (n, m), such as a fractional plan; each home's largest is tried first.
    """
    assignment = np.where(mask, suggestion, -1.0).argmax(axis=1)
    assignment[problem.anchored[:, 0]] = problem.anchored[:, 1]
    loose = set(np.union1d(cut_off(problem, assignment), np.flatnonzero(~mask.any(axis=1))).tolist())
    loose |= set(np.flatnonzero(~mask[np.arange(problem.n_homes), assignment]).tolist())
    loose -= set(problem.anchor.tolist())
    growth = _Growth(problem, mask, goal, assignment, loose)
    return growth.assignment if growth.run() else None


class _Growth:
    """Homes join a neighbouring zone one at a time, the cheapest first."""

    def __init__(
        self, problem: CatchmentProblem, mask: BoolArray, goal: Goal, assignment: IntArray, loose: set[int]
    ) -> None:
        self.problem, self.mask, self.goal = problem, mask, goal
        self.assignment, self.loose = assignment, loose
        kept = np.ones(problem.n_homes, dtype=bool)
        kept[list(loose)] = False
        filled = [
            np.bincount(assignment[kept], weights=pupils[kept], minlength=problem.n_schools)
            for pupils in problem.pupils_by_year
        ]
        # Plain numbers: one home at a time, they are much faster than arrays.
        self.over = (np.array(filled) - problem.capacity_by_year).astype(int).T.tolist()
        self.pupils = problem.pupils_by_year.T.tolist()
        self.heap: list[tuple[float, int, int]] = []

    def run(self) -> bool:
        """Grow until nothing is loose (True) or nothing loose touches a zone that may take it (False)."""
        for home in sorted(self.loose):
            for other in self.problem.neighbours[home]:
                if other not in self.loose:
                    self._offer(home, int(self.assignment[other]))
        while self.loose and self.heap:
            price, home, school = heapq.heappop(self.heap)
            if home not in self.loose:
                continue
            now = self._price(home, school)
            if now > price:
                heapq.heappush(self.heap, (now, home, school))
                continue
            self._join(home, school)
        return not self.loose

    def _join(self, home: int, school: int) -> None:
        self.loose.discard(home)
        self.assignment[home] = school
        self.over[school] = self._over_with(home, school)
        for other in self.problem.neighbours[home]:
            if other in self.loose:
                self._offer(other, school)

    def _offer(self, home: int, school: int) -> None:
        if self.mask[home, school]:
            heapq.heappush(self.heap, (self._price(home, school), home, school))

    def _over_with(self, home: int, school: int) -> list[int]:
        return [over + pupils for over, pupils in zip(self.over[school], self.pupils[home], strict=True)]

    def _price(self, home: int, school: int) -> float:
        over = max(0, *self._over_with(home, school)) - max(0, *self.over[school])
        return float(self.goal.cost[home, school]) + float(self.goal.overflow_price * over)


def grown_plans(problem: CatchmentProblem, mask: BoolArray, goal: Goal, share: FloatArray) -> list[IntArray]:
    """Return plans grown from a fractional plan, and from it and the present zones (none where growing gets stuck)."""
    now = np.zeros(share.shape)
    known = np.flatnonzero(problem.present != NO_SCHOOL)
    now[known, problem.present[known]] = 2.0
    plans = [grow(problem, mask, goal, share), grow(problem, mask, goal, now + share)]
    return [plan for plan in plans if plan is not None]
