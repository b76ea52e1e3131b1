"""Draw catchments: fewest pupils over capacity, then least pupil-km, then fewest pupils moved, each with its bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from junheng.errors import InfeasibleError, Place, Problem
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.checks import check
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.contiguity import cut_off
from junheng.planners.catchments.descent import descend
from junheng.planners.catchments.exact import solve_exact
from junheng.planners.catchments.first_plan import grown_plans, oriented_plan
from junheng.planners.catchments.levels import LevelSearch, Workshop
from junheng.planners.catchments.objective import (
    DISTANCE,
    KM_TOLERANCE,
    MOVED,
    OVERFLOW,
    Goal,
    Level,
    distance_goal,
    level,
    loads,
    moved_goal,
    moved_pupils,
    overflow_goal,
    score,
)
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, IntArray
from junheng.progress import Progress, silent
from junheng.text import Text

_OVERFLOW = Text("减少超出学位的学生", "fewer pupils over capacity")
_DISTANCE = Text("缩短上学距离：{value} 人·公里", "shorter distances: {value} pupil-km")
_BOUND = Text("证明下界：{bound} 人·公里", "proving the bound: {bound} pupil-km")
_TICKS = 4000
"""Counted work of the exact search for a first plan."""

_MOVED = Text("减少改换学校的学生", "fewer pupils moved")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchmentOptions:
    """How hard to search.

    Attributes
    ----------
    seconds
        Longest time. It is a safety stop: where it bites, the result says so, and a second run may differ.
    target_gap
        Gap at which a level counts as proven.
    distance_slack
        Share by which pupil-km may pass the best found while fewer pupils are moved.
    effort
        Scales the counted work after which the search ends by itself.
    """

    seconds: float = 60.0
    target_gap: float = 1e-4
    distance_slack: float = 0.0
    effort: float = 1.0


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CatchmentSolution:
    """A plan and what was proven about it.

    Attributes
    ----------
    assignment
        School of each home, shape (n,).
    loads
        Pupils of each zone, shape (m,).
    levels
        ``overflow_pupils``, ``pupil_km`` and ``moved_pupils``, in this order; each bound holds for the plans that
        keep the values of the levels before it (distances within ``distance_slack``).
    seconds
        How long it took.
    stopped_by
        ``proven`` where every gap is within the target; ``effort`` where the counted work ended; ``time limit``.
    statistics
        Counts of the work done.
    """

    assignment: IntArray
    loads: IntArray
    levels: tuple[Level, ...]
    seconds: float
    stopped_by: str
    statistics: Mapping[str, int]


def solve(
    problem: CatchmentProblem,
    *,
    options: CatchmentOptions,
    seed: int,
    progress: Progress = silent,
    start: IntArray | None = None,
) -> CatchmentSolution:
    """Give every home to one school, every zone in one piece.

    Parameters
    ----------
    problem
        The district's homes, schools, distances, places, locks and bans.
    options
        How hard to search.
    seed
        Of the only random choices, which groups of zones are redrawn together.
    progress
        Called with what is being done.
    start
        A plan to begin from, shape (n,); ignored where it breaks a hard rule. The result is never worse.

    Raises
    ------
    InfeasibleError
        Where no plan keeps the hard rules, or none was found: which rule, by how much, for whom, what to relax.
    """
    obstacles = check(problem)
    if any(obstacle.severity == "error" for obstacle in obstacles):
        raise InfeasibleError(obstacles)
    return _Run(problem, options, seed=seed, progress=progress, start=start).solution()


class _Run:
    """One search, level by level; it always holds the best plan that keeps every hard rule."""

    def __init__(
        self,
        problem: CatchmentProblem,
        options: CatchmentOptions,
        *,
        seed: int,
        progress: Progress,
        start: IntArray | None,
    ) -> None:
        self.problem = problem
        self.options = options
        self.budget = Budget(options.seconds, effort=options.effort)
        self.shop = Workshop(
            problem=problem,
            mask=allowed_and_anchor(problem),
            budget=self.budget,
            rng=np.random.default_rng(seed),
            progress=progress,
            target_gap=options.target_gap,
        )
        self.plan = self._first_plan(start)

    def solution(self) -> CatchmentSolution:
        """Work through the three levels."""
        fewest_over = self._overflow()
        least_km = self._distance(fewest_over)
        fewest_moved = self._moves()
        reached = score(self.problem, self.plan)
        levels = (
            level(OVERFLOW, reached.overflow_pupils, fewest_over),
            level(DISTANCE, reached.pupil_km, least_km),
            level(MOVED, reached.moved_pupils, fewest_moved),
        )
        return CatchmentSolution(
            assignment=self.plan,
            loads=loads(self.problem, self.plan),
            levels=levels,
            seconds=self.budget.spent,
            stopped_by=self._stopped_by(levels),
            statistics=dict(self.shop.counts),
        )

    def _stopped_by(self, levels: tuple[Level, ...]) -> str:
        if all(one.gap <= self.options.target_gap for one in levels):
            return "proven"
        return "time limit" if self.budget.is_bitten else "effort"

    def _first_plan(self, start: IntArray | None) -> IntArray:
        """Return some plan that keeps the hard rules: a given one, today's, a grown one, or one found exactly."""
        for known in (start, self.problem.present):
            if known is not None and (known != NO_SCHOOL).all() and self._is_kept(known):
                return np.array(known)
        goal = _fewest_moves(self.problem)
        relaxed = self.shop.relax(goal, 0.1)
        plans = grown_plans(self.problem, self.shop.mask, goal, relaxed)
        grown = min(plans, key=lambda plan: goal.value(self.problem, plan), default=None)
        if grown is not None and self._is_kept(grown):
            return grown
        return self._found_exactly(goal, grown)

    def _found_exactly(self, goal: Goal, start: IntArray | None) -> IntArray:
        found = solve_exact(
            self.problem,
            goal,
            mask=self.shop.mask,
            start=start,
            pool=self.shop.pool,
            mend=lambda plan: self.shop.mend(goal, plan),
            budget=self.budget,
            share=0.5,
            ticks=self.budget.ticks(_TICKS),
        )
        if found.assignment is not None and self._is_kept(found.assignment):
            return found.assignment
        raise InfeasibleError([_no_plan(self.problem, found.bound)])

    def _is_kept(self, plan: IntArray) -> bool:
        """Return whether a plan keeps every hard rule (overflow is no hard rule)."""
        rows = np.arange(self.problem.n_homes)
        if not self.shop.mask[rows, plan].all() or len(cut_off(self.problem, plan)):
            return False
        cap = self.problem.moved_pupils_cap
        return cap is None or score(self.problem, plan).moved_pupils <= cap

    def _take(self, plan: IntArray) -> None:
        """Keep a plan if it keeps the hard rules and comes before the present one in the order of the levels."""
        if self._is_kept(plan) and score(self.problem, plan).is_better_than(score(self.problem, self.plan)):
            self.plan = plan

    def _overflow(self) -> int:
        """Level 1. Distances guide the search: short ways make zones that fit together."""
        goal = overflow_goal(self.problem)
        bound = LevelSearch(
            shop=self.shop, goal=goal, plan=self.plan, relaxed=self.shop.relax(goal, 0.1, rounds=1)
        ).bound
        guide = distance_goal(self.problem, most_overflow=int(bound))
        self._improve(guide, end=0.3)
        if score(self.problem, self.plan).overflow_pupils > bound:
            exact = LevelSearch(
                shop=self.shop, goal=goal, plan=self.plan, relaxed=self.shop.relax(goal, 0.35)
            )
            exact.prove(0.5)
            self._take(exact.plan)
            bound = max(bound, exact.bound)
        return int(bound)

    def _improve(self, goal: Goal, *, end: float) -> None:
        """Search for better plans without proving anything."""
        relaxed = self.shop.relax(goal, end)
        plans = grown_plans(self.problem, self.shop.mask, goal, relaxed)
        for plan in [self.plan, *plans]:
            self._take(descend(self.problem, self.shop.mask, goal, plan, budget=self.budget))
        search = LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed)
        search.search((4,), end, _OVERFLOW, 0.1)
        self._take(search.plan)
        if score(self.problem, self.plan).overflow_pupils > goal.overflow_free:
            oriented = oriented_plan(
                self.problem, self.shop.mask, goal, relaxed, budget=self.budget, share=end
            )
            if oriented is not None:
                self._take(oriented)

    def _distance(self, fewest_over: int) -> float:
        """Level 2, under the overflow that level 1 reached."""
        reached = score(self.problem, self.plan).overflow_pupils
        goal = distance_goal(self.problem, most_overflow=reached)
        search = LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=self.shop.relax(goal, 0.4))
        search.sharpen(0.5, _BOUND, 0.4)
        search.search((4, 7, 11, self.problem.n_homes), 0.7, _DISTANCE, 0.5)
        search.retighten(0.75, _BOUND, 0.7)
        search.sharpen(0.8, _BOUND, 0.75)
        search.prove(0.92)
        self._take(search.plan)
        if score(self.problem, self.plan).overflow_pupils < reached:  # a better level 1 came by the way
            return self._distance(fewest_over)
        return float(search.bound)

    def _moves(self) -> float:
        """Level 3, under the overflow and the distance that the levels before reached."""
        reached = score(self.problem, self.plan)
        most_km = reached.pupil_km * (1 + max(self.options.distance_slack, KM_TOLERANCE))
        goal = moved_goal(self.problem, most_overflow=reached.overflow_pupils, most_pupil_km=most_km)
        self.shop.progress(_MOVED, 0.95)
        search = LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=self.shop.relax(goal, 0.95))
        search.prove(1.0)
        if self._is_kept(search.plan) and goal.is_kept(self.problem, search.plan):
            self.plan = search.plan
        return float(search.bound)


