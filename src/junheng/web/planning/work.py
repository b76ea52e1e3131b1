"""Computing a plan: solve on the snapshot, measure what came of it, write the report; kept whole or not at all."""

from __future__ import annotations

import json

from junheng.progress import Progress
from junheng.provenance import hash_json
from junheng.text import Text
from junheng.web.jobs.kinds import Finish
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.kinds.kind import Asked
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard


def compute(subject: int, finish: Finish, progress: Progress) -> None:
    """Compute the plan of a record."""
    record = PlanRecord.objects.get(pk=subject)
    progress(Text("读取快照", "reading the snapshot"))
    asked = Asked(
        district=district_of(record.snapshot_id),
        standard=standard(),
        settings=json.loads(record.settings),
        progress=progress,
    )
    outcome = KINDS[record.kind].solve(asked)
    as_dict = outcome.plan.as_dict()

    def write() -> None:
        found = PlanRecord.objects.select_for_update().get(pk=subject)
        found.result = json.dumps(as_dict, ensure_ascii=False, allow_nan=False)
        found.result_hash = hash_json({name: part for name, part in as_dict.items() if name != "seconds"})
        found.measured = json.dumps(outcome.measured, ensure_ascii=False, allow_nan=False)
        found.report = outcome.report
        found.save()

    finish(write)
