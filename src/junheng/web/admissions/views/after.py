"""After the draw: who got which place, letters, waiting lists, what happens later, refills."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.admission.explain import Explainer
from junheng.admission.notice import notice_page
from junheng.admission.rounds.events import KINDS
from junheng.admission.rounds.result import STATUSES, RoundResult
from junheng.admission.rounds.tables import named_row
from junheng.admission.rounds.waiting import waiting_lists
from junheng.errors import InputError, UsageError
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.admissions import freezing, later
from junheng.web.admissions.files import zipped
from junheng.web.admissions.forms.later import LaterForm
from junheng.web.admissions.models import Application, LaterKind, Round, RoundState
from junheng.web.admissions.notices import latest_notice
from junheng.web.admissions.states import DECIDED
from junheng.web.admissions.views.common import do, found_round, head, shown_problems
from junheng.web.admissions.views.steps import job_of
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing, Mark

_TONES = {"placed": "ok", "adjusted": "near", "unplaced": "bad", "withdrawn": "none"}
_CHILDREN = (
    Column("number", Text("报名号", "number")),
    Column("status", Text("结果", "outcome")),
    Column("school", Text("学校", "school")),
    Column("rank", Text("第几志愿", "choice"), "count"),
    Column("class", Text("类别", "class")),
    Column("reserve", Text("预留", "reserve")),
    Column("draw", Text("序号", "draw number"), "count"),
)
_OPEN = Text("不属预留的", "of no reserve")
_SCHOOLS = (
    Column("name", Text("学校", "school")),
    Column("line", Text("学位", "places of")),
    Column("plan", Text("计划", "places")),
    Column("placed", Text("录取", "admitted"), "count"),
    Column("waiting", Text("候补", "waiting"), "count"),
)
_WAITING = (
    Column("school", Text("学校", "school")),
    Column("turn", Text("候补次序", "turn"), "count"),
    Column("number", Text("报名号", "number")),
    Column("rank", Text("第几志愿", "choice"), "count"),
    Column("draw", Text("序号", "draw number"), "count"),
)
_LOG = (
    Column("number", Text("序", "no."), "count"),
    Column("on", Text("日期", "day")),
    Column("kind", Text("登记", "entry")),
    Column("about", Text("对象", "about")),
    Column("why", Text("原因", "why")),
    Column("by", Text("经办", "by")),
)


def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who got which place as the round stands now."""
    found = found_round(pk)
    known: dict[str, Any] = {
        **head(request, found, "admissions:results"),
        "is_decided": found.state in DECIDED,
    }
    if not known["is_decided"]:
        return render(request, "admissions/results.html", known)
    result, state = later.standing(found)
    names = Names.of(result.arrays.frozen.district).schools
    children = Listing(
        request,
        name="children",
        title=Text("每名儿童的结果", "every child's outcome"),
        columns=_CHILDREN,
        rows=[_child(row, result, names, found) for row in result.children.iter_rows(named=True)],
    )
    waiting = Listing(
        request,
        name="waiting",
        title=Text("候补名单", "waiting lists"),
        columns=_WAITING,
        rows=[
            {
                **row,
                "school": names[row["school"]],
                "number": Link(row["applicant"], reverse("admissions:letter", args=[pk, row["applicant"]])),
            }
            for row in waiting_lists(result).iter_rows(named=True)
        ],
        empty=Text("没有人候补", "nobody waits"),
    )
    schools = Listing(
        request,
        name="schools",
        title=Text("各校", "schools"),
        columns=_SCHOOLS,
        rows=_schools(result, names),
    )
    for table in (schools, children, waiting):
        if table.wants_export:
            return table.export()
    counts = result.counts()
    known |= {
        "children": children,
        "waiting": waiting,
        "schools": schools,
        "counts": [(text, counts[name], _TONES[name]) for name, text in STATUSES.items()],
        "first_choice": counts["first_choice"],
        "n_children": counts["children"],
        "turns": later.turns(found),
        "log_hash": None if state is None else state.hash,
    }
    return render(request, "admissions/results.html", known)


def _child(
    row: dict[str, Any], result: RoundResult, names: Mapping[str, str], found: Round
) -> dict[str, Any]:
    named = named_row(row, result)
    rules = result.rules
    classes = {one.id: one.name for own in rules.classes.values() for one in own}
    reserves = {one.id: one.name for one in rules.reserves}
    return {
        "number": Link(row["applicant"], reverse("admissions:letter", args=[found.pk, row["applicant"]])),
        "status": Mark(STATUSES[row["status"]], _TONES[row["status"]]),
        "school": None if named["school"] is None else names[named["school"]],
        "rank": named["rank"],
        "class": classes.get(named["class"]),
        "reserve": reserves.get(named["reserve"]),
        "draw": named["draw"],
    }


