"""The trade-off of a plan: the curve whose points are chosen from, the same as a table, and what each point is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.district.columns import label_of
from junheng.measure.composition import GROUPS
from junheng.plans.compare import APART, GROUP_MEASURES, MEASURES, PRESENT
from junheng.report import numbers
from junheng.report.curve import curve_of
from junheng.report.curve_chart import chart
from junheng.report.words import STOPPED_BY, known
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import current, said
from junheng.web.listing import Column, Link, Listing, exported
from junheng.web.planning import results, tradeoffs
from junheng.web.planning.comparing import stage_of
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.catchments import figure
from junheng.web.planning.models import PlanRecord, TradeoffPoint
from junheng.web.planning.views import JOB_STATES, message_of

_MAPPED = "catchments"
_MOST_BESIDE = 6
_COLUMNS = (
    Column("choice", Text("方案", "plan")),
    Column("moved", Text("改换学校（人）", "pupils moved"), "pupil"),
    Column("over", Text("超出学位（人）", "over capacity"), "pupil"),
    Column("mean_km", Text("平均距离（公里）", "mean km"), "km"),
    Column("pupil_km", Text("距离总和（人·公里）", "pupil-km"), "pupil km"),
    Column("bound", Text("已证下界", "proven bound"), "pupil km"),
    Column("gap", Text("差距", "gap"), "none"),
    Column("made", Text("已立为方案", "made a plan")),
)
_PLAN = Text("原方案", "the plan")
_APART = Column(APART, Text("占比相差（百分点）", "shares apart, points"), "percent")


def page(request: HttpRequest, plan: int) -> HttpResponse:
    """Show the trade-off; which of its plans is looked at stands in the address."""
    found = _found(plan)
    points, beside = list(tradeoffs.points_of(found)), _beside(found)
    chosen = next((one for one in points if str(one.number) == request.GET.get("point")), None)
    measured = [json.loads(one.measured) for one in points]
    curve = curve_of(measured, beside, href=lambda row: _address(request, row["number"]))
    table = _table(request, points, beside) if points else None
    mark = "" if chosen is None else str(chosen.number)
    shown = {
        "plan": found,
        "stage": label_of("stage", stage_of(found)),
        "settings": json.loads(found.settings),
        "table": table,
        "points": [(one.number, _address(request, one.number)) for one in points],
        "chosen": chosen,
        "drawing": None if curve is None else chart(curve, language=current(), chosen=mark),
        **({} if chosen is None else _told(chosen, beside)),
        **_of_job(found),
    }
    return exported(table) or render(request, "planning/tradeoff.html", shown)


def take(request: HttpRequest, plan: int, point: int) -> HttpResponse:
    """Make one of the trade-off a plan of its own, or go to the plan that was made of it."""
    found = _found(plan)
    made = tradeoffs.take(
        by=person_of(request), plan=found, number=point, name=tradeoffs.name_of(found, point)
    )
    return redirect("planning:plan", plan=made.pk)


def _found(plan: int) -> PlanRecord:
    query = PlanRecord.objects.select_related("snapshot", "job")
    return get_object_or_404(
        query.defer("snapshot__content", "result", "tables", "report"), pk=plan, kind=_MAPPED
    )


def _address(request: HttpRequest, number: int) -> str:
    asked = request.GET.copy()
    asked["point"] = str(number)
    return f"?{asked.urlencode()}#choice"


def _of_job(plan: PlanRecord) -> dict[str, object]:
    job = plan.job
    if job is None:
        return {"job": None}
    return {"job": job, "job_state": JOB_STATES[job.state], "message": message_of(job, sees_all=True)}


def _beside(plan: PlanRecord) -> list[dict[str, Any]]:
    """Return what stands beside the curve, each with a letter: today's zones, the plan, and others of its records."""
    own = json.loads(plan.measured or "[]")
    if len(own) != 2:
        return []
    found = [{**own[0], "of": None}, {**own[1], **_named(plan)}]
    for other in tradeoffs.others(plan, most=_MOST_BESIDE):
        measured = json.loads(other.measured or "[]")
        found += [{**one, **_named(other)} for one in measured[1:]]
    return [{**row, "mark": mark} for row, mark in zip(found, ascii_uppercase, strict=False)]


