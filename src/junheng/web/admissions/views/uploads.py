"""Applications by workbook: the one to fill in, and what comes back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions import importing
from junheng.web.admissions.states import OPEN_TO_CHANGE
from junheng.web.admissions.views.common import found_round, head, problem_row
from junheng.web.gate import person_of
from junheng.web.language import current, said
from junheng.web.listing import XLSX, Listing
from junheng.web.registry.filing import PROBLEM_COLUMNS
from junheng.web.registry.forms import FileForm


def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the workbook to fill in: the applications and the plan as they are."""
    found = found_round(pk)
    content = importing.workbook_of(found, language=current())
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{found.code}.xlsx')}"
    return response


def upload(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    if request.META.get("junheng.too_large"):
        return render(request, "pages/form_refused.html", {"is_too_large": True}, status=413)
    form = FileForm(request.POST or None, request.FILES or None)
    known: dict[str, Any] = {**head(request, found, "admissions:applications"), "form": form}
    known["is_open"] = found.state in OPEN_TO_CHANGE
    if request.method != "POST":
        return render(request, "admissions/import.html", known)
    if not form.is_valid():
        return render(request, "admissions/import.html", known, status=422)
    given = form.cleaned_data["file"]
    try:
        came = importing.import_workbook(by=person_of(request), found=found, name=given.name, content=given)
    except UsageError as error:
        form.add_error(None, said(error.text))
        return render(request, "admissions/import.html", known, status=422)
    known["came"] = came
    known["table"] = Listing(
        request,
        name="problems",
        title=Text("工作簿中的问题", "problems of the workbook"),
        columns=PROBLEM_COLUMNS,
        rows=[problem_row(problem) for problem in came.problems],
        empty=Text("没有问题", "no problems"),
    )
    if not came.errors:
        text = Text(
            "已导入：新增 {new}，更新 {changed}，未变 {same}",
            "taken in: {new} new, {changed} changed, {same} as before",
        ).format(new=came.new, changed=came.changed, same=came.same)
        messages.success(request, said(text))
        return redirect("admissions:applications", found.pk)
    return render(request, "admissions/import.html", known, status=422)
