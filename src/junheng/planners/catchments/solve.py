"""Draw catchments: fewest pupils over capacity, then least pupil-km, then fewest pupils moved, each with its bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.balance import refuse_out_of_composition
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.checks import check
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.first_plan import first_plan
from junheng.planners.catchments.levels import LevelSearch
from junheng.planners.catchments.objective import (
    DISTANCE,
    KM_TOLERANCE,
    MOVED,
    OVERFLOW,
    Level,
    distance_goal,
    guide_goal,
    is_better,
    level,
    loads,
    moved_goal,
    overflow_goal,
    score,
    softened,
)
from junheng.planners.catchments.parts import Part
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cases import Case
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.proof.pricing import is_wide
from junheng.planners.catchments.search.chains import exchange
from junheng.planners.catchments.search.descent import descend
from junheng.planners.catchments.search.growth import grown_plans
from junheng.planners.catchments.search.tidy import tidied
from junheng.planners.catchments.whole import contracted
from junheng.planners.catchments.wide import WideSearch
from junheng.planners.catchments.workshop import Workshop
from junheng.progress import Progress, silent
from junheng.text import Text

_DISTANCE = Text("缩短上学距离：{value} 人·公里", "shorter distances: {value} pupil-km")
_DRAFT = Text("先使超出学位的学生少、路程短", "fewer pupils over capacity, and short ways")
_BOUND = Text("证明下界：{bound} 人·公里", "proving the bound: {bound} pupil-km")
_ROUNDS = 1000
"""Patches cleared and grown again, each time."""
_ROUNDS_BESIDE = 1000
"""Patches cleared and grown again beside the exact search of level 2."""
_TICKS = 1500
"""Counted work of each exact search of all pairs, in solver ticks."""
_TICKS_OF_ZONES = 1000
"""Counted work while zones are redrawn a few at a time, each time."""
_TICKS_OF_MOVES = 60
_CASES = 24
"""Cases that level 1 is split into, and by how many more level 2."""
_DRAFT_ENDS = 0.35
"""Share of the time at which the first search, for all levels at once, ends at the latest."""
_EFFORT_OF_PARTS = 0.25
"""Counted work of one part of a large district, beside that of a district of its size."""

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
        Pupils of each zone in every year, shape (years, m).
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
        Of the only random choices: which homes are cleared, and how zones grow over them again.
    progress
        Called with what is being done.
    start
        A plan to begin from, shape (n,); ignored where it breaks a hard rule. The result is never worse.

    Raises
    ------
    InfeasibleError
        Where no plan keeps the hard rules, or none was found: which rule, by how much, for whom, what to relax.
    """
    return search_by_unit(
        problem,
        lambda one, begun: (
            _wide_solution(one, options, seed=seed, progress=progress, start=begun)
            if is_wide(one)
            else _Run(one, options, seed=seed, progress=progress, start=begun).solution()
        ),
        start=start,
    )


def _wide_solution(
    problem: CatchmentProblem,
    options: CatchmentOptions,
    *,
    seed: int,
    progress: Progress,
    start: IntArray | None,
) -> CatchmentSolution:
    """Return the solution of a large district: each part of it is solved as a problem of its own."""

    def solve_part(part: Part, begun: IntArray, seconds: float, part_seed: int) -> tuple[IntArray, bool]:
        own = replace(options, seconds=seconds / _DRAFT_ENDS, effort=options.effort * _EFFORT_OF_PARTS)
        run = _Run(part.problem, own, seed=part_seed, progress=silent, start=begun)
        run.draft()
        return run.plan, run.shop.budget.is_bitten

    shop = open_workshop(problem, options, seed=seed, progress=progress)
    plan, bounds = WideSearch(shop, start, solve_part=solve_part, slack=options.distance_slack).run()
    return solution_of(problem, shop, plan, bounds=bounds)


def search_by_unit(
    problem: CatchmentProblem,
    search: Callable[[CatchmentProblem, IntArray | None], CatchmentSolution],
    *,
    start: IntArray | None = None,
) -> CatchmentSolution:
    """Check a problem, search it with every unit that is kept whole as one home, and check what was found.

    Parameters
    ----------
    search
        Gets the problem without units, and ``start`` in its homes.
    start
        A plan to begin from, shape (n,).

    Raises
    ------
    InfeasibleError
        As `solve` says it.
    """
    obstacles = check(problem)
    if any(obstacle.severity == "error" for obstacle in obstacles):
        raise InfeasibleError(obstacles)
    if not problem.units:
        found = search(problem, start)
    else:
        whole = contracted(problem)
        found = search(whole.problem, None if start is None else whole.gather(start))
        found = replace(found, assignment=whole.expand(found.assignment))
    refuse_out_of_composition(problem, found.assignment)
    return found


def open_workshop(
    problem: CatchmentProblem, options: CatchmentOptions, *, seed: int, progress: Progress
) -> Workshop:
    """Return what every step of a search shares; its time begins to run."""
    return Workshop(
        problem=problem,
        mask=allowed_and_anchor(problem),
        budget=Budget(options.seconds, effort=options.effort),
        rng=np.random.default_rng(seed),
        progress=progress,
        target_gap=options.target_gap,
    )


