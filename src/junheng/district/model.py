"""District: the records of one district for one school year, an immutable set of named tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import polars as pl

from junheng.district.columns import Column, table, tables
from junheng.district.index import Index
from junheng.errors import UsageError
from junheng.provenance import hash_tables
from junheng.schoolyear import SchoolYear
from junheng.text import Text


@dataclass(frozen=True, eq=False)
class District:
    """The records of one district for one school year. It knows no rule.

    Build one with `District.of` (or read one from a file); tables that a bureau does not keep are absent,
    which is not the same as empty: a rule that needs an absent table is "not assessed".

    Attributes
    ----------
    tables
        Polars frames by table name, each with every column of the column table in its order and with
        absent values as null. Coordinates are WGS-84.
    """

    tables: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, tables_given: Mapping[str, pl.DataFrame]) -> District:
        """Build a District from frames, casting each column to its type and adding absent columns as null.

        Parameters
        ----------
        tables_given
            Frames by table name; the table ``district`` must have exactly one row. Columns that the column
            table does not have raise `UsageError`: nothing is dropped in silence.

        Raises
        ------
        UsageError
            For an unknown table or column, a value that its column cannot hold (see `conform`), or a ``district``
            table that has not exactly one row.
        """
        for name in tables_given:
            table(name)  # raises for an unknown one
        frames = {name: conform(name, tables_given[name]) for name in tables() if name in tables_given}
        if "district" not in frames or frames["district"].height != 1:
            raise _not_one_row()
        return cls(MappingProxyType(frames))

    def table(self, name: str) -> pl.DataFrame:
        """Return a table; one that the district does not keep is returned with no rows."""
        if name in self.tables:
            return self.tables[name]
        return pl.DataFrame(schema=dict(table(name).schema))

    def has(self, name: str) -> bool:
        """Say whether the district keeps a table and it has at least one row."""
        table(name)
        return name in self.tables and self.tables[name].height > 0

    def replace(self, **frames: pl.DataFrame) -> District:
        """Return a District in which the named tables are replaced and all else is shared."""
        conformed = {name: conform(name, frame) for name, frame in frames.items()}
        together = {**self.tables, **conformed}
        if together["district"].height != 1:
            raise _not_one_row()
        return District(MappingProxyType({name: together[name] for name in tables() if name in together}))

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The single row of the table ``district`` as a mapping."""
        return MappingProxyType(self.tables["district"].row(0, named=True))

    @property
    def code(self) -> str:
        """Code of the district."""
        return str(self.facts["district"])

    @property
    def name(self) -> str:
        """Name of the district."""
        return str(self.facts["name"])

    @property
    def year(self) -> SchoolYear:
        """The school year of the records."""
        return SchoolYear(int(self.facts["year"]))

    @property
    def is_synthetic(self) -> bool:
        """Whether the records were generated as an example."""
        return bool(self.facts["synthetic"] == "yes")

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content: the same whatever the order of tables, rows and columns, or columns yet unfilled."""
        return hash_tables(self.tables, header={"format": "junheng-district-2"})

    @cached_property
    def index(self) -> Index:
        """Keys as row numbers; see `Index`."""
        return Index(self.tables)

    def equals(self, other: District) -> bool:
        """Say whether both have the same tables with the same rows in the same order."""
        return bool(self.tables.keys() == other.tables.keys()) and all(
            bool(frame.equals(other.tables[name])) for name, frame in self.tables.items()
        )


def conform(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of a table, in order and of the right types.

    Absent columns are added as null. An unknown column, or a fraction in a column of whole numbers, raises
    `UsageError`; any other value that the type cannot hold raises polars' own error (files are checked cell by
    cell before they come here, with ranges, lists and keys).
    """
    own = table(name)
    for column in frame.columns:
        _refuse_fractions(own.column(column), frame[column])
    return frame.select(
        (pl.col(column).cast(dtype) if column in frame.columns else pl.lit(None, dtype=dtype).alias(column))
        for column, dtype in own.schema.items()
    )


def _refuse_fractions(column: Column, values: pl.Series) -> None:
    """Refuse what a cast would cut off in silence."""
    if column.type != "integer" or not values.dtype.is_float():
        return
    fractions = values.filter(values.is_finite() & (values != values.floor()))
    if len(fractions):
        raise UsageError(
            Text(
                f"{column.table}.{column.name} 应为整数，而不是 {fractions[0]}",
                f"{column.table}.{column.name} holds whole numbers, not {fractions[0]}",
            )
        )


def _not_one_row() -> UsageError:
    return UsageError(Text("表“district”必须恰有一行", "the table “district” must have exactly one row"))
