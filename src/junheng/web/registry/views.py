"""Pages of the records: years, tables, snapshots."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.district.columns import Column as TableColumn
from junheng.district.columns import Table, tables
from junheng.district.columns import table as table_of
from junheng.district.files import write
from junheng.district.model import District
from junheng.district.workbook import template
from junheng.errors import UsageError
from junheng.report import numbers
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.jobs.services import enqueue
from junheng.web.language import current, said
from junheng.web.listing import XLSX, Column, Link, Listing
from junheng.web.pages.templatetags.words import moment
from junheng.web.permissions import may
from junheng.web.registry import demo, names, snapshots, store
from junheng.web.registry.changes import changes_table
from junheng.web.registry.filing import PROBLEM_COLUMNS, SEVERITIES
from junheng.web.registry.forms import LoadForm, SnapshotForm
from junheng.web.registry.loading import load_district
from junheng.web.registry.models import FieldChange, Snapshot, Year
from junheng.web.registry.values import plain
from junheng.web.schoolyears import year_text

_TABLES = (
    Column("label", Text("表", "table")),
    Column("per", Text("内容", "one row is")),
    Column("rows", Text("行数", "rows"), "count"),
)
_SNAPSHOTS = (
    Column("name", Text("名称", "name")),
    Column("made", Text("制作", "made")),
    Column("hash", Text("校验值", "hash")),
    Column("rows", Text("行数", "rows"), "count"),
    Column("returns", Text("已接收年报", "returns accepted")),
    Column("file", Text("下载", "download")),
)
_NAME, _NAME_OF = ".name", Text("{column}（名称）", "{column}: name")


def records(request: HttpRequest) -> HttpResponse:
    newest = names.latest()
    if newest is not None:
        return redirect("registry:year", year=newest)
    return render(request, "registry/none.html", {"form": LoadForm()})


def load_example(request: HttpRequest) -> HttpResponse:
    try:
        password = demo.load_example(by=person_of(request))
    except UsageError as error:
        messages.error(request, said(error.text))
        return redirect("registry:records")
    for snapshot in Snapshot.objects.defer("content"):
        enqueue(by=person_of(request), kind="forecast", subject=snapshot.pk)
    return render(request, "registry/example.html", {"password": password, "accounts": demo.demo_accounts()})


def load(request: HttpRequest) -> HttpResponse:
    """Take a whole district's workbook in, or list every problem of it."""
    form = LoadForm(request.POST or None, request.FILES or None)
    table = None
    if request.META.get("junheng.too_large"):
        return render(request, "pages/form_refused.html", {"is_too_large": True}, status=413)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        found = load_district(
            by=person_of(request), name=given.name, content=given, why=form.cleaned_data["why"]
        )
        if found.year is not None:
            text = Text(
                "已载入 {year}：新增 {added} 行，删除 {removed} 行，修改 {fields} 处",
                "{year} taken in: {added} rows added, {removed} removed, {fields} fields changed",
            )
            messages.success(
                request,
                said(
                    text.format(
                        year=year_text(found.year),
                        added=found.changed.added,
                        removed=found.changed.removed,
                        fields=found.changed.fields,
                    )
                ),
            )
            return redirect("registry:year", year=found.year)
        rows = [
            {
                **problem.as_dict(),
                "found": problem.found,
                "expected": problem.expected,
                "remedy": problem.remedy,
                "severity": SEVERITIES[problem.severity],
            }
            for problem in found.problems
        ]
        title = Text("工作簿中的问题", "problems of the workbook")
        table = Listing(request, name="problems", title=title, columns=PROBLEM_COLUMNS, rows=rows)
    status = 422 if table or form.errors else 200
    return render(request, "registry/load.html", {"form": form, "table": table}, status=status)


def year(request: HttpRequest, year: int) -> HttpResponse:
    found = get_object_or_404(Year, pk=year)
    district = store.give(year)
    rows = [
        {
            "label": Link(tables()[name].label, reverse("registry:table", args=[year, name])),
            "per": tables()[name].note,
            "rows": frame.height,
        }
        for name, frame in district.tables.items()
        if may(person_of(request), "registry:table", year=year, table=name)
    ]
    listing = Listing(request, name="tables", title=Text("各表", "tables"), columns=_TABLES, rows=rows)
    kept = _snapshots(request, found)
    for one in (listing, kept):
        if one.wants_export:
            return one.export()
    known = {
        "year": found,
        "year_text": year_text(year),
        "years": [(one, year_text(one)) for one in names.years()],
        "is_latest": year == names.latest(),
        "table": listing,
        "hash": district.hash,
        "snapshots": kept,
        "form": SnapshotForm(initial={"name": said(year_text(year))}),
    }
    return render(request, "registry/year.html", known)


