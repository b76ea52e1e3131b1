"""Records that are written once: the audit, snapshots, what was frozen, and every log that only grows."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from junheng.errors import UsageError
from junheng.text import Text


class WrittenOnce(models.Model):
    """A record that is neither changed nor deleted once it stands.

    Attributes
    ----------
    refusal
        What is said to whoever tries.
    """

    refusal: ClassVar[Text]

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        """Write a new record; one that stands is never written over."""
        if self.pk is not None:
            self._refuse()
        super().save(**options)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse."""
        self._refuse()

    @classmethod
    def _refuse(cls) -> NoReturn:
        raise UsageError(cls.refusal)
