"""The map of a plan: the zones of a catchment plan beside the present ones, the sites of a layout, who goes where."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from junheng.district.model import District
from junheng.measure.places import places
from junheng.measure.seven import COMPULSORY
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.compare import PRESENT, plan_of_zones
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.maps.component import atlas
from junheng.web.maps.facts import Atlas, atlas_of, facts_of, stages_of
from junheng.web.maps.ground import homes_geojson
from junheng.web.maps.sending import send_facts, send_outlines
from junheng.web.planning import flow_map, layout_map
from junheng.web.planning.comparing import stage_of
from junheng.web.planning.flows import FLOWING
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.results import sees_all
from junheng.web.registry.snapshots import district_of
from junheng.web.remember import made_once
from junheng.web.standard import standard

MAPPED = "catchments"
"""The kind of plan that has a map."""
SITED = "layout"
"""The kind of plan whose sites are shown on the map."""
_ALL = (MAPPED, SITED, *FLOWING)
AFTER = Text("方案后", "after the plan")
_SITE_WORDS: dict[str, Text] = {
    "untilYear": Text("到 {year} 学年：", "until {year}:"),
    "thisYear": Text("（当年：{list}）", "(in this year: {list})"),
    "nothingYet": Text("保持现状", "as it is today"),
    "and": Text("，", ", "),
    "course": Text("安排", "what happens"),
    "partner": Text("并入或牵头学校", "taken over or led by"),
    "inUse": Text("启用学年", "in use from"),
    "batch": Text("批次", "batch"),
    "yuan": Text("费用（元）", "yuan"),
}


def map_of(plan: PlanRecord, words: Mapping[str, Text] | None = None) -> dict[str, object] | None:
    """Return what the map of a computed plan needs on a page; `None` for a plan that has none."""
    if plan.kind not in _ALL or plan.result is None or _stage(plan) is None:
        return None
    facts, homes = (reverse(f"planning:map_{name}", args=[plan.pk]) for name in ("facts", "homes"))
    if plan.kind == SITED:
        years = layout_map.years_of(plan)
        return atlas(facts=facts, homes=homes, words=_SITE_WORDS, years=years, courses=layout_map.legend())
    if plan.kind in FLOWING:
        return atlas(facts=facts, homes=homes, by="plain", words=flow_map.WORDS, has_flows=True)
    return atlas(facts=facts, homes=homes, is_before_after=True, words=words)


def facts(request: HttpRequest, plan: int) -> HttpResponse:
    """Return what the map tells: the present zones, and the plan's zones, sites or people."""
    found, stage = _shown(request, plan)
    if found.kind == MAPPED:
        return send_facts(request, facts_of(drawn(found)))
    today = facts_of(_today(found.snapshot_id, found.snapshot.hash, stage))
    if found.kind == SITED:
        return send_facts(request, {**today, "courses": layout_map.courses_of(found)})
    return send_facts(request, {**today, "flows": flow_map.flows_told(found)})


def homes(request: HttpRequest, plan: int) -> HttpResponseBase:
    """Return the outlines of the homes of the plan's snapshot."""
    found, _ = _shown(request, plan)
    return send_outlines(request, homes_geojson(district_of(found.snapshot_id), None))


def _shown(request: HttpRequest, plan: int) -> tuple[PlanRecord, str]:
    """Return a plan that has a map, and the stage whose zones it shows; of who goes where, only to the entitled."""
    found = mapped(plan, kinds=_ALL)
    stage = _stage(found)
    if stage is None or not sees_all(person_of(request), found):
        raise Http404
    return found, stage


def _stage(plan: PlanRecord) -> str | None:
    """Return the stage whose zones lie under a plan; of people any will do, `None` where no school teaches one."""
    if plan.kind == SITED:
        return layout_map.zoned_stage_of(plan)
    if plan.kind == MAPPED:
        return stage_of(plan)
    return next(iter(stages_of(district_of(plan.snapshot_id), COMPULSORY)), None)


def mapped(plan: int, *, kinds: Collection[str] = (MAPPED,)) -> PlanRecord:
    """Return a computed plan of some kinds; any other does not exist."""
    query = PlanRecord.objects.select_related("snapshot").defer(
        "snapshot__content", "report", "measured", "tables"
    )
    return get_object_or_404(query, pk=plan, kind__in=kinds, result__isnull=False)


def zones_by(plan: PlanRecord) -> Mapping[str, str]:
    """Return the school of each home by the plan, and by the records where the plan is silent."""
    return _zones_by(plan.pk, plan.result_hash)


@made_once(maxsize=4)
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


@made_once(maxsize=4)
def _today(snapshot: int, expected: str, stage: str) -> Atlas:
    """Return the map of a snapshot's own zones; the second argument only keeps another one from being taken for it."""
    district = district_of(snapshot)
    measured = places(district, standard().on(district.year.first_day))
    return atlas_of(district, stage, [("now", PRESENT, district, measured)])


def drawn(plan: PlanRecord) -> Atlas:
    """Return the map of a plan that has one."""
    return _drawn(plan.pk, plan.result_hash)


@made_once(maxsize=4)
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
