"""The clock of a long run: work is counted first; the seconds only stop a run that is slower than foreseen."""

from __future__ import annotations

import time


class Clock:
    """The seconds left, and whether they ended the run."""

    def __init__(self, seconds: float) -> None:
        self._start = time.perf_counter()
        self.seconds = seconds
        self.has_struck = False

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def left(self, share: float = 1.0) -> float:
        """Return the seconds until a share of the whole time has passed, at least 0."""
        return max(0.0, share * self.seconds - self.spent)

    def is_over(self, share: float = 1.0) -> bool:
        """Return whether that share of the time has passed, and remember it if so."""
        if self.left(share) > 0.0:
            return False
        self.has_struck = True
        return True
