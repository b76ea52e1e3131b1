"""The map of the records: schools, homes and zones of a stage and year, as far as the person sees them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from junheng.district.columns import label_of
from junheng.measure.assessment import VERDICTS
from junheng.measure.seven import COMPULSORY
from junheng.standards.standard import Standard
from junheng.text import Language, Text
from junheng.web.gate import person_of
from junheng.web.language import current
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import Atlas, atlas_of, facts_of, stages_of
from junheng.web.maps.ground import homes_geojson
from junheng.web.maps.sending import as_json, send_facts, send_outlines
from junheng.web.overview.facts import TONES, measured
from junheng.web.permissions import schools_open
from junheng.web.registry import names
from junheng.web.registry.models import Year
from junheng.web.registry.store import give
from junheng.web.remember import made_once
from junheng.web.schoolyears import year_text
from junheng.web.standard import standard

NOW = Text("现状", "today")
_COLUMNS = (
    Column("name", Text("学校", "school")),
    Column("verdict", Text("七项指标", "seven indicators")),
    Column("capacity", Text("核定学位", "places"), "pupil"),
    Column("zoned", Text("学区内适龄儿童", "children of the zone"), "child"),
    Column("use", Text("学位使用率 %", "utilisation %"), "percent"),
    Column("over", Text("超出学位", "over capacity"), "pupil"),
    Column("homes", Text("居住单元", "homes"), "count"),
)


def page(request: HttpRequest) -> HttpResponse:
    """Show the map and, beside it, the same as a table."""
    years = names.years()
    if not years:
        return render(request, "maps/page.html", {"years": []})
    year = _chosen_year(request, years)
    stages = stages_of(give(year), COMPULSORY)
    if not stages:
        return render(request, "maps/page.html", {"years": []})
    stage = request.GET.get("stage", stages[0])
    if stage not in stages:
        raise Http404
    table = _table(request, year, stage)
    if table.wants_export:
        return table.export()
    known = {
        "years": [(one, year_text(one)) for one in years],
        "year": year,
        "year_text": year_text(year),
        "stages": [(one, label_of("stage", one)) for one in stages],
        "stage": stage,
        "stage_text": label_of("stage", stage),
        "table": table,
        "has_homes": not give(year).table("homes").is_empty(),
        "atlas": atlas(
            facts=reverse("maps:facts", args=[year, stage]),
            homes=reverse("maps:homes", args=[year, stage]),
            has_verdicts=True,
        ),
    }
    return render(request, "maps/page.html", known)


def facts(request: HttpRequest, year: int, stage: str) -> HttpResponse:
    """Return what the map tells, for the schools that the person sees."""
    drawn, opened = drawn_of(year, stage), schools_open(person_of(request), "maps:facts")
    return send_facts(request, _told(drawn, opened, current(), standard()))


@made_once(maxsize=8)
def _told(drawn: Atlas, opened: frozenset[str] | None, language: Language, norms: Standard) -> bytes:
    """Return what the map tells; the last two only keep one language, or an older standard, from being taken for it."""
    year = drawn.district.year.start
    pages = {code: reverse("overview:school", args=[code]) for code in names.schools(year)}
    return as_json(facts_of(drawn, opened=opened, verdicts=_verdicts(year, drawn.stage), pages=pages))


def homes(request: HttpRequest, year: int, stage: str) -> HttpResponseBase:
    """Return the outlines of the homes that the person sees."""
    drawn, opened = drawn_of(year, stage), schools_open(person_of(request), "maps:homes")
    shown = None if opened is None else drawn.homes_of(opened)
    return send_outlines(request, homes_geojson(drawn.district, shown))


def _chosen_year(request: HttpRequest, years: list[int]) -> int:
    asked = request.GET.get("year", str(years[0]))
    if asked not in map(str, years):
        raise Http404
    return int(asked)


def drawn_of(year: int, stage: str) -> Atlas:
    revision = Year.objects.filter(pk=year).values_list("revision", flat=True).first()
    if revision is None or stage not in stages_of(give(year), COMPULSORY):
        raise Http404
    return _drawn(year, revision, stage)


@made_once(maxsize=8)
def _drawn(year: int, revision: str, stage: str) -> Atlas:
    """Return the map of a year at a revision; the second argument only keeps an older one from being taken for it."""
    found = measured(year)
    return atlas_of(found.district, stage, [("now", NOW, found.district, found.places)])


def _verdicts(year: int, stage: str) -> dict[str, tuple[str, Text]]:
    rows = measured(year).balance.stages.iter_rows(named=True)
    return {
        row["school"]: (TONES.get(row["verdict"], "none"), VERDICTS[row["verdict"]])
        for row in rows
        if row["stage"] == stage
    }


def _table(request: HttpRequest, year: int, stage: str) -> Listing:
    drawn, opened = drawn_of(year, stage), schools_open(person_of(request), "maps:page")
    side, verdicts, known = drawn.sides[0], _verdicts(year, stage), names.school_names(year)
    rows = []
    for j, code in enumerate(drawn.schools):
        if opened is not None and code not in opened:
            continue
        load = side.loads.get(code, {})
        tone, verdict = verdicts.get(code, ("none", None))
        use = load.get("zoned_utilisation")
        rows.append(
            {
                "name": Link(known.get(code, code), reverse("overview:school", args=[code])),
                "verdict": None if verdict is None else Mark(verdict, tone),
                "capacity": load.get("capacity"),
                "zoned": load.get("zoned"),
                "use": None if use is None else 100 * use,
                "over": load.get("zoned_over"),
                "homes": int((side.school == j).sum()),
            }
        )
    return Listing(
        request, name="zones", title=Text("学校与学区", "schools and zones"), columns=_COLUMNS, rows=rows
    )