def _snapshots(request: HttpRequest, found: Year) -> Listing:
    may_download = may(person_of(request), "registry:download_snapshot")
    rows = [
        {
            "name": one.name,
            "made": f"{moment(one.made_at)} {one.made_by}",
            "hash": numbers.short_hash(one.hash),
            "rows": one.n_rows,
            "returns": f"{one.n_accepted} / {one.n_returns}",
            "file": Link(f"{one.name}.xlsx", reverse("registry:download_snapshot", args=[one.pk]))
            if may_download
            else None,
        }
        for one in found.snapshots.defer("content")
    ]
    return Listing(
        request,
        name="snapshots",
        title=Text("快照", "snapshots"),
        columns=_SNAPSHOTS if may_download else _SNAPSHOTS[:-1],
        rows=rows,
        empty=Text("还没有快照", "no snapshots yet"),
    )


def table(request: HttpRequest, year: int, table: str) -> HttpResponse:
    one, district = _table(year, table)
    address = reverse("registry:row", args=[year, table])
    called = {column.name: _names(district, column) for column in one}
    rows = [_shown(one, values, address, called) for values in district.table(table).to_dicts()]
    columns = [
        part
        for column in one
        for part in (
            Column(column.name, column.label, column.unit.code if _is_number(column) else ""),
            *(
                [Column(f"{column.name}{_NAME}", _NAME_OF.format(column=column.label))]
                if called[column.name]
                else []
            ),
        )
    ]
    listing = Listing(request, name=table, title=one.label, columns=columns, rows=rows)
    if listing.wants_export:
        return listing.export()
    return render(
        request,
        "registry/table.html",
        {"one": one, "year": year, "year_text": year_text(year), "table": listing},
    )


def history(request: HttpRequest, year: int) -> HttpResponse:
    listing = changes_table(request, FieldChange.objects.filter(year=get_object_or_404(Year, pk=year).pk))
    if listing.wants_export:
        return listing.export()
    return render(
        request, "registry/history.html", {"year": year, "year_text": year_text(year), "table": listing}
    )


def empty_workbook(request: HttpRequest) -> HttpResponse:
    """Return the empty workbook that a bureau fills in."""
    with tempfile.TemporaryDirectory(prefix="junheng-workbook-") as folder:
        path = Path(folder) / "template.xlsx"
        template.write(path, language=current())
        return _file(path.read_bytes(), said(Text("区县记录模板", "empty workbook")))


def download(request: HttpRequest, year: int) -> HttpResponse:
    get_object_or_404(Year, pk=year)
    return _workbook(store.give(year), str(year))


def make_snapshot(request: HttpRequest, year: int) -> HttpResponse:
    get_object_or_404(Year, pk=year)
    form = SnapshotForm(request.POST)
    if form.is_valid():
        made = snapshots.make_snapshot(by=person_of(request), year=year, name=form.cleaned_data["name"])
        enqueue(by=person_of(request), kind="forecast", subject=made.pk)
        text = Text("已制作快照“{name}”，校验值 {hash}", "snapshot “{name}” made, hash {hash}")
        messages.success(request, said(text.format(name=made.name, hash=made.hash[:12])))
    else:
        messages.error(request, said(Text("请填写快照名称", "the snapshot needs a name")))
    return redirect("registry:year", year=year)


def download_snapshot(request: HttpRequest, snapshot: int) -> HttpResponse:
    found = get_object_or_404(Snapshot.objects.defer("content"), pk=snapshot)
    return _workbook(snapshots.district_of(found.pk), f"{found.year_id}-{found.hash[:12]}")


def _workbook(district: District, name: str) -> HttpResponse:
    with tempfile.TemporaryDirectory(prefix="junheng-workbook-") as folder:
        path = Path(folder) / "district.xlsx"
        write(district, path, language=current())
        content = path.read_bytes()
    return _file(content, f"{district.name}-{name}")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.xlsx')}"
    return response


def _table(year: int, name: str) -> tuple[Table, District]:
    get_object_or_404(Year, pk=year)
    if name not in tables():
        raise Http404
    return table_of(name), store.give(year)


def _shown(
    one: Table, values: dict[str, Any], address: str, called: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    key = json.dumps([values[name] for name in one.key], ensure_ascii=False)
    shown = {column.name: plain(column, values[column.name]) for column in one}
    named = {f"{name}{_NAME}": known.get(values[name]) for name, known in called.items() if known}
    first = next(iter(one)).name
    return {**shown, **named, first: Link(shown[first], f"{address}?{urlencode({'key': key})}")}


def _names(district: District, column: TableColumn) -> Mapping[str, str]:
    """Return what the rows are called that a column refers to; nothing where it refers to none that has a name."""
    if column.refers_to is None:
        return {}
    other, key = column.refers_to
    if "name" not in tables()[other].schema:
        return {}
    return dict(district.table(other).select(key, "name").drop_nulls().iter_rows())


def _is_number(column: TableColumn) -> bool:
    return column.type in ("integer", "number") and not column.is_key
