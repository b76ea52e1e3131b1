"""The map of a catchment plan: its zones beside the present ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import polars as pl
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from junheng.district.model import District
from junheng.measure.places import places
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.compare import PRESENT, plan_of_zones
from junheng.text import Text
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import Atlas, atlas_of, facts_of
from junheng.web.maps.ground import homes_geojson
from junheng.web.maps.sending import send_outlines
from junheng.web.planning.comparing import stage_of
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard

MAPPED = "catchments"
"""The kind of plan that has a map."""
AFTER = Text("方案后", "after the plan")


def map_of(plan: PlanRecord, words: Mapping[str, Text] | None = None) -> dict[str, object] | None:
    """Return what the map of a computed plan needs on a page; `None` for a plan that has none."""
    if plan.kind != MAPPED or plan.result is None:
        return None
    return atlas(
        facts=reverse("planning:map_facts", args=[plan.pk]),
        homes=reverse("planning:map_homes", args=[plan.pk]),
        is_before_after=True,
        words=words,
    )


def facts(request: HttpRequest, plan: int) -> HttpResponse:
    """Return what the map tells: the present zones, and the plan's."""
    return JsonResponse(facts_of(drawn(mapped(plan))))


def homes(request: HttpRequest, plan: int) -> HttpResponseBase:
    """Return the outlines of the homes of the plan's snapshot."""
    return send_outlines(request, homes_geojson(district_of(mapped(plan).snapshot_id), None))


def mapped(plan: int) -> PlanRecord:
    """Return a plan that has a map; any other does not exist."""
    query = PlanRecord.objects.select_related("snapshot").defer(
        "snapshot__content", "report", "measured", "tables"
    )
    return get_object_or_404(query, pk=plan, kind=MAPPED, result__isnull=False)


def zones_by(plan: PlanRecord) -> Mapping[str, str]:
    """Return the school of each home by the plan, and by the records where the plan is silent."""
    return _zones_by(plan.pk, plan.result_hash)


@lru_cache(maxsize=4)
def _zones_by(pk: int, result_hash: str) -> Mapping[str, str]:
    plan = mapped(pk)
    rows = district_of(plan.snapshot_id).table("catchments").filter(pl.col("stage") == stage_of(plan))
    actions = json.loads(plan.result or "{}").get("actions", ())
    present = dict(zip(rows["home"].to_list(), rows["school"].to_list(), strict=True))
    return MappingProxyType(
        present | {one["home"]: one["school"] for one in actions if one["action"] == AssignHome.kind}
    )


def district_with(district: District, zones: Mapping[str, str], *, stage: str) -> District:
    """Return the District with other zones at one stage."""
    frame = pl.DataFrame(
        {"home": list(zones), "school": list(zones.values())},
        schema=dict.fromkeys(("home", "school"), pl.String),
    )
    return plan_of_zones(district, frame, name=AFTER, stage=stage).apply(district)


def drawn(plan: PlanRecord) -> Atlas:
    """Return the map of a plan that has one."""
    return _drawn(plan.pk, plan.result_hash)


@lru_cache(maxsize=4)
def _drawn(pk: int, result_hash: str) -> Atlas:
    """Return the map of a result; the second argument only keeps an earlier one from being taken for it."""
    plan = mapped(pk)
    district, stage = district_of(plan.snapshot_id), stage_of(plan)
    after = district_with(district, zones_by(plan), stage=stage)
    on = standard().on(district.year.first_day)
    return atlas_of(
        district,
        stage,
        [("now", PRESENT, district, places(district, on)), ("plan", AFTER, after, places(after, on))],
    )
