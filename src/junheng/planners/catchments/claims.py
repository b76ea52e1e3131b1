"""Priority of the nearest (就近优先): the school that each home has a claim to, and how far beyond it may be sent.

Who has a claim to what is found without any planning: go through all pairs of home and school that are allowed, the
nearest pair first (pairs of the same distance in the order of the records). A home that has no claim yet gets one to
the school if all of its pupils fit, in every year, beside those who have a claim to it already. Homes in which a school
stands come first, as they cannot go elsewhere. So a nearer home comes before a farther one at every school, and no home
is refused by a school that a farther one has a claim to, unless that one is smaller and fits where it did not. These
claims are the one stable assignment (Gale and Shapley, American Mathematical Monthly 69, 1962) in which homes and
schools both put the nearer first.

A plan keeps the priority where no home is sent farther than its claim and a tolerance. It may do better for anybody, so
that zones can be in one piece and ways short; what it may not do is send a home past a school that it has a claim to.
A home that fits nowhere, as places are too few, and one without pupils, has no claim and may be sent anywhere.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, Claims
from junheng.planners.catchments.whole import contracted
from junheng.planners.problems import listed, problem_of
from junheng.text import Text

_MOST_NAMED = 12
_NOISE_KM = 1e-9


def claimed_schools(problem: CatchmentProblem) -> IntArray:
    """Return the school that each home has a claim to, shape (n,); `NO_SCHOOL` for none.

    Parameters
    ----------
    problem
        Its units are not looked at: every home stands for itself.
    """
    room = problem.capacity_by_year.T.copy()
    claim = np.full(problem.n_homes, NO_SCHOOL, np.int64)
    pupils = problem.pupils_by_year.T
    own = problem.anchored[:, 0]
    for home, school in problem.anchored.tolist():
        claim[home] = school
        room[school] -= pupils[home]
    waiting = pupils.sum(axis=1) > 0
    waiting[own] = False
    homes, schools = np.nonzero(problem.allowed & waiting[:, None])
    order = np.lexsort((schools, homes, problem.distance_km[homes, schools]))
    for home, school in zip(homes[order].tolist(), schools[order].tolist(), strict=True):
        if claim[home] == NO_SCHOOL and (pupils[home] <= room[school]).all():
            claim[home] = school
            room[school] -= pupils[home]
    return claim


def with_priority(problem: CatchmentProblem, *, tolerance_km: float) -> CatchmentProblem:
    """Return the problem in which no home may be sent farther than its claim and a tolerance.

    A unit that is kept whole has one claim, by its mean distance.

    Raises
    ------
    InfeasibleError
        Where the priority leaves homes without a school that they can reach in one piece: whom, and the least
        tolerance that mends it.
    """
    whole = contracted(problem)
    claim = claimed_schools(whole.problem)
    beyond = _beyond(whole.problem, claim)
    _refuse_stranded(whole.problem, beyond, tolerance_km)
    is_closed = (beyond > tolerance_km + _NOISE_KM)[whole.block_of]
    return replace(
        problem,
        allowed=problem.allowed & ~is_closed,
        claims=Claims(school=claim[whole.block_of], tolerance_km=tolerance_km),
    )


def _beyond(problem: CatchmentProblem, claim: IntArray) -> FloatArray:
    """Return by how much each school is farther than a home's claim, km, shape (n, m); minus infinity without one."""
    has = claim != NO_SCHOOL
    beyond = np.full(problem.distance_km.shape, -np.inf)
    beyond[has] = problem.distance_km[has] - problem.distance_km[has, claim[has]][:, None]
    return beyond


def _refuse_stranded(problem: CatchmentProblem, beyond: FloatArray, tolerance_km: float) -> None:
    """Refuse a tolerance that leaves homes without any school that they can reach through homes that may go there."""
    could = permitted(problem).any(axis=1)
    stranded = could & ~_reach(problem, beyond, tolerance_km)
    if not stranded.any():
        return
    tried = np.unique(beyond[problem.allowed & (beyond > tolerance_km)])
    low, high = 0, len(tried) - 1  # with the largest, nothing is closed
    while low < high:
        middle = (low + high) // 2
        if (could & ~_reach(problem, beyond, float(tried[middle]))).any():
            low = middle + 1
        else:
            high = middle
    raise InfeasibleError(
        [
            problem_of(
                "nearest-strands-homes",
                key=listed([problem.homes[i] for i in np.flatnonzero(stranded).tolist()], most=_MOST_NAMED),
                found=Text(
                    "就近优先（容差 {km} 公里）之下，{n} 个居住单元到不了任何可划的学校",
                    "{n} homes reach no school open to them under the priority of the nearest (tolerance {km} km)",
                ).format(n=int(stranded.sum()), km=f"{tolerance_km:g}"),
                expected=Text("每个学区连成一片", "every zone in one piece"),
                remedy=Text("把容差放宽到 {km} 公里以上", "Widen the tolerance to {km} km at least").format(
                    km=f"{np.ceil(1000 * tried[low]) / 1000:g}"
                ),
            )
        ]
    )


def _reach(problem: CatchmentProblem, beyond: FloatArray, tolerance_km: float) -> BoolArray:
    narrowed = replace(problem, allowed=problem.allowed & (beyond <= tolerance_km + _NOISE_KM))
    return np.asarray(permitted(narrowed).any(axis=1))