def _fewest_moves(problem: CatchmentProblem) -> Goal:
    """Return the goal of a first plan: fewest pupils moved, whatever the overflow and the distance."""
    return Goal(
        cost=moved_pupils(problem).astype(np.float64),
        overflow_free=int(problem.pupils.sum()),
        overflow_price=0.0,
        is_overflow_hard=False,
        is_whole=True,
    )


def _no_plan(problem: CatchmentProblem, fewest_moved: float) -> Problem:
    cap = problem.moved_pupils_cap
    if cap is not None and np.isfinite(fewest_moved) and fewest_moved > cap:
        least = int(np.ceil(fewest_moved - 1e-6))
        return Problem(
            code="moved-cap-too-low",
            severity="error",
            place=Place(),
            found=Text("至多改换 {n} 人", "at most {n} pupils moved").format(n=cap),
            expected=Text(
                "至少 {n} 人，学区才能连片", "at least {n}, so that every zone hangs together"
            ).format(n=least),
            remedy=Text("把上限至少提高到 {n}", "Raise the limit to {n} at least").format(n=least),
        )
    return Problem(
        code="no-plan-found",
        severity="error",
        place=Place(),
        found=Text("没有找到每个学区都连片的方案", "no plan was found in which every zone hangs together"),
        expected=Text(
            "锁定、禁止与相邻关系容许这样的方案", "locks, bans and neighbours that leave room for one"
        ),
        remedy=Text("放宽锁定或禁止，或延长用时", "Relax locks or bans, or give more time"),
    )
