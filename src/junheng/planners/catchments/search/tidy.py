"""Homes without pupils, which no level speaks of: they stay where they are today, or else go near."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.contiguity import can_leave
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem


def tidied(problem: CatchmentProblem, mask: BoolArray, assignment: IntArray) -> IntArray:
    """Return a plan of the same value in which homes without pupils go where people would expect them.

    One after another and as long as any can, a home without pupils joins a neighbouring zone that it may join and
    that stands before its own: first its present school's, then the nearer ones; its own zone must hold without it.

    Parameters
    ----------
    problem, mask
        The problem and the pairs that may be used, shape (n, m).
    assignment
        A contiguous plan, shape (n,); it is left as it is.
    """
    plan = np.array(assignment)
    empty = np.setdiff1d(np.flatnonzero(_is_empty(problem)), problem.anchor).tolist()
    wait = np.where(mask, problem.distance_km, np.inf)
    known = np.flatnonzero(problem.present != NO_SCHOOL)
    wait[known, problem.present[known]] = np.where(mask[known, problem.present[known]], -1.0, np.inf)
    is_changing = True
    while is_changing:
        is_changing = False
        for home in empty:
            around = sorted({int(plan[other]) for other in problem.neighbours[home]})
            best = min(around, key=lambda school: (wait[home, school], school), default=int(plan[home]))
            if wait[home, best] < wait[home, plan[home]] and can_leave(problem.neighbours, plan, home):
                plan[home] = best
                is_changing = True
    return plan


def _is_empty(problem: CatchmentProblem) -> BoolArray:
    """Say of each home whether no level speaks of it: nobody lives there in any year, walks or moves, shape (n,)."""
    counted = problem.pupils_by_year.any(axis=0) | problem.cost.any(axis=1) | problem.moved.any(axis=1)
    return np.asarray(~counted)
