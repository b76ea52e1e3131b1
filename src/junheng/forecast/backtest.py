"""Backtest: the forecast of every past year from every earlier one, ours beside the simple methods.

Nothing later than an origin is used for its forecast: not for the ratios, not for the settings, not for the width of
the intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.errors import UsageError
from junheng.forecast.baselines import last_year_same, plain_cohort_survival, smoothing
from junheng.forecast.outlook import AGGREGATES, Aggregate, Outlook, outcome, outlook, summed
from junheng.forecast.records import Floats, Records
from junheng.forecast.trials import FIRST_ORIGIN, Trial, compared
from junheng.forecast.tuning import Tuning
from junheng.progress import Progress, silent
from junheng.text import Text

METHODS: dict[str, Text] = {
    "ours": Text("本系统", "Junheng"),
    "last_year": Text("与去年相同", "last year same"),
    "cohorts": Text("队列留存法（本校近五年平均）", "plain cohort survival"),
    "smoothing": Text("自动指数平滑", "automatic ETS"),
}
"""The methods that are compared, by code."""
SIZES: tuple[tuple[str, float], ...] = (("small", 200), ("medium", 400), ("large", np.inf))
"""School sizes by pupils at the origin: below."""
_SHOWN_HORIZONS = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Backtest:
    """What past forecasts were worth.

    Attributes
    ----------
    errors
        One row per aggregate (``schools``, ``cells``, ``grades``, ``district``), group, horizon and method:
        ``of, group, horizon, method, n, mape, bias``: mean absolute percentage error and mean percentage error.
        ``group`` is ``all``, a size of `SIZES` (schools) or a grade (cells).
    coverage
        One row per aggregate and horizon, 0 for all together: ``of, horizon, n, inside_80, inside_95``, in percent.
    origins
        Years from which forecasts were made.
    """

    errors: pl.DataFrame
    coverage: pl.DataFrame
    origins: tuple[int, ...]

    def mape(self, of: str, horizon: int, method: str) -> float:
        """Return the mean absolute percentage error of an aggregate at a horizon."""
        rows = self.errors.filter(
            (pl.col("of") == of)
            & (pl.col("group") == "all")
            & (pl.col("horizon") == horizon)
            & (pl.col("method") == method)
        )
        return float(rows["mape"][0])

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "origins": list(self.origins),
            "errors": self.errors.to_dicts(),
            "coverage": self.coverage.to_dicts(),
        }


def backtest(
    records: Records,
    *,
    origins: Sequence[int] | None = None,
    horizon: int = _SHOWN_HORIZONS,
    progress: Progress = silent,
) -> Backtest:
    """Forecast from past origins and set the results beside what came.

    Parameters
    ----------
    records
        Of one stage.
    origins
        School years to forecast from; `None` for every one that has a year after it and at least one progression
        before it.
    horizon
        Years ahead, at most.

    Raises
    ------
    UsageError
        Where an origin has no history before it or no outcome after it.
    """
    chosen = _positions(records, origins)
    tuning = Tuning(records, horizon=horizon)
    points: list[pl.DataFrame] = []
    inside: list[pl.DataFrame] = []
    for number, origin in enumerate(chosen):
        progress(
            Text("回测 {year}", "backtest from {year}").format(year=records.years[origin]),
            number / len(chosen),
        )
        reach = min(horizon, len(records.years) - 1 - origin)
        view = outlook(tuning, origin, horizon=reach)
        made = compared(records, origin, view.projection.pupils)
        points += _points(records, view, made)
        inside += [_inside(view, made, aggregate) for aggregate in AGGREGATES]
    progress(Text("回测完成", "backtest done"), 1.0)
    return Backtest(
        errors=_errors(pl.concat(points)),
        coverage=_coverage(pl.concat(inside)),
        origins=tuple(records.years[origin] for origin in chosen),
    )


def _positions(records: Records, origins: Sequence[int] | None) -> list[int]:
    last = len(records.years) - 1
    possible = [origin for origin in range(FIRST_ORIGIN, last) if records.is_counted[origin]]
    if origins is None:
        return possible
    wrong = [year for year in origins if year - records.years[0] not in possible]
    if wrong or not origins:
        raise UsageError(
            Text(
                "不能从 {wrong} 回测：可选 {years}",
                "no backtest from {wrong}: choose among {years}",
            ).format(
                wrong=", ".join(map(str, wrong)) or "-",
                years=", ".join(str(records.years[origin]) for origin in possible) or "-",
            )
        )
    return sorted(year - records.years[0] for year in set(origins))


def _points(records: Records, view: Outlook, made: Trial) -> list[pl.DataFrame]:
    """Return forecast and outcome of every method, horizon and aggregate, one row each."""
    known = view.known
    own = {
        "ours": view.projection.pupils,
        "last_year": last_year_same(known),
        "cohorts": plain_cohort_survival(known),
    }
    sizes = np.nansum(known.latest, axis=1)
    frames = []
    for aggregate in AGGREGATES:
        actual = outcome(made, aggregate)
        for method, pupils in own.items():
            frames.append(
                _rows(
                    aggregate, method, summed(pupils, aggregate), actual, sizes=sizes, grades=records.grades
                )
            )
        smoothed = smoothing(_series(known.pupils, aggregate), horizon=known.horizon).T
        frames.append(
            _rows(
                aggregate,
                "smoothing",
                smoothed.reshape(actual.shape),
                actual,
                sizes=sizes,
                grades=records.grades,
            )
        )
    return frames


def _series(pupils: Floats, aggregate: Aggregate) -> Floats:
    """Return the history of every number of an aggregate, shape (numbers, years)."""
    if aggregate == "cells":
        found = pupils
    elif aggregate == "schools":
        found = np.where(np.isfinite(pupils).any(axis=1), np.nansum(pupils, axis=1), np.nan)
    else:
        by_grade = np.nansum(pupils, axis=0)
        found = by_grade if aggregate == "grades" else by_grade.sum(axis=0)
    return found.reshape(-1, pupils.shape[2])


def _rows(
    aggregate: Aggregate,
    method: str,
    pupils: Floats,
    actual: Floats,
    *,
    sizes: Floats,
    grades: Sequence[int],
) -> pl.DataFrame:
    """Return ``of, group, horizon, method, forecast, actual`` of outcomes above zero."""
    at = np.nonzero(actual > 0)  # NaN is not
    group = np.array(["all"] * len(at[0]), dtype=object)
    if aggregate == "schools":
        names = np.array([name for name, _ in SIZES], dtype=object)
        group = names[np.searchsorted([below for _, below in SIZES], sizes, side="right")][at[1]]
    elif aggregate in ("cells", "grades"):
        group = np.array([str(grade) for grade in grades], dtype=object)[at[-1]]
    return pl.DataFrame(
        {
            "of": [aggregate] * len(group),
            "group": group,
            "horizon": at[0] + 1,
            "method": [method] * len(group),
            "forecast": pupils[at],
            "actual": actual[at],
        },
        schema_overrides={"of": pl.String, "group": pl.String, "method": pl.String, "horizon": pl.Int64},
    )


def _errors(points: pl.DataFrame) -> pl.DataFrame:
    together = points.with_columns(group=pl.lit("all"))
    both = pl.concat([together, points.filter(pl.col("group") != "all")])
    off = (pl.col("forecast") - pl.col("actual")) / pl.col("actual") * 100
    return (
        both.group_by("of", "group", "horizon", "method", maintain_order=True)
        .agg(n=pl.len().cast(pl.Int64), mape=off.abs().mean(), bias=off.mean())
        .sort("of", "group", "horizon", maintain_order=True)
    )


def _inside(view: Outlook, made: Trial, aggregate: Aggregate) -> pl.DataFrame:
    """Return for every outcome whether the intervals held it: ``of, horizon, inside_80, inside_95``."""
    actual, ends = outcome(made, aggregate), view.quantiles(aggregate)
    at = np.nonzero(np.isfinite(actual))
    lowest, low, _, high, highest = (end[at] for end in ends)
    came = actual[at]
    return pl.DataFrame(
        {
            "of": pl.Series([aggregate] * len(came), dtype=pl.String),
            "horizon": pl.Series(at[0] + 1, dtype=pl.Int64),
            "inside_80": (came >= low) & (came <= high),
            "inside_95": (came >= lowest) & (came <= highest),
        }
    )


def _coverage(inside: pl.DataFrame) -> pl.DataFrame:
    together = inside.with_columns(horizon=pl.lit(0, dtype=pl.Int64))
    return (
        pl.concat([together, inside])
        .group_by("of", "horizon", maintain_order=True)
        .agg(
            n=pl.len().cast(pl.Int64),
            inside_80=pl.col("inside_80").mean() * 100,
            inside_95=pl.col("inside_95").mean() * 100,
        )
        .sort("of", "horizon", maintain_order=True)
    )
