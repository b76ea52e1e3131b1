"""The exact step by cases: the weakest case is searched, again and again, each time harder."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cases import Case
from junheng.planners.catchments.proof.exact import Exact, Mend, solve_exact

_TICKS = 100
"""Counted work of the first exact search of a case; each further one of it gets twice as much."""


def solve_cases(
    problem: CatchmentProblem,
    goal: Goal,
    cases: Sequence[Case],
    *,
    start: IntArray,
    allowance: float,
    mend: Mend,
    budget: Budget,
    share: float,
    ticks: int,
) -> tuple[Exact, list[Case]]:
    """Return the best plan found and the least bound of all cases, and the cases with their bounds raised.

    Parameters
    ----------
    problem, goal, cases
        The problem, the objective, and cases that every better plan is in one of.
    start
        The best plan known, shape (n,).
    allowance
        How far below the best plan's value a bound is enough.
    mend, budget, share, ticks
        As in `solve_exact`, for all cases together.
    """
    plan, value, left = start, goal.value(problem, start), ticks
    raised = list(cases)
    weakest = [(case.bound, _TICKS, number) for number, case in enumerate(cases)]
    heapq.heapify(weakest)
    while weakest[0][0] < value - allowance and left > 0 and not budget.is_over(share):
        bound, hard, number = weakest[0]
        case = raised[number]
        exact = solve_exact(
            problem,
            goal,
            mask=case.mask,
            start=plan if case.mask[np.arange(len(plan)), plan].all() else None,
            cuts=case.cuts,
            mend=mend,
            budget=budget,
            share=share,
            ticks=min(hard, left),
            enough=value - allowance,
        )
        left -= exact.ticks + 1
        if exact.assignment is not None and goal.value(problem, exact.assignment) < value:
            plan, value = exact.assignment, goal.value(problem, exact.assignment)
        bound = max(bound, goal.rounded(exact.bound))
        raised[number] = replace(case, bound=bound)
        heapq.heapreplace(weakest, (bound, 2 * hard, number))
    return Exact(plan, weakest[0][0], ticks=ticks - left), raised
