"""Counts that all processes add to, each for a window of time."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction
from django.db.models import F


class Count(models.Model):
    """How often something was asked within a window; the key tells nothing of who asked."""

    key = models.CharField(max_length=120, primary_key=True)
    n = models.BigIntegerField()
    ends_at = models.BigIntegerField(db_index=True)
    """Seconds since 1970; after it the row means nothing and is taken away."""

    def __str__(self) -> str:
        return f"{self.key} {self.n}"


@transaction.atomic
def add(key: str, n: int, *, now: int, ends_at: int) -> int:
    """Add to a count and return what all processes have added; the first of a window takes old ones away."""
    if not _raise(key, n):
        Count.objects.filter(ends_at__lte=now).delete()
        try:
            with transaction.atomic():
                Count.objects.create(key=key, n=n, ends_at=ends_at)
        except IntegrityError:  # another process was first
            _raise(key, n)
    return Count.objects.values_list("n", flat=True).get(key=key)


def _raise(key: str, n: int) -> int:
    return Count.objects.filter(key=key).update(n=F("n") + n)
