"""The linear solver HiGHS, single-threaded and stopped by counted work, behind a few plain functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.highs import add_rows, quiet_model_of
from junheng.planners.linear import Rows

_STATUS = highspy.HighsModelStatus
Proposal = Callable[[FloatArray], None]


@dataclass(frozen=True, eq=False)
class LinearResult:
    """An optimal linear solution: value, columns, duals of rows and the reduced costs of columns."""

    value: float
    columns: FloatArray
    row_duals: FloatArray
    reduced_costs: FloatArray


@dataclass(frozen=True, eq=False)
class IntegerResult:
    """What an integer run found: best columns (or None), proven bound, whether it ended by itself."""

    columns: FloatArray | None
    bound: float
    is_optimal: bool
    is_infeasible: bool
    ticks: int


class Model:
    """A linear or integer programme inside HiGHS; rows can be added and deleted."""

    def __init__(
        self,
        *,
        cost: FloatArray,
        upper: FloatArray,
        rows: Sequence[Rows],
        integer: BoolArray | None,
        lower: FloatArray | None = None,
    ) -> None:
        self.n_columns = len(cost)
        self.n_rows = sum(block.matrix.shape[0] for block in rows)
        self._highs = quiet_model_of(rows, upper=upper, lower=lower, cost=cost, integer=integer)

    def change_costs(self, cost: FloatArray) -> None:
        """Give the columns other costs."""
        self._highs.changeColsCost(self.n_columns, np.arange(self.n_columns, dtype=np.int32), cost)

    def change_uppers(self, upper: FloatArray) -> None:
        """Give the columns other upper bounds; the lower ones are 0."""
        every = np.arange(self.n_columns, dtype=np.int32)
        self._highs.changeColsBounds(self.n_columns, every, np.zeros(self.n_columns), upper)

    def add_rows(self, rows: Rows) -> None:
        """Add rows below the others."""
        self.n_rows += rows.matrix.shape[0]
        add_rows(self._highs, rows)

    def delete_rows(self, positions: IntArray) -> None:
        """Delete rows by position."""
        self.n_rows -= len(positions)
        self._highs.deleteRows(len(positions), positions.astype(np.int32))

    def use_interior_points(self) -> None:
        """Solve linear programmes by interior points, without going on to a corner: faster where there are many rows.

        The solution then lies amid all best ones, and its prices are as good as those of a corner to a millionth part.
        """
        self._highs.setOptionValue("solver", "ipm")
        self._highs.setOptionValue("run_crossover", "off")

    @property
    def is_infeasible(self) -> bool:
        """Whether the last run proved that there is no solution."""
        return bool(self._highs.getModelStatus() == _STATUS.kInfeasible)

    def solve_linear(self, budget: Budget, share: float) -> LinearResult | None:
        """Solve the linear programme; `None` where it has no solution or the time is over."""
        self._limit_time(budget, share)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == _STATUS.kTimeLimit:
            budget.is_bitten = True
        if status != _STATUS.kOptimal:
            return None
        solution = self._highs.getSolution()
        return LinearResult(
            float(self._highs.getInfo().objective_function_value),
            np.array(solution.col_value),
            np.array(solution.row_dual),
            np.array(solution.col_dual),
        )

    def solve_integer(
        self,
        budget: Budget,
        share: float,
        *,
        ticks: int,
        start: FloatArray | None = None,
        on_solution: Proposal | None = None,
        absolute_gap: float = 1e-6,
        may_restart: bool = False,
        enough: float = np.inf,
    ) -> IntegerResult:
        """Solve the integer programme within a number of solver ticks, or until its bound is ``enough``.

        A tick is one of HiGHS's own checks whether it should stop: their number depends on the model only,
        not on the machine.
        """
        self._limit_time(budget, share)
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._highs.setOptionValue("mip_allow_restart", may_restart)
        self._highs.setOptionValue("mip_abs_gap", absolute_gap)
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = start.tolist()
            self._highs.setSolution(given)
        watch = _Watch(ticks, enough)
        self._highs.cbMipInterrupt.subscribe(watch.tick)
        found = None if on_solution is None else _Found(on_solution)
        if found is not None:
            self._highs.cbMipSolution.subscribe(found.keep)
        self._highs.run()
        self._highs.cbMipInterrupt.unsubscribe(watch.tick)
        if found is not None:
            self._highs.cbMipSolution.unsubscribe(found.keep)
        return self._integer_result(budget, watch.ticks)

    def _integer_result(self, budget: Budget, ticks: int) -> IntegerResult:
        status = self._highs.getModelStatus()
        if status == _STATUS.kTimeLimit:
            budget.is_bitten = True
        solution, info = self._highs.getSolution(), self._highs.getInfo()
        columns = np.array(solution.col_value) if solution.value_valid else None
        is_infeasible = status == _STATUS.kInfeasible
        bound = float(info.mip_dual_bound)
        return IntegerResult(columns, bound, status == _STATUS.kOptimal, is_infeasible, ticks)

    def _limit_time(self, budget: Budget, share: float) -> None:
        # The solver's clock runs on from one run to the next.
        spent = self._highs.getRunTime()
        self._highs.setOptionValue("time_limit", spent + max(0.01, budget.left(share)))


class _Watch:
    """Stops an integer run after a number of ticks, or at a bound."""

    def __init__(self, most: int, enough: float) -> None:
        self.most, self.enough = most, enough
        self.ticks = 0

    def tick(self, event: Any) -> None:
        self.ticks += 1
        if self.ticks >= self.most or event.data_out.mip_dual_bound >= self.enough:
            event.interrupt()


class _Found:
    """Hands every solution that an integer run finds to a listener."""

    def __init__(self, listener: Proposal) -> None:
        self._listener = listener

    def keep(self, event: Any) -> None:
        self._listener(np.array(event.data_out.mip_solution))
