"""The staff department's pages of wishes: when they are asked for, who said what, and into the records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.people import taking, wishes, wording
from junheng.web.people.forms import UntilForm, WindowForm
from junheng.web.people.models import Statement, Window
from junheng.web.people.rosters import label_or_none, shown, standing_of_all, years_of
from junheng.web.people.views.common import done, newest_window, window_of, wrong_form
from junheng.web.registry import names, store
from junheng.web.schoolyears import year_text

_COLUMNS = (
    Column("name", Text("姓名", "name")),
    Column("teacher", Text("教师编号", "number")),
    Column("school", Text("学校", "school")),
    Column("subject", Text("学科", "subject")),
    Column("standing", Text("交流情况", "standing")),
    Column("wish", Text("意愿", "wish")),
    Column("from", Text("从哪一学年起", "from")),
    Column("schools", Text("志愿学校", "schools")),
    Column("km", Text("可接受的通勤", "longest way")),
    Column("reason", Text("需要照顾的原因", "reason")),
    Column("at", Text("填报时间", "stated")),
)


def listing(request: HttpRequest) -> HttpResponse:
    """Show what teachers state, and the days in which they may."""
    year = names.latest()
    if year is None:
        return render(request, "people/wishes.html", {"year": None})
    window, district = window_of(year), store.give(year)
    stated = {} if window is None else wishes.standing_statements(window)
    school = Names.of(district).schools
    people = {row["teacher"]: row for row in standing_of_all(district, years_of(year)).to_dicts()}
    table = Listing(
        request,
        name="wishes",
        title=Text("教师意愿（含个人信息，勿外传）", "wishes (personal data, not for publication)"),
        columns=_COLUMNS,
        rows=[_row(people[teacher], one, school) for teacher, one in stated.items() if teacher in people],
        empty=Text("还没有教师填报意愿", "no teacher has stated a wish"),
    )
    if table.wants_export:
        return table.export()
    today = timezone.localdate()
    eligible = [teacher for teacher, row in people.items() if row["standing"] == "eligible"]
    known = {
        "year": year,
        "year_text": year_text(year + 1),
        "window": window,
        "is_open": window is not None and window.is_open(today),
        "form": _window_form(window, today),
        "table": table,
        "n_stated": len(stated),
        "n_eligible": len(eligible),
        "n_eligible_stated": sum(teacher in stated for teacher in eligible),
    }
    return render(request, "people/wishes.html", known)


def set_window(request: HttpRequest) -> HttpResponse:
    year = names.latest()
    if year is None:
        raise Http404
    form = WindowForm(request.POST)
    if not form.is_valid():
        return wrong_form(request, form, "people:wishes")
    return done(
        request,
        lambda: wishes.set_window(by=person_of(request), year=year, **form.cleaned_data),
        "people:wishes",
    )


def take(request: HttpRequest) -> HttpResponse:
    """Write the wishes that stand into the records."""
    window = newest_window()
    return done(
        request,
        lambda: taking.take_wishes(by=person_of(request), window=window),
        "people:wishes",
        told=Text(
            "意愿已写入名册和志愿表；制作快照后即可编制方案",
            "the wishes are in the records; make a snapshot, then plan",
        ),
    )


def one(request: HttpRequest, teacher: str) -> HttpResponse:
    """Show one teacher: the roster's row, the wish with its versions, and the reason to decide on."""
    year = names.latest()
    if year is None:
        raise Http404
    district, window = store.give(year), window_of(year)
    found = standing_of_all(district, years_of(year)).filter(teacher=teacher).to_dicts()
    if not found:
        raise Http404
    school = Names.of(district).schools
    versions = [] if window is None else list(window.statements.filter(teacher=teacher))
    wish = wishes.wish_of(versions[0]) if versions else None
    known = {
        "row": found[0],
        "shown": shown(found[0], school),
        "exemption": label_or_none("exemption", found[0]["exemption"]),
        "wish": None if wish is None else wording.wish_in_words(wish, school),
        "has_reason": wish is not None and bool(wish.reason),
        "versions": versions,
        "form": UntilForm(initial={"until": year + 1}),
    }
    return render(request, "people/teacher.html", known)


def recognise(request: HttpRequest, teacher: str) -> HttpResponse:
    """Recognise a teacher's reason: exempt from now on."""
    window, form = newest_window(), UntilForm(request.POST)
    if not form.is_valid():
        return wrong_form(request, form, "people:teacher", teacher=teacher)
    return done(
        request,
        lambda: taking.recognise(
            by=person_of(request), window=window, teacher=teacher, until=form.cleaned_data["until"]
        ),
        "people:teacher",
        teacher=teacher,
        told=Text("已记入名册：暂缓交流", "the roster now says exempt"),
    )


def _window_form(window: Window | None, today: Any) -> WindowForm:
    if window is None:
        return WindowForm(initial={"opens_on": today})
    return WindowForm(
        initial={
            "opens_on": window.opens_on,
            "closes_on": window.closes_on,
            "teacher_years": window.teacher_years,
        }
    )


def _row(person: dict[str, Any], statement: Statement, school: Mapping[str, str]) -> dict[str, Any]:
    row = shown(person, school)
    wish = wishes.wish_of(statement)
    if wish is None:
        return row
    return {
        **row,
        "name": Link(row["name"], reverse("people:teacher", args=[person["teacher"]])),
        "wish": Mark(wording.WILLING, "ok") if wish.is_willing else Mark(wording.STAYING, "none"),
        "from": wording.from_year(wish) if wish.is_willing else None,
        "schools": wording.named(wish, school) if wish.is_willing else None,
        "km": wording.commute(wish),
        "reason": wording.reason(wish),
        "at": f"{timezone.localtime(statement.at):%Y-%m-%d}",
    }
