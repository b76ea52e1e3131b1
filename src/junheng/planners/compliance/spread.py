"""Where a solution breaks a cone: the tangents that say so."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import FloatArray
from junheng.planners.compliance.columns import Columns
from junheng.planners.compliance.constraints import NO_TANGENTS, Tangents

_BROKEN = 1e-6
_LEAST_PART = 1e-10


def broken_tangents(columns: Columns, values: FloatArray, *, share: float = 1.0) -> Tangents:
    """Return tangents that the values of the columns break, for each cone that they break.

    A cone gets two tangents at each school stage: at its own slope, and at the slope of the nearest point on the
    ray to it that keeps the limit, near which the optimum will be.

    Parameters
    ----------
    values
        Of every column, shape (total,).
    share
        Share of the limit that the parts are to keep within.
    """
    problem = columns.problem
    figure, part = values[columns.figure], values[columns.part]
    found = NO_TANGENTS
    for r, s in zip(*np.nonzero(np.isfinite(problem.cv_limit)), strict=True):
        rows = problem.of_stage(s)
        if not len(rows):
            continue
        weight = problem.weight[rows]
        mean = float(figure[r, rows] @ weight)
        away, most = np.sqrt(weight) * (figure[r, rows] - mean), problem.cv_limit[r, s] * mean
        norm = float(np.linalg.norm(away))
        if most <= 0 or norm <= most * np.sqrt(share) * (1 + _BROKEN):
            continue
        short = rows[away**2 / most - part[r, rows] > _LEAST_PART]
        slope = (away / most)[np.isin(rows, short)]
        slopes = np.concatenate([slope, slope * most / norm])
        at = np.concatenate([short, short])
        found = found.with_(Tangents(np.full(len(at), r), at, slopes))
    return found
