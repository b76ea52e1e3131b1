"""An exchange plan that was given by hand, and those who stand in it."""

from __future__ import annotations

import json
from typing import Any

SETTINGS: dict[str, Any] = {
    "teacher_years": 6,
    "most_km": 30.0,
    "least_to_rural": 0,
    "stint_years": 3,
    "locked": [],
    "forbidden": [],
    "seconds": 10,
}


def exchange_plan(snapshot: Any, *teachers: str) -> Any:
    """Make an exchange plan in which teachers move for three years to the last school that has their stage."""
    from junheng.plans.actions.move_teacher import MoveTeacher
    from junheng.plans.computed import computed_plan
    from junheng.text import Text
    from junheng.web.planning.models import PlanRecord
    from junheng.web.registry.snapshots import district_of
    from junheng.web.standard import standard

    district = district_of(snapshot.pk)
    rows = {row["teacher"]: row for row in district.table("teachers").to_dicts()}
    year = district.year.start + 1

    def move(row: dict[str, Any]) -> MoveTeacher:
        posts = district.table("stages").filter(stage=row["stage"])["school"].to_list()
        return MoveTeacher(
            teacher=row["teacher"],
            stage=row["stage"],
            school=[code for code in posts if code != row["school"]][-1],
            year=year,
            before=row["school"],
            base_school=row["school"],
            return_year=year + 3,
            text=Text("补缺额。", "fills a gap."),
        )

    plan = computed_plan(
        "exchange",
        Text("交流", "exchange"),
        district=district,
        standard=standard(),
        on=district.year.first_day,
        asked={},
        objective={},
        actions=[move(rows[teacher]) for teacher in teachers],
        stopped_by="proven",
        seconds=0.0,
    )
    return PlanRecord.objects.create(
        kind="exchange",
        name="交流方案",
        snapshot=snapshot,
        settings=json.dumps(SETTINGS),
        result=json.dumps(plan.as_dict()),
        result_hash="0" * 64,
        measured="[]",
        made_by="x",
    )


def approve(plan: Any) -> None:
    """Approve a plan as if somebody had."""
    from django.utils import timezone

    from junheng.web.planning.models import PlanRecord

    now = timezone.now()
    PlanRecord.objects.filter(pk=plan.pk).update(
        state="approved", submitted_at=now, decided_at=now, decided_by="x"
    )
