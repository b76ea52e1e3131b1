"""Contiguous plans to start from: grown from the relaxation and from the present zones, or by the oriented model."""

from __future__ import annotations

import numpy as np

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.descent import descend
from junheng.planners.catchments.growth import grow
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.oriented import solve_oriented
from junheng.planners.catchments.problem import NO_SCHOOL, BoolArray, CatchmentProblem, FloatArray, IntArray
from junheng.planners.catchments.relaxation import Relaxed, ranks

_PAIRS_A_HOME = (1.6, 2.5, 4.0)
_TICKS = 400


def grown_plans(problem: CatchmentProblem, mask: BoolArray, goal: Goal, relaxed: Relaxed) -> list[IntArray]:
    """Return plans grown from the relaxation and from the present zones (none where growing gets stuck)."""
    now = np.zeros(relaxed.share.shape)
    known = np.flatnonzero(problem.present != NO_SCHOOL)
    now[known, problem.present[known]] = 2.0
    plans = [grow(problem, mask, goal, relaxed.share), grow(problem, mask, goal, now + relaxed.share)]
    return [plan for plan in plans if plan is not None]


def oriented_plan(
    problem: CatchmentProblem, mask: BoolArray, goal: Goal, relaxed: Relaxed, *, budget: Budget, share: float
) -> IntArray | None:
    """Return a plan whose zones spread along the relaxation's cheapest paths, or `None` if none was found.

    Few pairs of home and school are tried first, more only if these give no plan.
    """
    rank = _ranks_of_relaxation(problem, mask, relaxed)
    floors = np.sort(relaxed.floor[mask])
    for pairs in _PAIRS_A_HOME:
        most = min(len(floors), int(pairs * problem.n_homes)) - 1
        cheap = mask & (relaxed.floor <= floors[most])
        plan = solve_oriented(
            problem,
            goal,
            mask=cheap,
            rank=rank,
            start=None,
            budget=budget,
            share=share,
            ticks=budget.ticks(_TICKS),
        )
        if plan is not None:
            return descend(problem, mask, goal, plan, budget=budget, share=share)
        if budget.is_over(share):
            break
    return None


def _ranks_of_relaxation(problem: CatchmentProblem, mask: BoolArray, relaxed: Relaxed) -> FloatArray:
    """Return ranks by path cost; a little is added to every step so that free steps count too."""
    finite = relaxed.reduced_cost[mask]
    little = 1e-4 * (1e-9 + float(np.median(finite[finite > 0]))) if (finite > 0).any() else 1.0
    return ranks(problem, np.where(mask, relaxed.reduced_cost + little, np.inf))
