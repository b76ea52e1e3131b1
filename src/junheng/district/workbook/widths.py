"""How wide columns must be: in characters of the usual font, of which a Chinese one takes two."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import polars as pl

NARROWEST, WIDEST = 9, 42
"""Characters of a column."""
ARROW = 2
"""Characters that the arrow of a filter takes beside a header."""
_LINE_POINTS = 15.0
_FREE = 2
"""Characters that stay free at the edges."""


def width_of(text: str) -> float:
    """Return how wide a text is, by its longest line: what takes three bytes takes two places.

    >>> width_of("学校 A")
    6.0
    """
    return max((len(line) + len(line.encode(errors="replace"))) / 2 for line in text.split("\n"))


def widest(values: pl.Series) -> float:
    """Return how wide the longest of the texts or numbers is; of a number the whole part counts.

    Decimals for which there is no room are rounded away on the screen; a number whose whole part has no room is not
    shown at all.
    """
    if values.dtype.is_numeric():
        ends: list[Any] = [values.min(), values.max()]
        return max((len(f"{value:.0f}") for value in ends if value is not None), default=0)
    most = (values.str.len_chars() + values.str.len_bytes()).max()
    return 0 if most is None else float(most) / 2  # type: ignore[arg-type]  # of numbers


def row_height(cells: Iterable[tuple[str, float]]) -> float | None:
    """Return the height of a row whose texts go on in the next line where their column ends, or `None` of one line.

    Programs disagree on whether to find out by themselves.

    Parameters
    ----------
    cells
        The row's texts with the widths of their columns.

    Returns
    -------
    float or None
        In points.
    """
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return None if lines == 1 else _LINE_POINTS * lines


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(width_of(line) / (width - 1))) for line in text.split("\n"))


def column_width(wanted: Iterable[float], *, at_most: float = WIDEST) -> float:
    """Return the width of a column that shows the widest of what is wanted, within bounds."""
    return float(min(max(math.ceil(max(wanted, default=0)) + _FREE, NARROWEST), at_most))
