"""Some plan that keeps every hard rule, to begin with; or why there is none."""

from __future__ import annotations

import numpy as np

from junheng.errors import InfeasibleError, Place, Problem
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.corridors import joined
from junheng.planners.catchments.objective import Goal, priced_limits
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.proof.exact import solve_exact
from junheng.planners.catchments.search.growth import grown_plans
from junheng.planners.catchments.workshop import Workshop
from junheng.text import Text

_TICKS = 4000
"""Counted work of the exact search where growing finds no plan."""


def first_plan(shop: Workshop, start: IntArray | None) -> IntArray:
    """Return some plan that keeps the hard rules: a given one, today's, a grown one, or one found exactly.

    Raises
    ------
    InfeasibleError
        Where no such plan was found: which limit would have to give way, and by how much, where that is known.
    """
    problem = shop.problem
    for known in (start, problem.present):
        if known is not None and (known != NO_SCHOOL).all() and shop.keeps_rules(known):
            return np.array(known)
    goal = _fewest_moves(problem)
    relaxed = shop.relax(goal, 0.1)
    plans = grown_plans(problem, shop.mask, goal, relaxed.share)
    grown = min(plans, key=lambda plan: goal.value(problem, plan), default=None)
    if grown is not None and shop.keeps_rules(grown):
        return grown
    around = joined(problem, shop.mask, goal, problem.present)
    if around is not None and shop.keeps_rules(around):
        return around
    return _found_exactly(shop, goal, grown, relaxed)


def _found_exactly(shop: Workshop, goal: Goal, start: IntArray | None, relaxed: Relaxed) -> IntArray:
    problem = shop.problem
    found = solve_exact(
        problem,
        goal,
        mask=shop.mask,
        start=start if start is not None and goal.is_kept(problem, start) else None,
        cuts=relaxed.duals.cuts,
        mend=lambda plan: shop.mend(goal, plan),
        budget=shop.budget,
        share=0.5,
        ticks=shop.budget.ticks(_TICKS),
    )
    if found.assignment is not None and shop.keeps_rules(found.assignment):
        return found.assignment
    raise InfeasibleError([_no_plan(problem, found.bound)])


def _fewest_moves(problem: CatchmentProblem) -> Goal:
    """Return the goal of a first plan: fewest pupils moved within the further limits, whatever else it costs."""
    return Goal(
        cost=problem.moved.astype(np.float64),
        overflow_free=problem.most_overflow,
        overflow_price=0.0,
        limits=priced_limits(problem.further_limits, 1.0 + float(problem.moved.max(axis=1, initial=0).sum())),
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
