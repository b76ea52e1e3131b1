"""Mend a plan with least change: no more pupils over capacity than allowed, then fewest moved, then shortest ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.corridors import joined
from junheng.planners.catchments.first_plan import first_plan
from junheng.planners.catchments.levels import LevelSearch
from junheng.planners.catchments.objective import (
    DISTANCE,
    MOVED,
    OVERFLOW,
    Goal,
    distance_goal,
    overflow_goal,
    score,
    sum_limits,
)
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.search.descent import descend
from junheng.planners.catchments.solve import (
    CatchmentOptions,
    CatchmentSolution,
    open_workshop,
    search_by_unit,
    solution_of,
)
from junheng.progress import Progress, silent
from junheng.text import Text

_MOVED = Text("尽量少动：{value} 名学生改换学校", "least change: {value} pupils moved")
_DISTANCE = Text("缩短上学距离：{value} 人·公里", "shorter distances: {value} pupil-km")
_ROUNDS = 300
_TICKS = 600


def solve_least_change(
    problem: CatchmentProblem,
    *,
    overflow_allowed: int,
    options: CatchmentOptions,
    seed: int,
    progress: Progress = silent,
) -> CatchmentSolution:
    """Move as few pupils as possible from their present zone so that every rule is kept.

    Parameters
    ----------
    problem
        Its ``present`` is the plan to be mended, its ``allowed`` fixes what was edited by hand.
    overflow_allowed
        Pupils over capacity that need no mending; more are brought down to it, or as near as can be found.
    options, seed
        Of the search; the distance is shortened only as far as no further pupil moves.

    Returns
    -------
    CatchmentSolution
        With the levels ``overflow_pupils``, ``moved_pupils`` and ``pupil_km``, in this order; each bound holds for the
        plans that keep what was reached, or allowed, at the levels before it.

    Raises
    ------
    InfeasibleError
        Where no plan keeps the hard rules, as `junheng.planners.catchments.solve.solve` says it.
    """
    return search_by_unit(
        problem,
        lambda one, _: _Mending(one, overflow_allowed, options, seed=seed, progress=progress).solution(),
    )


class _Mending:
    """One search; it always holds the best plan that keeps every hard rule."""

    def __init__(
        self,
        problem: CatchmentProblem,
        overflow_allowed: int,
        options: CatchmentOptions,
        *,
        seed: int,
        progress: Progress,
    ) -> None:
        self.problem, self.overflow_allowed = problem, overflow_allowed
        self.shop = open_workshop(problem, options, seed=seed, progress=progress)
        self.plan = self._first()

    def solution(self) -> CatchmentSolution:
        """Work through the three levels."""
        fewest_over = self._overflow()
        most_over = max(self.overflow_allowed, score(self.problem, self.plan).overflow_pupils)
        fewest_moved = self._moves(most_over)
        least_km = self._distance(most_over)
        bounds = {OVERFLOW: fewest_over, MOVED: fewest_moved, DISTANCE: least_km}
        return solution_of(self.problem, self.shop, self.plan, bounds=bounds)

    def _first(self) -> IntArray:
        """Return the plan to be mended where it keeps the rules, else one grown from it."""
        goal = self._change_goal(self.overflow_allowed, is_hard=False)
        plan = first_plan(self.shop, joined(self.problem, self.shop.mask, goal, self.problem.present))
        better = descend(self.problem, self.shop.mask, goal, plan, budget=self.shop.budget, share=0.2)
        return better if self.shop.keeps_rules(better) else plan

    def _change_goal(self, most_overflow: int, *, is_hard: bool) -> Goal:
        """Return the goal of fewest pupils moved, overflow beyond what is allowed forbidden or dear."""
        price = 1.0 + float(self.problem.moved.max(initial=0))
        return Goal(
            cost=self.problem.moved.astype(np.float64),
            overflow_free=most_overflow,
            overflow_price=price,
            limits=sum_limits(self.problem, price * (1 + self.problem.most_overflow)),
            is_overflow_hard=is_hard,
            is_whole=True,
        )

    def _search(self, goal: Goal, share: float, *, enough: float = np.inf) -> LevelSearch:
        relaxed = self.shop.relax(goal, share, enough=enough, rounds=60)
        return LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed, mask=self.shop.mask)

    def _overflow(self) -> int:
        goal = overflow_goal(self.problem)
        reached = goal.value(self.problem, self.plan)
        search = self._search(goal, 0.3, enough=reached)
        if reached > self.overflow_allowed:
            search.prove(0.35, ticks=_TICKS)
            self._take(search)
        return int(search.bound)

    def _moves(self, most_overflow: int) -> int:
        search = self._search(self._change_goal(most_overflow, is_hard=True), 0.5)
        search.regrow(_ROUNDS, 0.6, _MOVED, 0.5)
        search.prove(0.75, ticks=_TICKS)
        self._take(search)
        return int(search.bound)

    def _distance(self, most_overflow: int) -> float:
        """Shorten the ways without moving one pupil more."""
        moved = score(self.problem, self.plan).moved_pupils
        self.shop.problem = replace(self.problem, moved_pupils_cap=moved)
        goal = distance_goal(self.shop.problem, most_overflow=most_overflow)
        search = self._search(goal, 0.85)
        search.regrow(_ROUNDS, 0.9, _DISTANCE, 0.85)
        search.prove(1.0, ticks=_TICKS)
        self._take(search)
        return float(search.bound)

    def _take(self, search: LevelSearch) -> None:
        """Keep the plan of a level if it keeps every rule and the level's limits."""
        if self.shop.keeps_rules(search.plan) and search.goal.is_kept(self.problem, search.plan):
            self.plan = search.plan
