"""The page of one school: what it meets and lacks, its places, its pupils over the years."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.measure.assessment import Assessment
from junheng.web.listing import exported
from junheng.web.overview import facts, outlook, tables
from junheng.web.overview.trend import trends
from junheng.web.overview.views import chosen_year, years_to_choose
from junheng.web.permissions import PERSONAL_TABLES
from junheng.web.registry import names
from junheng.web.registry.changes import changes_table
from junheng.web.registry.models import AnnualReturn, FieldChange
from junheng.web.registry.returns import STATES, TONES


def school(request: HttpRequest, school: str) -> HttpResponse:
    year = chosen_year(request)
    own = {} if year is None else names.schools(year).get(school, {})
    if year is None or not own:
        raise Http404
    found, content = facts.measured(year), outlook.standing(year).content
    annual_return = AnnualReturn.objects.filter(year=year, school=school).first()
    only = frozenset({school})
    changes = FieldChange.objects.filter(year=year, school=school).exclude(table__in=PERSONAL_TABLES)
    shown = {
        "indicators": tables.indicators(request, found, school, last=_year_before(year)),
        "places": tables.places(request, found, school),
        "alerts": None
        if content is None
        else outlook.table(request, content, {school: own["name"]}, opened=only),
        "changes": changes_table(request, changes),
    }
    known = {
        **years_to_choose(year),
        **shown,
        "school": school,
        "own": own,
        "stages": facts.school_rows(found, only),
        "trend": trends(found, content, only),
        "annual_return": annual_return,
        "state": None if annual_return is None else STATES[annual_return.state],
        "tone": "" if annual_return is None else TONES[annual_return.state],
    }
    return exported(*shown.values()) or render(request, "overview/school.html", known)


def _year_before(year: int) -> Assessment | None:
    """Return what was measured of the year before, where it was recorded."""
    return facts.measured(year - 1) if year - 1 in names.years() else None
