"""The life of a round in words: its states, what comes next, and from where each step may be taken."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.models import Round, RoundState
from junheng.web.audit.services import record
from junheng.web.roles import Person

STATES: dict[str, Text] = {
    RoundState.DRAFT: Text("筹备", "being set up"),
    RoundState.OPEN: Text("报名中", "open"),
    RoundState.CLOSED: Text("审核中", "being checked"),
    RoundState.FROZEN: Text("已封存", "frozen"),
    RoundState.COMMITTED: Text("承诺已公布", "committed"),
    RoundState.DRAWN: Text("已摇号", "drawn"),
    RoundState.VERIFIED: Text("已核验", "verified"),
    RoundState.PUBLISHED: Text("已公布", "published"),
}
TONES: dict[str, str] = {
    "draft": "none",
    "open": "near",
    "closed": "near",
    "frozen": "near",
    "committed": "near",
    "drawn": "near",
    "verified": "ok",
    "published": "ok",
}
STEPS: tuple[tuple[str, Text], ...] = (
    (RoundState.DRAFT, Text("设定细则与计划", "set rules and places")),
    (RoundState.OPEN, Text("接受报名", "take applications")),
    (RoundState.CLOSED, Text("审核报名", "check applications")),
    (RoundState.FROZEN, Text("封存名单", "freeze the list")),
    (RoundState.COMMITTED, Text("公布承诺", "commit in public")),
    (RoundState.DRAWN, Text("摇号", "draw")),
    (RoundState.VERIFIED, Text("核验", "verify")),
    (RoundState.PUBLISHED, Text("公布结果", "publish")),
)
"""What is done in, or leads to, each state; in this order."""
OPEN_TO_CHANGE = (RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED)
"""In these the desk may change rules, plan and applications."""
DECIDED = (RoundState.VERIFIED, RoundState.PUBLISHED)
"""In these it is known, and was checked, who gets which place."""


def locked(found: Round, states: tuple[RoundState, ...]) -> Round:
    """Return a round locked for a change, if it is in one of these states.

    Raises
    ------
    UsageError
        If it is in another.
    """
    own = Round.objects.select_for_update().get(pk=found.pk)
    if own.state not in states:
        raise UsageError(
            Text(
                "本轮当前为“{state}”，不能这样操作", "the round is “{state}”: that cannot be done now"
            ).format(state=STATES[own.state])
        )
    return own


def refuse_busy(found: Round) -> None:
    """Refuse a step while a job of the round is under way."""
    if found.job is not None and not found.job.is_ended:
        raise UsageError(Text("本轮有任务正在计算，请稍候", "a job of this round is under way: wait for it"))


def touch(found: Round) -> None:
    """Say that something about a round is new, so that nothing computed before is taken for the present."""
    found.revision = secrets.token_hex(12)


def move(found: Round, state: RoundState, *, by: Person, why: str = "", **facts: object) -> None:
    """Put a locked round into a state, and write down who did it."""
    before = found.state
    found.state = state
    touch(found)
    found.save()
    changes = {"state": {"before": before, "after": state.value}, **facts}
    record("round-moved", by=by, subject="round", subject_id=found.code, why=why, changes=changes)


@transaction.atomic
def open_applications(*, by: Person, found: Round, why: str = "") -> None:
    """Let families apply; a round that was closed says why it is opened again."""
    own = locked(found, (RoundState.DRAFT, RoundState.CLOSED))
    if own.state == RoundState.CLOSED and not why.strip():
        raise UsageError(Text("请写明重新开放报名的原因", "say why applications are opened again"))
    if own.closes_at is not None and own.closes_at <= timezone.now():
        raise UsageError(
            Text("截止时间已过，请先改期", "the time of closing has passed: set another day first")
        )
    move(own, RoundState.OPEN, by=by, why=why.strip())


@transaction.atomic
def close_applications(*, by: Person, found: Round) -> None:
    """End the time of applying."""
    move(locked(found, (RoundState.OPEN,)), RoundState.CLOSED, by=by)
