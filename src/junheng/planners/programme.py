"""A linear or integer programme that the solver HiGHS runs to its end, or until the time is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.clock import Clock
from junheng.planners.highs import add_rows, quiet_model_of
from junheng.planners.linear import Rows

_STATUS = highspy.HighsModelStatus
_FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible


@dataclass(frozen=True, eq=False)
class Solution:
    """What a run found: the best columns (`None`: none), a proven bound, and for linear programmes the duals."""

    columns: FloatArray | None
    bound: float
    row_duals: FloatArray
    is_infeasible: bool
    is_optimal: bool


class Programme:
    """A linear or integer programme inside HiGHS, to which rows can be added: the least ``cost @ columns``."""

    def __init__(
        self,
        *,
        cost: FloatArray,
        upper: FloatArray,
        rows: Sequence[Rows],
        lower: FloatArray | None = None,
        integer: BoolArray | None = None,
    ) -> None:
        self._highs = quiet_model_of(rows, upper=upper, lower=lower, cost=cost, integer=integer)

    def add_rows(self, rows: Rows) -> None:
        """Add rows below the others."""
        add_rows(self._highs, rows)

    def solve_linear(self, clock: Clock) -> Solution:
        """Solve a linear programme to its end, or until the time is over."""
        return self._run(clock, 1.0)

    def solve_integer(
        self, clock: Clock, *, gap: float, share: float = 1.0, nodes: int | None = None
    ) -> Solution:
        """Solve an integer programme to a relative gap.

        Parameters
        ----------
        share
            Share of the clock's whole time after which the run must stop.
        nodes
            Most nodes of its tree: counted work that ends the run on every machine alike. `None` for no limit.
        """
        if nodes is not None:
            self._highs.setOptionValue("mip_max_nodes", nodes)
        self._highs.setOptionValue("mip_rel_gap", gap)
        return self._run(clock, share)

    def _run(self, clock: Clock, share: float) -> Solution:
        self._highs.setOptionValue("time_limit", max(0.05, clock.left(share)))
        self._highs.run()
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        clock.is_bitten |= status == _STATUS.kTimeLimit
        found = self._highs.getSolution()
        is_optimal = status == _STATUS.kOptimal
        has_integers = info.mip_node_count >= 0
        has_columns = is_optimal or (has_integers and info.primal_solution_status == _FEASIBLE)
        linear_bound = float(info.objective_function_value) if is_optimal else -np.inf
        return Solution(
            columns=np.array(found.col_value) if has_columns else None,
            bound=float(info.mip_dual_bound) if has_integers else linear_bound,
            row_duals=np.array(found.row_dual),
            is_infeasible=status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible),
            is_optimal=is_optimal,
        )
