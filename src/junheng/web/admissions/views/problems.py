"""What the checks found, each with its remedy; mended in the application, or signed for by name and reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from junheng.admission.intake.waivers import Waiver as Signed
from junheng.errors import InputError, Problem, UsageError
from junheng.text import Text
from junheng.web.admissions import intake
from junheng.web.admissions.models import Round, Waiver
from junheng.web.admissions.records import taken
from junheng.web.admissions.states import OPEN_TO_CHANGE
from junheng.web.admissions.views.common import FOUND_COLUMNS, found_round, head, problem_row
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Listing

_MOST_SHOWN = 60
"""Errors that are shown with their form; the table below has all."""


def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    known: dict[str, Any] = {
        **head(request, found, "admissions:problems"),
        "is_open": found.state in OPEN_TO_CHANGE,
        "waivers": [(one, _check_text(one.check_code)) for one in found.waivers.all()],
    }
    if not known["is_open"]:
        return render(request, "admissions/problems.html", known)
    try:
        checked = taken(found)
    except InputError as error:
        return render(request, "admissions/problems.html", {**known, "broken": error.problems})
    table = Listing(
        request,
        name="problems",
        title=Text("全部问题", "every problem"),
        columns=FOUND_COLUMNS,
        rows=[problem_row(problem) for problem in checked.problems],
        empty=Text("没有问题", "no problems"),
    )
    if table.wants_export:
        return table.export()
    numbers = frozenset(found.applications.values_list("number", flat=True))
    shown = [intake.located(problem, numbers) for problem in checked.errors[:_MOST_SHOWN]]
    known |= {
        "table": table,
        "errors": [(one, _check_text(one.problem.code), _after(one.problem.code)) for one in shown],
        "n_errors": len(checked.errors),
        "n_shown": len(shown),
        "kinds": _kinds(checked.problems),
        "unused": _unused(found, checked.waived),
    }
    return render(request, "admissions/problems.html", known)


def _kinds(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """Return how often each check found something, errors first."""
    counts = Counter((problem.severity, problem.code) for problem in problems)
    order = {"error": 0, "warning": 1, "notice": 2}
    return [
        {"severity": severity, "text": _check_text(code), "code": code, "n": n}
        for (severity, code), n in sorted(counts.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    ]


def _unused(found: Round, waived: tuple[tuple[Signed, Problem], ...]) -> set[int]:
    """Return the waivers that fit nothing any more."""
    used = {(waiver.check, waiver.key) for waiver, _ in waived}
    return {one.pk for one in found.waivers.all() if (one.check_code, one.key) not in used}


def _check_text(code: str) -> Text:
    check = intake.CHECKS.get(code)
    return Text.same(code) if check is None else check.text


def _after(code: str) -> Text | None:
    check = intake.CHECKS.get(code)
    return None if check is None else check.waived


def waive(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    try:
        intake.waive(
            by=person_of(request),
            found=found,
            check=request.POST.get("check", ""),
            key=request.POST.get("key", ""),
            reason=request.POST.get("reason", ""),
        )
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(
            request, said(Text("已署名豁免，随轮次一起封存", "signed; it is frozen with the round"))
        )
    return redirect("admissions:problems", found.pk)


def take_back(request: HttpRequest, pk: int, waiver: int) -> HttpResponse:
    found = found_round(pk)
    try:
        intake.take_back(by=person_of(request), waiver=get_object_or_404(Waiver, pk=waiver, round=found))
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(Text("豁免已撤销", "the waiver is taken back")))
    return redirect("admissions:problems", found.pk)
