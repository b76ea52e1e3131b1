"""A further plan that keeps to what was said of the last one: rulings become its locks and bans."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from junheng.errors import UsageError
from junheng.planners.exchange.wishes import STAY
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.text import Text
from junheng.web.people.models import Review, Ruling, Verdict
from junheng.web.people.reviews import (
    FORBIDDEN,
    KIND,
    STAYS,
    Answers,
    moves_of,
    objections,
    parties,
    ruling_of,
    standing_answers,
)
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.services import start
from junheng.web.roles import Person


@transaction.atomic
def replan(*, by: Person, review: Review, name: str, keeps_agreed: bool) -> PlanRecord:
    """Ask for a plan that keeps to the rulings and changes as little else as it can.

    Parameters
    ----------
    keeps_agreed
        Whether moves to which everybody who was asked agreed are locked.

    Raises
    ------
    UsageError
        While an objection has no ruling, or where none was accepted: the plan would be the same.
    """
    found = Review.objects.select_for_update().select_related("plan__snapshot").get(pk=review.pk)
    answers, moves = standing_answers(found), moves_of(found.plan)
    rulings = [ruling_of(one) for one in objections(answers)]
    n_open = sum(one is None for one in rulings)
    if n_open:
        raise UsageError(
            Text("还有 {n} 项异议没有答复", "{n} objections have no ruling yet").format(n=n_open)
        )
    accepted = [one for one in rulings if one is not None and one.ruling in (FORBIDDEN, STAYS)]
    if not accepted:
        raise UsageError(Text("没有采纳任何异议，方案不变", "no objection was accepted: the plan stays"))
    agreed = agreed_by_all(moves, answers) if keeps_agreed else []
    settings = settings_with(
        json.loads(found.plan.settings), accepted=accepted, agreed=agreed, moves=moves, base=found.pk
    )
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    return start(by=by, kind=KIND, name=name, snapshot=found.plan.snapshot, settings=settings)


def agreed_by_all(moves: Iterable[MoveTeacher], answers: Answers) -> list[MoveTeacher]:
    """Return the moves to which the teacher and both schools agreed."""
    return [
        move
        for move in moves
        if all(
            (one := answers.get((party, move.teacher))) is not None and one.verdict == Verdict.AGREED
            for party in parties(move)
        )
    ]


def settings_with(
    settings: dict[str, Any],
    *,
    accepted: Iterable[Ruling],
    agreed: Iterable[MoveTeacher],
    moves: Iterable[MoveTeacher],
    base: int,
) -> dict[str, Any]:
    """Return a plan's settings with rulings and agreed moves as locks and bans; a ruling outdoes an earlier lock.

    Who objected to a school is not sent there; one who stays is locked to stay, and needs no ban.
    """
    school = {move.teacher: move.school for move in moves}
    locked = dict(settings["locked"]) | {move.teacher: move.school for move in agreed}
    forbidden = {tuple(pair) for pair in settings["forbidden"]}
    for one in accepted:
        teacher = one.answer.teacher
        if one.ruling == STAYS:
            locked[teacher] = STAY
            continue
        forbidden.add((teacher, school[teacher]))
        if locked.get(teacher) == school[teacher]:
            del locked[teacher]
    return {
        **settings,
        "locked": sorted(locked.items()),
        "forbidden": sorted(forbidden),
        "base": base,
    }
