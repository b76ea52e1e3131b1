"""The exact step: the integer programme over the pairs that a better plan could use, cut until it is contiguous."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import Columns, base_rows, cut_rows
from junheng.planners.catchments.contiguity import cut_off
from junheng.planners.catchments.objective import Goal, is_used, overflows
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut, within
from junheng.planners.catchments.proof.highs import IntegerResult, Model
from junheng.planners.catchments.proof.relaxation import column_costs, column_uppers
from junheng.planners.catchments.proof.separation import separate
from junheng.planners.catchments.proof.standing import standing_cuts

Mend = Callable[[IntArray], IntArray | None]
"""Turns a plan with loose parts into a contiguous one, or gives up."""

_SEEN = 12
"""Solutions of one run whose loose parts are cut off, the last ones found."""
_FIRST = 300
"""Ticks after which the first run is stopped, to go on with the cuts that its solutions break."""


@dataclass(frozen=True, eq=False)
class Exact:
    """What the exact step proved.

    Attributes
    ----------
    assignment
        The best plan found, or `None`.
    bound
        No contiguous plan within the mask that keeps the goal's limits is below it; infinite where there is none.
    ticks
        Counted work that it took.
    """

    assignment: IntArray | None
    bound: float
    ticks: int


def solve_exact(
    problem: CatchmentProblem,
    goal: Goal,
    *,
    mask: BoolArray,
    start: IntArray | None,
    cuts: Iterable[Cut],
    mend: Mend,
    budget: Budget,
    share: float,
    ticks: int,
    enough: float = np.inf,
) -> Exact:
    """Search the plans that use only the pairs of a mask, with the goal's limits hard.

    The integer programme knows the cuts that matter to the relaxation. As long as its best solution has loose parts,
    they are cut off and it is solved again; its bound is valid at any time, as it knows some cuts only.

    Parameters
    ----------
    problem, goal, mask
        The problem, the objective, the pairs that may be used, shape (n, m).
    start
        A plan that keeps the goal's limits, or `None`; its pairs are added to the mask.
    cuts
        Cuts to begin with, which hold within the mask.
    mend
        Makes contiguous plans out of solutions with loose parts.
    budget, share, ticks
        The step ends after so many solver ticks altogether, or when this share of the time has passed.
    enough
        Bound at which it ends, as a plan of that value is known elsewhere.
    """
    mask = mask if start is None else mask | is_used(problem, start)
    return _Search(problem, goal, mask, cuts, start=start, enough=enough).run(mend, budget, share, ticks)


class _Search:
    """The integer programme with the best plan, its value and the bound so far."""

    def __init__(
        self,
        problem: CatchmentProblem,
        goal: Goal,
        mask: BoolArray,
        cuts: Iterable[Cut],
        *,
        start: IntArray | None,
        enough: float,
    ) -> None:
        self.problem, self.goal, self.enough = problem, goal, enough
        self.columns = Columns(mask, len(goal.limits))
        self.cuts = set(within([*standing_cuts(problem, mask), *cuts], mask))
        self.best, self.bound = start, -np.inf
        self.value = np.inf if start is None else goal.value(problem, start)

    def run(self, mend: Mend, budget: Budget, share: float, ticks: int) -> Exact:
        """Solve, cut and solve again until proven, out of ticks or out of time."""
        left, run = ticks, _FIRST
        while left > 0 and not budget.is_over(share):
            seen: list[IntArray] = []
            result = self._solve(seen, budget, share, min(run, left))
            left, run = left - result.ticks, left
            if result.is_infeasible:
                return Exact(self.best, self.value, ticks=ticks - left)
            self._raise_bound(result)
            has_new_cuts = self._learn(seen, mend)
            if self.bound >= self.value - _noise(self.value):
                return Exact(self.best, self.value, ticks=ticks - left)
            if self.bound >= self.enough or (result.is_optimal and not has_new_cuts):
                break
        return Exact(self.best, min(self.bound, self.value), ticks=ticks - left)

    def _model(self) -> Model:
        """Return the integer programme with the cuts known by now; one that was stopped cannot be run on."""
        is_sure = self.columns.mask.sum(axis=1)[self.columns.homes] == 1
        integer, lower = np.zeros(self.columns.total, dtype=bool), np.zeros(self.columns.total)
        integer[: self.columns.n_pairs] = ~is_sure
        lower[: self.columns.n_pairs] = is_sure
        model = Model(
            cost=column_costs(self.columns, self.goal),
            lower=lower,
            upper=column_uppers(self.problem, self.columns, self.goal),
            rows=base_rows(self.problem, self.columns, self.goal),
            integer=integer,
        )
        model.add_rows(cut_rows(self.columns, sorted(self.cuts)))
        return model

    def _solve(self, seen: list[IntArray], budget: Budget, share: float, ticks: int) -> IntegerResult:
        """Run the integer programme from the best plan; every solution it finds is put into ``seen``."""

        def listen(values: FloatArray) -> None:
            seen.append(plan_of_columns(self.problem, self.columns, values))

        start = None
        if self.best is not None and (self.columns.mask | ~is_used(self.problem, self.best)).all():
            start = columns_of_plan(self.problem, self.columns, self.goal, self.best)
        gap = 1.0 - 1e-6 if self.goal.is_whole else _noise(self.value)
        result = self._model().solve_integer(
            budget, share, ticks=ticks, start=start, on_solution=listen, absolute_gap=gap, enough=self.enough
        )
        if result.columns is not None:
            listen(result.columns)
        return result

    def _raise_bound(self, result: IntegerResult) -> None:
        self.bound = max(self.bound, min(self.goal.rounded(result.bound), self.value))

    def _learn(self, seen: list[IntArray], mend: Mend) -> bool:
        """Take better plans from the solutions seen and cut off loose parts; return whether there are new cuts."""
        n_known = len(self.cuts)
        for plan in seen[-_SEEN:]:
            if not len(cut_off(self.problem, plan)):
                self._offer(plan)
                continue
            broken = separate(self.problem, self.columns.mask, is_used(self.problem, plan).astype(np.float64))
            self.cuts.update(broken)
            mended = mend(plan)
            if mended is not None:
                self._offer(mended)
        return len(self.cuts) > n_known

    def _offer(self, plan: IntArray) -> None:
        """Keep a contiguous plan if it is better; plans outside the mask are welcome, the mask only guides."""
        if not self.goal.is_kept(self.problem, plan):
            return
        value = self.goal.value(self.problem, plan)
        if value < self.value - _noise(value):
            self.best, self.value = plan, value


def _noise(value: float) -> float:
    return 1e-9 * max(1.0, abs(value)) if np.isfinite(value) else 1e-9


def columns_of_plan(
    problem: CatchmentProblem, columns: Columns, goal: Goal, assignment: IntArray
) -> FloatArray:
    """Return the values of a model's columns that describe a plan."""
    values = np.zeros(columns.total)
    values[columns.index[np.arange(problem.n_homes), assignment]] = 1.0
    values[columns.overflow] = overflows(problem, assignment)
    _, overflow, _ = goal.totals(problem, assignment)
    values[columns.excess] = max(0.0, float(overflow) - goal.overflow_free)
    return values


def plan_of_columns(problem: CatchmentProblem, columns: Columns, values: FloatArray) -> IntArray:
    """Return the school of each home from the values of a model's columns."""
    x = np.full((problem.n_homes, problem.n_schools), -1.0)
    x[columns.homes, columns.schools] = values[: columns.n_pairs]
    return np.asarray(x.argmax(axis=1), dtype=np.int64)
