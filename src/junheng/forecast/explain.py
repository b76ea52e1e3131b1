"""Show me why 94: one number of a forecast as its parts, in words."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.errors import UsageError
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.model import Forecast
from junheng.text import Text

_MOST_LISTED = 12


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
    _known(forecast, school=school, stage=stage, year=year, grade=grade)
    rows = forecast.schools if grade is None else forecast.cells.filter(pl.col("grade") == grade)
    found = rows.filter((pl.col("school") == school) & (pl.col("stage") == stage) & (pl.col("year") == year))
    row = found.row(0, named=True)
    parts = whole_parts([row[name] for name in COMPONENTS])
    told = [
        (name, forecast.part(name, stage), n) for name, n in zip(COMPONENTS, parts, strict=True) if n != 0
    ]
    return [*told, ("mean", Text("预测人数", "pupils forecast"), sum(parts))]


def _known(forecast: Forecast, *, school: str, stage: str, year: int, grade: int | None) -> None:
    """Refuse what the forecast does not have, with what it has in its place."""
    own = forecast.cells.filter(pl.col("school") == school)
    of_stage = own.filter(pl.col("stage") == stage)
    asked: list[tuple[Text, object, pl.Series]] = [
        (Text("学校代码", "school code"), school, forecast.cells["school"]),
        (Text("学段", "stage"), stage, own["stage"]),
        (Text("学年", "school year"), year, of_stage["year"]),
    ]
    if grade is not None:
        asked.append((Text("年级", "grade"), grade, of_stage["grade"]))
    for what, value, has in asked:
        if value not in has:
            listed = [str(one) for one in has.unique().sort()]
            raise UsageError(
                Text(
                    "预测中没有{what} {value}；有 {has}", "the forecast has no {what} {value}; it has {has}"
                ).format(
                    what=what,
                    value=str(value),
                    has=", ".join(listed[:_MOST_LISTED]) + ("…" if listed[_MOST_LISTED:] else ""),
                )
            )


def whole_parts(parts: list[float]) -> list[int]:
    """Round parts so that they sum to the rounded whole: those with the largest remainders take what is left."""
    values = np.array(parts)
    floors = np.floor(values)
    left = int(np.floor(values.sum() + 0.5) - floors.sum())
    order = np.argsort(-(values - floors), kind="stable")
    result = floors.astype(int)
    result[order[:left]] += 1
    return [int(n) for n in result]
