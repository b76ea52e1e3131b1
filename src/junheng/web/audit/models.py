"""One row for each thing done."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils import timezone

from junheng.text import Text
from junheng.web.once import WrittenOnce


class Event(WrittenOnce):
    """What was done, by whom, when and why. It refers to nothing by a foreign key: records may go, the event stays.

    ``changes`` is JSON: names of fields with their values before and after.
    """

    refusal = Text("操作记录不可修改或删除", "an event of the audit is neither changed nor deleted")

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=120, blank=True)
    school = models.CharField(max_length=80, blank=True, db_index=True)
    why = models.TextField(blank=True)
    changes = models.TextField(default="{}")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["subject", "subject_id"], name="audit_event_subject"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject} {self.subject_id}"

    @property
    def changed(self) -> dict[str, Any]:
        """The changes as a mapping."""
        return dict(json.loads(self.changes))
