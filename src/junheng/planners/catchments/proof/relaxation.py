"""The linear relaxation: fractions of homes, with the cuts for contiguity and bottlenecks that they break."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import Columns, base_rows, cut_rows
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.bottlenecks import Bottlenecks
from junheng.planners.catchments.proof.cuts import Cut, within
from junheng.planners.catchments.proof.duality import Duals, Relaxed, path_costs, safe_bound, unsolved
from junheng.planners.catchments.proof.highs import LinearResult, Model
from junheng.planners.catchments.proof.separation import separate
from junheng.planners.catchments.proof.standing import standing_cuts

_AGE = 4
_FOR_EVER = -(2**31)
_MOST_IDLE = 50
_WINDOW = 8
_LITTLE = 2e-5


class Relaxation:
    """Linear relaxation of one goal; `tighten` adds broken cuts until they gain little.

    The bound holds for the stated problem: the relaxation drops only whole numbers and some cuts, and its value is
    recomputed from the duals, so that it does not lean on the solver's tolerances.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used, shape (n, m), and the objective.
    start
        Cuts to begin with, known to hold within the mask.
    columns
        Pairs of the mask that become columns, shape (n, m); `None` for all. With fewer, the answer's bound holds for
        plans that use these alone, but its cuts hold within the mask; see `junheng.planners.catchments.proof.pricing`.
    has_cuts
        Whether cuts of contiguity and bottlenecks are sought beyond those to begin with.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        *,
        start: Iterable[Cut],
        columns: BoolArray | None = None,
        has_cuts: bool = True,
    ) -> None:
        self.problem, self.goal, self.mask = problem, goal, mask
        self.columns = Columns(mask if columns is None else columns, len(goal.limits))
        self.cost = column_costs(self.columns, goal)
        self.upper = column_uppers(problem, self.columns, goal)
        self.base = base_rows(problem, self.columns, goal)
        self.has_cuts = has_cuts
        self.model = Model(cost=self.cost, upper=self.upper, rows=self.base, integer=None)
        self.n_base = self.model.n_rows
        self.active: list[Cut] = []
        self.age = np.zeros(0, np.int64)
        standing = within(standing_cuts(problem, mask), mask)
        self._add(standing)
        self.age[:] = _FOR_EVER
        known = set(standing)
        gateways = self.bottlenecks.at_gateways() if has_cuts else []
        more = dict.fromkeys([*gateways, *start])
        self._add([cut for cut in within(more, mask) if cut not in known])

    @cached_property
    def bottlenecks(self) -> Bottlenecks:
        """What finds bottlenecks; not set up where no cuts are sought."""
        return Bottlenecks(self.problem, self.mask)

    def tighten(self, budget: Budget, share: float, *, enough: float = np.inf, rounds: int = 200) -> Relaxed:
        """Return the relaxation's answer.

        Stops when no cut is broken, when the bound is ``enough``, when the last rounds gained little, after ``rounds``
        rounds, or when that share of the time has passed; an answer that could not be computed in time says nothing
        (bound 0).
        """
        answer = unsolved(self.columns.mask, self.goal, 0.0)
        values: list[float] = []
        while True:
            result = self.model.solve_linear(budget, share)
            if result is None:
                return unsolved(self.columns.mask, self.goal, np.inf) if self.model.is_infeasible else answer
            values.append(result.value)
            x = self._matrix_of(result.columns)
            is_enough = result.value >= enough or len(values) >= rounds or _gains_little(values)
            is_last = is_enough or budget.is_over(share)
            broken = [] if is_last else self._broken(x, result.columns[self.columns.overflow])
            is_last = is_last or not broken
            if is_last or len(values) % _WINDOW == 1:
                answer = self._answer(result, x)
            if is_last:
                return answer
            self._forget(result)
            self._add(broken)

    def turn_to(self, goal: Goal, budget: Budget, share: float) -> float:
        """Take another goal with as many limits, and return the bound that the cuts found so far prove for it.

        Overflow alone ties so many plans that its own relaxation finds few cuts, and those slowly.
        """
        self.goal = goal
        self.cost, self.upper = (
            column_costs(self.columns, goal),
            column_uppers(self.problem, self.columns, goal),
        )
        self.model.change_costs(self.cost)
        self.model.change_uppers(self.upper)
        result = self.model.solve_linear(budget, share)
        if result is None:
            return np.inf if self.model.is_infeasible else 0.0
        blocks = [*self.base, cut_rows(self.columns, self.active)]
        return safe_bound(self.cost, self.upper, blocks, result.row_duals)[0]

    def estimate(self, mask: BoolArray, budget: Budget, share: float) -> float:
        """Return the value with only the pairs of a mask open and no new cuts: a guess at the relaxation within it."""
        upper = self.upper.copy()
        upper[: self.columns.n_pairs] *= mask[self.columns.homes, self.columns.schools]
        self.model.change_uppers(upper)
        result = self.model.solve_linear(budget, share)
        return np.inf if result is None else result.value

    def _broken(self, x: FloatArray, overflow: FloatArray) -> list[Cut]:
        if not self.has_cuts:
            return []
        present = set(self.active)
        cuts = [
            *separate(self.problem, self.mask, x),
            *self.bottlenecks.separate(x, overflow),
        ]
        return [cut for cut in cuts if cut not in present]

    def _add(self, broken: list[Cut]) -> None:
        self.model.add_rows(cut_rows(self.columns, broken))
        self.active += broken
        self.age = np.concatenate([self.age, np.zeros(len(broken), np.int64)])

    def _forget(self, result: LinearResult) -> None:
        """Delete cuts that have not mattered for some rounds."""
        idle = np.abs(result.row_duals[self.n_base :]) <= 1e-9
        self.age = np.where(idle | (self.age < 0), self.age + 1, 0)
        old = np.flatnonzero(self.age > _AGE)
        if len(old) > _MOST_IDLE:
            self.model.delete_rows(old + self.n_base)
            gone = set(old.tolist())
            self.active = [cut for k, cut in enumerate(self.active) if k not in gone]
            self.age = np.delete(self.age, old)

    def _matrix_of(self, columns: FloatArray) -> FloatArray:
        x = np.zeros((self.problem.n_homes, self.problem.n_schools))
        x[self.columns.homes, self.columns.schools] = columns[: self.columns.n_pairs]
        return x

    def _answer(self, result: LinearResult, x: FloatArray) -> Relaxed:
        blocks = [*self.base, cut_rows(self.columns, self.active)]
        bound, reduced = safe_bound(self.cost, self.upper, blocks, result.row_duals)
        reduced_cost = np.full(x.shape, np.inf)
        reduced_cost[self.columns.homes, self.columns.schools] = np.maximum(
            reduced[: self.columns.n_pairs], 0.0
        )
        return Relaxed(
            bound=bound,
            share=x,
            reduced_cost=reduced_cost,
            floor=bound + path_costs(self.problem, reduced_cost),
            duals=self._duals(result),
        )

    def _duals(self, result: LinearResult) -> Duals:
        n, m = self.problem.n_homes, self.problem.n_schools
        prices = np.maximum(-result.row_duals, 0.0)
        cut = prices[self.n_base :]
        used = np.flatnonzero(cut > 1e-9)
        return Duals(
            home=result.row_duals[:n],
            places=prices[n : n + m],
            cuts=tuple(self.active[k] for k in used.tolist()),
            cut=cut[used],
            limit=prices[n + m + 1 : self.n_base],
            overflow=float(prices[n + m]),
        )


def column_costs(columns: Columns, goal: Goal) -> FloatArray:
    """Return the costs of a model's columns; excess overflow has a price unless it is forbidden."""
    cost = np.zeros(columns.total)
    cost[: columns.n_pairs] = goal.cost[columns.homes, columns.schools]
    cost[columns.excess] = 0.0 if goal.is_overflow_hard else goal.overflow_price
    return cost


def column_uppers(problem: CatchmentProblem, columns: Columns, goal: Goal) -> FloatArray:
    """Return the upper bounds of a model's columns; the goal's limits leave no excess."""
    upper = np.ones(columns.total)
    upper[columns.overflow] = upper[columns.excess] = max(1.0, float(problem.most_overflow))
    upper[columns.excess] *= not goal.is_overflow_hard
    upper[columns.excess + 1 :] = 0.0
    return upper


def _gains_little(values: list[float]) -> bool:
    if len(values) <= 2 * _WINDOW:
        return False
    return values[-1] - values[-1 - _WINDOW] <= _LITTLE * max(1.0, abs(values[-1]))
