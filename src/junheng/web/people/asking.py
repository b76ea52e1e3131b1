"""Putting an exchange plan to the schools and teachers that it moves."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.services import record
from junheng.web.people.carrying import carry_answers
from junheng.web.people.models import Review
from junheng.web.people.reviews import KIND
from junheng.web.planning.models import PlanRecord, PlanState
from junheng.web.roles import Person


@transaction.atomic
def open_review(*, by: Person, plan: PlanRecord, due: date, today: date) -> Review:
    """Ask schools and teachers about a plan until a day; again, with another day, moves the day.

    Of a plan that was made again, what was said of moves that are as they were stands.

    Raises
    ------
    UsageError
        For a plan that is no exchange, is not computed, or is approved already, and for a day that is over.
    """
    locked = PlanRecord.objects.select_for_update().get(pk=plan.pk)
    if locked.kind != KIND or locked.result is None:
        raise UsageError(
            Text("只能就已算出的教师交流方案征求意见", "only a computed exchange can be put to schools")
        )
    if locked.state == PlanState.APPROVED:
        raise UsageError(Text("方案已批准，不再征求意见", "the plan is approved: nothing is asked any more"))
    if due < today:
        raise UsageError(Text("截止日期已过", "that day is over"))
    review, is_new = Review.objects.update_or_create(
        plan=locked, defaults={"due": due, "opened_by": by.name, "ended_at": None}
    )
    record("review-opened", by=by, subject="plan", subject_id=plan.pk, changes={"due": due.isoformat()})
    if is_new:
        carry_answers(by=by, review=review)
    return review
