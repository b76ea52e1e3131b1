"""What the checks found, each with its remedy; mended in the application, or signed for by name and reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

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
from junheng.web.listing import Column, Do, Listing, Mark, exported
from junheng.web.pages.templatetags.words import moment
from junheng.web.permissions import may

_WAIVERS = (
    Column("problem", Text("问题", "problem")),
    Column("key", Text("记录", "record")),
    Column("use", Text("是否仍需要", "still needed")),
    Column("reason", Text("理由", "reason")),
    Column("by", Text("署名", "signed")),
    Column("at", Text("时间", "when")),
    Column("do", Text("撤销", "take back")),
)
_TAKE_BACK = Text("撤销", "Take back")
_UNUSED = Mark(Text("已不需要", "no longer needed"), "none")
_MOST_SHOWN = 60
"""Errors that are shown with their form; the table below has all."""


def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    is_open = found.state in OPEN_TO_CHANGE
    known: dict[str, Any] = {
        **head(request, found, "admissions:problems"),
        "is_open": is_open,
        "waivers": _waivers(request, found, unused=frozenset()),
    }
    if not is_open:
        return exported(known["waivers"]) or render(request, "admissions/problems.html", known)
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
    waivers = _waivers(request, found, unused=_unused(found, checked.waived))
    numbers = frozenset(found.applications.values_list("number", flat=True))
    shown = [intake.located(problem, numbers) for problem in checked.errors[:_MOST_SHOWN]]
    known |= {
        "table": table,
        "errors": [(one, _check_text(one.problem.code), _after(one.problem.code)) for one in shown],
        "n_errors": len(checked.errors),
        "n_shown": len(shown),
        "kinds": _kinds(checked.problems),
        "waivers": waivers,
    }
    return exported(table, waivers) or render(request, "admissions/problems.html", known)


def _kinds(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """Return how often each check found something, errors first."""
    counts = Counter((problem.severity, problem.code) for problem in problems)
    order = {"error": 0, "warning": 1, "notice": 2}
    return [
        {"severity": severity, "text": _check_text(code), "code": code, "n": n}
        for (severity, code), n in sorted(counts.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    ]


def _waivers(request: HttpRequest, found: Round, *, unused: frozenset[int]) -> Listing:
    may_take_back = found.state in OPEN_TO_CHANGE and may(person_of(request), "admissions:waive", pk=found.pk)
    rows = [
        {
            "problem": _check_text(one.check_code),
            "key": one.key,
            "use": _UNUSED if one.pk in unused else None,
            "reason": one.reason,
            "by": one.by_name,
            "at": moment(one.at),
            "do": Do(_TAKE_BACK, reverse("admissions:take_back", args=[found.pk, one.pk]), one.key)
            if may_take_back
            else None,
        }
        for one in found.waivers.all()
    ]
    title = Text("已署名豁免", "signed for")
    columns = _WAIVERS if may_take_back else _WAIVERS[:-1]
    return Listing(request, name="waivers", title=title, columns=columns, rows=rows)


def _unused(found: Round, waived: tuple[tuple[Signed, Problem], ...]) -> frozenset[int]:
    """Return the waivers that fit nothing any more."""
    used = {(waiver.check, waiver.key) for waiver, _ in waived}
    return frozenset(one.pk for one in found.waivers.all() if (one.check_code, one.key) not in used)


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
