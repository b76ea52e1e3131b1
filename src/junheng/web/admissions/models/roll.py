"""Who is on the roll of which school, by keyed hashes: older siblings are found on it, and nobody is read from it."""

from __future__ import annotations

from django.db import models


class Enrolled(models.Model):
    """One pupil on the roll. ``identity_hash`` is the keyed hash of the identity number; nothing else is kept."""

    identity_hash = models.CharField(max_length=64, unique=True)
    school = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.school} {self.identity_hash[:8]}"
