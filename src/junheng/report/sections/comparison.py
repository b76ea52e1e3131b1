"""The table of plans side by side: the present zones, other proposals and ours, the best of each row marked."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from junheng.plans.compare import GROUP_MEASURES, MEASURES
from junheng.report import numbers
from junheng.report.loop import SAME
from junheng.text import Text

_ALL = MEASURES | GROUP_MEASURES
_MORE_IS_BETTER = ("share_inside",)
_OF_PLANS_ONLY = ("moved", "moved_homes")
"""The present zones move nobody: here only the plans compete."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan in one measure."""

    value: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One measure."""

    label: Text
    unit: Text
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans as columns, measures as rows."""

    plans: tuple[Text, ...]
    rows: tuple[Row, ...]


def table(frame: pl.DataFrame) -> Comparison:
    """Return the frame of `junheng.plans.compare.compare` as people read it."""
    plans = tuple(Text(zh, en) for zh, en in frame.select("zh", "en").iter_rows())
    names = [name for name in _ALL if name in frame.columns]
    return Comparison(plans, tuple(_row(name, frame[name].to_list()) for name in names))


def _row(name: str, values: list[float | None]) -> Row:
    label, unit = _ALL[name]
    best = _best(name, values)
    return Row(
        label=label,
        unit={"pupil": Text("人", ""), "count": Text("个", ""), "km": Text("公里", "km")}.get(
            unit, Text("", "")
        ),
        cells=tuple(
            Cell(
                numbers.share(value) if unit == "percent" else numbers.show(value, unit),
                best is not None and value is not None and abs(value - best) <= SAME,
            )
            for value in values
        ),
    )


def _best(name: str, values: list[float | None]) -> float | None:
    """Return the best value, or `None` where there is nothing to choose between."""
    first = 1 if name in _OF_PLANS_ONLY else 0
    known = [value for value in values[first:] if value is not None]
    if len(known) < 2 or max(known) - min(known) <= SAME:
        return None
    return max(known) if name in _MORE_IS_BETTER else min(known)
