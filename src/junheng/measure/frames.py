"""From arrays to frames without the detours: assembling results must not cost more than computing them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl


def frame_of(**columns: pl.Series | npt.NDArray[Any]) -> pl.DataFrame:
    """Return a frame of named columns; NaN in an array becomes null.

    A list of series is taken as it is, where a mapping of arrays is inspected value by value.
    """
    return pl.DataFrame([_column(name, values) for name, values in columns.items()])


def positions(rows: npt.NDArray[np.int_]) -> pl.Series:
    """Return row numbers in the type by which polars gathers directly."""
    return pl.Series(rows.astype(np.uint32))


def _column(name: str, values: pl.Series | npt.NDArray[Any]) -> pl.Series:
    if isinstance(values, pl.Series):
        return values if values.name == name else values.rename(name)
    return pl.Series(name, values, nan_to_null=True)
