"""Large districts: zones drawn part by part, and one bound for all.

The search of a whole district gets slow with homes times schools. From some size on, the whole is cooled at the prices
of a relaxation, whose steps cost the same at any size. Then the district is divided into groups of neighbouring zones;
each is drawn by the usual search with all other zones standing still, two at a time, and the district is divided again
elsewhere, so that borders between groups come inside. Bounds are proven for the whole: the relaxation with priced
columns, sharpened by pricing with whole homes.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.cooled import cooled
from junheng.planners.catchments.first_plan import first_plan
from junheng.planners.catchments.levels import LevelSearch
from junheng.planners.catchments.objective import (
    DISTANCE,
    KM_TOLERANCE,
    MOVED,
    OVERFLOW,
    Goal,
    distance_goal,
    guide_goal,
    is_better,
    moved_goal,
    overflow_goal,
    score,
    softened,
)
from junheng.planners.catchments.parts import Part, divided, part_of
from junheng.planners.catchments.problem import NO_SCHOOL
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.search.chains import exchange
from junheng.planners.catchments.search.growth import grown_plans
from junheng.planners.catchments.workshop import Workshop
from junheng.text import Text

_ZONES = 12
"""Zones of one part."""
_DIVISIONS = 6
_CORES = 2
_UNTIL = {
    "guide": 0.15,
    "cooling": 0.4,
    "chains": 0.45,
    "parts": 0.72,
    "last chains": 0.76,
    "overflow": 0.8,
    "distance": 0.88,
    "sharpen": 0.95,
}
"""Share of the time at which each step ends at the latest."""

_PART = Text(
    "逐片划分：超出学位 {over} 人，{value} 人·公里", "part by part: {over} pupils over, {value} pupil-km"
)
_BOUND = Text("证明下界：{bound} 人·公里", "proving the bound: {bound} pupil-km")

SolvePart = Callable[[Part, IntArray, float, int], tuple[IntArray, bool]]
"""Draws a part from its present plan in so many seconds with a seed; says whether the time ended it."""


class WideSearch:
    """One search of a large district; it always holds the best plan that keeps every hard rule.

    Parameters
    ----------
    shop
        What every step shares.
    start
        A plan to begin from, or `None`.
    solve_part
        The search of a part.
    slack
        Share by which pupil-km may pass what was reached while fewer pupils are moved.
    """

    def __init__(
        self, shop: Workshop, start: IntArray | None, *, solve_part: SolvePart, slack: float
    ) -> None:
        self.shop, self.problem, self.solve_part, self.slack = shop, shop.problem, solve_part, slack
        goal = softened(guide_goal(self.problem), self.problem)
        self.guide = shop.relax(goal, _UNTIL["guide"])
        self.plan = self._first(start)

    def run(self) -> tuple[IntArray, dict[str, float]]:
        """Return the plan and the proven bound of each level."""
        self._exchange(cooled(self.shop, self.guide, self.plan, _UNTIL["cooling"]), _UNTIL["chains"])
        for _ in range(_DIVISIONS):
            if self.shop.budget.is_over(_UNTIL["parts"]):
                break
            self._redraw()
            self._exchange(self.plan, _UNTIL["last chains"])
        return self.plan, {
            OVERFLOW: self._fewest_over(),
            DISTANCE: self._least_km(),
            MOVED: self._fewest_moved(),
        }

    def _first(self, start: IntArray | None) -> IntArray:
        """Return the best of a given plan, today's and those grown from the relaxation."""
        grown = grown_plans(self.problem, self.shop.mask, guide_goal(self.problem), self.guide.share)
        known = [plan for plan in (start, self.problem.present) if plan is not None]
        plans = [
            plan for plan in [*known, *grown] if (plan != NO_SCHOOL).all() and self.shop.keeps_rules(plan)
        ]
        if not plans:
            return first_plan(self.shop, start)
        best = plans[0]
        for plan in plans[1:]:
            best = plan if is_better(self.problem, plan, best) else best
        return np.array(best)

    def _exchange(self, plan: IntArray, until: float) -> None:
        """Pass homes on from zone to zone across the whole district, which no part can do by itself."""
        self._take(
            exchange(
                self.problem,
                self.shop.mask,
                guide_goal(self.problem),
                plan,
                budget=self.shop.budget,
                share=until,
            )
        )
        self._tell()

    def _redraw(self) -> None:
        """Divide the district into parts and draw each again, two at a time."""
        groups = divided(self.problem, self.plan, size=_ZONES, rng=self.shop.rng)
        parts = [part_of(self.problem, self.plan, group) for group in groups if len(group) > 1]
        seeds = self.shop.rng.integers(2**31, size=len(parts)).tolist()
        with ThreadPoolExecutor(max_workers=_CORES) as cores:  # HiGHS lets other threads run
            for number in range(0, len(parts), _CORES):
                waves = -(-(len(parts) - number) // _CORES)
                seconds = self.shop.budget.left(_UNTIL["parts"]) / waves
                if seconds <= 0:
                    self.shop.budget.is_bitten = True
                    return
                wave = parts[number : number + _CORES]
                drawn = cores.map(
                    lambda part, seed, seconds=seconds: self.solve_part(
                        part, part.inside(self.plan), seconds, seed
                    ),
                    wave,
                    seeds[number : number + _CORES],
                )
                for part, (assignment, is_bitten) in zip(wave, list(drawn), strict=True):
                    self._take(part.put_into(self.plan, assignment))
                    self.shop.budget.is_bitten |= is_bitten
                    self.shop.count("parts", 1)
                self._tell()

    def _tell(self) -> None:
        now = score(self.problem, self.plan)
        text = _PART.format(over=now.overflow_pupils, value=round(now.pupil_km, 1))
        self.shop.progress(text, _UNTIL["guide"])

    def _take(self, plan: IntArray) -> None:
        if self.shop.keeps_rules(plan) and is_better(self.problem, plan, self.plan):
            self.plan = plan

    def _fewest_over(self) -> float:
        goal = overflow_goal(self.problem)
        if goal.value(self.problem, self.plan) == 0:
            return 0.0
        search = self._search(goal, self.shop.relax(goal, _UNTIL["overflow"]))
        return self.problem.overflow_allowed + search.bound if search.bound > 0 else 0.0

    def _least_km(self) -> float:
        most = max(self.problem.overflow_allowed, score(self.problem, self.plan).overflow_pupils)
        goal = distance_goal(self.problem, most_overflow=most)
        relaxed = self.shop.relax(goal, _UNTIL["distance"], start=self.guide.duals.cuts)
        search = self._search(goal, relaxed)
        search.sharpen(_UNTIL["sharpen"], _BOUND, _UNTIL["distance"])
        return search.bound

    def _fewest_moved(self) -> float:
        reached = score(self.problem, self.plan)
        if reached.moved_pupils == 0:
            return 0.0
        most = max(self.problem.overflow_allowed, reached.overflow_pupils)
        goal = moved_goal(
            self.problem,
            most_overflow=most,
            most_pupil_km=reached.pupil_km * (1 + max(self.slack, KM_TOLERANCE)),
        )
        return self._search(goal, self.shop.relax(goal, 1.0)).bound

    def _search(self, goal: Goal, relaxed: Relaxed) -> LevelSearch:
        return LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed, mask=self.shop.mask)
