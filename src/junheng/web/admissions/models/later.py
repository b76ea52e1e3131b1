"""After the draw: the log of what happened, and the notices that families got."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone

from junheng.text import Text
from junheng.web.admissions.models.applications import Application
from junheng.web.admissions.models.rounds import Round
from junheng.web.jobs.models import Job
from junheng.web.once import WrittenOnce


class LaterKind(models.TextChoices):
    """Kinds of `junheng.admission.rounds.events`."""

    WITHDRAW = "withdraw"
    CHANGE = "change"
    LATE = "late"
    SETTLE = "settle"
    ADD_PLACES = "add_places"
    REFILL = "refill"


class LaterEvent(WrittenOnce):
    """One line of the log that only grows: `junheng.admission.rounds.events.Event` as a row.

    ``choices``, ``child`` and ``kin`` are JSON.
    """

    refusal = Text("摇号之后的记录只增不改", "the log after the draw only grows")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="later")
    number = models.IntegerField()
    kind = models.CharField(max_length=12, choices=LaterKind.choices)
    on: models.DateField[date, date] = models.DateField()
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    reason = models.TextField()
    applicant = models.CharField(max_length=40, blank=True)
    choices = models.TextField(default="[]")
    child = models.TextField(default="{}")
    kin = models.TextField(default="[]")
    school = models.CharField(max_length=80, blank=True)
    places: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["round", "number"], name="later_number"),)

    def __str__(self) -> str:
        return f"{self.round_id} #{self.number} {self.kind}"


class Notice(models.Model):
    """What a family is told, in both languages: after the draw (turn 0), and after each refill that changed it.

    ``explanation`` is JSON of `junheng.admission.explanation.Explanation`, ``lines`` the notice as ``[{zh, en}, ...]``.
    It is shown to the family once the round is published.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices")
    edition = models.IntegerField()
    turn = models.IntegerField()
    status = models.CharField(max_length=12)
    school = models.CharField(max_length=80, blank=True)
    explanation = models.TextField()
    lines = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-turn",)
        constraints = (
            models.UniqueConstraint(fields=["application", "edition", "turn"], name="notice_once"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.turn} {self.status}"


class Scenario(models.Model):
    """A what-if: other places, rules or zones for the families of a frozen round; never published.

    ``settings`` is JSON of what would be otherwise, ``result`` of `junheng.admission.whatif.WhatIf`.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=120)
    edition = models.IntegerField()
    settings = models.TextField()
    result: models.TextField[str | None, str | None] = models.TextField(null=True)
    job: models.ForeignKey[Job | None, Job | None] = models.ForeignKey(
        Job, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.round_id} {self.name}"
