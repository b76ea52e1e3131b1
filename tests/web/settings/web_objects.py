"""Objects that the addresses of some pages name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

RESULT: dict[str, Any] = {
    "objective": {},
    "bound": {},
    "gap": {},
    "units": {},
    "stopped_by": "proven",
    "actions": [],
}
"""A plan that does nothing."""


def objects(account: Callable[[str], Any]) -> dict[str, Any]:
    """Make one of each and return their keys by the argument's name."""
    from django.utils import timezone

    from junheng.web.accounts.tokens import make_token
    from junheng.web.jobs.models import Job
    from junheng.web.planning.models import PlanRecord
    from junheng.web.planning.services import start
    from junheng.web.registry.names import latest, school_names
    from junheng.web.registry.snapshots import make_snapshot

    planner = account("planner")
    year = latest()
    assert year is not None
    snapshot = make_snapshot(by=planner.person(), year=year, name="for addresses")
    settings = {"stage": "primary", "max_moved": None, "locked": [], "forbidden": [], "seconds": 5, "seed": 0}
    plan = start(
        by=planner.person(), kind="catchments", name="for addresses", snapshot=snapshot, settings=settings
    )
    PlanRecord.objects.filter(pk=plan.pk).update(
        report="<!DOCTYPE html><p>report", result=json.dumps(RESULT), measured="[]", result_hash="0" * 64
    )
    Job.objects.filter(pk=plan.job_id).update(state="done", ended_at=timezone.now())
    last_day = timezone.localdate()
    token, _ = make_token(
        by=planner.person(), account=planner, name="for addresses", last_day=last_day, is_read_only=True
    )
    return {
        "token": token.pk,
        "job": plan.job_id,
        "account": planner.pk,
        "post": planner.posts.get().pk,
        "snapshot": snapshot.pk,
        "plan": plan.pk,
        "code": next(iter(school_names())),
    }


def parts(account: Callable[[str], Any], *, year: int, school: str) -> dict[str, Any]:
    """Return whatever an address may have in it, by the argument's name."""
    return {**objects(account), "year": year, "school": school, "table": "schools", "stage": "primary"}
