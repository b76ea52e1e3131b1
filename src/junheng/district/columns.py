"""The column table: the one source of checks, template workbook, reference page and table schemas.

The rows live in ``tables.csv``, ``columns.csv`` and ``values.csv`` beside this module, so that a person who
does not program can read and review them. Everything else about a column is derived from its row.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from junheng.errors import UsageError
from junheng.text import Text
from junheng.units import UNITS, Unit

if TYPE_CHECKING:
    import polars as pl

ColumnType = Literal["text", "integer", "number", "date", "enum", "geometry"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of an enumerated column.

    Attributes
    ----------
    code
        The value kept in tables.
    text
        The wording in workbooks and reports.
    official
        The code of the national statistics for the same thing, or `None`.
    """

    code: str
    text: Text
    official: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table.

    Attributes
    ----------
    table, name
        The names in the library.
    type
        ``text``, ``integer``, ``number``, ``date`` (ISO text), ``enum`` or ``geometry`` (WKT text).
    unit
        Unit of the number; ``none`` for anything that is not a number.
    minimum, maximum
        Inclusive range of a number, or `None`.
    is_required
        Whether every row must have a value. Absent is never zero.
    is_key
        Whether the column is part of the table's key.
    refers_to
        ``(table, column)`` whose values this column must be among, or `None`.
    choices
        Allowed values of an enumerated column, empty for others.
    label, note
        What people read in workbooks and on the reference page.
    official_return
        Sheet and cell of the official return that has the figure, or empty.
    """

    table: str
    name: str
    type: ColumnType
    unit: Unit
    minimum: float | None
    maximum: float | None
    is_required: bool
    is_key: bool
    refers_to: tuple[str, str] | None
    choices: tuple[Choice, ...]
    label: Text
    note: Text
    official_return: str

    @property
    def dtype(self) -> pl.DataType:
        """The polars type of the column: String, Int64 or Float64."""
        import polars as pl  # noqa: PLC0415 - start-up time: the command line lists columns without tables

        return {"integer": pl.Int64(), "number": pl.Float64()}.get(self.type, pl.String())


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a District.

    Attributes
    ----------
    name
        The name in the library.
    label, note
        What people read; the label is also the sheet's name.
    per
        What one row stands for.
    columns
        The columns in the order of the template.
    """

    name: str
    label: Text
    per: str
    note: Text
    columns: tuple[Column, ...]
    _by_name: dict[str, Column] = field(repr=False, compare=False)

    def column(self, name: str) -> Column:
        """Return a column by its name; an unknown name raises `UsageError`."""
        if name not in self._by_name:
            raise _unknown(
                Text(f"表“{self.name}”的列", f"column of table “{self.name}”"), name, self._by_name
            )
        return self._by_name[name]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column names and polars types in the table's order."""
        return {column.name: column.dtype for column in self.columns}

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


@cache
def tables() -> dict[str, Table]:
    """Return every table by name, in the order of the template workbook."""
    columns = _columns()
    result = {}
    for row in _rows("tables.csv"):
        own = tuple(column for column in columns if column.table == row["name"])
        result[row["name"]] = Table(
            name=row["name"],
            label=Text(row["zh"], row["en"]),
            per=row["per"],
            note=Text(row["zh_note"], row["en_note"]),
            columns=own,
            _by_name={column.name: column for column in own},
        )
    return result


def table(name: str) -> Table:
    """Return one table by its name; an unknown name raises `UsageError`."""
    if name not in tables():
        raise _unknown(Text("表", "table"), name, tables())
    return tables()[name]


@cache
def choices(enumeration: str) -> tuple[Choice, ...]:
    """Return the allowed values of an enumeration such as ``stage`` or ``kind``."""
    return tuple(
        Choice(row["code"], Text(row["zh"], row["en"]), row["official"] or None)
        for row in _rows("values.csv")
        if row["enumeration"] == enumeration
    )


def label_of(enumeration: str, code: str) -> Text:
    """Return what people call a value of an enumeration; an unknown code raises `UsageError`."""
    by_code = {choice.code: choice.text for choice in choices(enumeration)}
    if code not in by_code:
        raise _unknown(Text(f"“{enumeration}”的取值", f"value of “{enumeration}”"), code, by_code)
    return by_code[code]


def _columns() -> tuple[Column, ...]:
    return tuple(
        Column(
            table=row["table"],
            name=row["name"],
            type=row["type"],  # type: ignore[arg-type]  # tests/district/test_columns.py holds the list to it
            unit=UNITS[row["unit"]],
            minimum=float(row["min"]) if row["min"] else None,
            maximum=float(row["max"]) if row["max"] else None,
            is_required=row["required"] == "yes",
            is_key=row["key"] == "yes",
            refers_to=_reference(row["refers_to"]),
            choices=choices(row["enumeration"]) if row["enumeration"] else (),
            label=Text(row["zh"], row["en"]),
            note=Text(row["zh_note"], row["en_note"]),
            official_return=row["official_return"],
        )
        for row in _rows("columns.csv")
    )


def _reference(wording: str) -> tuple[str, str] | None:
    if not wording:
        return None
    table_name, column_name = wording.split(".")
    return table_name, column_name


def _rows(file: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _unknown(what: Text, name: str, known: Iterable[str]) -> UsageError:
    close = difflib.get_close_matches(name, list(known), n=3)
    near = (
        Text(f"；是否指 {'、'.join(close)}？", f"; did you mean {', '.join(close)}?")
        if close
        else Text("", "")
    )
    return UsageError(
        Text("没有名为“{name}”的{what}{near}", "there is no {what} named “{name}”{near}").format(
            name=name, what=what, near=near
        )
    )
