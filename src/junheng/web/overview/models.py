"""What the forecast says of a snapshot: made once by a job, read by every page."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from junheng.text import Text
from junheng.web.once import WrittenOnce
from junheng.web.registry.models import Snapshot


class Outlook(WrittenOnce):
    """Places against the pupils to come on one snapshot; ``content`` is JSON, see `forecasting.content_of`."""

    refusal = Text("预测结果不可修改或删除", "a forecast is neither changed nor deleted")

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="outlook")
    content = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.made_at:%Y-%m-%d}"
