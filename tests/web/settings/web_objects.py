"""Objects that the addresses of some pages name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from web_exchange import approve, exchange_plan
from web_families import make_round, photo

from junheng.plans.compare import MEASURES

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

    from junheng.web.accounts.models import Account, Passkey
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
    make_points(plan)
    last_day = timezone.localdate()
    token, _ = make_token(
        by=planner.person(), account=planner, name="for addresses", last_day=last_day, is_read_only=True
    )
    # Of somebody that no test signs in: who has one must use it before anything else.
    passkey = Passkey.objects.create(
        account=Account.objects.get(username="demo-officer-funds"),
        name="x",
        credential_id="x",
        public_key=b"",
    )
    return {
        "token": token.pk,
        "passkey": passkey.pk,
        "job": plan.job_id,
        "account": planner.pk,
        "post": planner.posts.get().pk,
        "snapshot": snapshot.pk,
        "plan": plan.pk,
        "point": 1,
        "shown": next(iter(school_names())),
        "code": make_round(planner.person(), year).code,
        **_admission(next(iter(school_names()))),
        **_exchange(account, snapshot),
    }


def make_points(plan: Any) -> None:
    """Give a plan a trade-off of three, one of which cannot be told from another in the drawing."""
    from junheng.web.planning.models import TradeoffPoint

    asked = {"max_moved_pupils": None, "overflow_allowed": 0, "balance": ["migrant", 0.05]}
    head = {
        **RESULT,
        "settings": {**asked, "options": {"seconds": 1.5, "distance_slack": 0.0}},
        "gap": {"pupil_km": 0.01},
    }
    for number, (moved, km) in enumerate([(0, 1.2), (100, 1.0), (101, 0.999)], start=1):
        measured = {**dict.fromkeys(MEASURES), "moved": moved, "over": 10, "mean_km": km, "apart": 0.1}
        TradeoffPoint.objects.create(
            plan=plan,
            number=number,
            measured=json.dumps({**measured, "number": number, "pupil_km": 900.0, "pupil_km_bound": 890.0}),
            head=json.dumps(head),
            result=json.dumps({**RESULT, **head}),
        )


def _exchange(account: Callable[[str], Any], snapshot: Any) -> dict[str, Any]:
    """Make an approved exchange in which the teacher of the cast moves, and an objection of that teacher to it."""
    from django.utils import timezone

    from junheng.web.people import asking, reviews

    person, today = account("teacher").person(), timezone.localdate()
    teacher = min(person.teachers)
    plan = exchange_plan(snapshot, teacher)
    review = asking.open_review(by=account("planner").person(), plan=plan, due=today, today=today)
    said = reviews.answer(
        by=person, review=review, school="", teacher=teacher, verdict="objected", reason="x", today=today
    )
    approve(plan)
    return {"exchange": plan.pk, "answer": said.pk, "teacher": teacher}


def _admission(school: str) -> dict[str, Any]:
    """Give the example's round a commitment, a file, a letter and a scenario that nobody would take for real ones."""
    from django.utils import timezone

    from junheng.admission.lottery.published import sha256
    from junheng.text import Text
    from junheng.web.admissions.models import (
        Application,
        Document,
        Notice,
        Round,
        RoundFile,
        Scenario,
        Waiver,
    )
    from junheng.web.admissions.papers import look_at
    from junheng.web.vault import encrypt

    now, found = timezone.now(), Round.objects.get(is_example=True)
    application = Application.objects.filter(round=found)[0]
    Application.objects.filter(pk=application.pk).update(is_late=True)
    Round.objects.filter(pk=found.pk).update(
        state="committed",
        edition=1,
        frozen_hash="0" * 64,
        frozen_at=now,
        commitment="0" * 64,
        committed_at=now,
        secret=encrypt("00" * 32, purpose="admission-lottery-secret"),
    )
    file = RoundFile.objects.create(
        round=found, edition=1, folder="public", name="verify.py", sha256=sha256(b"x"), content=b"x"
    )
    Notice.objects.create(
        application=application, edition=1, turn=0, status="unplaced", explanation="{}", lines="[]"
    )
    waiver = Waiver.objects.create(round=found, check_code="too-young", key="x", reason="x", by_name="x")
    scan = look_at("birth", photo())
    assert not isinstance(scan, Text)
    Document.objects.update_or_create(
        application=application,
        kind=scan.kind,
        defaults={"content_type": scan.content_type, "sha256": scan.sha256, "content": scan.sealed},
    )
    Application.objects.filter(pk=application.pk).update(code_hash="0" * 64)
    scenario = Scenario.objects.create(
        round=found,
        name="x",
        edition=1,
        settings='{"places": {}, "reserves": {}, "plan": null, "draws": 1}',
        made_by="x",
    )
    return {
        "pk": found.pk,
        "round_id": found.pk,
        "slug": found.code,
        "file_name": file.name,
        "file": file.pk,
        "number": application.number,
        "home": json.loads(application.values)["applicants"]["home"],
        "facts": json.loads(application.values)["applicants"],
        "offering": school,
        "kind": scan.kind,
        "waiver": waiver.pk,
        "scenario": scenario.pk,
    }


def parts(made: dict[str, Any], *, year: int, school: str) -> dict[str, Any]:
    """Return whatever an address may have in it, by the argument's name; ``made`` is what `objects` returned."""
    return {**made, "year": year, "school": school, "table": "schools", "stage": "primary"}
