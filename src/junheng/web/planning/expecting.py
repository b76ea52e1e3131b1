"""An approved plan as the expected state, beside a later snapshot: school by school, and homes that went elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from junheng.district.columns import label_of
from junheng.plans.expected import Expected, beside_found
from junheng.plans.plan import Plan
from junheng.report.facts import Names
from junheng.standards.standard import Standard
from junheng.text import Text
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.overview.facts import SCHOOL_AND_STAGE, verdict_mark
from junheng.web.planning.models import PlanRecord, PlanState
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.remember import made_once
from junheng.web.standard import standard

_SCHOOLS = (
    *SCHOOL_AND_STAGE,
    Column("verdict_expected", Text("预期结论", "verdict expected")),
    Column("verdict_found", Text("实际结论", "verdict found")),
    Column("n_met_expected", Text("预期达标项", "met, expected"), "count"),
    Column("n_met_found", Text("实际达标项", "met, found"), "count"),
    Column("zoned_expected", Text("预期学区儿童", "children of the zone, expected"), "child"),
    Column("zoned_found", Text("实际学区儿童", "children of the zone, found"), "child"),
    Column("pupils_expected", Text("预期在校生", "pupils, expected"), "pupil"),
    Column("pupils_found", Text("实际在校生", "pupils, found"), "pupil"),
    Column("judged", Text("对照", "beside the plan")),
)
_HOMES = (
    Column("home", Text("居住单元", "home")),
    Column("code", Text("代码", "code")),
    Column("stage", Text("学段", "stage")),
    Column("expected", Text("方案对口学校", "school by the plan")),
    Column("found", Text("实际对口学校", "school found")),
)
_BETTER, _AS, _WORSE, _UNKNOWN = (
    Mark(Text("好于预期", "better"), "ok"),
    Mark(Text("符合预期", "as expected"), "ok"),
    Mark(Text("未达预期", "short of it"), "bad"),
    Mark(Text("无法对照", "cannot be compared"), "none"),
)


def expected(request: HttpRequest, plan: int) -> HttpResponse:
    """Show an approved plan beside a snapshot that was made after it was approved."""
    query = PlanRecord.objects.select_related("snapshot").defer("snapshot__content", "report", "tables")
    found = get_object_or_404(query, pk=plan)
    later = _later(found)
    asked = request.GET.get("snapshot", "")
    chosen = (
        later.first() if not asked else later.filter(pk=int(asked)).first() if asked.isdecimal() else None
    )
    if chosen is None and asked:
        raise Http404
    known: dict[str, object] = {
        "plan": found,
        "is_approved": found.state == PlanState.APPROVED,
        "later": later,
        "chosen": chosen,
    }
    if chosen is not None:
        beside = _beside(found.pk, chosen.pk, standard())
        tables = [_schools(request, beside, district_of(chosen.pk)), _homes(request, beside, chosen)]
        for table in tables:
            if table.wants_export:
                return table.export()
        known |= {
            "tables": tables,
            "n_homes": beside.n_homes,
            "n_elsewhere": beside.homes.height,
            "n_later": beside.n_later,
            "is_early": chosen.year_id <= found.snapshot.year_id,
        }
    return render(request, "planning/expected.html", known)


def _later(plan: PlanRecord) -> QuerySet[Snapshot]:
    """Return snapshots made after the approval; of a plan that is not approved none, for nobody adopted it."""
    if plan.state != PlanState.APPROVED or plan.decided_at is None:
        return Snapshot.objects.none()
    return Snapshot.objects.filter(made_at__gt=plan.decided_at).defer("content").order_by("-pk")


@made_once(maxsize=4)
def _beside(plan: int, snapshot: int, norms: Standard) -> Expected:
    """Compare; neither an approved plan nor a snapshot ever changes."""
    record = PlanRecord.objects.get(pk=plan)
    computed = Plan.from_dict(json.loads(record.result or "{}"))
    return beside_found(computed, district_of(record.snapshot_id), district_of(snapshot), norms)


def _schools(request: HttpRequest, beside: Expected, district: Any) -> Listing:
    names = Names.of(district)
    rows = []
    for row in beside.schools.iter_rows(named=True):
        code = row["school"]
        shown = {
            f"verdict_{side}": None
            if row[f"verdict_{side}"] is None
            else verdict_mark(row[f"verdict_{side}"])
            for side in ("expected", "found")
        }
        is_there = code in names.schools
        name = Link(names.school(code), reverse("overview:school", args=[code])) if is_there else code
        rows.append(
            {**row, **shown, "name": name, "stage": label_of("stage", row["stage"]), "judged": _judged(row)}
        )
    title = Text("各校：预期与实际", "schools: expected and found")
    return Listing(request, name="schools", title=title, columns=_SCHOOLS, rows=rows)


def _judged(row: Mapping[str, Any]) -> Mark:
    """Say which side meets more of the seven indicators; absent is neither."""
    wanted, found = row["n_met_expected"], row["n_met_found"]
    if wanted is None or found is None:
        return _UNKNOWN
    return _AS if found == wanted else _BETTER if found > wanted else _WORSE


def _homes(request: HttpRequest, beside: Expected, snapshot: Snapshot) -> Listing:
    names = Names.of(district_of(snapshot.pk))
    rows = [
        {
            "home": names.home(row["home"]),
            "code": row["home"],
            "stage": label_of("stage", row["stage"]),
            "expected": names.school(row["expected"]),
            "found": names.school(row["found"]),
        }
        for row in beside.homes.iter_rows(named=True)
    ]
    return Listing(
        request,
        name="homes",
        title=Text("与方案不同的居住单元", "homes that go elsewhere than planned"),
        columns=_HOMES,
        rows=rows,
        empty=Text("没有", "none"),
    )
