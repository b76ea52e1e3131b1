"""Applications: one child in one round, with every version of what its family asked."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from junheng.text import Text
from junheng.web.admissions.models.rounds import Round
from junheng.web.once import WrittenOnce


class ApplicationState(models.TextChoices):
    """Where an application is."""

    SUBMITTED = "submitted"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Origin(models.TextChoices):
    """How it came."""

    ONLINE = "online"
    WORKBOOK = "workbook"
    DESK = "desk"


class Application(models.Model):
    """One child's application.

    ``number`` is the applicant number that the bureau gives: the family's receipt of having applied, and the column
    ``applicant`` of the tables. ``key`` makes a submission idempotent: the same key in the same round is the same
    application, however often it is sent.

    ``values`` is JSON: ``applicants``, one mapping of columns without ``applicant`` and ``stage``; ``choices``, school
    codes in order; ``kin``, rows without ``applicant``. ``sealed`` is encrypted JSON of who child and guardian are
    (`junheng.web.admissions.persons`). ``identity_hash`` is the keyed hash of the identity number, ``code_hash`` that
    of the code with which a family without an account comes back.

    ``drawn_as`` is the number under which it took part in the draw: children kept together have one.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    number = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(
        max_length=10, choices=ApplicationState.choices, default=ApplicationState.SUBMITTED
    )
    is_late = models.BooleanField(default=False)
    """Whether it came after the freeze: it is not on the frozen list, and enters as a late child if at all."""
    version = models.IntegerField(default=1)
    values = models.TextField()
    sealed = models.TextField(blank=True)
    identity_hash = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    account: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True, db_index=True)
    drawn_as = models.CharField(max_length=40, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        ordering = ("round", "number")
        constraints = (
            models.UniqueConstraint(fields=["round", "number"], name="application_number_once"),
            models.UniqueConstraint(fields=["round", "key"], name="application_key_once"),
            models.UniqueConstraint(
                fields=["round", "identity_hash"],
                condition=~Q(identity_hash="") & ~Q(state="withdrawn"),
                name="application_child_once",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="application_withdrawn_has_time",
            ),
        )
        indexes = (models.Index(fields=["round", "state"], name="application_state"),)

    def __str__(self) -> str:
        return f"{self.round_id} {self.number} {self.state}"


class StepKind(models.TextChoices):
    """What was done to an application."""

    SUBMITTED = "submitted"
    CHANGED = "changed"
    MENDED = "mended"
    WITHDRAWN = "withdrawn"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_CHECKED = "document_checked"


class Step(WrittenOnce):
    """One thing done to an application; with ``values`` where that made another version of it."""

    refusal = Text("申请历史不可修改或删除", "the history of an application is neither changed nor deleted")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=StepKind.choices)
    version = models.IntegerField()
    values: models.TextField[str | None, str | None] = models.TextField(null=True)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=200)
    by_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.version}"


class Document(models.Model):
    """A document of an application, by kind; ``content`` is the sealed scan where there is one.

    ``checked`` is ``yes``, ``no`` (handed in but not accepted) or empty while nobody has looked. Only documents that
    somebody looked at are rows of the table ``documents``.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    content: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(null=True)
    checked = models.CharField(max_length=3, blank=True, choices=[("yes", "yes"), ("no", "no")])
    remark = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    checked_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("kind",)
        constraints = (models.UniqueConstraint(fields=["application", "kind"], name="document_once"),)

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.checked}"
