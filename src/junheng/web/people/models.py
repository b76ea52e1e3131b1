"""When wishes are asked for, what teachers wished, and what schools and teachers said of an exchange plan.

Whatever a person says is written once and kept: a change is a further version, and the last one counts. What teachers
say of themselves is sealed with a key that is not in the database.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from junheng.text import Text
from junheng.web.once import WrittenOnce
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.models import Year


class Window(models.Model):
    """The days in which teachers state their wishes, by the roster of one school year, for the year after it.

    ``teacher_years`` are the years in one school from which a teacher is to move; null leaves them to the local
    standard.
    """

    year = models.OneToOneField(Year, on_delete=models.PROTECT, related_name="wish_window", primary_key=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    teacher_years: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")), name="window_closes_after_it_opens"
            ),
        )

    def __str__(self) -> str:
        return f"{self.year_id} {self.opens_on} {self.closes_on}"

    def is_open(self, today: date) -> bool:
        """Whether wishes are taken on a day; both ends count."""
        return self.opens_on <= today <= self.closes_on


class Said(WrittenOnce):
    """One version of what somebody said: who, when, and the version's number from 1."""

    refusal = Text("已作出的表态不可修改，只能另作", "what was said stays; say something else instead")

    number = models.IntegerField()
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Statement(Said):
    """What a teacher wishes, or that the wish was withdrawn: ``sealed`` is then empty."""

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="statements")
    teacher = models.CharField(max_length=80)
    sealed = models.TextField(blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["window", "teacher", "number"], name="statement_number"),
        )

    def __str__(self) -> str:
        return f"{self.window_id} {self.teacher} #{self.number}"


class Review(models.Model):
    """An exchange plan that schools and teachers are asked about, and until which day.

    It ends when a further plan is made of what was said.
    """

    plan = models.OneToOneField(PlanRecord, on_delete=models.PROTECT, related_name="review", primary_key=True)
    due = models.DateField()
    opened_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)
    opened_by = models.CharField(max_length=200)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-plan_id",)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.due}"


class Verdict(models.TextChoices):
    """What somebody says of a move."""

    AGREED = "agreed"
    OBJECTED = "objected"


class Answer(Said):
    """What a school, or the teacher where ``school`` is empty, says of one teacher's move; ``sealed`` is the reason.

    ``carried_from`` is the answer to the same move of an earlier plan that stands for this one.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    school = models.CharField(max_length=80, blank=True)
    teacher = models.CharField(max_length=80)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    sealed = models.TextField(blank=True)
    carried_from: models.ForeignKey[Answer | None, Answer | None] = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["review", "school", "teacher", "number"], name="answer_number"),
            models.CheckConstraint(
                condition=~Q(verdict="objected") | ~Q(sealed=""), name="answer_objection_says_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.review_id} {self.school} {self.teacher} {self.verdict}"


class Ruling(Said):
    """What the bureau made of an objection, and its reply to whoever objected."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="rulings")
    ruling = models.CharField(max_length=10)
    reply = models.TextField(blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["answer", "number"], name="ruling_number"),)

    def __str__(self) -> str:
        return f"{self.answer_id} {self.ruling}"


def next_number(query: Any) -> int:
    """Return the number of the next version of what a query finds."""
    last = query.aggregate(last=models.Max("number"))["last"]
    return 1 if last is None else last + 1
