"""Writing a District as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import polars as pl
import xlsxwriter

from junheng.district.atomic import whole_file
from junheng.district.columns import Column, Table, table
from junheng.district.model import District
from junheng.district.workbook.cells import write_numbers, write_texts
from junheng.district.workbook.layout import SYNTHETIC_COLOUR, Styles, lay_out
from junheng.district.workbook.widths import widest, width_of
from junheng.errors import UsageError
from junheng.progress import Progress, silent
from junheng.text import Language, Text

_SYNTHETIC = Text("模拟数据，不是真实记录", "Synthetic example, not real records")


Notes = Mapping[str, Mapping[tuple[int, str], Text]]
"""What stands beside cells as comments: by table, then by row from 0 and column. Comments are not read back."""
_NO_NOTES: Mapping[tuple[int, str], Text] = MappingProxyType({})


def write_workbook(
    district: District,
    path: Path,
    *,
    language: Language,
    notes: Notes = MappingProxyType({}),
    progress: Progress = silent,
) -> None:
    """Write every table of a District as one sheet, so that reading the workbook gives an equal District.

    Same District, same bytes: no clock is read. The sheets of a synthetic district have an amber tab.

    Raises
    ------
    UsageError
        For a text too long for a cell, or a number that is not finite.
    """
    with (
        whole_file(path) as partial,
        open_workbook(partial, created=district.year.first_day, language=language) as (book, styles),
    ):
        if district.is_synthetic:
            book.set_properties(
                {**_properties(district.year.first_day), "comments": _SYNTHETIC.in_(language)}
            )
        rows = sum(frame.height for frame in district.tables.values())
        done = 0
        for name, frame in district.tables.items():
            progress(
                Text("写入{label}", "writing {label}").format(label=table(name).label), done / (2 * rows)
            )
            done += frame.height
            widths = {column.name: _width(column, frame[column.name], language) for column in table(name)}
            sheet = add_sheet(book, table(name), styles=styles, language=language, values=widths)
            if district.is_synthetic:
                sheet.set_tab_color(SYNTHETIC_COLOUR)
            for position, column in enumerate(table(name)):
                _write_column(sheet, position, column, frame[column.name], styles=styles, language=language)
            for (row, column_name), text in notes.get(name, _NO_NOTES).items():
                sheet.write_comment(row + 1, frame.columns.index(column_name), text.in_(language))
        progress(Text("打包工作簿", "packing the workbook"), 0.5)


@contextmanager
def open_workbook(
    target: Path | BinaryIO, *, created: date, language: Language
) -> Iterator[tuple[Any, Styles]]:
    """Give a new workbook and its formats; it is written to the target when the block ends, unless it fails."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties(_properties(created))
    yield book, Styles.of(book, language)
    book.close()


def add_sheet(
    book: Any, one: Table, *, styles: Styles, language: Language, values: Mapping[str, float]
) -> Any:
    """Add the sheet of a table with its header; ``values`` are the widths of what will stand below."""
    sheet = book.add_worksheet(one.label.in_(language))
    lay_out(sheet, one, styles=styles, language=language, values=values)
    return sheet


def _properties(created: date) -> dict[str, Any]:
    return {"created": datetime.combine(created, time())}


def _width(column: Column, series: pl.Series, language: Language) -> float:
    if column.unit.code == "degree":
        return widest(series) + 1 + column.unit.decimals  # always shown with all of them
    if column.type != "enum":
        return widest(series)
    return max((width_of(text) for text in _labels(column, series.unique(), language) if text), default=0)


def _labels(column: Column, series: pl.Series, language: Language) -> list[str | None]:
    """Return the wording of an enumerated column's values."""
    labels = {choice.code: choice.text.in_(language) for choice in column.choices}
    return [None if value is None else labels.get(value, value) for value in series.to_list()]


def _write_column(
    sheet: Any, position: int, column: Column, series: pl.Series, *, styles: Styles, language: Language
) -> None:
    if column.type in ("integer", "number"):
        if series.dtype.is_float() and not series.drop_nulls().is_finite().all():
            raise UsageError(
                Text(
                    "表“{table}”的列“{column}”含有无穷大或非数值",
                    "column “{column}” of table “{table}” is not finite",
                ).format(table=column.table, column=column.name)
            )
        write_numbers(sheet, position, series.to_list(), styles.body(column))
        return
    values = _labels(column, series, language) if column.type == "enum" else series.to_list()
    write_texts(sheet, position, values, style=styles.text, quoted=styles.quoted)
