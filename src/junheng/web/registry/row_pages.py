"""One record: what it holds and held, changed, added or taken away by hand."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.district.columns import Column, Table, tables
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.registry import names
from junheng.web.registry.changes import changes_table, key_text
from junheng.web.registry.editing import add_row, remove_row, set_row
from junheng.web.registry.forms import RowForm, WhyForm
from junheng.web.registry.models import FieldChange, Row, Year
from junheng.web.registry.values import plain
from junheng.web.schoolyears import year_text

_LEAVING = "leaving_%s"
"""How the fields of the second form of a page are called, beside those of the first."""


def row(request: HttpRequest, year: int, table: str) -> HttpResponse:
    return _page(request, *_found(request, year, table))


def edit(request: HttpRequest, year: int, table: str) -> HttpResponse:
    one, found = _found(request, year, table)
    form = RowForm(request.POST, table=one, school_names=names.school_names(year))
    if not form.is_valid():
        return _page(request, one, found, form=form)
    try:
        set_row(by=person_of(request), row=found, values=form.values(), why=form.cleaned_data["why"])
    except UsageError as error:
        form.add_error(None, said(error.text))
        return _page(request, one, found, form=form)
    messages.success(request, said(Text("已保存", "saved")))
    return redirect(_address(found))


def add(request: HttpRequest, year: int, table: str) -> HttpResponse:
    """Ask for a new record, and keep it."""
    one = _table(year, table)
    if table == "district":
        raise Http404
    form = RowForm(request.POST or None, table=one, school_names=names.school_names(year), is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_row(
                by=person_of(request),
                year=year,
                name=table,
                values=form.values(),
                why=form.cleaned_data["why"],
            )
        except UsageError as error:
            form.add_error(None, said(error.text))
        else:
            messages.success(request, said(Text("已新增", "added")))
            return redirect(_address(made))
    known = {"one": one, "year": year, "year_text": year_text(year), "form": form}
    return render(request, "registry/add.html", known, status=422 if form.errors else 200)


def remove(request: HttpRequest, year: int, table: str) -> HttpResponse:
    one, found = _found(request, year, table)
    form = WhyForm(request.POST, auto_id=_LEAVING)
    if not form.is_valid():
        return _page(request, one, found, leaving=form)
    try:
        remove_row(by=person_of(request), row=found, why=form.cleaned_data["why"])
    except UsageError as error:
        form.add_error(None, said(error.text))
        return _page(request, one, found, leaving=form)
    messages.success(request, said(Text("已删除，修改历史中仍可查到", "removed; the history still has it")))
    return redirect("registry:table", year=year, table=table)


def _page(
    request: HttpRequest,
    one: Table,
    found: Row,
    *,
    form: RowForm | None = None,
    leaving: WhyForm | None = None,
) -> HttpResponse:
    values = json.loads(found.values)
    key = {"year": found.year_id, "table": found.table, "key": found.key}
    table = changes_table(request, FieldChange.objects.filter(**key))
    if table.wants_export:
        return table.export()
    school_names = names.school_names(found.year_id)
    known = {
        "one": one,
        "row": found,
        "key_text": key_text(found.key),
        "year": found.year_id,
        "year_text": year_text(found.year_id),
        "fields": [(column.label, _named(column, values, school_names)) for column in one],
        "form": form or RowForm(initial=values, table=one, school_names=school_names),
        "leaving": leaving or WhyForm(auto_id=_LEAVING),
        "key": urlencode({"key": found.key}),
        "table": table,
    }
    is_refused = form is not None or leaving is not None
    return render(request, "registry/row.html", known, status=422 if is_refused else 200)


def _named(column: Column, values: dict[str, Any], school_names: dict[str, str]) -> Any:
    """Return a value as people read it: of a school its name too."""
    value = plain(column, values.get(column.name))
    is_school = column.refers_to == ("schools", "school") and value in school_names
    return f"{school_names[value]}（{value}）" if is_school else value


def _table(year: int, name: str) -> Table:
    get_object_or_404(Year, pk=year)
    if name not in tables():
        raise Http404
    return tables()[name]


def _found(request: HttpRequest, year: int, table: str) -> tuple[Table, Row]:
    one = _table(year, table)
    return one, get_object_or_404(Row, year=year, table=one.name, key=request.GET.get("key", ""))


def _address(found: Row) -> str:
    return f"{reverse('registry:row', args=[found.year_id, found.table])}?{urlencode({'key': found.key})}"
