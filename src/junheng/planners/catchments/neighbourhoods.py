"""Improve a plan by redrawing a few adjoining zones at a time with the oriented model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.descent import descend
from junheng.planners.catchments.objective import Goal, is_used, loads
from junheng.planners.catchments.oriented import ranks_of_plan, solve_oriented
from junheng.planners.catchments.problem import BoolArray, CatchmentProblem, FloatArray, IntArray

_PAIRS_A_HOME = 2.2
_PAIRS_A_HOME_OF_ALL = 1.8
_TICKS = 150
_NOISE = 1e-9
_LITTLE = 0.03
"""Share of the gap that a pass must close for another pass of the same size."""

Report = Callable[[float], None]


class Redraw:
    """Neighbourhood search over groups of zones.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used and the objective, excess priced.
    floor
        No plan that uses a pair is below this, shape (n, m): pairs with a low floor are tried first, those above
        the plan's own value never.
    rng
        Draws the groups.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        *,
        floor: FloatArray,
        rng: np.random.Generator,
    ) -> None:
        self.problem, self.mask, self.goal = problem, mask, goal
        self.floor, self.rng = floor, rng
        self.n_tried = 0

    def improve(
        self,
        plan: IntArray,
        sizes: Sequence[int],
        *,
        budget: Budget,
        share: float,
        enough: float,
        report: Report = lambda _: None,
    ) -> IntArray:
        """Return a plan at least as good; stop at ``enough``, or when the largest groups gain little.

        Parameters
        ----------
        plan
            A contiguous plan, shape (n,).
        sizes
            Zones in a group: passes of each size are made until they gain little.
        budget, share
            The search also stops when this share of the time has passed.
        enough
            Value of the goal at which to stop.
        report
            Called with the best value after every group.
        """
        value = self.goal.value(self.problem, plan)
        for size in sorted({min(self.problem.n_schools, size) for size in sizes}):
            is_gaining = True
            while is_gaining and value > enough and not budget.is_over(share):
                before = value
                plan, value = self._pass(
                    plan, value, size, budget=budget, share=share, enough=enough, report=report
                )
                is_gaining = before - value > _LITTLE * (before - enough)
        return plan

    def _pass(
        self,
        plan: IntArray,
        value: float,
        size: int,
        *,
        budget: Budget,
        share: float,
        enough: float,
        report: Report,
    ) -> tuple[IntArray, float]:
        """Redraw around every school once (once in all if the group is everything)."""
        for centre in self._centres(plan, size):
            if value <= enough or budget.is_over(share):
                break
            group = self._group(plan, centre, size)
            found = self._redrawn(plan, group, budget, share)
            self.n_tried += 1
            if found is not None:
                new = self.goal.value(self.problem, found)
                if new < value - _NOISE * max(1.0, abs(value)):
                    plan, value = found, new
            report(value)
        return plan, value

    def _centres(self, plan: IntArray, size: int) -> list[int]:
        """Schools in random order, those over capacity first."""
        m = self.problem.n_schools
        if size >= m:
            return [0]
        order = self.rng.permutation(m)
        over = loads(self.problem, plan) > self.problem.capacity
        return [*order[over[order]].tolist(), *order[~over[order]].tolist()]

    def _group(self, plan: IntArray, centre: int, size: int) -> list[int]:
        """Return adjoining zones that grow at random from a centre."""
        m = self.problem.n_schools
        if size >= m:
            return list(range(m))
        touches = np.zeros((m, m), dtype=bool)
        first, second = self.problem.edges.T
        touches[plan[first], plan[second]] = True
        touches |= touches.T
        group = [centre]
        while len(group) < size:
            around: BoolArray = np.asarray(touches[group].any(axis=0))
            around[group] = False
            if not around.any():
                break
            group.append(int(self.rng.choice(np.flatnonzero(around))))
        return sorted(group)

    def _redrawn(self, plan: IntArray, group: list[int], budget: Budget, share: float) -> IntArray | None:
        mask = self._open_pairs(plan, group)
        found = solve_oriented(
            self.problem,
            self.goal,
            mask=mask,
            rank=ranks_of_plan(self.problem, self.mask, plan, self.rng),
            start=plan,
            budget=budget,
            share=share,
            ticks=budget.ticks(_TICKS),
        )
        if found is None or np.array_equal(found, plan):
            return None
        return descend(self.problem, self.mask, self.goal, found, budget=budget, share=share)

    def _open_pairs(self, plan: IntArray, group: list[int]) -> BoolArray:
        """Pairs among the group's homes and schools that are cheap enough, and the plan's own."""
        inside = np.isin(plan, group)[:, None] & np.isin(np.arange(self.problem.n_schools), group)[None, :]
        inside &= self.mask & (self.floor <= self.goal.value(self.problem, plan))
        costs = np.sort(self.floor[inside])
        a_home = _PAIRS_A_HOME if len(group) < self.problem.n_schools else _PAIRS_A_HOME_OF_ALL
        most = int(a_home * np.isin(plan, group).sum())
        if len(costs) > most:
            inside &= self.floor <= costs[most - 1]
        return inside | is_used(self.problem, plan)
