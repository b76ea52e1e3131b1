"""Computing a plan: solve on the snapshot, measure what came of it, write the report; kept whole or not at all."""

from __future__ import annotations

import json
from typing import Any

from junheng.measure.assessment import assess
from junheng.planners.catchments.build import Wishes
from junheng.planners.catchments.planner import plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.plans.compare import compare
from junheng.progress import Progress
from junheng.provenance import hash_json
from junheng.report.loop import LoopReport
from junheng.report.render import render
from junheng.text import Text
from junheng.web.jobs.kinds import Finish
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard


def compute(subject: int, finish: Finish, progress: Progress) -> None:
    """Compute the plan of a record."""
    record = PlanRecord.objects.get(pk=subject)
    settings: dict[str, Any] = json.loads(record.settings)
    progress(Text("读取快照", "reading the snapshot"))
    district, norms = district_of(record.snapshot_id), standard()
    stage: str = settings["stage"]
    progress(Text("测算现状", "measuring the district as it is"))
    before = assess(district, norms)
    plan = plan_catchments(
        district,
        norms,
        wishes=Wishes(
            stage=stage,
            locked=dict(settings["locked"]),
            forbidden=frozenset((home, school) for home, school in settings["forbidden"]),
            max_moved_pupils=settings["max_moved"],
        ),
        options=CatchmentOptions(
            seconds=float(settings["seconds"]), effort=float(settings.get("effort", 1.0))
        ),
        seed=int(settings["seed"]),
        progress=progress,
    )
    progress(Text("独立复测", "measuring the plan independently"))
    after = assess(plan.apply(district), norms)
    comparison = compare(district, [plan], norms.on(district.year.first_day), stage=stage)
    progress(Text("写出报告", "writing the report"))
    report = LoopReport(
        before=before, after=after, stage=stage, plans=(plan,), chosen=plan, comparison=comparison
    )
    page = render(report)
    as_dict = plan.as_dict()

    def write() -> None:
        found = PlanRecord.objects.select_for_update().get(pk=subject)
        found.result = json.dumps(as_dict, ensure_ascii=False, allow_nan=False)
        found.result_hash = hash_json({name: part for name, part in as_dict.items() if name != "seconds"})
        found.measured = json.dumps(comparison.to_dicts(), ensure_ascii=False, allow_nan=False)
        found.report = page
        found.save()

    finish(write)
