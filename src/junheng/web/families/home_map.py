"""The map on which a family finds its home: homes, zones and school gates, and nothing of any child or load."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.measure.seven import COMPULSORY
from junheng.text import Text
from junheng.web.admissions.models import Round
from junheng.web.families.zones import Zones, zones_or_404
from junheng.web.limits import limited
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import Atlas, Side, facts_of, stages_of
from junheng.web.maps.ground import NO_SCHOOL, ground_of, homes_geojson, zone_colours
from junheng.web.maps.sending import send_outlines
from junheng.web.remember import made_once
from junheng.web.schoolyears import year_text

_WORDS = {
    "choose": Text("选这里", "This is our home"),
    "more": Text("学校公开信息", "About the school"),
}
_NOW = Text("现状", "today")


@limited("lookup")
def page(request: HttpRequest) -> HttpResponse:
    """Show the zones of a stage; whoever touches a home is led to its schools, or on in the form it came from."""
    found = zones_or_404()
    stages = stages_of(found.district, COMPULSORY)
    if not found.homes or not stages:
        raise Http404
    asked = Round.objects.filter(code=request.GET.get("round", "")).first()
    stage = request.GET.get("stage", stages[0] if asked is None else asked.stage)
    if stage not in stages:
        raise Http404
    is_changing = "change" in request.GET
    kept = {"change": "1"} if is_changing else {"round": asked.code} if asked is not None else {}
    known = {
        "atlas": atlas(
            facts=reverse("families:map_facts", args=[stage]),
            homes=reverse("families:map_homes"),
            words=_WORDS,
        ),
        "chosen": _chosen(asked, is_changing=is_changing),
        "stage": stage,
        "stages": [(one, label_of("stage", one), urlencode({**kept, "stage": one})) for one in stages],
        "by_name": f"{reverse('families:find')}?{urlencode(kept)}",
        "is_asked": bool(kept),
        "year_text": year_text(found.year),
    }
    return render(request, "families/map.html", known)


@limited("lookup")
def facts(request: HttpRequest, stage: str) -> HttpResponse:
    """Return what the map tells of a stage."""
    found = zones_or_404()
    if stage not in stages_of(found.district, COMPULSORY):
        raise Http404
    return HttpResponse(_facts(found, stage), content_type="application/json")


@limited("lookup")
def homes(request: HttpRequest) -> HttpResponseBase:
    """Return the outlines of homes."""
    return send_outlines(request, homes_geojson(zones_or_404().district, None))


def _chosen(asked: Round | None, *, is_changing: bool) -> str:
    """Return where a home leads to that is chosen; its code follows."""
    if is_changing:
        return reverse("families:change")
    return reverse("families:home") if asked is None else reverse("families:apply", args=[asked.code])


@made_once(maxsize=4)
def _facts(found: Zones, stage: str) -> bytes:
    """Return what the map tells, as JSON; joining zones takes seconds where homes are many."""
    drawn = _atlas(found, stage)
    pages = {code: reverse("families:school_page", args=[code]) for code in drawn.schools}
    told = facts_of(drawn, pages=pages)
    told["homes"]["children"] = None
    told["schools"] = [{**one, "placesText": "", "pupils": ""} for one in told["schools"]]
    side: dict[str, Any] = told["sides"][0]
    side["loads"] = [{**load, "zoned": "", "use": "", "beyond": ""} for load in side["loads"]]
    return json.dumps(told, ensure_ascii=False).encode()


def _atlas(found: Zones, stage: str) -> Atlas:
    district = found.district
    schools = _schools(district, stage)
    number = {code: j for j, code in enumerate(schools)}
    codes = ground_of(district).homes
    own = [found.school_of(home, stage) for home in codes]
    school = np.array([number.get(code or "", NO_SCHOOL) for code in own], dtype=int)
    km = {home: {"km": found.distance(home, code)} for home, code in zip(codes, own, strict=True) if code}
    colours = zone_colours(district, len(schools), [school])
    side = Side(name="now", label=_NOW, school=school, loads={}, homes=km)
    return Atlas(district, stage, schools, tuple(colours), (side,))


def _schools(district: District, stage: str) -> tuple[str, ...]:
    """Return the schools that teach a stage, in the order of the records."""
    teaching = set(district.table("stages").filter(pl.col("stage") == stage)["school"])
    return tuple(code for code in district.table("schools")["school"] if code in teaching)
