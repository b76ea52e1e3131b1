"""Schools passing against yuan: what it costs that so many school stages pass, whatever varies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import FloatArray
from junheng.planners.compliance.checks import why_infeasible
from junheng.planners.compliance.constraints import reached_in_steps
from junheng.planners.compliance.kinds import COUNTS_FOR, RECRUITED
from junheng.planners.compliance.objective import recruit_yuan, thing_yuan
from junheng.planners.compliance.packages import packages
from junheng.planners.compliance.problem import N_INDICATORS, PEOPLE, THINGS, ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, solve
from junheng.progress import Progress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """What it costs that so many pass.

    Attributes
    ----------
    stages, pupils
        School stages that pass then, and their pupils.
    school
        The school that is mended last; `None` at the start.
    yuan
        What it costs that they pass.
    bound
        Yuan below which no plan brings so many school stages to pass.
    """

    stages: int
    pupils: float
    school: str | None
    yuan: float
    bound: float


def frontier(
    problem: ComplianceProblem, *, options: ComplianceOptions, progress: Progress = silent
) -> tuple[FrontierPoint, ...]:
    """Return one point a failing school, cheapest school stage first: only the school rule counts, not the variation.

    Raises
    ------
    InfeasibleError
        If not all schools can be made to pass together.
    """
    alone = replace(problem, cv_limit=np.full(problem.cv_limit.shape, np.inf))
    solution = solve(alone, options=options, progress=progress)
    if solution.plan is None:
        raise InfeasibleError(why_infeasible(alone))
    own = sorted(packages(solution.plan), key=lambda one: (one.yuan / one.n_stages, one.school))
    least = np.cumsum(np.sort(least_alone(problem)[~problem.passes]))
    stages, pupils, yuan = int(problem.passes.sum()), float(problem.pupils[problem.passes].sum()), 0.0
    n_before = stages
    found = [FrontierPoint(stages=stages, pupils=pupils, school=None, yuan=0.0, bound=0.0)]
    for one in own:
        stages, pupils, yuan = stages + one.n_stages, pupils + one.pupils, yuan + one.yuan
        found.append(
            FrontierPoint(
                stages=stages,
                pupils=pupils,
                school=problem.schools[one.school],
                yuan=yuan,
                # With all of them, the search's own bound holds too.
                bound=max(float(least[stages - n_before - 1]), solution.bound if one is own[-1] else 0.0),
            )
        )
    return tuple(found)


def least_alone(problem: ComplianceProblem) -> FloatArray:
    """Return yuan below which no plan makes a school stage pass, whatever else is done, shape (m,).

    The cheapest choice of what may stay at its floor; things at their price, teachers each at that of the cheapest
    who could come, and as if everybody counted for all that is lacking. Stages of one school share what is built: each
    is given its part, so that the sum over stages is a bound too.
    """
    price = np.zeros((N_INDICATORS, problem.n_stages))
    price[list(THINGS)] = thing_yuan(problem.costs)[:, None]
    price[list(PEOPLE)] = _cheapest_teacher(problem)
    to_meet, to_floor = (
        _yuan_to(problem, price, reached_in_steps(problem, need))
        for need in (problem.need, problem.need_floor)
    )
    shared = np.bincount(problem.school, minlength=problem.n_schools)[problem.school]
    return np.array(
        [
            _least_of_choices(to_meet[:, i], to_floor[:, i], int(problem.may_miss[i]), int(shared[i]))
            for i in range(problem.n_stages)
        ]
    )


def _yuan_to(problem: ComplianceProblem, price: FloatArray, need: FloatArray) -> FloatArray:
    """Return what it costs to reach a need, shape (7, m); infinite where the site does not take so much."""
    missing = np.maximum(0.0, need - problem.total)
    most = np.full(missing.shape, np.inf)
    most[list(THINGS)] = problem.ceiling[:, problem.school]
    found: FloatArray = np.where(missing > most * (1 + 1e-9), np.inf, price * missing)
    return found


def _least_of_choices(to_meet: FloatArray, to_floor: FloatArray, may_miss: int, shared: int) -> float:
    people, things = list(PEOPLE), list(THINGS)
    best = np.inf
    for misses in product((False, True), repeat=N_INDICATORS):
        if sum(misses) <= may_miss:
            yuan = np.where(misses, to_floor, to_meet)
            best = min(best, float(yuan[people].max() + yuan[things].sum() / shared))
    return best


def _cheapest_teacher(problem: ComplianceProblem) -> FloatArray:
    """Return the price of the cheapest teacher who counts for each indicator and could come, shape (3, m)."""
    hired = recruit_yuan(problem.costs)
    counts = COUNTS_FOR[:, list(RECRUITED)] > 0
    cheapest = np.array([hired[own].min() for own in counts])
    km = problem.distance_km[np.ix_(problem.school, problem.school)].copy()
    same = problem.stage[:, None] == problem.stage[None, :]
    km[~same | np.eye(len(km), dtype=bool)] = np.inf
    moved = problem.costs.move + problem.costs.move_km * km.min(axis=1, initial=np.inf)
    found: FloatArray = np.minimum(cheapest[:, None], np.where(problem.may_receive, moved, np.inf)[None, :])
    return found
