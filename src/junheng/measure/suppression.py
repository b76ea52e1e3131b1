"""Small numbers hidden before publication, together with enough others that totals do not give them away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FEWEST = 5
"""A number of people below this, and above 0, is not published."""


def with_totals(table: Ints) -> Ints:
    """Return a table of counts, shape (r, c), with its sums below and to the right, shape (r + 1, c + 1)."""
    wide = np.column_stack([table, table.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def hidden(table: Ints, *, fewest: int = FEWEST) -> Bools:
    """Say which cells of a table with totals are hidden, shape of `with_totals`.

    A cell from 1 to ``fewest - 1`` is hidden. Where a row or a column has exactly one hidden cell, its total would
    give it away: the smallest other cell is hidden too (0 last, as it says nothing), until no line has just one.
    """
    whole = with_totals(table)
    result: Bools = (whole > 0) & (whole < fewest)
    is_changed = True
    while is_changed:
        is_changed = False
        for axis in (0, 1):
            lines, marks = (whole, result) if axis == 0 else (whole.T, result.T)
            for line, mark in zip(lines, marks, strict=True):
                if mark.sum() == 1 and len(line) > 1:
                    mark[_complement(line, mark)] = True
                    is_changed = True
    return result


def _complement(line: Ints, mark: Bools) -> int:
    """Return the cell to hide with the only hidden one: the smallest above 0 that is no total, else a total."""
    weight = np.where(mark, np.inf, np.where(line == 0, np.inf, line.astype(float)))
    inner = weight[:-1]
    if np.isfinite(inner).any():
        return int(np.argmin(inner))
    if not mark[-1]:
        return len(line) - 1
    return int(np.flatnonzero(~mark)[0])
