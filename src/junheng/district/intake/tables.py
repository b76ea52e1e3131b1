"""From a raw table to a typed one: headers matched, cells read, problems named, extra columns kept aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from junheng.district.columns import Column, Table, table
from junheng.district.intake.dates import read_dates
from junheng.district.intake.finding import Finding, RawColumn, ReadColumn, Wording, problems_of
from junheng.district.intake.headers import Headers, match_headers
from junheng.district.intake.numbers import read_numbers
from junheng.district.intake.raw import NOT_COMPUTED, RawTable
from junheng.district.intake.texts import read_choices, read_texts
from junheng.district.intake.wording import MEND_FORMULA, expectation, plain
from junheng.district.source import SourceTable
from junheng.errors import Problem
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Taken:
    """What reading one table gave.

    Attributes
    ----------
    source
        The typed table; cells that could not be read are null.
    aside
        Extra columns with the table's key columns, all as text, or `None`.
    problems
        Every problem of header and cells.
    is_complete
        Whether every required column was there, so that checks across rows and tables make sense.
    """

    source: SourceTable
    aside: pl.DataFrame | None
    problems: tuple[Problem, ...]
    is_complete: bool


def take(raw: RawTable) -> Taken:
    """Read one raw table."""
    one = table(raw.name)
    headers = match_headers(one, raw)
    problems = [*headers.problems]
    series: list[pl.Series] = []
    for column in one:
        position = headers.known.get(column.name)
        if position is None:
            series.append(pl.Series(column.name, [None] * len(raw.rows), dtype=column.dtype))
            continue
        read, found = _take_column(raw, column, position)
        series.append(read)
        problems += found
    frame = pl.DataFrame(series)
    source = SourceTable(
        name=raw.name,
        frame=frame,
        rows=pl.Series("row", raw.rows, dtype=pl.Int64),
        file=raw.file,
        sheet=raw.sheet,
        headers=MappingProxyType({name: _wording(raw, position) for name, position in headers.known.items()}),
    )
    is_complete = all(column.name in headers.known for column in one if column.is_required)
    return Taken(source, _aside(one, raw, headers, frame), tuple(problems), is_complete)


def _wording(raw: RawTable, position: int) -> str:
    return plain(raw.header[position]).strip()


def _take_column(raw: RawTable, column: Column, position: int) -> tuple[pl.Series, list[Problem]]:
    broken = _broken(raw, position)
    values = raw.columns[position]
    if broken:  # what a reader shows for them differs; here they are empty
        values = ["" if index in broken else value for index, value in enumerate(values)]
    cells = RawColumn(
        column=column,
        place=replace(raw.place, column=_wording(raw, position)),
        values=values,
        rows=raw.rows,
        is_typed=raw.is_typed,
    )
    read = _reader(column)(cells)
    findings = [*_broken_formulas(column, broken), *read.findings]
    if column.is_required:
        findings.append(_empty(column, read, broken))
    return read.series, problems_of(cells, findings)


def _reader(column: Column) -> Callable[[RawColumn], ReadColumn]:
    if column.type == "geometry":
        from junheng.district.intake.geometry import read_polygons  # noqa: PLC0415 - shapely only where it is needed

        return read_polygons
    return {"text": read_texts, "enum": read_choices, "date": read_dates}.get(column.type, read_numbers)


def _broken(raw: RawTable, position: int) -> dict[int, str]:
    here = {row: text for (row, place), text in raw.broken.items() if place == position}
    return {index: here[row] for index, row in enumerate(raw.rows) if row in here} if here else {}


def _broken_formulas(column: Column, broken: Mapping[int, str]) -> list[Finding]:
    def failed(index: int) -> Wording:
        return Wording(Text.same(broken[index]), expectation(column), MEND_FORMULA)

    def not_computed(_: int) -> Wording:
        found = Text("公式没有保存计算结果", "a formula without a stored result")
        remedy = Text(
            "在 Excel 或 WPS 中打开并保存一次", "Open the workbook in Excel or WPS and save it once"
        )
        return Wording(found, expectation(column), remedy)

    return [
        Finding(
            code="formula-error",
            indexes=[index for index, text in broken.items() if text != NOT_COMPUTED],
            word=failed,
        ),
        Finding(
            code=NOT_COMPUTED,
            indexes=[index for index, text in broken.items() if text == NOT_COMPUTED],
            word=not_computed,
        ),
    ]


def _empty(column: Column, read: ReadColumn, broken: Mapping[int, str]) -> Finding:
    wording = Wording(
        Text("空单元格", "an empty cell"),
        expectation(column),
        Text("必填：补填这个单元格", "The column is required: fill the cell in"),
    )
    indexes: list[int] = []
    if read.series.null_count():
        known = read.wrong | broken.keys()
        indexes = [index for index in read.series.is_null().arg_true().to_list() if index not in known]
    return Finding(code="required-empty", indexes=indexes, word=lambda _: wording)


def _aside(one: Table, raw: RawTable, headers: Headers, frame: pl.DataFrame) -> pl.DataFrame | None:
    if not headers.extra:
        return None
    keys = [frame[name].cast(pl.String) for name in one.key]
    extras = [
        pl.Series(name, [_text_or_none(value) for value in raw.columns[position]], dtype=pl.String)
        for name, position in headers.extra.items()
    ]
    return pl.DataFrame(keys + [series.alias(_unused(series.name, one.key)) for series in extras])


def _unused(name: str, taken: Sequence[str]) -> str:
    return f"{name} *" if name in taken else name


def _text_or_none(value: object) -> str | None:
    return None if value is None or value == "" else plain(value)
