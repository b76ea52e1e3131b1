"""A real city that nobody here made: the 88 primary schools of Edinburgh, 2012 to 2016, and births by catchment.

The City of Edinburgh Council published them with its projections. The files are not part of the project; this module
reads them from a folder.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from junheng.district.examples.real_files import columns_of, rolls_only
from junheng.district.model import District

ENTRY_AGE = 4
"""Completed years on 31 August at which the children of a birth year enter: in the file those born from August of
the year y enter in August of y + 5, when the youngest are four. (Scotland's own cut-off is the end of February.)"""


def read_edinburgh(folder: Path) -> District:
    """Read rolls, births by catchment, and capacity.

    Forecast it with the entry age `ENTRY_AGE`. Places are of 2016, by the short names of the capacity file; a
    school whose full name does not begin with exactly one of them has none.

    Raises
    ------
    UsageError
        If the folder does not hold ``rolls.csv``, ``births.csv`` and ``capacity.csv``.
    """
    rolls = columns_of(
        folder, "rolls.csv", {"school": pl.String, "year": pl.Int64, "grade": pl.String, "pupils": pl.Int64}
    )
    rolls = rolls.with_columns(pl.col("grade").str.strip_prefix("P").cast(pl.Int64))
    births = columns_of(
        folder, "births.csv", {"catchment": pl.String, "birth_year": pl.String, "births": pl.Int64}
    )
    district = rolls_only(rolls, code="edinburgh-primary", name="City of Edinburgh")
    own = births.select(
        school="catchment", year=pl.col("birth_year").str.slice(0, 4).cast(pl.Int64), births="births"
    ).join(district.table("schools").select("school"), on="school", how="semi")
    capacity = columns_of(
        folder, "capacity.csv", {"school": pl.String, "pupils": pl.Int64, "classes": pl.Int64}
    )
    stages = district.table("stages")
    places = [_places(school, capacity) for school in stages["school"]]
    return district.replace(
        births=own, stages=stages.with_columns(capacity_pupils=pl.Series(places, dtype=pl.Int64))
    )


def _places(school: str, capacity: pl.DataFrame) -> int | None:
    found = [
        n for name, n in capacity.select("school", "pupils").iter_rows() if school.startswith(f"{name} ")
    ]
    return found[0] if len(found) == 1 else None
