"""How long work reports its progress: a callable passed down, silent by default."""

from __future__ import annotations

from typing import Protocol

from junheng.text import Text


class Progress(Protocol):
    """Called by long work with what it is doing and, where known, the share that is done."""

    def __call__(self, message: Text, fraction: float | None = None) -> None:
        """Report one step; ``fraction`` is between 0 and 1, or `None` where the end is not known."""


def silent(message: Text, fraction: float | None = None) -> None:
    """Report nothing."""
