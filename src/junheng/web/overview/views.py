"""The district at a glance, and its schools."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY
from junheng.report.render import render as render_report
from junheng.web.gate import person_of
from junheng.web.language import current
from junheng.web.listing import Listing, exported
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import stages_of
from junheng.web.overview import facts, forecasting, outlook, tables
from junheng.web.overview.trend import trends
from junheng.web.permissions import schools_open
from junheng.web.registry import names
from junheng.web.registry.filing import counts
from junheng.web.registry.models import Year
from junheng.web.schoolyears import year_text


def chosen_year(request: HttpRequest) -> int | None:
    """Return the school year that is asked for, else the newest; `None` without records."""
    asked = request.GET.get("year", "")
    if not asked:
        return names.latest()
    years = {str(year): year for year in names.years()}
    if asked not in years:
        raise Http404
    return years[asked]


def years_to_choose(year: int) -> dict[str, object]:
    """Return what a page needs to name its year and lead to the others."""
    others = [(one, year_text(one)) for one in names.years() if one != year]
    return {"year": year, "year_text": year_text(year), "other_years": others}


def district(request: HttpRequest) -> HttpResponse:
    year = chosen_year(request)
    if year is None:
        return redirect("registry:records")
    found = facts.measured(year)
    coefficients, lacks = tables.coefficients(request, found), tables.lacks(request, found)
    told, alerts = _forecast(request, found, None)
    known = {
        **years_to_choose(year),
        **told,
        "verdict": facts.verdict_mark(found.verdict),
        "standard": found.standard.title,
        "on": found.on,
        "cards": facts.cards(found),
        "counts": counts(Year.objects.get(pk=year), timezone.localdate()),
        "coefficients": coefficients,
        "lacks": lacks,
        "atlas": _map(found, year),
    }
    return exported(coefficients, lacks, alerts) or render(request, "overview/district.html", known)


def _forecast(
    request: HttpRequest, found: Assessment, opened: frozenset[str] | None
) -> tuple[dict[str, object], Listing | None]:
    """Return what a page tells of the forecast of the schools that a person sees, and its table."""
    standing = outlook.standing(found.district.year.start)
    if standing.content is None:
        return {"outlook": standing}, None
    links = tables.links(found, opened)
    alerts = outlook.table(request, standing.content, links, opened=opened)
    cards = outlook.cards(standing.content, opened)
    notices = outlook.notices(standing.content, opened)
    known = {"outlook": standing, "outlook_cards": cards, "outlook_notices": notices, "alerts": alerts}
    return known, alerts


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


def forecast(request: HttpRequest, year: int) -> HttpResponse:
    """Have the newest snapshot of a year forecast."""
    snapshot = outlook.standing(get_object_or_404(Year, pk=year).pk).snapshot
    if snapshot is None:
        raise Http404
    forecasting.ask(by=person_of(request), snapshot=snapshot)
    return redirect(f"{reverse('overview:district')}?year={year}#outlook")


def forecast_progress(request: HttpRequest, year: int) -> HttpResponse:
    """Return the part of the page that follows the job; once it has ended the page is asked for again as a whole."""
    standing = outlook.standing(get_object_or_404(Year, pk=year).pk)
    if not standing.is_computing:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "overview/forecast_progress.html", {"outlook": standing, "year": year})


def report(request: HttpRequest) -> HttpResponse:
    """Return the assessment's own report: it brings its policy, and the sandbox keeps its script away from ours."""
    year = chosen_year(request)
    if year is None:
        raise Http404
    page = render_report(facts.told(facts.measured(year)), language=current())
    return HttpResponse(page, headers={"Content-Security-Policy": "sandbox allow-scripts allow-modals"})


def schools(request: HttpRequest) -> HttpResponse:
    """List the schools that a person sees; a school or a group sees its alerts and its trend here too."""
    year = chosen_year(request)
    if year is None:
        return render(request, "overview/schools.html", {"table": None})
    opened = schools_open(person_of(request), "overview:school")
    found = facts.measured(year)
    table = tables.schools(request, found, opened=opened)
    known, alerts = {**years_to_choose(year), "table": table}, None
    if opened:
        told, alerts = _forecast(request, found, opened)
        content = outlook.standing(year).content
        known |= {**told, "trend": trends(found, content, opened)}
    return exported(table, alerts) or render(request, "overview/schools.html", known)