def solution_of(
    problem: CatchmentProblem, shop: Workshop, plan: IntArray, *, bounds: Mapping[str, float]
) -> CatchmentSolution:
    """Return a plan, tidied, with what was proven about it: the bound of each level, in the order of the levels."""
    assignment = tidied(problem, shop.mask, plan)
    reached = score(problem, assignment)._asdict()
    levels = tuple(level(name, reached[name], bound) for name, bound in bounds.items())
    ended = "time limit" if shop.budget.is_bitten else "effort"
    return CatchmentSolution(
        assignment=assignment,
        loads=loads(problem, assignment),
        levels=levels,
        seconds=shop.budget.spent,
        stopped_by="proven" if all(one.gap <= shop.target_gap for one in levels) else ended,
        statistics=dict(shop.counts),
    )


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
        self.shop = open_workshop(problem, options, seed=seed, progress=progress)
        self.plan = first_plan(self.shop, start)
        self._cases: list[Case] = []

    def solution(self) -> CatchmentSolution:
        """Work through the three levels."""
        guide = self.draft()
        fewest_over = self._overflow(guide)
        least_km = self._distance(guide)
        fewest_moved = self._moves()
        bounds = {OVERFLOW: fewest_over, DISTANCE: least_km, MOVED: fewest_moved}
        return solution_of(self.problem, self.shop, self.plan, bounds=bounds)

    def _take(self, plan: IntArray) -> None:
        """Keep a plan if it keeps the hard rules and comes before the present one in the order of the levels."""
        if self.shop.keeps_rules(plan) and is_better(self.problem, plan, self.plan):
            self.plan = plan

    @property
    def _most_overflow(self) -> int:
        """Overflow that the levels after the first keep: what it reached, or what is allowed."""
        return max(self.problem.overflow_allowed, score(self.problem, self.plan).overflow_pupils)

    def draft(self) -> Relaxed:
        """Search for few pupils over capacity and short ways at once, and relax both; short ways fit together."""
        goal = guide_goal(self.problem)
        relaxed = self.shop.relax(softened(goal, self.problem), 0.25)
        plans = grown_plans(self.problem, self.shop.mask, goal, relaxed.share)
        # What helps one year in a zone seldom helps all: homes are passed on through several zones at once.
        improve = exchange if self.problem.other_years else descend
        for plan in [self.plan, *plans]:
            self._take(improve(self.problem, self.shop.mask, goal, plan, budget=self.shop.budget, share=1.0))
        search = LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed, mask=self.shop.mask)
        search.regrow(_ROUNDS, 0.3, _DRAFT, 0.25)  # both at once: their sum is no distance
        search.redraw(_TICKS_OF_ZONES, _DRAFT_ENDS, _DRAFT, 0.3)
        self._take(search.plan)
        return relaxed

    def _overflow(self, guide: Relaxed) -> int:
        """Level 1."""
        goal = overflow_goal(self.problem)
        reached = goal.value(self.problem, self.plan)
        relaxed = self.shop.relax(goal, 0.3, start=guide.duals.cuts, enough=reached, rounds=2)
        search = LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed, mask=self.shop.mask)
        draw = guide_goal(self.problem)
        search.split(0.45, most=_CASES, guide=softened(draw, self.problem), draw=draw)
        search.prove(0.5, ticks=_TICKS)
        self._take(search.plan)
        self._cases = [case for case in search.cases if case.bound <= goal.value(self.problem, self.plan)]
        return self.problem.overflow_allowed + int(search.bound) if search.bound > 0 else 0

    def _distance(self, guide: Relaxed) -> float:
        """Level 2, under the overflow that level 1 reached."""
        reached = self._most_overflow
        goal = distance_goal(self.problem, most_overflow=reached)
        mask = np.logical_or.reduce([case.mask for case in self._cases]) if self._cases else self.shop.mask
        relaxed = self.shop.relax(goal, 0.55, mask=mask, start=guide.duals.cuts)
        search = LevelSearch(
            shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed, mask=mask, begin=self._cases
        )
        if not self._cases:  # what zones do at crossings says more than what homes are worth
            search.sharpen(0.65, _BOUND, 0.55)
        search.regrow(_ROUNDS, 0.7, _DISTANCE, 0.65)
        search.split(0.85, most=_CASES, guide=goal, draw=goal)
        search.prove_and_improve(
            0.95,
            ticks=_TICKS,
            rounds=_ROUNDS_BESIDE,
            ticks_of_zones=_TICKS_OF_ZONES,
            text=_DISTANCE,
            start=0.75,
        )
        self._take(search.plan)
        if self._most_overflow < reached:  # a better level 1 came by the way
            return self._distance(guide)
        return float(search.bound)

    def _moves(self) -> float:
        """Level 3, under the overflow and the distance that the levels before reached."""
        reached = score(self.problem, self.plan)
        most_km = reached.pupil_km * (1 + max(self.options.distance_slack, KM_TOLERANCE))
        goal = moved_goal(self.problem, most_overflow=self._most_overflow, most_pupil_km=most_km)
        self.shop.progress(_MOVED, 0.95)
        relaxed = self.shop.relax(goal, 0.97)
        search = LevelSearch(shop=self.shop, goal=goal, plan=self.plan, relaxed=relaxed, mask=self.shop.mask)
        search.prove(1.0, ticks=_TICKS_OF_MOVES)
        if self.shop.keeps_rules(search.plan) and goal.is_kept(self.problem, search.plan):
            self.plan = search.plan
        return float(search.bound)
