"""A plan that was made again: moves that are as they were, of which what was said stands, and the others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.web.audit.services import record
from junheng.web.people.models import Answer, Review, Ruling
from junheng.web.people.reviews import moves_of, parties, ruling_of, standing_answers
from junheng.web.planning.models import PlanRecord
from junheng.web.roles import Person

Moves = Mapping[str, MoveTeacher]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The moves of a plan beside those of the plan that it was made from, by teacher.

    Attributes
    ----------
    base
        The plan that it was made from.
    same
        Moves that are as they were: from where, to where, from when and until when.
    changed
        Earlier moves of those who now move otherwise.
    new
        Moves of those who did not move.
    dropped
        Earlier moves of those who move no more.
    """

    base: PlanRecord
    same: Moves
    changed: Moves
    new: Moves
    dropped: Moves

    def of(self, teacher: str) -> str:
        """Return ``same``, ``changed`` or ``new`` for somebody who moves by the plan."""
        return "same" if teacher in self.same else "changed" if teacher in self.changed else "new"


def difference(plan: PlanRecord) -> Difference | None:
    """Return what changed since the plan that this one was made from; `None` for a plan from scratch."""
    key = json.loads(plan.settings).get("base")
    base = None if key is None else PlanRecord.objects.filter(pk=key, result__isnull=False).first()
    if base is None:
        return None
    earlier = {move.teacher: move for move in moves_of(base)}
    now = {move.teacher: move for move in moves_of(plan)}
    both = [teacher for teacher in now if teacher in earlier]
    is_same = {teacher: _facts(now[teacher]) == _facts(earlier[teacher]) for teacher in both}
    return Difference(
        base=base,
        same={teacher: now[teacher] for teacher in both if is_same[teacher]},
        changed={teacher: earlier[teacher] for teacher in both if not is_same[teacher]},
        new={teacher: move for teacher, move in now.items() if teacher not in earlier},
        dropped={teacher: move for teacher, move in earlier.items() if teacher not in now},
    )


def carry_answers(*, by: Person, review: Review) -> int:
    """Let what was said of moves that are as they were stand in the review of the next plan; return how much that is.

    An answer keeps its author and its time; an objection also keeps the bureau's ruling.
    """
    found = difference(review.plan)
    earlier = None if found is None else Review.objects.filter(pk=found.base.pk).first()
    if found is None or earlier is None:
        return 0
    answers = standing_answers(earlier)
    wanted = [(party, move.teacher) for move in found.same.values() for party in parties(move)]
    carried = [_carried(answers[key], review) for key in wanted if key in answers]
    facts = {"from": found.base.pk, "answers": len(carried)}
    record("answers-carried", by=by, subject="plan", subject_id=review.pk, changes=facts)
    return len(carried)


def n_carried(answers: Iterable[Answer]) -> int:
    """Return how many answers stand from an earlier plan."""
    return sum(one.carried_from_id is not None for one in answers)


def _facts(move: MoveTeacher) -> tuple[object, ...]:
    """Return what people agree to; the kind and the words of a move may differ, for an agreed move is locked."""
    return move.stage, move.before, move.school, move.year, move.base_school, move.return_year


def _carried(answer: Answer, review: Review) -> Answer:
    made = Answer(
        review=review,
        school=answer.school,
        teacher=answer.teacher,
        number=1,
        verdict=answer.verdict,
        sealed=answer.sealed,
        by_name=answer.by_name,
        by_id=answer.by_id,
        at=answer.at,
        carried_from=answer,
    )
    made.save()
    ruling = ruling_of(answer)
    if ruling is not None:
        Ruling(
            answer=made,
            number=1,
            ruling=ruling.ruling,
            reply=ruling.reply,
            by_name=ruling.by_name,
            by_id=ruling.by_id,
            at=ruling.at,
        ).save()
    return made
