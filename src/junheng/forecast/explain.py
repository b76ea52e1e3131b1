"""Show me why 94: one number of a forecast as its parts, in words."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.errors import UsageError
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.model import PARTS, Forecast
from junheng.text import Text


def explain(
    forecast: Forecast, *, school: str, stage: str, year: int, grade: int | None = None
) -> list[tuple[str, Text, int]]:
    """Return the parts of a school's total, or of one of its grades, as whole pupils that sum to the whole.

    Parameters
    ----------
    grade
        `None` for all grades of the stage.

    Returns
    -------
    list
        Code, wording and pupils of every part that is not zero, in the order in which they are told, and last
        ``mean``, the number itself.

    Raises
    ------
    UsageError
        If the forecast has no such number.
    """
    rows = forecast.schools if grade is None else forecast.cells.filter(pl.col("grade") == grade)
    found = rows.filter((pl.col("school") == school) & (pl.col("stage") == stage) & (pl.col("year") == year))
    if found.height != 1:
        raise UsageError(
            Text(
                f"预测中没有学校 {school}、学段 {stage}、学年 {year}、年级 {grade}",
                f"the forecast has no school {school}, stage {stage}, year {year}, grade {grade}",
            )
        )
    row = found.row(0, named=True)
    parts = whole_parts([row[name] for name in COMPONENTS])
    told = [(name, PARTS[name], n) for name, n in zip(COMPONENTS, parts, strict=True) if n != 0]
    return [*told, ("mean", Text("预测人数", "pupils forecast"), sum(parts))]


def whole_parts(parts: list[float]) -> list[int]:
    """Round parts so that they sum to the rounded whole: those with the largest remainders take what is left."""
    values = np.array(parts)
    floors = np.floor(values)
    left = int(np.floor(values.sum() + 0.5) - floors.sum())
    order = np.argsort(-(values - floors), kind="stable")
    result = floors.astype(int)
    result[order[:left]] += 1
    return [int(n) for n in result]
