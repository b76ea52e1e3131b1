"""The records of a year as they are now, checked like a workbook: across rows and tables, with the way to each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from junheng.district.checks import check
from junheng.district.columns import Table, tables
from junheng.district.model import District
from junheng.errors import Problem
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.listing import Link, Listing
from junheng.web.permissions import may
from junheng.web.registry.filing import PROBLEM_COLUMNS, SEVERITIES
from junheng.web.registry.models import Year
from junheng.web.registry.store import give
from junheng.web.remember import made_once
from junheng.web.schoolyears import year_text


def page(request: HttpRequest, year: int) -> HttpResponse:
    """List what is wrong with the records of a year, each with a way to its record."""
    found = get_object_or_404(Year, pk=year)
    district = give(year)
    problems = [_row(request, year, district, one) for one in _checked(year, found.revision)]
    table = Listing(
        request,
        name="problems",
        title=Text("记录中的问题", "problems of the records"),
        columns=PROBLEM_COLUMNS,
        rows=[one for one in problems if one is not None],
        empty=Text("没有问题", "no problems"),
    )
    if table.wants_export:
        return table.export()
    known = {"year": year, "year_text": year_text(year), "table": table}
    return render(request, "registry/check.html", known)


@made_once(maxsize=4)
def _checked(year: int, revision: str) -> Sequence[Problem]:
    """Return the problems of a year at a revision."""
    return check(give(year))


def _row(request: HttpRequest, year: int, district: District, problem: Problem) -> dict[str, Any] | None:
    """Return a problem as a row; `None` for one of a table that the person may not see."""
    place = problem.place
    one = next((table for table in tables().values() if table.label.zh == place.sheet), None)
    if one is not None and not may(person_of(request), "registry:table", year=year, table=one.name):
        return None
    shown = {
        **problem.as_dict(),
        "found": problem.found,
        "expected": problem.expected,
        "remedy": problem.remedy,
        "severity": SEVERITIES[problem.severity],
    }
    if one is None:
        return shown
    return shown | {
        "sheet": Link(one.label, reverse("registry:table", args=[year, one.name])),
        "row": _record(year, district, one, place.row),
    }


def _record(year: int, district: District, one: Table, row: int | None) -> Link | None:
    """Return the way to the record in a row of the table, as its workbook numbers rows."""
    if row is None or not 2 <= row < district.table(one.name).height + 2:
        return None
    values = district.table(one.name).row(row - 2, named=True)
    key = json.dumps([values[name] for name in one.key], ensure_ascii=False)
    return Link(row, f"{reverse('registry:row', args=[year, one.name])}?{urlencode({'key': key})}")
