"""Keys as row numbers: which row of another table a row refers to, and enumerated values as numbers.

A District is immutable, so that each is worked out once, on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import table

Ints = npt.NDArray[np.int64]


class Index:
    """Row numbers behind the keys of a District's tables.

    Parameters
    ----------
    tables
        Frames by table name.
    """

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self._tables = tables
        self._kept: dict[tuple[str, str], Any] = {}

    def row_of(self, name: str) -> dict[str, int]:
        """Return the row of every key of a table whose key is one column."""
        (column,) = table(name).key
        if (name, "") not in self._kept:
            keys = self._list(name, column)
            self._kept[name, ""] = dict(zip(keys, range(len(keys)), strict=True))
        found: dict[str, int] = self._kept[name, ""]
        return found

    def rows(self, name: str, column: str) -> Ints:
        """Return, for each row of a table, the row that a column refers to; -1 for a key that is not there."""
        if (name, column) not in self._kept:
            reference = table(name).column(column).refers_to
            assert reference is not None, f"{name}.{column} refers to no table"  # noqa: S101 - a slip of the caller
            self._kept[name, column] = self._rows(name, column, of=reference[0])
        found: Ints = self._kept[name, column]
        return found

    def codes(self, name: str, column: str) -> Ints:
        """Return the position of each value in the list of an enumerated column; -1 where it is absent."""
        if (name, column) not in self._kept:
            choices = table(name).column(column).choices
            at = {choice.code: i for i, choice in enumerate(choices)}
            self._kept[name, column] = _numbers(at, self._list(name, column))
        found: Ints = self._kept[name, column]
        return found

    def _rows(self, name: str, column: str, *, of: str) -> Ints:
        if name in self._tables and of in self._tables:
            own, (key,) = self._tables[name][column], table(of).key
            if own.equals(self._tables[of][key]):  # usual for tables with one row a school, and quick to see
                return np.arange(len(own))
        return _numbers(self.row_of(of), self._list(name, column))

    def _list(self, name: str, column: str) -> list[Any]:
        return self._tables[name][column].to_list() if name in self._tables else []


def _numbers(at: Mapping[str, int], keys: list[Any]) -> Ints:
    return np.fromiter(map(at.get, keys, repeat(-1)), dtype=np.int64, count=len(keys))
