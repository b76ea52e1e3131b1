"""Plans on snapshots, and what people say of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.registry.models import Snapshot, Year

NAME_LETTERS = 120
"""Of the name of a plan, at most."""


class PlanState(models.TextChoices):
    """The life of a plan."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"


class PlanRecord(models.Model):
    """A plan that was asked for: on which snapshot, with which settings, what came of it, and what was decided.

    ``result`` is the plan's JSON, ``measured`` what an independent measure says of it, ``tables`` what else the planner
    tells of it, ``report`` one HTML page. An approved plan is frozen.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=NAME_LETTERS)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="plans")
    settings = models.TextField()
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    job: models.OneToOneField[Job | None, Job | None] = models.OneToOneField(
        Job, null=True, on_delete=models.PROTECT, related_name="plan"
    )
    result: models.TextField[str | None, str | None] = models.TextField(null=True)
    result_hash = models.CharField(max_length=64, blank=True)
    measured: models.TextField[str | None, str | None] = models.TextField(null=True)
    tables: models.TextField[str | None, str | None] = models.TextField(null=True)
    report: models.TextField[str | None, str | None] = models.TextField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    submitted_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    submitted_by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    decided_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    remarks = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved"])
                | (Q(result__isnull=False) & Q(submitted_at__isnull=False)),
                name="plan_submitted_has_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(result_hash="")),
                name="plan_approved_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent_back") | ~Q(remarks=""), name="plan_sent_back_says_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    def save(self, **options: Any) -> None:
        """Write; an approved plan is frozen."""
        if self.pk is not None and PlanRecord.objects.filter(pk=self.pk, state=PlanState.APPROVED).exists():
            raise UsageError(Text("已批准的方案不可修改", "an approved plan is frozen"))
        super().save(**options)


class TradeoffPoint(models.Model):
    """One plan of the trade-off that was drawn beside a plan.

    ``measured`` is its row of the curve as JSON, ``result`` its JSON; ``head`` the same without its actions, which are
    long. ``made`` is the plan that somebody made of it.
    """

    plan = models.ForeignKey(PlanRecord, on_delete=models.PROTECT, related_name="points")
    number = models.IntegerField()
    measured = models.TextField()
    head = models.TextField()
    result = models.TextField()
    made: models.OneToOneField[PlanRecord | None, PlanRecord | None] = models.OneToOneField(
        PlanRecord, null=True, on_delete=models.PROTECT, related_name="point"
    )

    class Meta:
        ordering = ("plan", "number")
        constraints = (models.UniqueConstraint(fields=["plan", "number"], name="tradeoff_point_once"),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class Comment(models.Model):
    """What somebody said of a plan."""

    plan = models.ForeignKey(PlanRecord, on_delete=models.PROTECT, related_name="comments")
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    by_id = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%Y-%m-%d}"


class ZonesInForce(models.Model):
    """The zones of one stage in the records of a year were written by an approved plan.

    ``before`` is JSON of the rows that they replaced, by table, null for a table that the records did not have;
    ``written`` a hash of the rows that were written. Whoever takes the zones back leaves the row with name and time.
    """

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="zones_in_force")
    stage = models.CharField(max_length=40)
    plan = models.ForeignKey(PlanRecord, on_delete=models.PROTECT, related_name="in_force")
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    n_changed = models.IntegerField()
    n_unplanned = models.IntegerField()
    before = models.TextField()
    written = models.CharField(max_length=64)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["year", "stage"], condition=Q(ended_at__isnull=True), name="zones_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="zones_ended_say_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year_id} {self.stage} {self.plan_id}"
