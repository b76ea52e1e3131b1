"""The tables that checks look at, with what several of them need computed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from junheng.district.columns import table
from junheng.district.source import SourceTable
from junheng.district.sphere import great_circle_km
from junheng.errors import Place

POLYGONAL = (3, 6)
"""Shapely's type numbers of Polygon and MultiPolygon."""
AT = "_at"
"""Column that holds a row's position in its table."""


class Records:
    """Tables as they were read; a table that is not kept has no rows.

    Parameters
    ----------
    sources
        Tables by name.
    """

    def __init__(self, sources: Mapping[str, SourceTable]) -> None:
        self.sources = sources
        self._frames: dict[str, pl.DataFrame] = {}

    def has(self, name: str) -> bool:
        """Tell whether a table is kept and has rows."""
        return name in self.sources and self.sources[name].frame.height > 0

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table with the position of each row in the column `AT`."""
        if name not in self._frames:
            given = (
                self.sources[name].frame
                if name in self.sources
                else pl.DataFrame(schema=dict(table(name).schema))
            )
            self._frames[name] = given.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(AT))
        return self._frames[name]

    def place(self, name: str, at: int | None, column: str | None, key: str | None) -> Place:
        """Return the place of a row and column as the user's program shows it."""
        source = self.sources.get(name)
        if source is None:
            return Place(sheet=table(name).label.zh, key=key)
        return source.place(at, column, key)

    def row_number(self, name: str, at: int) -> int:
        """Return the number of a row in the user's file."""
        return int(self.sources[name].rows[at])

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The row of the table ``district``; empty where there is not exactly one."""
        frame = self.frame("district")
        return frame.row(0, named=True) if frame.height == 1 else {}

    @property
    def year(self) -> int | None:
        """The school year of the records; `None` where it is not given."""
        return self.facts.get("year")

    @cached_property
    def schools(self) -> pl.DataFrame:
        """Every school once; repeated codes keep the first."""
        return self.frame("schools").drop_nulls("school").unique("school", keep="first", maintain_order=True)

    @cached_property
    def homes(self) -> pl.DataFrame:
        """Every home once with a number ``n`` from 0; repeated codes keep the first."""
        return (
            self.frame("homes")
            .drop_nulls("home")
            .unique("home", keep="first", maintain_order=True)
            .with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("n"))
        )

    @cached_property
    def shapes(self) -> npt.NDArray[np.object_]:
        """Polygon of each row of `homes`; `None` where there is none that can be used."""
        shapes: npt.NDArray[np.object_] = self.geometries[self.homes[AT].to_numpy()].copy()
        usable = np.isin(shapely.get_type_id(shapes), POLYGONAL) & shapely.is_valid(shapes)
        shapes[~usable | shapely.is_empty(shapes)] = None
        return shapes

    @cached_property
    def geometries(self) -> npt.NDArray[np.object_]:
        """Geometry of each row of ``homes`` as it was written; `None` where there is none or it is unreadable."""
        cells = self.frame("homes")["polygon"].to_list()
        result = np.empty(len(cells), dtype=object)
        result[:] = shapely.from_wkt(cells, on_invalid="ignore")
        return result

    @cached_property
    def edges(self) -> pl.DataFrame:
        """Neighbouring homes by number: ``a``, ``b``; without loops and unknown codes."""
        numbers = self.homes.select("home", "n")
        return (
            self.frame("neighbours")
            .filter(pl.col("barrier").fill_null("no") == "no")
            .join(numbers.rename({"n": "a"}), on="home")
            .join(numbers.rename({"home": "neighbour", "n": "b"}), on="neighbour")
            .filter(pl.col("a") != pl.col("b"))
            .select("a", "b")
        )


def kilometres(
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    other_lon: npt.NDArray[np.float64],
    other_lat: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return great-circle distances in km between points in degrees, given coordinate by coordinate."""
    return great_circle_km(np.column_stack([lon, lat]), np.column_stack([other_lon, other_lat]))
