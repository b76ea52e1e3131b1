"""Computing a plan: solve on the snapshot, measure what came of it, write the report; kept whole or not at all."""

from __future__ import annotations

import json
from typing import Any

from junheng.plans.plan import Plan
from junheng.progress import Progress
from junheng.provenance import hash_json
from junheng.text import Text
from junheng.web.jobs.kinds import Finish
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.kinds.kind import Asked
from junheng.web.planning.mapping import zones_by
from junheng.web.planning.models import PlanRecord, TradeoffPoint
from junheng.web.planning.tradeoffs import keep
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard


def _base(settings: dict[str, Any]) -> Plan | None:
    """Return the plan that was edited by hand or chosen, as it was then: what was computed is not computed again."""
    if "taken" in settings:
        taken = settings["taken"]
        point = TradeoffPoint.objects.get(plan=taken["plan"], number=taken["point"])
        return Plan.from_dict(json.loads(point.result))
    if "base" not in settings:
        return None
    return Plan.from_dict(json.loads(PlanRecord.objects.get(pk=settings["base"]).result or "{}"))


def _proposals(settings: dict[str, Any]) -> list[PlanRecord]:
    asked = settings.get("tradeoff_proposals", ())
    return list(PlanRecord.objects.only("result_hash").filter(pk__in=asked).order_by("pk"))


def compute(subject: int, finish: Finish, progress: Progress) -> None:
    """Compute the plan of a record."""
    record = PlanRecord.objects.get(pk=subject)
    progress(Text("读取快照", "reading the snapshot"))
    settings = json.loads(record.settings)
    asked = Asked(
        district=district_of(record.snapshot_id),
        standard=standard(),
        settings=settings,
        progress=progress,
        base=_base(settings),
        proposals=[zones_by(one) for one in _proposals(settings)],
    )
    outcome = KINDS[record.kind].solve(asked)
    as_dict = outcome.plan.as_dict()

    def write() -> None:
        found = PlanRecord.objects.select_for_update().get(pk=subject)
        found.result = json.dumps(as_dict, ensure_ascii=False, allow_nan=False)
        found.result_hash = hash_json({name: part for name, part in as_dict.items() if name != "seconds"})
        found.measured = json.dumps(outcome.measured, ensure_ascii=False, allow_nan=False)
        found.report = outcome.report
        if outcome.tables is not None:
            found.tables = json.dumps(outcome.tables, ensure_ascii=False, allow_nan=False)
        found.save()
        keep(found, outcome.choices)

    finish(write)
