"""Pages of annual returns: the bureau sees who has filed, a school files its own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Language, Text
from junheng.web.audit.trail import trail
from junheng.web.gate import person_of
from junheng.web.language import current, said
from junheng.web.listing import XLSX, Column, Link, Listing, Mark, exported
from junheng.web.pages.templatetags.words import moment
from junheng.web.permissions import schools_open
from junheng.web.registry import names, returns
from junheng.web.registry.differing import differences
from junheng.web.registry.forms import DueForm, FileForm, RemarksForm
from junheng.web.registry.models import AnnualReturn, Filing, ReturnState, Year
from junheng.web.registry.reading import described, write_return
from junheng.web.schoolyears import year_text

_COLUMNS = (
    Column("name", Text("学校", "school")),
    Column("school", Text("学校代码", "code")),
    Column("state", Text("状态", "state")),
    Column("late", Text("逾期", "overdue")),
    Column("submitted", Text("上报时间", "submitted")),
    Column("changed", Text("最近变动", "last change")),
)
PROBLEM_COLUMNS = (
    Column("severity", Text("级别", "severity")),
    Column("sheet", Text("表", "sheet")),
    Column("row", Text("行", "row"), "count"),
    Column("column", Text("列", "column")),
    Column("found", Text("发现", "found")),
    Column("expected", Text("应为", "expected")),
    Column("remedy", Text("怎样改正", "how to mend it")),
)
SEVERITIES = {
    "error": Mark(Text("错误", "error"), "bad"),
    "warning": Mark(Text("警告", "warning"), "near"),
    "notice": Mark(Text("提示", "notice"), "none"),
}


def listing(request: HttpRequest) -> HttpResponse:
    """Show the returns of the newest year, or of the one that is asked for."""
    found = _year(request)
    if found is None:
        return render(request, "registry/returns.html", {"year": None})
    today = timezone.localdate()
    opened = schools_open(person_of(request), "registry:return")
    query = found.returns.all() if opened is None else found.returns.filter(school__in=opened)
    school_names = names.school_names(found.year)
    rows = [_row(one, found, school_names, today) for one in query]
    table = Listing(
        request,
        name="returns",
        title=Text("年报", "returns"),
        columns=_COLUMNS,
        rows=rows,
        empty=Text("尚未开放填报", "no returns have been opened"),
    )
    if table.wants_export:
        return table.export()
    known = {
        "table": table,
        "year": found,
        "year_text": year_text(found.year),
        "counts": counts(found, today),
        "form": DueForm(initial={"due": found.returns_due}),
        "sees_all": opened is None,
    }
    return render(request, "registry/returns.html", known)


def counts(found: Year, today: Any) -> dict[str, int]:
    """Return how many returns are in each state, and overdue."""
    states = list(found.returns.values_list("state", flat=True))
    late = found.returns_due is not None and today > found.returns_due
    return {
        "all": len(states),
        **{state: states.count(state) for state in returns.STATES},
        "overdue": sum(state in returns.OPEN_STATES for state in states) if late else 0,
    }


def open_year(request: HttpRequest, year: int) -> HttpResponse:
    found = get_object_or_404(Year, pk=year)
    form = DueForm(request.POST)
    if form.is_valid():
        n = returns.open_returns(by=person_of(request), year=found.pk, due=form.cleaned_data["due"])
        text = Text("已开放填报，新增 {n} 所学校", "returns opened, {n} schools added").format(n=n)
        messages.success(request, said(text))
    else:
        messages.error(request, said(Text("请填写截止日期", "say by which day they are due")))
    return redirect("registry:returns")


def one(request: HttpRequest, year: int, school: str) -> HttpResponse:
    return _page(request, _found(year, school))


def workbook(request: HttpRequest, year: int, school: str) -> HttpResponse:
    content = filled_workbook(_found(year, school), language=current())
    name = quote(f"{names.school_names(year).get(school, school)}-{year}.xlsx")
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def filled_workbook(found: AnnualReturn, *, language: Language) -> bytes:
    """Return the school's workbook, filled with what is known: what it filed last, else the records."""
    filing = next((one for one in found.filings.all() if one.rows is not None), None)
    is_newer = filing is not None and found.state != "accepted"
    rows = json.loads(filing.rows) if filing is not None and filing.rows is not None and is_newer else None
    with tempfile.TemporaryDirectory(prefix="junheng-workbook-") as folder:
        path = Path(folder) / "return.xlsx"
        write_return(found.year_id, found.school, path, language=language, rows=rows)
        return path.read_bytes()


