"""One row for each piece of long work."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobState(models.TextChoices):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(models.Model):
    """What is to be done, and how far it is.

    ``attempt`` counts the starts. An attempt writes only while it is still the present one: a process that was
    thought dead and comes back finds that its attempt is over.
    """

    kind = models.CharField(max_length=40)
    subject = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.IntegerField(default=0)
    heartbeat: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    is_cancel_asked = models.BooleanField(default=False)
    message_zh = models.TextField(blank=True)
    message_en = models.TextField(blank=True)
    fraction: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    problems = models.TextField(default="[]")
    created_at = models.DateTimeField(default=timezone.now)
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "id"], name="job_state"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ENDED], ended_at__isnull=False)
                | (~Q(state__in=[state.value for state in ENDED]) & Q(ended_at__isnull=True)),
                name="job_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(heartbeat__isnull=False), name="job_running_has_heartbeat"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.state}"

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED
