"""What schools and teachers say of an exchange plan: asked until a day, answered move by move, objections answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from django.db import transaction

from junheng.errors import UsageError
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.plan import Plan
from junheng.text import Text
from junheng.web import vault
from junheng.web.audit.services import record
from junheng.web.people.models import Answer, Review, Ruling, Verdict, next_number
from junheng.web.planning.models import PlanRecord, PlanState
from junheng.web.roles import Person

KIND = "exchange"
OWN = ""
"""Stands where a school's code stands, for what the teacher says."""
VERDICTS: Mapping[str, Text] = MappingProxyType(
    {Verdict.AGREED: Text("同意", "agreed"), Verdict.OBJECTED: Text("有异议", "objection")}
)
KEPT, FORBIDDEN, STAYS = "kept", "forbidden", "stays"
RULINGS: Mapping[str, Text] = MappingProxyType(
    {
        FORBIDDEN: Text("采纳：不去该校，重新安排", "accepted: not to that school"),
        STAYS: Text("采纳：留在原校", "accepted: stays"),
        KEPT: Text("不采纳：维持原安排", "not accepted: the move stands"),
    }
)
_PURPOSE = "exchange-answer"
_LONGEST_REASON = 1000
Answers = dict[tuple[str, str], Answer]
"""The last answer by school (or `OWN`) and teacher."""


def plan_of(plan: PlanRecord) -> Plan:
    """Return what was computed."""
    return Plan.from_dict(json.loads(plan.result or "{}"))


def moves_of(plan: PlanRecord) -> tuple[MoveTeacher, ...]:
    """Return who moves where by a computed exchange plan."""
    return plan_of(plan).of(MoveTeacher)


def moves_of_school(moves: Iterable[MoveTeacher], school: str) -> list[MoveTeacher]:
    """Return the moves that begin or end at a school."""
    return [move for move in moves if school in (move.before, move.school)]


def schools_of(moves: Iterable[MoveTeacher]) -> list[str]:
    """Return every school that somebody leaves or joins, in the order of their codes."""
    return sorted({code for move in moves for code in (move.before, move.school) if code is not None})


def parties(move: MoveTeacher) -> list[str]:
    """Return whom a move is put to: the teacher, the school that is left, the school that is joined."""
    return [OWN, *([] if move.before is None else [move.before]), move.school]


@transaction.atomic
def answer(
    *, by: Person, review: Review, school: str, teacher: str, verdict: str, reason: str, today: date
) -> Answer:
    """Say what a school, or the teacher (`OWN`), thinks of a move; the last word before the day is over counts.

    Raises
    ------
    UsageError
        After the day or the approval, for a move that is not in the plan or not of that school, and for an objection
        without a reason.
    """
    locked = _open(review, today)
    if not any(move.teacher == teacher and school in parties(move) for move in moves_of(locked.plan)):
        raise UsageError(Text("方案中没有这项调动", "the plan has no such move"))
    if verdict not in Verdict.values:
        raise UsageError(Text("请选择同意或有异议", "say whether you agree or object"))
    if verdict == Verdict.OBJECTED and not reason.strip():
        raise UsageError(Text("提出异议请写明理由", "say why you object"))
    return _write(locked, by=by, school=school, teacher=teacher, verdict=verdict, reason=reason.strip())


@transaction.atomic
def agree_to_the_rest(*, by: Person, review: Review, school: str, today: date) -> int:
    """Agree, for a school, to every move on which it has not said anything; return to how many."""
    locked = _open(review, today)
    said = standing_answers(locked)
    open_moves = [
        move for move in moves_of_school(moves_of(locked.plan), school) if (school, move.teacher) not in said
    ]
    for move in open_moves:
        _write(locked, by=by, school=school, teacher=move.teacher, verdict=Verdict.AGREED, reason="")
    return len(open_moves)


@transaction.atomic
def rule(*, by: Person, answer: Answer, ruling: str, reply: str) -> Ruling:
    """Say what the bureau makes of an objection; whoever objected reads the reply.

    Raises
    ------
    UsageError
        For what is no standing objection, for one who has no school to stay in, and for a refusal without a reply.
    """
    review = Review.objects.select_for_update().select_related("plan").get(pk=answer.review_id)
    standing = standing_answers(review).get((answer.school, answer.teacher))
    if standing is None or standing.pk != answer.pk or answer.verdict != Verdict.OBJECTED:
        raise UsageError(Text("这项异议已撤回或更改", "this objection was withdrawn or changed"))
    if ruling not in RULINGS:
        raise UsageError(Text("请选择如何处理", "say what becomes of it"))
    if ruling == KEPT and not reply.strip():
        raise UsageError(Text("不采纳须写明答复", "say why it is not accepted"))
    moves = {move.teacher: move for move in moves_of(review.plan)}
    if ruling == STAYS and moves[answer.teacher].before is None:
        raise UsageError(Text("新教师没有原校可留", "a recruit has no school to stay in"))
    made = Ruling(
        answer=answer,
        number=next_number(answer.rulings),
        ruling=ruling,
        reply=reply.strip()[:_LONGEST_REASON],
        by_name=by.name,
        by_id=by.account_id,
    )
    made.save()
    facts = {"ruling": ruling}
    record(
        "objection-ruled", by=by, subject="plan", subject_id=review.pk, school=answer.school, changes=facts
    )
    return made


def standing_answers(review: Review) -> Answers:
    """Return the last answer of everybody who gave one."""
    return {(one.school, one.teacher): one for one in review.answers.order_by("number")}


def objections(answers: Answers) -> list[Answer]:
    """Return the answers that object, by teacher."""
    found = [one for one in answers.values() if one.verdict == Verdict.OBJECTED]
    return sorted(found, key=lambda one: (one.teacher, one.school))


def ruling_of(answer: Answer) -> Ruling | None:
    """Return what the bureau last made of an objection."""
    return answer.rulings.first()


def reason_of(answer: Answer) -> str:
    """Return the reason of an objection; empty without one."""
    return vault.decrypt(answer.sealed, purpose=_PURPOSE) if answer.sealed else ""


def is_open(review: Review, today: date) -> bool:
    """Whether answers are taken on a day; the last one counts."""
    return today <= review.due and review.ended_at is None and review.plan.state != PlanState.APPROVED


def _open(review: Review, today: date) -> Review:
    """Lock the review, then look whether it is open."""
    locked = Review.objects.select_for_update().select_related("plan").get(pk=review.pk)
    if not is_open(locked, today):
        raise UsageError(Text("征求意见已结束", "nothing is asked any more"))
    return locked


def _write(review: Review, *, by: Person, school: str, teacher: str, verdict: str, reason: str) -> Answer:
    """Keep one more version; the audit says who answered for which school, not about whom or why."""
    text = reason[:_LONGEST_REASON]
    made = Answer(
        review=review,
        school=school,
        teacher=teacher,
        number=next_number(review.answers.filter(school=school, teacher=teacher)),
        verdict=verdict,
        sealed=vault.encrypt(text, purpose=_PURPOSE) if text else "",
        by_name=by.name,
        by_id=by.account_id,
    )
    made.save()
    facts = {"verdict": verdict}
    record("move-answered", by=by, subject="plan", subject_id=review.pk, school=school, changes=facts)
    return made
