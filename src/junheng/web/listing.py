"""Tables that people read: sort, filter, page and export to Excel, on the server, so that they work at any size."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from markupsafe import Markup

from junheng.district.workbook.sheets import Block, Cell, Numbers, Sheets, of_unit
from junheng.district.workbook.write import open_workbook
from junheng.report import numbers
from junheng.text import Text
from junheng.web.language import current, said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ONE_WORD, _FEW_WORDS = 8, 24
"""Letters."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    key
        In the rows.
    label
        The header.
    unit
        A unit's code for numbers, which are shown with its decimals and to the right; empty for text.
    """

    key: str
    label: Text
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to a page."""

    value: Any
    href: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell with a colour: a verdict or state, whose wording says the same as the colour."""

    text: Text
    tone: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A cell that is drawn; it sorts by its value, and is not exported: another column has the figure."""

    value: float | None
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Do:
    """A cell with a button that does something to the row; it is not exported.

    Attributes
    ----------
    text, href
        What the button says, and where it sends to.
    on
        The row's name, for whoever does not see the row.
    """

    text: Text
    href: str
    on: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the template writes it."""

    text: str
    href: str = ""
    tone: str = ""
    is_number: bool = False
    is_head: bool = False
    drawing: Markup | None = None
    do: Do | None = None

    @property
    def is_day(self) -> bool:
        """Whether it is a few words with a day, which is not broken at its hyphens."""
        return len(self.text) <= _FEW_WORDS and _DAY.search(self.text) is not None

    @property
    def is_short(self) -> bool:
        """Whether it is one word, which stays on one line however narrow the screen is."""
        return len(self.text) <= _ONE_WORD


@dataclass(frozen=True, slots=True)
class Head:
    """A header: where a click on it leads, and how the table is sorted by it."""

    text: str
    href: str
    sorted: str
    is_number: bool


class Listing:
    """A table and what a person asked of it in the address: ``NAME-q``, ``NAME-sort``, ``NAME-page``, ``NAME-export``.

    Parameters
    ----------
    name
        Of the table in addresses, and of the exported file.
    title
        What is above the table.
    columns, rows
        The first column names the row.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        name: str,
        title: Text,
        columns: Sequence[Column],
        rows: Sequence[Mapping[str, Any]],
        empty: Text | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.columns = columns
        self.rows = rows
        self.empty = empty or Text("没有记录", "no records")
        self._asked = request.GET
        self._path = request.path

    @property
    def query(self) -> str:
        """What is searched for."""
        return self._asked.get(f"{self.name}-q", "").strip()

    @property
    def wants_export(self) -> bool:
        """Whether the file was asked for, and not the page."""
        return f"{self.name}-export" in self._asked

    @cached_property
    def found(self) -> list[Mapping[str, Any]]:
        """The rows that match, in the order that was asked for."""
        wanted = self.query.lower()
        rows = [
            row
            for row in self.rows
            if not wanted or any(wanted in self._plain(row, one).lower() for one in self.columns)
        ]
        key, is_down = self._order
        if key is None:
            return rows
        column = key
        present = [row for row in rows if _value(row.get(column.key)) is not None]
        absent = [row for row in rows if _value(row.get(column.key)) is None]
        return sorted(present, key=lambda row: _sortable(row.get(column.key)), reverse=is_down) + absent

    @cached_property
    def page(self) -> Page[Mapping[str, Any]]:
        """The page that was asked for; one that does not exist is the nearest."""
        return Paginator(self.found, PER_PAGE).get_page(self._asked.get(f"{self.name}-page"))

    @property
    def heads(self) -> list[Head]:
        """The headers."""
        chosen, is_down = self._order
        return [
            Head(
                said(one.label),
                self.address(sort=one.key if one is not chosen or is_down else f"-{one.key}"),
                "" if one is not chosen else "descending" if is_down else "ascending",
                bool(one.unit),
            )
            for one in self.columns
        ]

    @property
    def body(self) -> list[list[Shown]]:
        """The cells of the page."""
        return [
            [self._shown(row, one, is_head=position == 0) for position, one in enumerate(self.columns)]
            for row in self.page.object_list
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else stands in the address, for hidden fields of the search."""
        own = (f"{self.name}-q", f"{self.name}-page", f"{self.name}-export")
        return [
            (key, str(value)) for key, values in self._asked.lists() if key not in own for value in values
        ]

    @property
    def export_address(self) -> str:
        """Where the file is."""
        return self.address(export="xlsx")

    @property
    def previous_address(self) -> str:
        return self.address(page=self.page.previous_page_number())

    @property
    def next_address(self) -> str:
        return self.address(page=self.page.next_page_number())

    def address(self, **changes: object) -> str:
        """Return this page's address with something else asked for."""
        asked = {key: values for key, values in self._asked.lists() if key != f"{self.name}-export"}
        asked |= {f"{self.name}-{key}": [str(value)] for key, value in changes.items()}
        return f"{self._path}?{urlencode(asked, doseq=True)}#{self.name}"

    def export(self) -> HttpResponse:
        """Return every row that matches as a workbook, without what is drawn and without buttons."""
        out = io.BytesIO()
        columns = [
            one
            for one in self.columns
            if not any(isinstance(row.get(one.key), Chart | Do) for row in self.rows)
        ]
        header = [Numbers(one.label, of_unit(one.unit or "none")) for one in columns]
        rows = [[_cell(row.get(one.key)) for one in columns] for row in self.found]
        with open_workbook(out, created=timezone.localdate(), language=current()) as (book, styles):
            Sheets(book, styles, current()).add(self.title, [Block(header, rows)])
        response = HttpResponse(out.getvalue(), content_type=XLSX)
        file = quote(f"{said(self.title)}.xlsx")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
        return response

    @property
    def _order(self) -> tuple[Column | None, bool]:
        asked = self._asked.get(f"{self.name}-sort", "")
        by_key = {one.key: one for one in self.columns}
        return by_key.get(asked.removeprefix("-")), asked.startswith("-")

    def _plain(self, row: Mapping[str, Any], column: Column) -> str:
        return self._shown(row, column).text

    def _shown(self, row: Mapping[str, Any], column: Column, *, is_head: bool = False) -> Shown:
        given = row.get(column.key)
        value = _value(given)
        href = given.href if isinstance(given, Link) else ""
        tone = given.tone if isinstance(given, Mark) else ""
        if isinstance(given, Chart):
            return Shown(str(value), drawing=given.drawing)
        if isinstance(given, Do):
            return Shown(said(given.text), do=given)
        if value is None:
            return Shown(numbers.ABSENT, is_number=bool(column.unit), is_head=is_head)
        text = numbers.show(value, column.unit) if column.unit and not isinstance(value, str) else str(value)
        return Shown(text, href, tone, bool(column.unit), is_head)


def exported(*listings: Listing | None) -> HttpResponse | None:
    """Return the file of the table that is asked for; `None` where the page is."""
    return next((one.export() for one in listings if one is not None and one.wants_export), None)


def _value(cell: Any) -> Any:
    if isinstance(cell, Link):
        return _value(cell.value)
    if isinstance(cell, Chart):
        return cell.value
    if isinstance(cell, Do):
        return None
    if isinstance(cell, Mark):
        return said(cell.text)
    return said(cell) if isinstance(cell, Text) else cell


def _sortable(cell: Any) -> tuple[int, float, str]:
    value = _value(cell)
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _cell(cell: Any) -> Cell:
    """Return a cell of the page as the workbook has it."""
    value = _value(cell)
    return (
        value
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        else str(value)
    )
