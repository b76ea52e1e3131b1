"""The moves that are put to one teacher, with what was said of them so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.people.carrying import difference
from junheng.web.people.models import Answer, Review, Ruling
from junheng.web.people.reviews import (
    KIND,
    OWN,
    RULINGS,
    is_open,
    moves_of,
    reason_of,
    ruling_of,
    standing_answers,
)
from junheng.web.people.wording import where_to
from junheng.web.planning.models import PlanRecord, PlanState
from junheng.web.registry.snapshots import district_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A move that is put to a teacher, or that was decided."""

    plan: PlanRecord
    review: Review | None
    move: MoveTeacher
    before: str | None
    school: str
    answer: Answer | None
    reason: str
    ruling: Ruling | None
    is_open: bool
    earlier: Text | None
    """The move by the earlier plan, if it was another."""

    @property
    def is_decided(self) -> bool:
        """Whether the plan is approved: the letter is there."""
        return self.plan.state == PlanState.APPROVED

    @property
    def ruled(self) -> Text | None:
        """What the bureau made of the objection, in words."""
        return None if self.ruling is None else RULINGS[self.ruling.ruling]


def own_proposals(teacher: str, *, year: int, today: date) -> list[Proposal]:
    """Return the moves of a teacher in plans that were put to people or approved, newest first.

    They stand on the records of a year or of the one before: a plan for the year that has begun is still of interest.
    """
    plans = PlanRecord.objects.filter(
        kind=KIND, snapshot__year__in=(year - 1, year), result__isnull=False
    ).select_related("snapshot")
    found = [one for one in plans.defer("snapshot__content", "report") if _is_shown(one)]
    return [
        _proposal(plan, move, today) for plan in found for move in moves_of(plan) if move.teacher == teacher
    ]


def _is_shown(plan: PlanRecord) -> bool:
    return plan.state == PlanState.APPROVED or hasattr(plan, "review")


def _proposal(plan: PlanRecord, move: MoveTeacher, today: date) -> Proposal:
    school = Names.of(district_of(plan.snapshot_id)).schools
    review = getattr(plan, "review", None)
    said = None if review is None else standing_answers(review).get((OWN, move.teacher))
    since = difference(plan)
    earlier = None if since is None else since.changed.get(move.teacher)
    return Proposal(
        plan=plan,
        review=review,
        move=move,
        before=None if move.before is None else school.get(move.before, move.before),
        school=school.get(move.school, move.school),
        answer=said,
        reason="" if said is None else reason_of(said),
        ruling=None if said is None else ruling_of(said),
        is_open=review is not None and is_open(review, today),
        earlier=None if earlier is None else where_to(earlier, school),
    )
