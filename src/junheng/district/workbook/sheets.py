"""Tables on the sheets of a workbook that people read: texts in one language, and none ever taken for a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from junheng.district.workbook.cells import FORMULA_STARTS, as_cell_text
from junheng.district.workbook.layout import NUMBERS, TITLE_POINTS, Styles
from junheng.district.workbook.paper import set_up_paper
from junheng.district.workbook.widths import ARROW, column_width, row_height, width_of
from junheng.text import Language, Text
from junheng.units import UNITS

Cell = Text | str | float | int | None

_WIDEST = 60
"""Characters of a column; a longer text goes on in the next line of its cell."""
_WIDEST_HEADER = 16
"""Characters for which a header alone makes a column wider, with the arrow of its filter."""
_NAME_LENGTH = 31
"""Characters of a sheet's name that programs keep."""
_RESERVED = "history"
"""Excel keeps this name for itself."""
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_GENERAL = "General"
_AS_THEY_ARE, _NO_THOUSANDS = ("none", "flag", "month-day"), ("year", "calendar year", "grade")
"""Units of numbers that are shown with the digits they have, and of those that have no thousands."""


class Numbers(NamedTuple):
    """The header of a column of numbers, and how they are shown: `of_unit` and `with_decimals` say it."""

    label: Text
    pattern: str


class Block(NamedTuple):
    """A table of a sheet: its headers, its rows, and what stands above it."""

    header: Sequence[Text | Numbers]
    rows: Sequence[Sequence[Cell]]
    title: Text | None = None


class Sheets:
    """Adds sheets to a workbook: columns as wide as what is in them, set up for printing.

    Parameters
    ----------
    notice
        What stands above every printed page, such as for whose eyes it is.
    """

    def __init__(self, book: Any, styles: Styles, language: Language, *, notice: Text | None = None) -> None:
        self._book, self._styles, self._language, self._notice = book, styles, language, notice
        self._body = {**styles.font, "valign": "top"}
        text = {**self._body, "num_format": "@", "text_wrap": True}
        self._text, self._quoted = book.add_format(text), book.add_format({**text, "quote_prefix": True})
        self._numbers: dict[str, Any] = {}

    def add(
        self, name: Text, blocks: Sequence[Block], *, style_of: Callable[[Cell], Any] | None = None
    ) -> None:
        """Add a sheet with its tables one below the other.

        A table that is alone keeps its headers in sight and repeats them on every page, and can be filtered.

        Parameters
        ----------
        style_of
            Gives the format of a cell below a header, `None` for the usual one.
        """
        sheet = self._book.add_worksheet(sheet_name(self._said(name)))
        widths = self._widths(blocks)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        row = 0
        for block in blocks:
            row = self._write_block(sheet, row, block, widths, style_of=style_of) + 1
        is_alone = len(blocks) == 1 and blocks[0].title is None
        if is_alone:
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(blocks[0].rows), len(blocks[0].header) - 1)
        if self._notice is not None:
            sheet.set_header("&C" + self._said(self._notice).replace("&", "&&"))
        set_up_paper(sheet, widths, headers=int(is_alone))

    def _write_block(
        self,
        sheet: Any,
        row: int,
        block: Block,
        widths: Sequence[float],
        *,
        style_of: Callable[[Cell], Any] | None,
    ) -> int:
        """Write a table from a row on; return the first row below it."""
        if block.title is not None:
            self._write_text(sheet, row, 0, block.title, style=self._styles.title)
            sheet.set_row(row, TITLE_POINTS)
            row += 1
        labels = [_label(head) for head in block.header]
        for column, label in enumerate(labels):
            self._write_text(sheet, row, column, label, style=self._styles.required)
        sheet.set_row(row, row_height(zip(map(self._said, labels), widths, strict=False)))
        formats = [self._number(_pattern(head)) for head in block.header]
        for number, cells in enumerate(block.rows, start=row + 1):
            sheet.set_row(number, self._height(cells, widths))
            for column, cell in enumerate(cells):
                style = None if style_of is None else style_of(cell)
                if isinstance(cell, int | float):
                    sheet.write_number(number, column, cell, style or formats[column])
                elif cell is not None:
                    self._write_text(sheet, number, column, cell, style=style)
        return row + 1 + len(block.rows)

    def _height(self, cells: Sequence[Cell], widths: Sequence[float]) -> float | None:
        """Return the height of a row; only in the widest columns a text goes on in the next line."""
        return row_height(
            (self._said(cell), width)
            for cell, width in zip(cells, widths, strict=False)
            if width == _WIDEST and isinstance(cell, str | Text)
        )

    def _write_text(self, sheet: Any, row: int, column: int, cell: Text | str, *, style: Any) -> None:
        text = self._said(cell)
        plain = self._quoted if text.startswith(FORMULA_STARTS) else self._text
        sheet.write_string(row, column, as_cell_text(text), style or plain)

    def _number(self, pattern: str) -> Any:
        if pattern not in self._numbers:
            self._numbers[pattern] = self._book.add_format({**self._body, **NUMBERS, "num_format": pattern})
        return self._numbers[pattern]

    def _widths(self, blocks: Sequence[Block]) -> list[float]:
        """Return the width of each column; titles reach over several and do not count."""
        wanted: list[list[float]] = [[] for _ in range(max(len(block.header) for block in blocks))]
        for block in blocks:
            for column, width in self._wanted(block):
                wanted[column].append(width)
        return [column_width(own, at_most=_WIDEST) for own in wanted]

    def _wanted(self, block: Block) -> Iterator[tuple[int, float]]:
        for column, head in enumerate(block.header):
            yield column, min(width_of(self._said(_label(head))) + ARROW, _WIDEST_HEADER)
        for cells in block.rows:
            for column, cell in enumerate(cells):
                if isinstance(cell, int | float):
                    yield column, _width_of_number(cell, _pattern(block.header[column]))
                elif cell is not None:
                    yield column, width_of(self._said(cell))

    def _said(self, cell: Text | str) -> str:
        return cell.in_(self._language) if isinstance(cell, Text) else cell


def sheet_name(name: str) -> str:
    """Return a name as a sheet can have it: 31 characters, without those that programs refuse.

    >>> sheet_name("2026/27: 调动"), sheet_name("History")
    ('2026_27_ 调动', 'History_')
    """
    fit = name.translate(_NOT_IN_NAMES)[:_NAME_LENGTH]
    return f"{fit}_" if fit.casefold() == _RESERVED else fit


def of_unit(unit: str) -> str:
    """Return how numbers of a unit are shown, by its code.

    >>> of_unit("yuan"), of_unit("km"), of_unit("calendar year"), of_unit("none")
    ('#,##0', '#,##0.00', '0', 'General')
    """
    if unit in _AS_THEY_ARE:
        return _GENERAL
    return "0" if unit in _NO_THOUSANDS else with_decimals(UNITS[unit].decimals)


def with_decimals(decimals: int) -> str:
    """Return how numbers are shown with so many decimals, their thousands set off.

    >>> with_decimals(3)
    '#,##0.000'
    """
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def _width_of_number(number: float, pattern: str) -> float:
    """Return how many digits a number takes; one that is shown as it is gets room for seven."""
    if pattern == _GENERAL:
        return len(f"{number:.7g}")
    return len(f"{number:,.{len(pattern.partition('.')[2])}f}")


def _label(head: Text | Numbers) -> Text:
    return head.label if isinstance(head, Numbers) else head


def _pattern(head: Text | Numbers) -> str:
    return head.pattern if isinstance(head, Numbers) else _GENERAL
