"""Tables on the sheets of a workbook that people read: texts in one language, and none ever taken for a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from junheng.district.workbook.cells import FORMULA_STARTS, as_cell_text
from junheng.district.workbook.layout import Styles
from junheng.text import Language, Text

Cell = Text | str | float | int | None


class Sheets:
    """Adds sheets of tables to a workbook, one below the other; ``widths`` are those of the columns."""

    def __init__(self, book: Any, styles: Styles, language: Language, *, widths: Sequence[float]) -> None:
        self._book, self._styles, self._language, self._widths = book, styles, language, widths

    def add(
        self,
        name: Text,
        tables: Sequence[tuple[Sequence[Text], Sequence[Sequence[Cell]]]],
        *,
        style_of: Callable[[Cell], Any] | None = None,
    ) -> None:
        """Add a sheet.

        Parameters
        ----------
        style_of
            Gives the format of a text below a header, `None` for the usual one.
        """
        sheet = self._book.add_worksheet(name.in_(self._language)[:31])
        for column, width in enumerate(self._widths):
            sheet.set_column(column, column, width)
        row = 0
        for header, rows in tables:
            for column, text in enumerate(header):
                self._write(sheet, row, column, text, style=self._styles.required)
            for number, cells in enumerate(rows, start=row + 1):
                for column, cell in enumerate(cells):
                    self._write(
                        sheet, number, column, cell, style=None if style_of is None else style_of(cell)
                    )
            row += len(rows) + 2

    def _write(self, sheet: Any, row: int, column: int, cell: Cell, *, style: Any) -> None:
        if cell is None:
            return
        if isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self._styles.number)
            return
        text = cell.in_(self._language) if isinstance(cell, Text) else cell
        plain = self._styles.quoted if text.startswith(FORMULA_STARTS) else self._styles.text
        sheet.write_string(row, column, as_cell_text(text), style or plain)
