"""CSV and Parquet files: read to raw tables, written so that they read back exactly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from junheng.district.columns import Table, table
from junheng.district.intake.names import column_named
from junheng.district.intake.raw import Cells, Found, RawTable, blank_rows, grid_of
from junheng.district.intake.wording import row_ranges
from junheng.errors import Place, Problem
from junheng.text import Language, Text

MOST_CELLS = 50_000_000
"""Cells of a Parquet file: a few bytes of it can stand for any number of equal rows."""
MOST_FIELD_CHARACTERS = 16 * 2**20
"""Characters of one CSV cell; the largest polygons of a district have some hundred thousand."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
"""A text beginning so is written with an apostrophe before it, which reading takes off again."""
_KEPT_TEXT = re.compile(r'="([^"]*)"')
"""How some programs keep the leading zeros of a code in CSV: ="0012"."""


def read_csv(path: Path, name: str) -> Iterator[Found]:
    """Give the raw table of a CSV file in UTF-8, UTF-16 or GB 18030, separated by comma, tab or semicolon."""
    try:
        text, encoding = _decoded(path.read_bytes())
    except UnicodeDecodeError:
        yield Found(None, (_bad(path, Text("无法识别的文字编码", "an encoding that is not known")),))
        return
    notices = [_read_as(path, encoding)] if encoding == "gb18030" else []
    try:
        rows = _rows(text, table(name))
    except csv.Error as error:
        yield Found(
            None, (_bad(path, Text("CSV 格式有误（{why}）", "malformed CSV ({why})").format(why=error)),)
        )
        return
    yield _found(path, name, rows, notices)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("gb18030"), "gb18030"


def _rows(text: str, one: Table) -> list[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), MOST_FIELD_CHARACTERS))
    first = text[: 64 * 1024].split("\n", 1)[0]
    separator = max(",\t;", key=lambda mark: _known_headers(first, mark, one))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def _known_headers(line: str, separator: str, one: Table) -> int:
    return sum(column_named(one, cell.strip(' "\r')) is not None for cell in line.split(separator))


def _found(path: Path, name: str, rows: Sequence[list[str]], problems: list[Problem]) -> Found:
    place = Place(file=path.name)
    header = next((row for row in rows if any(cell.strip() for cell in row)), [])
    if not header:
        return Found(None, (*problems, _bad(path, Text("空文件", "an empty file"))))
    width = len(header)
    long = [number for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row[width:])]
    if long:
        problems.append(_ragged(place, long))
    grid = grid_of([_fitted(row, width) for row in rows], first_row=1)
    if grid is None:
        return Found(None, tuple(problems))
    if grid.blank:
        problems.append(blank_rows(place, grid.blank, row_ranges(grid.blank)))
    raw = RawTable(
        name=name,
        file=path.name,
        header=grid.header,
        header_row=grid.header_row,
        columns=[_plain_texts(column) for column in grid.columns],
        rows=grid.rows,
        is_typed=False,
    )
    return Found(raw, tuple(problems))


def _fitted(row: list[str], width: int) -> list[str]:
    if len(row) == width:
        return row
    return (row + [""] * (width - len(row)))[:width]


def _plain_texts(cells: Cells) -> Cells:
    """Take off the apostrophes that keep texts from being formulas."""
    if not any(str(cell).startswith(("'", '="')) for cell in cells):
        return cells
    return [_plain_text(str(cell)) for cell in cells]


def _plain_text(cell: str) -> str:
    if cell.startswith("'") and cell[1:].startswith(_RISKY):
        return cell[1:]
    kept = _KEPT_TEXT.fullmatch(cell)
    return kept[1] if kept else cell


def safe_text(text: str | None) -> str | None:
    """Return a text for a CSV file, with an apostrophe before what a spreadsheet program would take for a formula."""
    return f"'{text}" if text is not None and text.startswith(_RISKY) else text


def write_csv(path: Path, one: Table, frame: pl.DataFrame, *, language: Language) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, so that spreadsheet programs show Chinese.

    Numbers are written with the fewest digits that read back exactly. A text that begins with ``=``, ``+``, ``-``,
    ``@``, a tab, a carriage return or an apostrophe gets an apostrophe before it.
    """
    columns = []
    for column in one:
        values = frame[column.name].to_list()
        if column.type == "enum":
            labels = {choice.code: choice.text.in_(language) for choice in column.choices}
            values = [None if value is None else labels.get(value, value) for value in values]
        if column.type not in ("integer", "number"):
            values = [safe_text(value) for value in values]
        columns.append(values)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.label.in_(language) for column in one])
        writer.writerows(zip(*columns, strict=True))


def read_parquet(path: Path, name: str) -> Iterator[Found]:
    """Give the raw table of a Parquet file."""
    try:
        lazy = pl.scan_parquet(path)
        names = lazy.collect_schema().names()
        height = int(lazy.select(pl.len()).collect().item())
        if height * max(1, len(names)) > MOST_CELLS:
            found = Text(f"{height} 行", f"{height} rows")
            yield Found(None, (_bad(path, found),))
            return
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError, ValueError):
        yield Found(None, (_bad(path, Text("不是完整的 Parquet 文件", "not a whole Parquet file")),))
        return
    raw = RawTable(
        name=name,
        file=path.name,
        header=frame.columns,
        columns=[_cells(series) for series in frame],
        rows=range(2, frame.height + 2),
    )
    yield Found(raw, ())


def _cells(series: pl.Series) -> list[object]:
    if series.dtype.is_nested() or series.dtype in (pl.Binary, pl.Object):
        return ["" if value is None else str(value) for value in series.to_list()]
    if series.dtype.is_decimal():
        series = series.cast(pl.Float64)
    return ["" if value is None else value for value in series.to_list()]


def _bad(path: Path, found: Text) -> Problem:
    return Problem(
        code="unreadable-file",
        severity="error",
        place=Place(file=path.name),
        found=found,
        expected=Text("一张表的完整文件", "the whole file of a table"),
        remedy=Text("重新导出这个文件（CSV 用 UTF-8 编码）", "Export the file again (CSV in UTF-8)"),
    )


def _read_as(path: Path, encoding: str) -> Problem:
    return Problem(
        code="other-encoding",
        severity="notice",
        place=Place(file=path.name),
        found=Text("不是 UTF-8 编码，按 {name} 读入", "not UTF-8; read as {name}").format(
            name=encoding.upper()
        ),
        expected=Text("UTF-8 编码", "UTF-8"),
        remedy=Text("核对中文是否正常", "See that the Chinese reads well"),
    )


def _ragged(place: Place, rows: list[int]) -> Problem:
    return Problem(
        code="ragged-row",
        severity="error",
        place=Place(file=place.file, row=rows[0]),
        found=Text("单元格多于标题（第 {rows} 行）", "more cells than headers (rows {rows})").format(
            rows=row_ranges(rows)
        ),
        expected=Text("每行与标题一样多的单元格", "as many cells in each row as headers"),
        remedy=Text("含逗号的文字要加英文双引号", "Put texts that contain commas into double quotes"),
    )