def _named(plan: PlanRecord) -> dict[str, Any]:
    return {"zh": plan.name, "en": plan.name, "of": plan.pk}


def _table(
    request: HttpRequest, points: Sequence[TradeoffPoint], beside: Sequence[Mapping[str, Any]]
) -> Listing:
    has_apart = APART in json.loads(points[0].measured)
    columns = [*_COLUMNS[:4], _APART, *_COLUMNS[4:]] if has_apart else _COLUMNS
    return Listing(
        request,
        name="tradeoff",
        title=Text("取舍：互不占优的方案", "trade-off: plans, none beating another"),
        columns=columns,
        rows=[*(_row(request, one) for one in points), *_beside_rows(beside)],
    )


def _row(request: HttpRequest, point: TradeoffPoint) -> dict[str, Any]:
    measured, head = json.loads(point.measured), json.loads(point.head)
    gap = head["gap"]["pupil_km"]
    made = None if point.made is None else Link(point.made.name, _page_of(point.made.pk))
    return {
        **_figures(measured),
        "choice": Link(point.number, _address(request, point.number)),
        "pupil_km": measured["pupil_km"],
        "bound": measured["pupil_km_bound"] if results.is_proven(gap) else None,
        "gap": numbers.share(gap, decimals=2) if results.is_proven(gap) else results.UNPROVEN,
        "made": made,
    }


def _beside_rows(beside: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in beside:
        name = f"{row['mark']} {said(PRESENT if row['of'] is None else Text(row['zh'], row['en']))}"
        yield {
            **_figures(row),
            "choice": name if row["of"] is None else Link(name, _page_of(row["of"])),
        }


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    apart = row.get(APART)
    shown = {key: row[key] for key in ("moved", "over", "mean_km")}
    return {**shown, APART: None if apart is None else 100 * apart}


def _page_of(plan: int) -> str:
    return reverse("planning:plan", args=[plan])


def _told(point: TradeoffPoint, beside: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Return what one of the trade-off is: its figures beside today's and the plan's, its limits and its proof."""
    measured, head = json.loads(point.measured), json.loads(point.head)
    sides = [measured, *beside[:2]]
    names = {**MEASURES, **(GROUP_MEASURES if APART in measured else {})}
    own = Text("方案 {n}", "plan {n}").format(n=point.number)
    return {
        "heads": [own, PRESENT, _PLAN][: len(sides)],
        "sides": [
            (name, [figure(side.get(key), unit) for side in sides]) for key, (name, unit) in names.items()
        ],
        "limits": list(_limits(head)),
        "levels": results.levels_of(head),
    }


def _limits(head: Mapping[str, Any]) -> Iterator[tuple[Text, Text]]:
    """Yield the limits under which a plan was drawn, in words."""
    asked = head["settings"]
    yield Text("最多改换学校的学生", "most pupils moved"), rows.limit(asked["max_moved_pupils"], "pupil")
    yield (
        Text("为缩短距离容许超出学位", "over capacity, for shorter ways"),
        rows.limit(asked["overflow_allowed"], "pupil"),
    )
    if asked["balance"] is not None:
        group, apart = asked["balance"]
        yield (
            Text("{group}占比至多相差", "shares of {group} apart at most").format(group=GROUPS[group]),
            Text.same(numbers.share(apart)),
        )
    if asked["options"]["distance_slack"]:
        yield Text("距离", "distance"), rows.ANY_DISTANCE
    yield Text("结束原因", "ended by"), known(STOPPED_BY, head["stopped_by"])
