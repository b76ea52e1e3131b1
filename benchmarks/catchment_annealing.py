"""A peer of the catchment planner: simulated annealing over shifts of one home, as redistricting papers use it.

In the manner of Biswas and others' work on school boundaries (SPATIAL): start from zones grown around the schools, move
a home on a border to a zone that it touches if its own zone holds without it, and accept worse plans at a temperature
that falls with the time. It proves nothing, so its bound is 0.
"""

from __future__ import annotations

import heapq
import math
import time

import numpy as np
from catchment_peers import PeerResult

from junheng.planners.catchments.problem import CatchmentProblem

FIRST_HEAT, LAST_HEAT = 60.0, 0.3
"""Pupil-km."""
OVERFLOW_KM = 30.0
"""Cost of a pupil without a place while annealing, in pupil-km."""
LOOK_AT_CLOCK = 500


def annealing(problem: CatchmentProblem, *, most_overflow: int, seconds: float, seed: int = 0) -> PeerResult:
    """Anneal for the given time; the plan is `None` where it leaves more overflow than allowed."""
    start = time.perf_counter()
    zones = _Zones(problem)
    rng = np.random.default_rng(seed)
    best, best_km = None, math.inf
    share = 0.0
    while share < 1.0:
        heat = FIRST_HEAT * (LAST_HEAT / FIRST_HEAT) ** share
        homes = rng.integers(problem.n_homes, size=LOOK_AT_CLOCK).tolist()
        draws = rng.random((LOOK_AT_CLOCK, 2)).tolist()
        for home, (which, luck) in zip(homes, draws, strict=True):
            around = problem.neighbours[home]
            if around and zones.shift(
                home, zones.plan[around[int(which * len(around))]], -heat * math.log(luck)
            ):
                over, km = zones.overflow, zones.km
                if over <= most_overflow and km < best_km - 1e-9:
                    best, best_km = list(zones.plan), km
        share = (time.perf_counter() - start) / seconds
    plan = None if best is None else np.array(best)
    return PeerResult(plan, 0.0, time.perf_counter() - start)


class _Zones:
    """A contiguous plan with its loads, changed one home at a time."""

    def __init__(self, problem: CatchmentProblem) -> None:
        self.problem = problem
        self.cost = problem.cost.tolist()
        self.allowed = problem.allowed.tolist()
        self.pupils, self.room = problem.pupils.tolist(), problem.capacity.tolist()
        self.fixed = set(problem.anchor.tolist())
        self.plan = self._grown()
        for home, school in enumerate(self.plan):
            self.room[school] -= self.pupils[home]
        self.km = sum(self.cost[home][school] for home, school in enumerate(self.plan))
        self.overflow = sum(max(0, -room) for room in self.room)

    def _grown(self) -> list[int]:
        """Let every zone grow from its school, the nearest pair of home and touching zone first."""
        plan = [-1] * self.problem.n_homes
        heap = [(0.0, home, school) for school, home in enumerate(self.problem.anchor.tolist())]
        while heap:
            _, home, school = heapq.heappop(heap)
            if plan[home] >= 0:
                continue
            plan[home] = school
            for other in self.problem.neighbours[home]:
                if plan[other] < 0 and other not in self.fixed and self.allowed[other][school]:
                    heapq.heappush(heap, (float(self.problem.distance_km[other, school]), other, school))
        return plan

    def shift(self, home: int, target: int, allowance: float) -> bool:
        """Move a home if that costs no more than the allowance and its zone holds; return whether it moved."""
        own = self.plan[home]
        if target == own or home in self.fixed or not self.allowed[home][target]:
            return False
        pupils = self.pupils[home]
        km = self.cost[home][target] - self.cost[home][own]
        over = min(pupils, max(0, pupils - self.room[target])) - min(pupils, max(0, -self.room[own]))
        if km + OVERFLOW_KM * over > allowance or not self._holds_without(home):
            return False
        self.plan[home] = target
        self.room[own] += pupils
        self.room[target] -= pupils
        self.km += km
        self.overflow += over
        return True

    def _holds_without(self, home: int) -> bool:
        own = self.plan[home]
        wanted = {other for other in self.problem.neighbours[home] if self.plan[other] == own}
        if len(wanted) < 2:
            return True
        first = wanted.pop()
        seen, waiting = {home, first}, [first]
        while waiting and wanted:
            for other in self.problem.neighbours[waiting.pop()]:
                if other not in seen and self.plan[other] == own:
                    seen.add(other)
                    wanted.discard(other)
                    waiting.append(other)
        return not wanted
