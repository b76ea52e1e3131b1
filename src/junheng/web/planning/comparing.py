"""Catchment plans of one snapshot and stage side by side."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.district.columns import label_of
from junheng.plans.compare import MEASURES, PRESENT
from junheng.text import Text
from junheng.web.listing import Column, Listing, Mark
from junheng.web.planning.kinds.catchments import figure
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.services import STATES, TONES

_MOST = 6


def compare(request: HttpRequest) -> HttpResponse:
    """Show the plans that were ticked, or what can be ticked, with what is wrong with the choice."""
    found = PlanRecord.objects.filter(kind="catchments", result__isnull=False).select_related("snapshot")
    plans = list(found.defer("snapshot__content", "result", "tables", "report").order_by("pk"))
    wanted = set(request.GET.getlist("plan"))
    chosen = [plan for plan in plans if str(plan.pk) in wanted]
    wrong = _wrong(chosen) if wanted else None
    known: dict[str, object] = {
        "choices": [_choice(plan, is_chosen=plan in chosen) for plan in plans],
        "wrong": wrong,
    }
    if chosen and wrong is None:
        table = _table(request, chosen)
        if table.wants_export:
            return table.export()
        known["table"] = table
    return render(request, "planning/compare.html", known, status=200 if wrong is None else 422)


def stage_of(plan: PlanRecord) -> str:
    """Return the stage of a catchment plan."""
    return str(json.loads(plan.settings)["stage"])


def _wrong(chosen: list[PlanRecord]) -> Text | None:
    if not 2 <= len(chosen) <= _MOST:
        return Text("请选 2 至 {n} 个方案", "choose 2 to {n} plans").format(n=_MOST)
    if len({plan.snapshot.hash for plan in chosen}) > 1:
        return Text(
            "所选方案依据的记录不同，不能比较：请选依据同一快照的方案",
            "the plans stand on different records and cannot be compared: choose plans of one snapshot",
        )
    if len({stage_of(plan) for plan in chosen}) > 1:
        return Text(
            "所选方案的学段不同，不能比较：请选同一学段的方案",
            "the plans are of different stages and cannot be compared: choose plans of one stage",
        )
    return None


def _choice(plan: PlanRecord, *, is_chosen: bool) -> dict[str, object]:
    return {
        "plan": plan,
        "is_chosen": is_chosen,
        "stage": label_of("stage", stage_of(plan)),
        "state": Mark(STATES[plan.state], TONES[plan.state]),
    }


def _table(request: HttpRequest, chosen: list[PlanRecord]) -> Listing:
    """Return a row a measure: every plan was measured on the same records, each beside the present zones."""
    measured = [json.loads(plan.measured or "[]") for plan in chosen]
    columns = [Column("measure", Text("指标", "measure")), Column("now", PRESENT)]
    columns += [Column(f"plan-{plan.pk}", Text.same(plan.name)) for plan in chosen]
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
        title=Text("方案比较（独立复测）", "plans compared, measured independently"),
        columns=columns,
        rows=rows,
    )
