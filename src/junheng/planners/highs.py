"""The linear solver HiGHS, set so that the same programme gives the same answer, and the right one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from junheng.planners.arrays import FloatArray
from junheng.planners.linear import Rows

_OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("parallel", "off"),
    ("random_seed", 0),
)


def quiet_highs() -> highspy.Highs:
    """Return a solver on one thread that says nothing, with a fixed seed."""
    highs = highspy.Highs()
    for name, value in _OPTIONS:
        highs.setOptionValue(name, value)
    return highs


def quiet_model(
    matrix: sparse.sparray,
    *,
    row_lower: FloatArray,
    row_upper: FloatArray,
    upper: FloatArray,
    lower: FloatArray | None = None,
    cost: FloatArray | None = None,
    integer: npt.NDArray[Any] | None = None,
) -> highspy.Highs:
    """Return a quiet solver that holds a model: the least ``cost @ x`` with ``row_lower <= matrix @ x <= row_upper``.

    Parameters
    ----------
    matrix
        Shape (rows, columns).
    upper, lower
        Limits of the columns; ``lower`` is 0 where it is not given.
    cost
        0 where it is not given.
    integer
        1 for columns that must be whole, 0 for others; none must be where it is not given.
    """
    n_rows, n_columns = matrix.shape
    by_column = sparse.csc_array(matrix)
    highs = quiet_highs()
    highs.passModel(
        n_columns,
        n_rows,
        by_column.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        np.zeros(n_columns) if cost is None else cost.astype(np.float64),
        np.zeros(n_columns) if lower is None else lower.astype(np.float64),
        upper.astype(np.float64),
        row_lower.astype(np.float64),
        row_upper.astype(np.float64),
        by_column.indptr.astype(np.int32),
        by_column.indices.astype(np.int32),
        by_column.data.astype(np.float64),
        np.zeros(n_columns, np.int32) if integer is None else integer.astype(np.int32),
    )
    return highs


def quiet_model_of(
    blocks: Sequence[Rows],
    *,
    upper: FloatArray,
    lower: FloatArray | None = None,
    cost: FloatArray | None = None,
    integer: npt.NDArray[Any] | None = None,
) -> highspy.Highs:
    """Return a quiet solver that holds blocks of rows; see `quiet_model`."""
    return quiet_model(
        sparse.vstack([block.matrix for block in blocks]),
        row_lower=np.concatenate([block.lower for block in blocks]),
        row_upper=np.concatenate([block.upper for block in blocks]),
        upper=upper,
        lower=lower,
        cost=cost,
        integer=integer,
    )


def add_rows(highs: highspy.Highs, rows: Rows) -> None:
    """Add rows below the others."""
    matrix = sparse.csr_array(rows.matrix)
    if matrix.shape[0]:
        highs.addRows(
            matrix.shape[0],
            rows.lower,
            rows.upper,
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )
