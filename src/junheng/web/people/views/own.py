"""A teacher's own page: standing, wish, the proposed move, the letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.planners.exchange.standing import open_posts
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.people import wishes
from junheng.web.people.forms import WishForm
from junheng.web.people.models import Window
from junheng.web.people.proposals import own_proposals
from junheng.web.people.reviews import OWN, answer
from junheng.web.people.rosters import label_or_none, shown, standing_of_all, years_of
from junheng.web.people.views.common import (
    done,
    newest_window,
    own_number,
    review_or_404,
    window_of,
)
from junheng.web.people.wording import wish_in_words
from junheng.web.registry import names, store
from junheng.web.schoolyears import year_text


def own(request: HttpRequest) -> HttpResponse:
    """Show a teacher what the bureau knows, what may be said, and what is proposed."""
    known = _known(request)
    return render(request, "people/own.html", known)


def state(request: HttpRequest) -> HttpResponse:
    """Take a teacher's wish."""
    known = _known(request)
    window, row = known.get("window"), known.get("row")
    if window is None or row is None or not known["is_open"]:
        return redirect("people:own")
    standing = known["standing_wish"]
    form = WishForm(
        request.POST or None,
        initial=WishForm.initial_of(standing),
        schools=known["schools"],
        year=window.year_id + 1,
    )
    if request.method == "POST" and form.is_valid():
        try:
            wishes.state(
                by=person_of(request),
                window=window,
                teacher=row["teacher"],
                wish=form.wish(),
                today=timezone.localdate(),
            )
        except UsageError as error:
            form.add_error(None, said(error.text))
        else:
            return done(request, lambda: None, "people:own", told=Text("意愿已保存", "your wish is kept"))
    status = 422 if form.errors else 200
    return render(request, "people/state.html", {**known, "form": form}, status=status)


def withdraw(request: HttpRequest) -> HttpResponse:
    window, teacher = newest_window(), own_number(request)
    return done(
        request,
        lambda: wishes.withdraw(
            by=person_of(request), window=window, teacher=teacher or "", today=timezone.localdate()
        ),
        "people:own",
        told=Text("意愿已撤回", "your wish is withdrawn"),
    )


def consent(request: HttpRequest, exchange: int) -> HttpResponse:
    """Take what a teacher says of the own move."""
    review = review_or_404(exchange)
    return done(
        request,
        lambda: answer(
            by=person_of(request),
            review=review,
            school=OWN,
            teacher=own_number(request) or "",
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            today=timezone.localdate(),
        ),
        "people:own",
        told=Text("已记录您的答复", "your answer is kept"),
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    teacher, year = own_number(request), names.latest()
    if teacher is None or year is None:
        return {"row": None}
    district = store.give(year)
    found = standing_of_all(district, years_of(year)).filter(teacher=teacher).to_dicts()
    if not found:
        return {"row": None}
    window, today = window_of(year), timezone.localdate()
    school = Names.of(district).schools
    return {
        "row": found[0],
        "shown": shown(found[0], school),
        "exemption": label_or_none("exemption", found[0]["exemption"]),
        "until": found[0]["exemption_until"],
        "year_text": year_text(year + 1),
        "window": window,
        "is_open": window is not None and window.is_open(today),
        "is_over": window is not None and window.closes_on < today,
        "schools": _open_schools(district, found[0], school),
        "proposals": own_proposals(teacher, year=year, today=today),
        **_stated(window, teacher, school),
    }


def _stated(window: Window | None, teacher: str, school: Mapping[str, str]) -> dict[str, Any]:
    versions = [] if window is None else list(window.statements.filter(teacher=teacher))
    wish = wishes.wish_of(versions[0]) if versions else None
    return {
        "versions": versions,
        "standing_wish": wish,
        "wish": None if wish is None else wish_in_words(wish, school),
    }


def _open_schools(
    district: District, row: dict[str, Any], school: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the schools of the exchange that teach the teacher's stage, but the present one."""
    posts = open_posts(district).filter(stage=row["stage"])["school"].to_list()
    return [(code, school.get(code, code)) for code in posts if code != row["school"]]
