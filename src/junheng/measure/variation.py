"""How much the seven resource indicators vary between schools, weighted by pupils."""

from __future__ import annotations

from math import isfinite

import numpy as np
import polars as pl

from junheng.measure.norms import Norms, rounded_half_up, scope_of
from junheng.measure.resources import Floats, Resources
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.standards.value import Value

SCHEMA = {
    "stage": pl.String,
    "rule": pl.String,
    "n": pl.Int64,
    "mean": pl.Float64,
    "deviation": pl.Float64,
    "cv": pl.Float64,
    "limit": pl.Float64,
    "verdict": pl.String,
    "rounding_flips": pl.Boolean,
    "decided_by": pl.String,
}


def coefficient_of_variation(per_head: Floats, pupils: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard deviation and coefficient of variation, all weighted by pupils.

    The mean is the county's total over the county's pupils, not the mean of school means; the deviation is
    the population's (no ``n - 1``).

    Parameters
    ----------
    per_head
        Figures per pupil, shape (..., n): one or several indicators of n school stages.
    pupils
        Pupils of each school stage, shape (n,), not all zero.

    Returns
    -------
    tuple of arrays
        Each of the shape of ``per_head`` without its last axis; NaN where a figure is absent, and a
        coefficient of NaN where the mean is zero: nothing is there to vary.

    Notes
    -----
    ``S = sqrt(sum P_i (x_i - X)^2 / sum P_i)``, ``CV = S / X`` with ``X = sum P_i x_i / sum P_i``
    (policy: ``balance.cv``, ``balance.cv.method``).
    """
    weight = pupils / pupils.sum()
    mean = per_head @ weight
    deviation = np.sqrt((per_head - mean[..., None]) ** 2 @ weight)
    return mean, deviation, deviation / np.where(mean == 0, np.nan, mean)


def variation_frame(values: Floats, rows: Resources, norms: Norms) -> pl.DataFrame:
    """Judge every coefficient against its stage's limit; the mean of the seven is reported, not judged.

    One absent figure leaves an indicator's variation over the whole district unknown.

    Parameters
    ----------
    values
        The seven indicators of n school stages, shape (7, n).

    Returns
    -------
    polars.DataFrame
        Columns as in `junheng.measure.balance.Balance`; no rows for a stage that no school has.
    """
    table: list[tuple[object, ...]] = []
    for s, (stage, limit) in enumerate(zip(COMPULSORY, norms.cv, strict=True)):
        of_stage = np.flatnonzero(rows.stage == s)
        if len(of_stage):
            per_head = values.take(of_stage, axis=1)
            table += _of_stage(
                stage, per_head, rows.pupils[of_stage], limit=limit, decimals=norms.decimals.cv
            )
    return pl.DataFrame(table, schema=SCHEMA, orient="row")


def _of_stage(
    stage: str, per_head: Floats, pupils: Floats, *, limit: Value, decimals: int
) -> list[tuple[object, ...]]:
    mean, deviation, cv = coefficient_of_variation(per_head, pupils)
    shown = rounded_half_up(cv, decimals).tolist()
    n_known = np.isfinite(per_head).sum(axis=1).tolist()
    scope = scope_of(limit)
    table: list[tuple[object, ...]] = []
    for r, (x, s, c) in enumerate(zip(mean.tolist(), deviation.tolist(), cv.tolist(), strict=True)):
        verdict, flips = _judged(c, shown[r], limit)
        figures = (n_known[r], _known(x), _known(s), _known(c), limit.number)
        table.append((stage, RESOURCES[r].rule, *figures, verdict, flips, scope))
    composite = _known(float(cv.mean()))
    verdict = "not_assessed" if composite is None else "reported"
    n_cv = int(np.isfinite(cv).sum())
    return [*table, (stage, None, n_cv, None, None, composite, None, verdict, False, scope)]


def _judged(cv: float, shown: float, limit: Value) -> tuple[str, bool]:
    """Return the verdict, and whether it would be another as the form shows the coefficient."""
    if not isfinite(cv):
        return "not_assessed", False
    meets = limit.meets(cv)
    return "pass" if meets else "fail", limit.meets(shown) != meets


def _known(figure: float) -> float | None:
    return figure if isfinite(figure) else None
