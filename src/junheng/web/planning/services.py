"""Plans: ask for one, submit it, send it back or approve it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from junheng.errors import UsageError
from junheng.provenance import hash_json
from junheng.text import Text
from junheng.web.accounts.models import Account
from junheng.web.audit.services import record
from junheng.web.jobs.services import enqueue
from junheng.web.permissions import RULES
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.models import Comment, PlanRecord, PlanState
from junheng.web.registry.models import Snapshot
from junheng.web.roles import Person

STATES: dict[str, Text] = {
    PlanState.DRAFT: Text("草案", "draft"),
    PlanState.SUBMITTED: Text("待批准", "submitted"),
    PlanState.SENT_BACK: Text("已退回", "sent back"),
    PlanState.APPROVED: Text("已批准", "approved"),
}
TONES: dict[str, str] = {"draft": "none", "submitted": "near", "sent_back": "bad", "approved": "ok"}


@transaction.atomic
def start(*, by: Person, kind: str, name: str, snapshot: Snapshot, settings: Mapping[str, Any]) -> PlanRecord:
    """Ask for a plan; a job computes it."""
    if kind not in KINDS:
        raise UsageError(Text(f"没有规划种类“{kind}”", f"there is no planner “{kind}”"))
    plan = PlanRecord.objects.create(
        kind=kind,
        name=name,
        snapshot=snapshot,
        settings=json.dumps(dict(settings), ensure_ascii=False, sort_keys=True),
        made_by=by.name,
    )
    plan.job = enqueue(by=by, kind="plan", subject=plan.pk)
    plan.save()
    facts = {"kind": kind, "snapshot": snapshot.hash, "settings": _for_audit(kind, settings)}
    record("plan-started", by=by, subject="plan", subject_id=plan.pk, changes=facts)
    return plan


def _for_audit(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings for the audit, whose readers may not see persons: of those that name any, how many they are.

    Of a proposal, which is as long as a district has homes, there is its hash.
    """
    personal = KINDS[kind].personal or frozenset()
    told = {name: len(value) if name in personal else value for name, value in settings.items()}
    return told | {name: hash_json(told[name]) for name in ("proposal",) if name in told}


@transaction.atomic
def submit(*, by: Person, plan: PlanRecord) -> None:
    """Put a computed plan before whoever approves."""
    locked = _locked(plan, (PlanState.DRAFT, PlanState.SENT_BACK))
    if locked.result is None:
        raise UsageError(Text("方案尚未算出", "the plan is not computed"))
    locked.submitted_at, locked.submitted_by, locked.submitted_by_id = timezone.now(), by.name, by.account_id
    locked.decided_at, locked.decided_by, locked.remarks = None, "", ""
    _move(locked, PlanState.SUBMITTED, by=by)


@transaction.atomic
def send_back(*, by: Person, plan: PlanRecord, remarks: str) -> None:
    """Send a plan back, saying why."""
    if not remarks.strip():
        raise UsageError(Text("请写明退回原因", "say why it is sent back"))
    locked = _locked(plan, (PlanState.SUBMITTED,))
    locked.decided_at, locked.decided_by, locked.remarks = timezone.now(), by.name, remarks.strip()
    _move(locked, PlanState.SENT_BACK, by=by, why=remarks.strip())


@transaction.atomic
def approve(*, by: Person, plan: PlanRecord, remarks: str = "") -> None:
    """Approve a plan: from now on it is frozen, with who approved it and when."""
    locked = _locked(plan, (PlanState.SUBMITTED,))
    _refuse_own(locked, by)
    locked.decided_at, locked.decided_by, locked.remarks = timezone.now(), by.name, remarks.strip()
    _move(locked, PlanState.APPROVED, by=by, why=remarks.strip())


@transaction.atomic
def comment(*, by: Person, plan: PlanRecord, text: str) -> Comment:
    """Say something of a plan."""
    if not text.strip() or by.account_id is None:
        raise UsageError(Text("请填写意见", "write something"))
    said = Comment.objects.create(plan=plan, by_name=by.name, by_id=by.account_id, text=text.strip())
    record("plan-commented", by=by, subject="plan", subject_id=plan.pk)
    return said


def _refuse_own(plan: PlanRecord, by: Person) -> None:
    """Refuse that somebody approves what he or she submitted, unless nobody else could."""
    if plan.submitted_by_id != by.account_id:
        return
    roles = RULES["planning:approve"].roles or ()
    able = Account.objects.filter(is_active=True, posts__role__in=roles).values_list("pk", flat=True)
    if set(able) - {by.account_id}:
        raise UsageError(
            Text("方案须由提交人以外的人批准", "a plan is approved by somebody else than who submitted it")
        )


def _locked(plan: PlanRecord, states: tuple[str, ...]) -> PlanRecord:
    locked = PlanRecord.objects.select_for_update().get(pk=plan.pk)
    if locked.state not in states:
        raise UsageError(
            Text(
                "方案当前为“{state}”，不能这样操作", "the plan is “{state}”: that cannot be done now"
            ).format(state=STATES[locked.state])
        )
    return locked


def _move(plan: PlanRecord, state: PlanState, *, by: Person, why: str = "") -> None:
    before = plan.state
    plan.state = state
    plan.save()
    facts = {"state": {"before": before, "after": state.value}, "result": plan.result_hash}
    record(f"plan-{state.value}", by=by, subject="plan", subject_id=plan.pk, why=why, changes=facts)
