"""A real district that nobody here made: primary schools of Eau Claire, Wisconsin, September counts of 1998 to 2018.

The files are not part of the project; this module reads them from a folder.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from junheng.district.examples.real_files import columns_of, rolls_only
from junheng.district.model import District

_GRADES = {"K": 1, "1": 2, "2": 3, "3": 4, "4": 5, "5": 6}
"""Kindergarten is the year of entry: grade 1 of six."""


def read_eau_claire(folder: Path) -> District:
    """Read the rolls of sixteen schools, some of which closed or opened; nothing else is in the file.

    Raises
    ------
    UsageError
        If the folder does not hold ``rolls.csv``.
    """
    rows = columns_of(
        folder, "rolls.csv", {"school": pl.String, "year": pl.Int64, "grade": pl.String, "pupils": pl.Int64}
    )
    rolls = rows.with_columns(pl.col("grade").replace_strict(_GRADES, return_dtype=pl.Int64))
    return rolls_only(rolls, code="ecasd", name="Eau Claire Area School District")
