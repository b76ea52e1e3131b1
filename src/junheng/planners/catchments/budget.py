"""How much work a run may do: counted work, scaled by the effort asked for, under the clock of every planner."""

from __future__ import annotations

from junheng.planners.clock import Clock


class Budget(Clock):
    """The seconds left, and how many ticks of the solver a step may take."""

    def __init__(self, seconds: float, *, effort: float = 1.0) -> None:
        super().__init__(seconds)
        self.effort = effort

    def ticks(self, ticks: float) -> int:
        """Return a number of solver ticks scaled by the effort asked for."""
        return max(1, round(ticks * self.effort))
