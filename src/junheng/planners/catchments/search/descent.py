"""Local search that never breaks a zone: shifts of one home, and pairs of shifts that share a zone."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.contiguity import can_leave, zone_part
from junheng.planners.catchments.objective import Goal, tallies
from junheng.planners.catchments.problem import CatchmentProblem

_TRIED = 200
"""Pairs of shifts tested for contiguity in one step, the most promising first."""
_NOISE = 1e-9


def descend(
    problem: CatchmentProblem,
    mask: BoolArray,
    goal: Goal,
    assignment: IntArray,
    *,
    budget: Budget,
    share: float = 1.0,
) -> IntArray:
    """Return a contiguous plan that no single shift and no tested pair of shifts improves.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used and the objective, excess priced.
    assignment
        A contiguous plan to start from, shape (n,); it is left as it is.
    budget, share
        The search stops when this share of the time has passed.
    """
    search = Descent(problem, mask, goal, assignment)
    while not budget.is_over(share):
        if not search.improve_once():
            break
    return search.assignment


class Descent:
    """The plan with its loads and sums, changed in place."""

    def __init__(self, problem: CatchmentProblem, mask: BoolArray, goal: Goal, assignment: IntArray) -> None:
        self.problem, self.goal = problem, goal
        self.assignment = np.array(assignment, dtype=np.int64)
        self.may = mask.copy()
        self.may[problem.anchored[:, 0], :] = False
        first, second = problem.edges.T
        self.ends = np.concatenate([first, second]), np.concatenate([second, first])
        self._recount()

    def improve_once(self) -> bool:
        """Make the best shift or, if none helps, the best pair of shifts; return whether one was made."""
        homes, targets = self._shifts()
        return self._shift(homes, targets) or self._pair(homes, targets)

    def _recount(self) -> None:
        self.tally = tallies(self.problem, self.assignment)
        self.cost, self.overflow, self.sums = self.goal.totals(self.problem, self.assignment)
        self.value = float(self.goal.priced(self.cost, self.overflow, self.sums))
        self.leaves: dict[int, bool] = {}

    def _shifts(self) -> tuple[IntArray, IntArray]:
        """Return homes on a border and the neighbouring zones that they may join."""
        homes, others = self.ends
        targets = self.assignment[others]
        moves = (self.assignment[homes] != targets) & self.may[homes, targets]
        may = np.zeros(self.may.shape, dtype=bool)
        may[homes[moves], targets[moves]] = True
        border, zones = np.nonzero(may)
        return border, zones

    def _over(self, change: IntArray, schools: IntArray) -> IntArray:
        """Change of the overflow of schools whose sums change by so many, shape (rows, moves)."""
        tally = self.tally[:, schools]
        return self.problem.shortfall(tally + change, schools) - self.problem.shortfall(tally, schools)

    def _gain(self, cost: FloatArray, overflow: IntArray, sums: FloatArray) -> FloatArray:
        """Change of the objective by moves with these changes of cost, overflow and sums."""
        reached = self.sums[:, None] + sums
        return self.goal.priced(self.cost + cost, self.overflow + overflow, reached) - self.value

    def _changes(self, homes: IntArray, targets: IntArray) -> tuple[FloatArray, FloatArray]:
        now = self.assignment[homes]
        weights = self.goal.limit_weights
        return (
            self.goal.cost[homes, targets] - self.goal.cost[homes, now],
            weights[:, homes, targets] - weights[:, homes, now],
        )

    def _promising(self, gain: FloatArray) -> IntArray:
        """Positions of moves that improve the objective, the best first."""
        better = np.flatnonzero(gain < -_NOISE * max(1.0, abs(self.value)))
        return better[np.argsort(gain[better], kind="stable")]

    def _may_pay(self, cost: FloatArray) -> BoolArray:
        """Return which changes of the cost may improve the objective: at best they save all that is paid for excess."""
        return cost < self.value - float(self.cost)

    def _shift(self, homes: IntArray, targets: IntArray) -> bool:
        cost, sums = self._changes(homes, targets)
        may = self._may_pay(cost)
        homes, targets, cost, sums = homes[may], targets[may], cost[may], sums[:, may]
        pupils, now = self.problem.tallied[:, homes], self.assignment[homes]
        overflow = self._over(pupils, targets) + self._over(-pupils, now)
        for k in self._promising(self._gain(cost, overflow, sums)).tolist():
            if self._may_leave(int(homes[k])):
                self.assignment[homes[k]] = targets[k]
                self._recount()
                return True
        return False

    def _pair(self, homes: IntArray, targets: IntArray) -> bool:
        """Shift one home into a zone and another out of it: a swap, or a chain over three zones."""
        cost, sums = self._changes(homes, targets)
        one, two = self._pairs(homes, targets)
        may = self._may_pay(cost[one] + cost[two])
        one, two = one[may], two[may]
        start, middle, end = self.assignment[homes[one]], targets[one], targets[two]
        pupils = self.problem.tallied
        into, out = pupils[:, homes[one]], pupils[:, homes[two]]
        is_swap = end == start
        apart = self._over(-into, start) + self._over(out, end)
        overflow = self._over(into - out, middle) + np.where(is_swap, self._over(out - into, start), apart)
        gain = self._gain(cost[one] + cost[two], overflow, sums[:, one] + sums[:, two])
        for k in self._promising(gain)[:_TRIED].tolist():
            if not (self._may_leave(int(homes[one[k]])) and self._may_leave(int(homes[two[k]]))):
                continue
            moved = {int(homes[one[k]]): int(targets[one[k]]), int(homes[two[k]]): int(targets[two[k]])}
            if self._make_if_connected(moved, {int(start[k]), int(middle[k]), int(end[k])}):
                return True
        return False

    def _may_leave(self, home: int) -> bool:
        """Return whether the home's zone holds without it, remembered until the plan changes."""
        known = self.leaves.get(home)
        if known is None:
            known = self.leaves[home] = can_leave(self.problem.neighbours, self.assignment, home)
        return known

    def _pairs(self, homes: IntArray, targets: IntArray) -> tuple[IntArray, IntArray]:
        """Return positions of shifts (one, two) where the second leaves the zone that the first enters."""
        now = self.assignment[homes]
        order = np.argsort(now, kind="stable")
        begins = np.searchsorted(now[order], np.arange(self.problem.n_schools + 1))
        counts = begins[targets + 1] - begins[targets]
        one = np.repeat(np.arange(len(homes)), counts)
        within = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
        two = order[np.repeat(begins[targets], counts) + within]
        return one, two

    def _make_if_connected(self, moved: dict[int, int], schools: set[int]) -> bool:
        before = {home: int(self.assignment[home]) for home in moved}
        for home, target in moved.items():
            self.assignment[home] = target
        if all(self._is_connected(school) for school in schools):
            self._recount()
            return True
        for home, school in before.items():
            self.assignment[home] = school
        return False

    def _is_connected(self, school: int) -> bool:
        part = zone_part(self.problem.neighbours, self.assignment, int(self.problem.anchor[school]))
        return len(part) == int((self.assignment == school).sum())
