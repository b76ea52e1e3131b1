"""A catchment plan that somebody approved."""

from __future__ import annotations

import json
from typing import Any


def approved_zones(by: Any, year: int, **settings: Any) -> Any:
    """Make an approved plan on a new snapshot that gives the first home of a primary zone to another school."""
    import polars as pl
    from django.utils import timezone

    from junheng.plans.compare import plan_of_zones
    from junheng.text import Text
    from junheng.web.planning.models import PlanRecord, PlanState
    from junheng.web.planning.services import start
    from junheng.web.registry.snapshots import district_of, make_snapshot

    snapshot = make_snapshot(by=by, year=year, name="计划时")
    district = district_of(snapshot.pk)
    zones = district.table("catchments").filter(stage="primary").select("home", "school")
    other = next(one for one in zones["school"] if one != zones["school"][0])
    wanted = zones.with_columns(pl.Series("school", [other, *zones["school"][1:]]))
    plan = plan_of_zones(district, wanted, name=Text("提案", "proposal"), stage="primary")
    asked = {"stage": "primary", **settings}
    record = start(by=by, kind="catchments", name="调整", snapshot=snapshot, settings=asked)
    now = timezone.now()
    PlanRecord.objects.filter(pk=record.pk).update(
        result=json.dumps(plan.as_dict()),
        result_hash="0" * 64,
        measured="[]",
        state=PlanState.APPROVED,
        submitted_at=now,
        decided_at=now,
        decided_by="x",
    )
    return PlanRecord.objects.get(pk=record.pk)
