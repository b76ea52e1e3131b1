"""Rows of a linear model, as the constraints of every planner give them."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import sparse

from junheng.planners.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a linear model: ``lower <= matrix @ columns <= upper``."""

    name: str
    matrix: sparse.csr_array
    lower: FloatArray
    upper: FloatArray
