"""What the pages of the people desk share: doing something and going back, and naming people and schools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from junheng.errors import UsageError
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.people.models import Review, Window
from junheng.web.people.reviews import KIND
from junheng.web.people.rosters import label_or_none
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import names

DONE = Text("已办理", "done")


def done(
    request: HttpRequest, work: Callable[[], object], where: str, *, told: Text = DONE, **kwargs: Any
) -> HttpResponse:
    """Do something and go to a page; what hinders it is told there."""
    try:
        work()
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(told))
    return redirect(reverse(where, kwargs=kwargs))


def wrong_form(request: HttpRequest, form: Any, where: str, **kwargs: Any) -> HttpResponse:
    """Tell what is wrong with a short form, and go to a page."""
    for field, errors in form.errors.items():
        label = form.fields[field].label if field in form.fields else ""
        messages.error(request, f"{label}：{errors[0]}" if label else errors[0])
    return redirect(reverse(where, kwargs=kwargs))


def own_number(request: HttpRequest) -> str | None:
    """Return the number in the roster of the teacher who asks; `None` where the account was not tied to one."""
    return min(person_of(request).teachers, default=None)


def window_of(year: int | None) -> Window | None:
    """Return the window of a year, or `None`."""
    return None if year is None else Window.objects.filter(pk=year).first()


def newest_window() -> Window:
    """Return the window of the newest year; there may be none."""
    return get_object_or_404(Window, pk=names.latest())


def exchange_or_404(exchange: int) -> PlanRecord:
    """Return a computed exchange plan."""
    query = PlanRecord.objects.select_related("snapshot").defer("snapshot__content", "report")
    return get_object_or_404(query, pk=exchange, kind=KIND, result__isnull=False)


def review_or_404(exchange: int) -> Review:
    """Return the review of an exchange plan."""
    query = Review.objects.select_related("plan__snapshot").defer("plan__snapshot__content")
    return get_object_or_404(query, pk=exchange)


def move_in_words(
    move: MoveTeacher, teachers: Mapping[str, Mapping[str, Any]], schools: Mapping[str, str]
) -> dict[str, Any]:
    """Return a move as people read it: who, from where, to where, until when, and why."""
    row = teachers.get(move.teacher)
    if row is None:
        raise Http404
    return {
        "code": move.teacher,
        "name": row["name"] or move.teacher,
        "subject": label_or_none("subject", row["subject"]),
        "title": label_or_none("title", row["title"]),
        "tier": label_or_none("tier", row["tier"]),
        "kind": MOVES.get(move.move, Text.same(move.move)),
        "before": None if move.before is None else schools.get(move.before, move.before),
        "school": schools.get(move.school, move.school),
        "year": move.year,
        "back": move.return_year,
        "reason": move.text,
    }
