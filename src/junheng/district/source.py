"""Where each row of a table came from, so that a problem can name file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import Place


@dataclass(frozen=True, eq=False)
class SourceTable:
    """One table as it was read, before it is trusted.

    Attributes
    ----------
    name
        Name of the table in the library.
    frame
        The rows, with every column of the column table and its type; cells that could not be read are null
        (their problems are already reported).
    rows
        Row numbers in the file, one a row of ``frame``; row 1 is the header.
    file, sheet
        Names as the user knows them; `None` where the table was never in a file.
    headers
        Header in the file by column name, for columns that the file has.
    """

    name: str
    frame: pl.DataFrame
    rows: pl.Series
    file: str | None = None
    sheet: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def place(self, index: int | None = None, column: str | None = None, key: str | None = None) -> Place:
        """Return the place of a row (by its position in ``frame``) and column, or of the whole table."""
        return Place(
            file=self.file,
            sheet=self.sheet or table(self.name).label.zh,
            row=None if index is None else int(self.rows[index]),
            column=None
            if column is None
            else self.headers.get(column, table(self.name).column(column).label.zh),
            key=key,
        )


def sources_of(district: District) -> dict[str, SourceTable]:
    """Return a District's tables as sources whose rows are numbered as its own workbook would number them."""
    return {
        name: SourceTable(name, frame, pl.Series("row", range(2, frame.height + 2), dtype=pl.Int64))
        for name, frame in district.tables.items()
    }