def _schools(result: RoundResult, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what became of each school's places, line by line."""
    reserves = {one.id: one.name for one in result.rules.reserves}
    return [
        {
            **row,
            "name": names[row["school"]],
            "line": reserves.get(row["line"], _OPEN),
            "plan": str(row["places"])
            if row["line"] not in reserves
            else _range(row["floor"], row["ceiling"]),
        }
        for row in result.schools().iter_rows(named=True)
    ]


def _range(floor: int | None, ceiling: int | None) -> Text:
    least = Text("至少 {n}", "at least {n}").format(n=floor or 0)
    return least if ceiling is None else Text("{a} 至 {b}", "{a} to {b}").format(a=floor or 0, b=ceiling)


def letter(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Show what a family is told, in both languages, with the receipt by which it checks the draw."""
    found = found_round(pk)
    application = get_object_or_404(Application, round=found, number=number)
    told = latest_notice(application)
    if told is None:
        raise Http404
    salt, receipt = ("", "")
    if application.drawn_as:
        salt, receipt = freezing.salt_and_receipt(found, application.drawn_as)
    known = {
        **head(request, found, "admissions:results"),
        "application": application,
        "lines": [Text(**line) for line in json.loads(told.lines)],
        "turn": told.turn,
        "earlier": application.notices.filter(edition=found.edition, turn__lt=told.turn).order_by("turn"),
        "salt": salt,
        "receipt": receipt,
        "status": Mark(STATUSES[told.status], _TONES[told.status]),
    }
    return render(request, "admissions/letter.html", known)


def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Give every family's letter as a page of its own, Chinese and English, that opens offline: one zip."""
    found = found_round(pk)
    if found.state not in DECIDED:
        raise Http404
    result, _ = later.standing(found)
    pages = {
        f"{one.applicant}.html": notice_page(one, result.rules).encode() for one in Explainer(result).all()
    }
    response = HttpResponse(zipped(pages), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-letters.zip"'
    return response


def log(request: HttpRequest, pk: int) -> HttpResponse:
    return _log_page(request, found_round(pk))


def _log_page(request: HttpRequest, found: Round, *, form: LaterForm | None = None) -> HttpResponse:
    table = Listing(
        request,
        name="log",
        title=Text("登记", "the log"),
        columns=_LOG,
        rows=[
            {
                "number": one.number,
                "on": one.on.isoformat(),
                "kind": KINDS[one.kind],
                "about": " ".join(part for part in (one.applicant, one.school, str(one.places or "")) if part)
                or None,
                "why": one.reason,
                "by": one.by_name,
            }
            for one in found.later.all()
        ],
        empty=Text("还没有登记", "nothing yet"),
    )
    if table.wants_export:
        return table.export()
    entered = set(found.later.filter(kind=LaterKind.LATE).values_list("applicant", flat=True))
    late = list(found.applications.filter(is_late=True).exclude(state="withdrawn"))
    known = {
        **head(request, found, "admissions:later"),
        **job_of(found),
        "table": table,
        "form": form or LaterForm(),
        "is_published": found.state == RoundState.PUBLISHED,
        "late": [one for one in late if one.number not in entered],
        "turns": later.turns(found),
        "n_since": _n_since(found),
    }
    return render(request, "admissions/later.html", known, status=422 if form is not None else 200)


def _n_since(found: Round) -> int:
    """Return how many entries wait for the next refill."""
    kinds = list(found.later.order_by("number").values_list("kind", flat=True))
    last = max((n for n, kind in enumerate(kinds) if kind == LaterKind.REFILL), default=-1)
    return len(kinds) - 1 - last


def note(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    form = LaterForm(request.POST)
    if not form.is_valid():
        return _log_page(request, found, form=form)
    given = form.cleaned_data
    try:
        later.note(
            by=person_of(request),
            found=found,
            kind=LaterKind(given["kind"]),
            reason=given["why"],
            applicant=given["applicant"],
            choices=given["choices"].split(),
            school=given["school"],
            places=given["places"],
        )
    except UsageError as error:
        form.add_error(None, said(error.text))
        return _log_page(request, found, form=form)
    messages.success(request, said(Text("已登记，下次递补时生效", "noted; it counts from the next refill")))
    return redirect("admissions:later", found.pk)


def admit_late(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Enter a late application into the log: after everybody who was on time."""
    found = found_round(pk)
    application = get_object_or_404(Application, round=found, number=number, is_late=True)
    try:
        later.enter_late(by=person_of(request), application=application, reason=request.POST.get("why", ""))
    except InputError as error:
        messages.error(request, said(shown_problems(error.problems)))
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(Text("补报已登记", "the late child is entered")))
    return redirect("admissions:later", found.pk)


def refill(request: HttpRequest, pk: int) -> HttpResponse:
    found, why = found_round(pk), request.POST.get("why", "")
    return do(
        request,
        found,
        lambda: later.ask_refill(by=person_of(request), found=found, reason=why),
        to="admissions:later",
    )
