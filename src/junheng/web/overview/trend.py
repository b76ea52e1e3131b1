"""Pupils over the years as a small chart: what was counted, then what is forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from junheng.measure.assessment import Assessment
from junheng.report import numbers
from junheng.report.facts import stage_label
from junheng.text import Text
from junheng.web.overview.forecasting import Content

_STEP, _BAR, _LEFT, _HIGH = 42, 30, 6, 100
"""Pixels: from bar to bar, a bar's width, the margin, the height of the tallest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One year: where its bar stands, and from where to where the scenarios reach."""

    year: int
    pupils: str
    x: float
    middle: float
    y: float
    height: float
    is_forecast: bool = False
    low: str = ""
    high: str = ""
    low_y: float = 0.0
    high_y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One stage; ``line`` is where the places stand, if all of them are recorded."""

    stage: Text
    bars: Sequence[Bar]
    line: float | None
    width: int
    places: str

    @property
    def has_forecast(self) -> bool:
        """Whether any year is forecast."""
        return any(bar.is_forecast for bar in self.bars)

    @property
    def bar_width(self) -> int:
        """Of every bar, in pixels."""
        return _BAR


def trends(found: Assessment, content: Content | None, schools: frozenset[str]) -> list[Trend]:
    """Return pupils by school year, oldest first, one chart a stage; of several schools together.

    Forecast years follow those that were counted; the low and the high scenario add up over schools.
    """
    rolls = found.places.rolls.filter(pl.col("school").is_in(sorted(schools)))
    stages = rolls["stage"].unique(maintain_order=True).to_list()
    return [_trend(rolls.filter(pl.col("stage") == stage), stage, content, schools) for stage in stages]


def _trend(rolls: pl.DataFrame, stage: str, content: Content | None, schools: frozenset[str]) -> Trend:
    counted = rolls.group_by("year").agg(pl.col("pupils").sum()).sort("year").rows()
    places = rolls.unique("school", maintain_order=True)["capacity"]
    total = None if places.null_count() else int(places.sum())
    last = counted[-1][0]
    to_come = [one for one in _forecast(content, stage, schools) if one[0] > last]
    most = max([total or 0, *(pupils for _, pupils in counted), *(one["high"] for _, one in to_come), 1])
    bars = [
        *(_bar(i, year, pupils, most) for i, (year, pupils) in enumerate(counted)),
        *(_bar(len(counted) + i, year, one["mean"], most, one) for i, (year, one) in enumerate(to_come)),
    ]
    return Trend(
        stage=stage_label(stage),
        bars=bars,
        line=None if total is None else _y(total, most),
        width=_STEP * len(bars) + 2 * _LEFT,
        places=numbers.show(total, "pupil"),
    )


def _forecast(
    content: Content | None, stage: str, schools: frozenset[str]
) -> Iterator[tuple[int, dict[str, float]]]:
    """Give the forecast years of some schools together."""
    if content is None:
        return
    rows = [row for row in content["rows"] if row["stage"] == stage and row["school"] in schools]
    for i, year in enumerate(content["years"] if rows else ()):
        yield year, {name: sum(row["years"][i][name] for row in rows) for name in ("mean", "low", "high")}


def _bar(i: int, year: int, pupils: float, most: float, span: Mapping[str, float] | None = None) -> Bar:
    x = _LEFT + _STEP * i
    bar = Bar(
        year=year,
        pupils=numbers.show(pupils, "pupil"),
        x=x,
        middle=x + _BAR / 2,
        y=_y(pupils, most),
        height=_HIGH - _y(pupils, most),
    )
    if span is None:
        return bar
    return replace(
        bar,
        is_forecast=True,
        low=numbers.show(span["low"], "pupil"),
        high=numbers.show(span["high"], "pupil"),
        low_y=_y(span["low"], most),
        high_y=_y(span["high"], most),
    )


def _y(pupils: float, most: float) -> float:
    return _HIGH - _HIGH * pupils / most
