"""Level by level: what no plan can beat, then a plan in whole moves that comes near, with both reported.

Each level is first minimised over shares of people (a linear model with priced-in moves); the limits that this
gives are held, and at the end one integer model finds a plan that keeps them all. Where whole people cannot keep
them, the levels are gone through again, each with an integer run of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite
from typing import NoReturn

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.exchange.checks import refuse_impossible, refuse_unplaceable, unsolved
from junheng.planners.exchange.constraints import violations
from junheng.planners.exchange.integer import solve_integer
from junheng.planners.exchange.layout import HARD, Layout
from junheng.planners.exchange.master import Master, Relaxed
from junheng.planners.exchange.objective import (
    BURDEN,
    EXTRA,
    LONGEST,
    NAMES,
    UNITS,
    WHOLE,
    levels_of,
    values,
)
from junheng.planners.exchange.problem import ExchangeProblem
from junheng.planners.exchange.start import first_moves
from junheng.plans.plan import Level
from junheng.progress import Progress, silent
from junheng.text import Text

_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeOptions:
    """How long and how exactly to search.

    Attributes
    ----------
    seconds
        Longest time; a plan found by then is returned with its gap.
    gap
        Relative gap of the burden at which the search may stop; 0 proves the optimum.
    """

    seconds: float = 120.0
    gap: float = 0.005


@dataclass(frozen=True, eq=False, kw_only=True)
class ExchangeSolution:
    """A plan in whole moves.

    Attributes
    ----------
    destination
        Post of each person, shape (n,), `STAY` for those who stay.
    levels
        Every level by name, in order.
    seconds
        How long it took.
    stopped_by
        ``proven`` (every bound is reached, the burden within the gap asked for), or ``time``.
    """

    destination: IntArray
    levels: dict[str, Level]
    seconds: float
    stopped_by: str


def solve(
    problem: ExchangeProblem, *, options: ExchangeOptions, progress: Progress = silent
) -> ExchangeSolution:
    """Find the plan.

    Raises
    ------
    InfeasibleError
        Naming the hard rules that no plan can keep, by how much, and what would relax them.
    """
    refuse_impossible(problem)
    run = _Run(problem, options, progress)
    destination = run.first_pass()
    if destination is None:
        destination = run.second_pass()
    broken = violations(problem, destination)
    if broken:  # a fault of ours, never of the input
        raise AssertionError(f"the plan breaks {broken}")
    reached = values(problem, destination)
    levels = {
        name: Level(
            value=reached[name], bound=_at_most(run.bounds.get(name), reached[name]), unit=UNITS[name]
        )
        for name in levels_of(problem)
    }
    stopped = "time" if run.clock.is_bitten else "proven"
    return ExchangeSolution(
        destination=destination, levels=levels, seconds=run.clock.spent, stopped_by=stopped
    )


class _Run:
    """One search: the model, the time, and the bounds so far."""

    def __init__(self, problem: ExchangeProblem, options: ExchangeOptions, progress: Progress) -> None:
        self.problem = problem
        self.options = options
        self.progress = progress
        self.clock = Clock(options.seconds)
        self.master = Master(Layout(problem), start=first_moves(problem))
        self.bounds: dict[str, float] = {}
        self._steps = 0
        self._find_start()

    def _find_start(self) -> None:
        """Place everybody who must move and keep the quotas, or say which of it no plan can do."""
        self._say(Text("检查硬约束能否同时满足", "seeing whether all hard rules can be kept"))
        started = self.master.relax(HARD, self.clock)
        if isfinite(started.bound) and started.bound > _TOLERANCE:
            refuse_unplaceable(self.problem, *self.master.start_missing())
        self.master.allow_start(is_allowed=False)

    def first_pass(self) -> IntArray | None:
        """Hold every level to its bound and look for one plan that keeps them all."""
        for level in levels_of(self.problem):
            if level == BURDEN:
                break
            self._bound(level)
            self._hold(level, self.bounds[level])
        return self._finish()

    def second_pass(self) -> IntArray:
        """Go through the levels again, each in whole moves, and hold what was reached."""
        self.bounds.clear()
        self._release()
        destination: IntArray | None = None
        for level in levels_of(self.problem):
            if level == BURDEN:
                break
            relaxed = self._bound(level)
            if not self._is_reached(level, destination):
                found = self._integer(level, relaxed, start=destination)
                destination = destination if found is None else found
            if destination is None:
                self._give_up()
            self._hold(level, values(self.problem, destination)[level])
        done = self._finish(destination)
        if done is None:
            self._give_up()
        return done

    def _finish(self, destination: IntArray | None = None) -> IntArray | None:
        """Minimise the burden, then the moves above the quota, in whole moves."""
        for level in (BURDEN, EXTRA):
            relaxed = self._bound(level)
            if not self._is_reached(level, destination):
                found = self._integer(level, relaxed, start=destination)
                destination = destination if found is None else found
            if destination is None:
                return None
            self.master.limit(level, values(self.problem, destination)[level] + _TOLERANCE)
        return destination

    def _bound(self, level: str) -> Relaxed:
        """Find what no plan can go below at a level."""
        if level == LONGEST:
            return self._bound_longest()
        self._say(Text("求下界：{level}", "bounding {level}").format(level=NAMES[level]))
        relaxed = self.master.relax(level, self.clock)
        bound = relaxed.bound - (self.problem.quota if level == EXTRA else 0)
        if level in WHOLE and isfinite(bound):
            bound = ceil(bound - _TOLERANCE)
        self.bounds[level] = max(0.0, bound)
        return relaxed

    def _bound_longest(self) -> Relaxed:
        """Find the shortest limit on the commute under which the levels before can still be kept."""
        self._say(Text("求下界：{level}", "bounding {level}").format(level=NAMES[LONGEST]))
        self.master.allow_start(is_allowed=True)
        limits = _commutes(self.problem)
        first = int(np.searchsorted(limits, _least_commute(self.problem)))
        low, high = first - 1, len(limits) - 1  # not enough, enough
        probe, best = first, None
        while high - low > 1 or best is None:
            self.master.close_beyond(float(limits[probe]))
            tried = self.master.relax(HARD, self.clock)
            if tried.value <= _TOLERANCE:
                high, best = probe, tried
            elif self.clock.is_bitten and tried.bound <= _TOLERANCE:
                high, best = len(limits) - 1, tried  # not decided: leave the limit open
                break
            else:
                low = probe
            probe = (low + high) // 2 if high - low > 1 else high
        self.bounds[LONGEST] = float(limits[low + 1])
        self.master.close_beyond(float(limits[high]))
        self.master.allow_start(is_allowed=False)
        return best

    def _is_reached(self, level: str, destination: IntArray | None) -> bool:
        """Tell whether a plan already is as good as any can be at a level."""
        if destination is None:
            return False
        return values(self.problem, destination)[level] <= self.bounds[level] + _TOLERANCE

    def _hold(self, level: str, most: float) -> None:
        if level == LONGEST:
            self.master.close_beyond(most)
        else:
            self.master.limit(level, most)

    def _release(self) -> None:
        self.master.close_beyond(np.inf)
        for level in list(self.master.limits):
            self.master.limit(level, np.inf)

    def _integer(self, level: str, relaxed: Relaxed, *, start: IntArray | None) -> IntArray | None:
        self._say(Text("求整数解：{level}", "whole moves: {level}").format(level=NAMES[level]))
        found = solve_integer(
            self.master,
            level,
            self.clock,
            reduced=relaxed.reduced,
            gap=self.options.gap if level == BURDEN else 0.0,
            start=start,
        )
        return found.destination

    def _give_up(self) -> NoReturn:
        raise unsolved(is_time_over=self.clock.is_bitten)

    def _say(self, text: Text) -> None:
        self._steps += 1
        self.progress(text, min(0.95, self._steps / 14))


def _at_most(bound: float | None, value: float) -> float | None:
    return None if bound is None or not isfinite(bound) else min(bound, value)


def _commutes(problem: ExchangeProblem) -> FloatArray:
    """Return every distinct commute of an allowed move, ascending, 0 among them."""
    return np.unique(np.append(problem.km[problem.allowed], 0.0))


def _least_commute(problem: ExchangeProblem) -> float:
    """Return the commute that the one who must move and can only go furthest has at the least."""
    km = np.where(problem.allowed, problem.km, np.inf)[problem.must_move]
    return float(km.min(axis=1).max(initial=0.0)) if km.size else 0.0
