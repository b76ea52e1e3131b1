"""The linear solver HiGHS, single-threaded, behind a few plain functions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.compliance.constraints import Rows
from junheng.planners.compliance.problem import BoolArray, FloatArray
from junheng.planners.highs import quiet_highs

_STATUS = highspy.HighsModelStatus


class Clock:
    """The seconds left. The work is bounded by counts; the clock only stops a run that is slower than foreseen."""

    def __init__(self, seconds: float) -> None:
        self._start = time.perf_counter()
        self._seconds = seconds

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._seconds - self.spent)

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self.left <= 0.0


@dataclass(frozen=True, eq=False)
class Solution:
    """What a run found: the best columns (`None`: none), a proven bound, and for linear programmes the duals."""

    columns: FloatArray | None
    bound: float
    row_duals: FloatArray
    is_infeasible: bool
    ended_by_itself: bool


class Programme:
    """A linear or integer programme inside HiGHS, to which rows and columns can be added."""

    def __init__(
        self,
        *,
        cost: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
        rows: Sequence[Rows],
        integer: BoolArray | None = None,
    ) -> None:
        self._highs = quiet_highs()
        matrix = sparse.csc_array(sparse.vstack([block.matrix for block in rows]))
        n_rows, n_columns = matrix.shape
        kinds = np.zeros(n_columns, np.int32) if integer is None else integer.astype(np.int32)
        self._highs.passModel(
            n_columns,
            n_rows,
            matrix.nnz,
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            cost,
            lower,
            upper,
            np.concatenate([block.lower for block in rows]),
            np.concatenate([block.upper for block in rows]),
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
            kinds,
        )

    def add_rows(self, rows: Rows) -> None:
        """Add rows below the others."""
        matrix = rows.matrix
        if matrix.shape[0]:
            self._highs.addRows(
                matrix.shape[0],
                rows.lower,
                rows.upper,
                matrix.nnz,
                matrix.indptr[:-1].astype(np.int32),
                matrix.indices.astype(np.int32),
                matrix.data.astype(np.float64),
            )

    def solve_linear(self, clock: Clock) -> Solution:
        """Solve a linear programme to its end, or until the time is over."""
        return self._run(clock)

    def solve_integer(self, clock: Clock, *, gap: float, start: FloatArray | None = None) -> Solution:
        """Solve an integer programme to a relative gap.

        Parameters
        ----------
        start
            Columns to start from, of any quality.
        """
        self._highs.setOptionValue("mip_rel_gap", gap)
        # With presolve, HiGHS 1.14 calls plans optimal here that are twice as dear as the best one: its substitution
        # of free columns goes wrong where an indicator may be met or missed. The tests hold it against SCIP's optima.
        self._highs.setOptionValue("presolve", "off")
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = start.tolist()
            self._highs.setSolution(given)
        return self._run(clock)

    def _run(self, clock: Clock) -> Solution:
        self._highs.setOptionValue("time_limit", max(0.05, clock.left))
        self._highs.run()
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        found = self._highs.getSolution()
        is_optimal = status == _STATUS.kOptimal
        has_integers = info.mip_node_count >= 0
        columns = np.array(found.col_value) if is_optimal or (has_integers and found.value_valid) else None
        linear_bound = float(info.objective_function_value) if is_optimal else -np.inf
        return Solution(
            columns=columns,
            bound=float(info.mip_dual_bound) if has_integers else linear_bound,
            row_duals=np.array(found.row_dual),
            is_infeasible=status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible),
            ended_by_itself=is_optimal,
        )
