"""The list of rounds, a new one, and where one stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.district.columns import label_of
from junheng.errors import InputError, UsageError
from junheng.text import Text
from junheng.web.admissions import rounds, states
from junheng.web.admissions.forms.draws import CommitForm, DrawForm
from junheng.web.admissions.forms.rounds import EXAMPLE, FILE, HoursForm, ReasonForm, RoundForm
from junheng.web.admissions.freezing import sources_of
from junheng.web.admissions.models import ApplicationState, Round, RoundState
from junheng.web.admissions.records import taken
from junheng.web.admissions.rulebook import begun
from junheng.web.admissions.views.common import do, found_round, head, shown_problems, title_of
from junheng.web.admissions.views.steps import findings_of, job_of
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.pages.templatetags.words import moment
from junheng.web.registry import names
from junheng.web.registry.models import Snapshot
from junheng.web.standard import overlays

_COLUMNS = (
    Column("title", Text("轮次", "round")),
    Column("code", Text("代号", "name")),
    Column("stage", Text("学段", "stage")),
    Column("year", Text("入学年份", "year")),
    Column("state", Text("状态", "state")),
    Column("applications", Text("报名", "applications"), "count"),
    Column("opens", Text("报名时间", "hours")),
)


def listing(request: HttpRequest) -> HttpResponse:
    table = Listing(
        request,
        name="rounds",
        title=Text("招生轮次", "admission rounds"),
        columns=_COLUMNS,
        rows=[_row(one) for one in Round.objects.defer("secret", "findings")],
        empty=Text("还没有招生轮次", "no admission rounds yet"),
    )
    if table.wants_export:
        return table.export()
    known = {"table": table, "has_snapshot": Snapshot.objects.exists()}
    return render(request, "admissions/list.html", known)


def _row(one: Round) -> dict[str, Any]:
    hours = [moment(one.opens_at), moment(one.closes_at)]
    return {
        "title": Link(said(title_of(one)), reverse("admissions:round", args=[one.pk])),
        "code": one.code,
        "stage": label_of("stage", one.stage),
        "year": str(one.year),
        "state": Mark(states.STATES[one.state], states.TONES[one.state]),
        "applications": one.applications.exclude(state=ApplicationState.WITHDRAWN).count(),
        "opens": " – ".join(hours) if one.opens_at or one.closes_at else None,
    }


def new(request: HttpRequest) -> HttpResponse:
    snapshots = Snapshot.objects.defer("content")
    if not snapshots.exists():
        return redirect("admissions:rounds")
    year = names.latest()
    initial = {"year": year, "code": f"{year}-primary", "rules": EXAMPLE, "overlays": overlays()}
    form = RoundForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        snapshots=snapshots,
        rounds=Round.objects.only("pk", "code"),
        overlays=overlays(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            found = _open(request, form)
        except InputError as error:
            form.add_error(None, said(shown_problems(error.problems)))
        except (UsageError, UnicodeDecodeError) as error:
            form.add_error(None, said(error.text) if isinstance(error, UsageError) else str(error))
        else:
            messages.success(
                request,
                said(
                    Text("轮次已建立，请核对细则和计划", "the round is set up: look at its rules and places")
                ),
            )
            return redirect("admissions:rules", found.pk)
    return render(request, "admissions/new.html", {"form": form}, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: RoundForm) -> Round:
    given = form.cleaned_data
    text = None
    if given["rules"] == FILE:
        text = given["file"].read(2**20).decode("utf-8-sig").replace("\r\n", "\n")
    elif given["rules"] != EXAMPLE:
        text = get_object_or_404(Round, pk=int(given["rules"])).rules
    return rounds.open_round(
        by=person_of(request),
        snapshot=get_object_or_404(Snapshot, pk=int(given["snapshot"])),
        stage=given["stage"],
        year=given["year"],
        code=given["code"],
        rules=begun(stage=given["stage"], year=given["year"], code=given["code"], text=text),
        overlays=given.get("overlays", ()),
    )


def one(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    known = {
        **head(request, found, "admissions:round"),
        **job_of(found),
        "counts": _counts(found),
        "stage_text": label_of("stage", found.stage),
        "hours_form": HoursForm(initial={"opens_at": found.opens_at, "closes_at": found.closes_at}),
        "reason_form": ReasonForm(auto_id="recall_%s"),
        "findings": findings_of(found),
        "sources": sources_of(found),
        "is_set_up": found.state in states.OPEN_TO_CHANGE,
    }
    if found.state == RoundState.CLOSED:
        known |= _checked(found)
    if found.state == RoundState.FROZEN:
        known["commit_form"] = CommitForm()
    if found.state == RoundState.COMMITTED:
        known["draw_form"] = DrawForm(sources=sources_of(found))
    return render(request, "admissions/round.html", known)


def _counts(found: Round) -> dict[str, int]:
    states_ = list(found.applications.values_list("state", flat=True))
    return {
        "present": sum(state != ApplicationState.WITHDRAWN for state in states_),
        "withdrawn": states_.count(ApplicationState.WITHDRAWN),
        "late": found.applications.filter(is_late=True).count(),
    }


def _checked(found: Round) -> dict[str, Any]:
    try:
        checked = taken(found)
    except InputError as error:
        return {"n_errors": len(error.problems), "n_warnings": 0, "n_waived": 0}
    return {
        "n_errors": len(checked.errors),
        "n_warnings": sum(problem.severity == "warning" for problem in checked.problems),
        "n_waived": len(checked.waived),
    }


def set_hours(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    form = HoursForm(request.POST)
    if not form.is_valid():
        messages.error(request, said(Text("请填写日期和时间", "give day and hour")))
        return redirect("admissions:round", found.pk)
    return do(
        request,
        found,
        lambda: rounds.set_hours(
            by=person_of(request),
            found=found,
            opens_at=form.cleaned_data["opens_at"],
            closes_at=form.cleaned_data["closes_at"],
        ),
    )


def open_applications(request: HttpRequest, pk: int) -> HttpResponse:
    found, why = found_round(pk), request.POST.get("why", "")
    return do(request, found, lambda: states.open_applications(by=person_of(request), found=found, why=why))


def close_applications(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    return do(request, found, lambda: states.close_applications(by=person_of(request), found=found))
