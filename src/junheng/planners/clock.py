"""How long a run may take: work is counted first, so that equal runs end equally; the seconds are for safety."""

from __future__ import annotations

import time


class Clock:
    """The seconds left and whether they ended the run.

    Work is limited by counts (rounds, steps, solver ticks), which are the same on every machine. The clock stops a
    run that is slower than foreseen; `is_bitten` then says that it did, as a second run might end elsewhere.
    """

    def __init__(self, seconds: float) -> None:
        self._start = time.perf_counter()
        self.seconds = seconds
        self.is_bitten = False

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def left(self, share: float = 1.0) -> float:
        """Return the seconds left until a share of the whole time has passed, at least 0."""
        return max(0.0, share * self.seconds - self.spent)

    def is_over(self, share: float = 1.0) -> bool:
        """Return whether that share of the time has passed, and remember it if so."""
        if self.left(share) > 0.0:
            return False
        self.is_bitten = True
        return True
