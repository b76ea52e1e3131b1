"""Plans of one snapshot side by side: of any kind by what they come to, catchments of one stage by their zones too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.district.columns import label_of
from junheng.errors import JunhengError
from junheng.plans.compare import MEASURES, PRESENT
from junheng.plans.effects import EFFECTS, TODAY, effects
from junheng.plans.plan import Plan
from junheng.standards.standard import Standard
from junheng.text import Text
from junheng.web.listing import Column, Listing, Mark, exported
from junheng.web.overview.facts import verdict_mark
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.kinds.catchments import figure
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.services import STATES, TONES
from junheng.web.registry.snapshots import district_of
from junheng.web.remember import made_once
from junheng.web.standard import standard

_MOST = 6
_ZONES = "catchments"
_MEASURE = Column("measure", Text("指标", "measure"))
_VERDICT = Text("资源配置结论", "verdict on resources")


def compare(request: HttpRequest) -> HttpResponse:
    """Show the plans that were ticked, or what can be ticked, with what is wrong with the choice."""
    found = PlanRecord.objects.filter(result__isnull=False).select_related("snapshot")
    plans = list(found.defer("snapshot__content", "result", "tables", "report").order_by("pk"))
    wanted = set(request.GET.getlist("plan"))
    chosen = [plan for plan in plans if str(plan.pk) in wanted]
    wrong, tables = (_wrong(chosen) if wanted else None), list[Listing]()
    if chosen and wrong is None:
        try:
            tables = _tables(request, chosen)
        except JunhengError as error:
            wrong = error.text
    known = {
        "choices": [_choice(plan, is_chosen=plan in chosen) for plan in plans],
        "wrong": wrong,
        "tables": tables,
    }
    page = render(request, "planning/compare.html", known, status=200 if wrong is None else 422)
    return exported(*tables) or page


def stage_of(plan: PlanRecord) -> str:
    """Return the stage of a catchment plan."""
    return str(json.loads(plan.settings)["stage"])


def _wrong(chosen: Sequence[PlanRecord]) -> Text | None:
    if not 2 <= len(chosen) <= _MOST:
        return Text("请选 2 至 {n} 个方案", "choose 2 to {n} plans").format(n=_MOST)
    if len({plan.snapshot.hash for plan in chosen}) > 1:
        return Text(
            "所选方案依据的记录不同，不能比较：请选依据同一快照的方案",
            "the plans stand on different records and cannot be compared: choose plans of one snapshot",
        )
    if len({stage_of(plan) for plan in _zoned(chosen)}) > 1:
        return Text(
            "所选学区方案的学段不同，不能比较：请选同一学段的方案",
            "the catchment plans are of different stages and cannot be compared: choose plans of one stage",
        )
    return None


def _zoned(plans: Iterable[PlanRecord]) -> list[PlanRecord]:
    return [plan for plan in plans if plan.kind == _ZONES]


def _choice(plan: PlanRecord, *, is_chosen: bool) -> dict[str, object]:
    return {
        "plan": plan,
        "is_chosen": is_chosen,
        "kind": KINDS[plan.kind].name,
        "stage": label_of("stage", stage_of(plan)) if plan.kind == _ZONES else None,
        "state": Mark(STATES[plan.state], TONES[plan.state]),
    }


def _tables(request: HttpRequest, chosen: Sequence[PlanRecord]) -> list[Listing]:
    zoned = _zoned(chosen)
    return [_effects(request, chosen), *([_zones(request, zoned)] if zoned else [])]


def _columns(first: Text, plans: Sequence[PlanRecord]) -> list[Column]:
    names = [Column(f"plan-{plan.pk}", Text.same(plan.name), "none") for plan in plans]
    return [_MEASURE, Column("now", first, "none"), *names]


def _effects(request: HttpRequest, chosen: Sequence[PlanRecord]) -> Listing:
    """Return what every plan comes to by one measure, today beside it."""
    snapshot, norms = chosen[0].snapshot, standard()
    sides = {"now": _today(snapshot.pk, snapshot.hash, norms)}
    sides |= {f"plan-{plan.pk}": _after(plan.pk, plan.result_hash, norms) for plan in chosen}
    rows = [{"measure": _VERDICT, **{side: verdict_mark(of["verdict"]) for side, of in sides.items()}}]
    rows += [
        {"measure": name, **{side: figure(of[key], unit) for side, of in sides.items()}}
        for key, (name, unit) in EFFECTS.items()
    ]
    return Listing(
        request,
        name="effects",
        title=Text("各方案比较（独立复测）", "plans compared, measured independently"),
        columns=_columns(TODAY, chosen),
        rows=rows,
    )


@made_once(maxsize=4)
def _today(snapshot: int, expected: str, norms: Standard) -> Mapping[str, Any]:
    district = district_of(snapshot)
    return MappingProxyType(effects(district, norms.on(district.year.first_day)))


@made_once(maxsize=24)
def _after(pk: int, result_hash: str, norms: Standard) -> Mapping[str, Any]:
    """Measure the records of a plan's snapshot with the plan; a plan of another result has another hash."""
    record = PlanRecord.objects.only("snapshot_id", "result").get(pk=pk)
    district = district_of(record.snapshot_id)
    after = Plan.from_dict(json.loads(record.result or "{}")).apply(district)
    return MappingProxyType(effects(after, norms.on(district.year.first_day)))


def _zones(request: HttpRequest, chosen: Sequence[PlanRecord]) -> Listing:
    """Return a row a measure: every plan was measured on the same records, each beside the present zones."""
    measured = [json.loads(plan.measured or "[]") for plan in chosen]
    rows = []
    for key, (name, unit) in MEASURES.items():
        row: dict[str, object] = {"measure": name}
        for plan, found in zip(chosen, measured, strict=True):
            if len(found) == 2:
                row["now"] = figure(found[0][key], unit)
                row[f"plan-{plan.pk}"] = figure(found[1][key], unit)
        rows.append(row)
    return Listing(
        request,
        name="comparison",
        title=Text("学区方案比较（独立复测）", "catchment plans compared, measured independently"),
        columns=_columns(PRESENT, chosen),
        rows=rows,
    )
