"""One level of the objective from first bound to proof: relax, search, close what cannot be better, prove."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.gateways import closed
from junheng.planners.catchments.objective import Goal, is_used
from junheng.planners.catchments.proof.cases import Case, Cases
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.proof.exact import Exact, solve_exact
from junheng.planners.catchments.proof.exact_cases import solve_cases
from junheng.planners.catchments.proof.lagrange import Lagrangian
from junheng.planners.catchments.proof.pricing import is_wide
from junheng.planners.catchments.proof.relaxation import Relaxation
from junheng.planners.catchments.search.descent import descend
from junheng.planners.catchments.search.growth import grow
from junheng.planners.catchments.search.redraw import Redraw
from junheng.planners.catchments.search.regrowth import Regrowth
from junheng.planners.catchments.workshop import Workshop
from junheng.text import Text

_ITERATIONS = 500
_ROUNDS_A_HOME = 5
_PAIRS = 3000
"""Open pairs up to which an exact search gets all its ticks; with twice as many it gets a quarter of them."""


@dataclass(kw_only=True)
class LevelSearch:
    """The best plan and the best bound of one goal.

    Attributes
    ----------
    shop
        What every step shares.
    goal
        The level's goal.
    plan
        A contiguous plan that keeps the goal's limits, shape (n,).
    relaxed
        The goal's relaxation over the pairs that a better plan could use.
    mask
        Those pairs, shape (n, m); all that are allowed if not given.
    begin
        Cases of the level before, which every better plan is in one of; none where that was not split.
    cases
        This level's cases, once it is split.
    """

    shop: Workshop
    goal: Goal
    plan: IntArray
    relaxed: Relaxed
    mask: BoolArray
    begin: Sequence[Case] = ()
    cases: list[Case] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.bound = self._whole(self.relaxed.bound)

    @property
    def value(self) -> float:
        """The goal's value of the best plan."""
        return self.goal.value(self.shop.problem, self.plan)

    @property
    def is_done(self) -> bool:
        """Whether the gap is small enough."""
        return self.value - self.bound <= self._allowance()

    def _allowance(self) -> float:
        return max(1e-9, self.shop.target_gap) * abs(self.value) + 1e-9

    def _whole(self, bound: float) -> float:
        return max(0.0, min(self.goal.rounded(bound), self.value))

    def regrow(self, rounds: int, share: float, text: Text, start: float) -> None:
        """Improve the plan by clearing patches and growing them again."""
        if self.is_done:
            return
        regrowth = Regrowth(
            self.shop.problem,
            self.shop.mask,
            self.goal,
            share=self.relaxed.share,
            bound=self.bound,
            rng=self.shop.rng,
        )
        self.plan = regrowth.improve(
            self.plan,
            rounds=self.shop.budget.ticks(min(rounds, _ROUNDS_A_HOME * self.shop.problem.n_homes)),
            budget=self.shop.budget,
            until=share,
            enough=self.bound + self._allowance(),
            report=lambda value: self.shop.progress(text.format(value=round(value, 1)), start),
        )
        self.shop.count("regrown_patches", regrowth.n_tried)

    def redraw(self, ticks: int, share: float, text: Text, start: float) -> None:
        """Improve the plan by redrawing a few neighbouring zones at a time exactly."""
        if self.is_done:
            return
        search = Redraw(
            self.shop.problem, self.mask, self.goal, cuts=self.relaxed.duals.cuts, rng=self.shop.rng
        )
        self.plan = search.improve(
            self.plan,
            ticks=self.shop.budget.ticks(ticks),
            budget=self.shop.budget,
            until=share,
            enough=self.bound + self._allowance(),
            report=lambda value: self.shop.progress(text.format(value=round(value, 1)), start),
        )
        self.shop.count("redrawn_groups", search.n_tried)

    def sharpen(self, share: float, text: Text, start: float) -> None:
        """Raise the bound by pricing, over the pairs that a better plan could use."""
        if self.is_done or self.shop.budget.is_over(share):
            return
        self._close()
        has_cuts = not is_wide(self.shop.problem)
        lagrangian = Lagrangian(self.shop.problem, self.mask, self.goal, self.relaxed, has_cuts=has_cuts)
        self.relaxed = lagrangian.sharpen(
            target=self.value,
            enough=self.value - self._allowance(),
            iterations=self.shop.budget.ticks(_ITERATIONS),
            budget=self.shop.budget,
            share=share,
            report=lambda bound: self.shop.progress(text.format(bound=round(bound, 1)), start),
        )
        self._raise()

    def _raise(self) -> None:
        self.bound = max(self.bound, self._whole(self.relaxed.bound))

    def _close(self) -> None:
        """Close the pairs whose use would make any plan worse than the best one."""
        noise = 1e-6 * max(1.0, abs(self.value))
        mask = self.mask & (self.relaxed.floor <= self.value + noise)
        self.mask = closed(self.shop.problem, mask | is_used(self.shop.problem, self.plan))

    def _retighten(self, share: float) -> None:
        """Solve the linear relaxation again over the pairs that a better plan could use."""
        self._close()
        relaxation = Relaxation(self.shop.problem, self.mask, self.goal, start=self.relaxed.duals.cuts)
        relaxed = relaxation.tighten(self.shop.budget, share)
        floor = np.maximum(self.relaxed.floor, relaxed.floor)
        self.relaxed = replace(relaxed, floor=floor, share=self.relaxed.share)
        self._raise()
        self._close()

    def split(self, share: float, *, most: int, guide: Goal, draw: Goal) -> None:
        """Raise the bound by cases, and draw a plan from each.

        Parameters
        ----------
        share, most
            Share of the time that may pass, and cases to make.
        guide
            What cuts are found for: the goal, or a like one that tells plans of equal value apart.
        draw
            What plans drawn from the cases are improved for.
        """
        if self.is_done or self.shop.budget.is_over(share):
            return
        whole = [(self.mask, self.relaxed.duals.cuts)]
        cases = Cases(
            self.shop.problem,
            self.goal,
            guide=guide,
            begin=[(case.mask & self.mask, case.cuts) for case in self.begin] or whole,
        )
        cases.split(
            most=self.shop.budget.ticks(most) + len(self.begin),
            enough=lambda: self.value - self._allowance(),
            budget=self.shop.budget,
            share=share,
            look=lambda case: self._draw(case, draw),
        )
        self.cases = cases.cases
        self.shop.count("cases", cases.n_made)
        self.bound = max(self.bound, self._whole(cases.bound))

    def _draw(self, case: Case, goal: Goal) -> None:
        """Draw a plan from a case."""
        shop = self.shop
        grown = grow(shop.problem, shop.mask, goal, case.share)
        if grown is not None:
            plan = descend(shop.problem, shop.mask, goal, grown, budget=shop.budget)
            self._offer(plan)

    def _offer(self, plan: IntArray) -> None:
        if self.goal.value(self.shop.problem, plan) < self.value and self.shop.keeps_rules(plan):
            self.plan = plan

    def prove(self, share: float, *, ticks: int) -> None:
        """Search the pairs that a better plan could use exactly."""
        if self.is_done or self.shop.budget.is_over(share):
            return
        if len(self.cases) > 1:
            self._learn(self._exact_by_case(self.plan, share, ticks))
            return
        self._retighten(share)
        self._learn(self._exact(self.plan, share, ticks))

    def prove_and_improve(
        self, share: float, *, ticks: int, rounds: int, ticks_of_zones: int, text: Text, start: float
    ) -> None:
        """Search exactly on one core, regrow and redraw on another; neither waits for what the other finds."""
        if self.is_done or self.shop.budget.is_over(share):
            return
        search = self._exact_by_case
        if len(self.cases) <= 1:
            self._retighten(share)
            search = self._exact
        with ThreadPoolExecutor(max_workers=1) as core:  # HiGHS lets other threads run
            exact = core.submit(search, self.plan, share, ticks)
            self.regrow(rounds, share, text, start)
            self.redraw(ticks_of_zones, share, text, start)
            self._learn(exact.result())

    def _exact(self, plan: IntArray, share: float, ticks: int) -> Exact:
        return solve_exact(
            self.shop.problem,
            self.goal,
            mask=self.mask,
            start=plan,
            cuts=self.relaxed.duals.cuts,
            mend=lambda loose: self.shop.mend(self.goal, loose),
            budget=self.shop.budget,
            share=share,
            ticks=self.shop.budget.ticks(ticks * min(1.0, _PAIRS / max(1, int(self.mask.sum()))) ** 2),
        )

    def _exact_by_case(self, plan: IntArray, share: float, ticks: int) -> Exact:
        exact, self.cases = solve_cases(
            self.shop.problem,
            self.goal,
            self.cases,
            start=plan,
            allowance=self._allowance(),
            mend=lambda loose: self.shop.mend(self.goal, loose),
            budget=self.shop.budget,
            share=share,
            ticks=self.shop.budget.ticks(ticks),
        )
        return exact

    def _learn(self, exact: Exact) -> None:
        self.shop.counts["core_pairs"] = int(self.mask.sum())
        found = exact.assignment
        if found is not None and self.goal.value(self.shop.problem, found) < self.value:
            self.plan = found
        self.bound = max(self.bound, self._whole(exact.bound))