def upload(request: HttpRequest, year: int, school: str) -> HttpResponse:
    found = _found(year, school)
    form = FileForm(request.POST, request.FILES)
    if request.META.get("junheng.too_large"):
        return render(request, "pages/form_refused.html", {"is_too_large": True}, status=413)
    if not form.is_valid():
        return _page(request, found, upload_form=form)
    given = form.cleaned_data["file"]
    try:
        filing = returns.file_workbook(
            by=person_of(request), annual_return=found, name=given.name, content=given
        )
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        _tell(request, filing)
    return redirect("registry:return", year=year, school=school)


def submit(request: HttpRequest, year: int, school: str) -> HttpResponse:
    found = _found(year, school)
    return _do(request, found, lambda: returns.submit(by=person_of(request), annual_return=found))


def send_back(request: HttpRequest, year: int, school: str) -> HttpResponse:
    found = _found(year, school)
    remarks = request.POST.get("remarks", "")
    return _do(
        request, found, lambda: returns.send_back(by=person_of(request), annual_return=found, remarks=remarks)
    )


def accept(request: HttpRequest, year: int, school: str) -> HttpResponse:
    found = _found(year, school)
    return _do(request, found, lambda: returns.accept(by=person_of(request), annual_return=found))


def _do(request: HttpRequest, found: AnnualReturn, work: Any) -> HttpResponse:
    try:
        work()
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(Text("已办理", "done")))
    return redirect("registry:return", year=found.year_id, school=found.school)


def _page(request: HttpRequest, found: AnnualReturn, *, upload_form: FileForm | None = None) -> HttpResponse:
    filings = list(found.filings.all())
    latest = filings[0] if filings else None
    table = None if latest is None else _problems(request, latest)
    is_taken = found.state == ReturnState.ACCEPTED
    differing = None if latest is None or is_taken else differences(request, latest)
    steps = trail(request, subject="return", pk=found.pk)
    file = exported(table, differing, steps)
    if file is not None:
        return file
    facts = names.schools(found.year_id).get(found.school, {})
    known = {
        "annual_return": found,
        "school": found.school,
        "name": facts.get("name", found.school),
        "state": Mark(returns.STATES[found.state], returns.TONES[found.state]),
        "due": found.year.returns_due,
        "is_late": returns.is_overdue(found, due=found.year.returns_due, today=timezone.localdate()),
        "is_open": found.state in returns.OPEN_STATES,
        "filings": filings,
        "latest": latest,
        "table": table,
        "differing": differing,
        "steps": steps,
        "upload_form": upload_form or FileForm(),
        "remarks_form": RemarksForm(),
    }
    return render(request, "registry/return.html", known, status=422 if upload_form is not None else 200)


def _problems(request: HttpRequest, filing: Filing) -> Listing:
    rows = [
        {**row, "severity": SEVERITIES[row["severity"]]}
        for row in map(described, json.loads(filing.problems))
    ]
    return Listing(
        request,
        name="problems",
        title=Text("工作簿中的问题", "problems of the workbook"),
        columns=PROBLEM_COLUMNS,
        rows=rows,
        empty=Text("没有问题", "no problems"),
    )


def _tell(request: HttpRequest, filing: Filing) -> None:
    if filing.n_errors:
        text = Text(
            "“{file}”有 {n} 个错误，未被采用；请按下表改正后重新上传",
            "“{file}” has {n} errors and was not taken; mend them by the table below and upload it again",
        )
        messages.error(request, said(text.format(file=filing.file_name, n=filing.n_errors)))
    else:
        text = Text("“{file}”没有错误，可以上报", "“{file}” has no errors and can be submitted")
        messages.success(request, said(text.format(file=filing.file_name)))


def _row(one: AnnualReturn, year: Year, school_names: dict[str, str], today: Any) -> dict[str, Any]:
    late = returns.is_overdue(one, due=year.returns_due, today=today)
    return {
        "name": Link(
            school_names.get(one.school, one.school), reverse("registry:return", args=[year.pk, one.school])
        ),
        "school": one.school,
        "state": Mark(returns.STATES[one.state], returns.TONES[one.state]),
        "late": Mark(Text("逾期", "overdue"), "bad") if late else None,
        "submitted": None if one.submitted_at is None else moment(one.submitted_at),
        "changed": moment(one.changed_at),
    }


def _year(request: HttpRequest) -> Year | None:
    asked = request.GET.get("year", "")
    if asked.isdecimal():
        return get_object_or_404(Year, pk=int(asked))
    return Year.objects.first()


def _found(year: int, school: str) -> AnnualReturn:
    found = AnnualReturn.objects.filter(year=year, school=school).select_related("year").first()
    if found is None:
        raise Http404
    return found
