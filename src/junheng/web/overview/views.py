"""The district at a glance, and one school."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY
from junheng.report.render import render as render_report
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import current
from junheng.web.listing import Column, Link, Listing
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import stages_of
from junheng.web.overview import facts
from junheng.web.permissions import schools_open
from junheng.web.registry import names
from junheng.web.registry.filing import counts
from junheng.web.registry.models import AnnualReturn, FieldChange, Year
from junheng.web.registry.returns import STATES, TONES
from junheng.web.schoolyears import year_text

_SCHOOLS = (
    *facts.SCHOOL_AND_STAGE,
    Column("verdict", Text("七项指标", "seven indicators")),
    Column("met", Text("达标项", "met"), "count"),
    Column("unmet", Text("未达标项", "not met"), "count"),
    Column("pupils", Text("在校生", "pupils"), "pupil"),
    Column("capacity", Text("核定学位", "places"), "pupil"),
    Column("utilisation", Text("使用率 %", "utilisation %"), "percent"),
)
_LACKS = (
    Column("school", Text("学校", "school")),
    Column("stage", Text("学段", "stage")),
    Column("short", Text("指标", "indicator")),
    Column("value", Text("现值", "value")),
    Column("threshold", Text("标准", "standard")),
    Column("missing", Text("差什么", "what is missing")),
)


def district(request: HttpRequest) -> HttpResponse:
    year = names.latest()
    if year is None:
        return redirect("registry:records")
    found = facts.measured(year)
    table = _lacks(request, found)
    if table.wants_export:
        return table.export()
    known = {
        "year_text": year_text(year),
        "verdict": facts.verdict_mark(found.verdict),
        "standard": found.standard.title,
        "on": found.on,
        "cards": facts.cards(found),
        "counts": counts(Year.objects.get(pk=year), timezone.localdate()),
        "panels": facts.panels(found),
        "table": table,
        "atlas": _map(found, year),
        "indicators": found.indicators.table.to_dicts(),
    }
    return render(request, "overview/district.html", known)


def _map(found: Assessment, year: int) -> dict[str, object] | None:
    """Return the map of the first stage that is taught, coloured by verdict; `None` without schools of any."""
    stages = stages_of(found.district, COMPULSORY)
    if not stages:
        return None
    return atlas(
        facts=reverse("maps:facts", args=[year, stages[0]]),
        homes=reverse("maps:homes", args=[year, stages[0]]),
        has_verdicts=True,
        by="verdict",
    )


def report(request: HttpRequest) -> HttpResponse:
    """Return the assessment's own report: it brings its policy, and the sandbox keeps its script away from ours."""
    year = names.latest()
    if year is None:
        raise Http404
    page = render_report(facts.told(facts.measured(year)), language=current())
    return HttpResponse(page, headers={"Content-Security-Policy": "sandbox allow-scripts allow-modals"})


def schools(request: HttpRequest) -> HttpResponse:
    year = names.latest()
    if year is None:
        return render(request, "overview/schools.html", {"table": None})
    opened = schools_open(person_of(request), "overview:school")
    rows = [
        {**row, "name": Link(row["name"], reverse("overview:school", args=[row["school"]]))}
        for row in facts.school_rows(facts.measured(year), opened)
    ]
    table = Listing(request, name="schools", title=Text("学校", "schools"), columns=_SCHOOLS, rows=rows)
    if table.wants_export:
        return table.export()
    return render(request, "overview/schools.html", {"table": table, "year_text": year_text(year)})


def school(request: HttpRequest, school: str) -> HttpResponse:
    year = names.latest()
    own = {} if year is None else names.schools(year).get(school, {})
    if year is None or not own:
        raise Http404
    found = facts.measured(year)
    annual_return = AnnualReturn.objects.filter(year=year, school=school).first()
    known = {
        "school": school,
        "own": own,
        "year": year,
        "year_text": year_text(year),
        "stages": facts.school_rows(found, frozenset({school})),
        "indicators": facts.indicator_rows(found, school),
        "places": facts.places_rows(found, school),
        "trend": facts.trend(found, school),
        "annual_return": annual_return,
        "state": None if annual_return is None else STATES[annual_return.state],
        "tone": "" if annual_return is None else TONES[annual_return.state],
        "changes": FieldChange.objects.filter(year=year, school=school)[:20],
    }
    return render(request, "overview/school.html", known)


def _lacks(request: HttpRequest, found: Assessment) -> Listing:
    of = {name: code for code, name in names.school_names().items()}
    rows = [
        {
            "school": Link(one.school, reverse("overview:school", args=[of[one.school]]))
            if one.school in of
            else one.school,
            "stage": one.stage,
            "short": one.short,
            "value": one.value,
            "threshold": one.threshold,
            "missing": one.missing,
        }
        for one in facts.lacks(found)
    ]
    return Listing(
        request,
        name="lacks",
        title=Text("未达标学校及缺口", "what schools lack"),
        columns=_LACKS,
        rows=rows,
        empty=Text("所有学校的七项指标均达标", "every school meets all seven indicators"),
    )
