"""A table as it stands in a file: header cells, columns of untyped cells, row numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType

from junheng.errors import Place, Problem
from junheng.text import Text

Cells = Sequence[object]

NOT_COMPUTED = "formula-not-computed"
"""Stands in `RawTable.broken` for a formula cell whose value the writing program did not store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """The cells of one sheet or file, before anything is trusted.

    Attributes
    ----------
    name
        The table of the library that the sheet stands for.
    file, sheet
        Names as the user knows them.
    header
        The cells of the header row.
    columns
        For each header cell the cells below it; ``""`` for an empty one. Blank rows are left out.
    rows
        Row numbers in the file, one a cell of a column.
    is_typed
        Whether the file keeps numbers apart from text.
    broken
        Error text by (row number, column position), for formula cells that failed or have no stored value.
    """

    name: str
    file: str
    sheet: str | None = None
    header: Cells
    header_row: int = 1
    columns: Sequence[Cells]
    rows: Sequence[int]
    is_typed: bool = True
    broken: Mapping[tuple[int, int], str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def place(self) -> Place:
        """The sheet or file."""
        return Place(file=self.file, sheet=self.sheet)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet split into a header and the rows that are not blank.

    Attributes
    ----------
    header, header_row
        The first row that is not blank, and its number.
    columns, rows
        Cells by column, and row numbers, of the rows below that are not blank.
    blank
        Numbers of blank rows between them.
    """

    header: Cells
    header_row: int
    columns: Sequence[Cells]
    rows: Sequence[int]
    blank: Sequence[int]


def grid_of(cells: Sequence[Cells], *, first_row: int, kept: frozenset[int] = frozenset()) -> Grid | None:
    """Split rows of equal length into header and data; `None` where every row is blank.

    Parameters
    ----------
    first_row
        Number of the first row in the file.
    kept
        Numbers of rows that count as not blank although their cells are: a failed formula leaves no value.
    """
    first = [row[0] for row in cells]
    empty = {cell for cell in set(first) if not cell or (type(cell) is str and not cell.strip())}
    suspects = [at for at, cell in enumerate(first) if cell in empty] if empty else []
    blank = {at for at in suspects if _is_blank(cells[at]) and first_row + at not in kept}
    filled = [at for at in range(len(cells)) if at not in blank] if blank else range(len(cells))
    if not filled:
        return None
    top, *below = filled
    blank_between = sorted(position for position in blank if top < position < filled[-1])
    data = [cells[position] for position in below] if blank else cells[1:]
    return Grid(
        header=cells[top],
        header_row=first_row + top,
        columns=[list(map(itemgetter(column), data)) for column in range(len(cells[top]))],
        rows=[first_row + position for position in below],
        blank=[first_row + position for position in blank_between],
    )


def _is_blank(row: Cells) -> bool:
    return not any(map(_has_value, row))


def _has_value(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def blank_rows(place: Place, rows: Sequence[int], wording: str) -> Problem:
    """Return the warning that blank rows were skipped."""
    return Problem(
        code="blank-rows",
        severity="warning",
        place=Place(file=place.file, sheet=place.sheet, row=rows[0]),
        found=Text("数据之间有空行（第 {rows} 行）", "blank rows between the data (rows {rows})").format(
            rows=wording
        ),
        expected=Text("数据连续，没有空行", "data without blank rows"),
        remedy=Text("已跳过；请删除空行", "They were skipped; delete them"),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """One sheet or file: its raw table, or `None` where it has none, and what its layout already showed."""

    raw: RawTable | None
    problems: tuple[Problem, ...]
