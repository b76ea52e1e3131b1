"""How much work a run may do: counted work first, so that equal runs end equally; the clock only for safety."""

from __future__ import annotations

import time


class Budget:
    """The seconds left and whether they ran out.

    Work is limited by counts (rounds, solver ticks, neighbourhoods without gain), which are the same on every
    machine. The clock stops a run that is slower than foreseen; `is_bitten` then says that it did, as a second
    run might end elsewhere.
    """

    def __init__(self, seconds: float, *, effort: float = 1.0) -> None:
        self._start = time.perf_counter()
        self._seconds = seconds
        self.effort = effort
        self.is_bitten = False

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def left(self, share: float = 1.0) -> float:
        """Return the seconds left until a share of the whole time has passed, at least 0."""
        return max(0.0, share * self._seconds - self.spent)

    def is_over(self, share: float = 1.0) -> bool:
        """Return whether that share of the time has passed, and remember it if so."""
        if self.left(share) > 0.0:
            return False
        self.is_bitten = True
        return True

    def ticks(self, ticks: float) -> int:
        """Return a number of solver ticks scaled by the effort asked for."""
        return max(1, round(ticks * self.effort))
