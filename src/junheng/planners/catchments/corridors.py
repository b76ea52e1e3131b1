"""Ways that join homes to far schools: those on which the fewest pupils move."""

from __future__ import annotations

import heapq

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.contiguity import cut_off, zone_part
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.search.growth import grow

_KEPT = 2.0
"""Weight of a home's school where zones are grown again, beside every other school's."""


def joined(problem: CatchmentProblem, mask: BoolArray, goal: Goal, plan: IntArray) -> IntArray | None:
    """Return a contiguous plan near one whose homes were put far away or banned, or `None` where growing gets stuck.

    Parameters
    ----------
    problem, mask
        As of `bridged`.
    goal
        Its cost and its overflow price say which zone takes a home that the ways cut off.
    plan
        School of each home, shape (n,), `junheng.planners.catchments.problem.NO_SCHOOL` for none.
    """
    wanted = bridged(problem, mask, plan)
    known = np.flatnonzero(wanted != NO_SCHOOL)
    wish = np.ones((problem.n_homes, problem.n_schools))
    wish[known, wanted[known]] += _KEPT
    return grow(problem, mask, goal, wish)


def bridged(problem: CatchmentProblem, mask: BoolArray, plan: IntArray) -> IntArray:
    """Return a plan in which homes that were kept away from the zones around them hang on a school, where they can.

    Parameters
    ----------
    problem
        Its graph, its anchors and what each move counts.
    mask
        Pairs that may be used, shape (n, m).
    plan
        School of each home, shape (n,), `junheng.planners.catchments.problem.NO_SCHOOL` for none.

    Notes
    -----
    A home that may go to one school only gets a way to that school's zone; one that must leave its zone and has no
    other around it, a way to the zone that it reaches with the fewest pupils moved. Homes in the way are given to the
    school behind them, one home after the other; no later way crosses an earlier one. What a way cuts off from another
    zone stays cut off: growing the zones again is another step (`junheng.planners.catchments.search.growth.grow`).
    """
    found = np.array(plan)
    is_fixed = mask.sum(axis=1) == 1
    found[is_fixed] = mask[is_fixed].argmax(axis=1)
    is_open = mask & ~is_fixed[:, None]
    put = np.intersect1d(cut_off(problem, found), np.flatnonzero(is_fixed))
    for home in [*put.tolist(), *_shut_in(problem, mask, found)]:
        ways = [
            (school, _way(problem, is_open[:, school], found, home, school))
            for school in np.flatnonzero(mask[home]).tolist()
        ]
        known = [(school, way) for school, way in ways if way is not None]
        if known:
            school, way = min(known, key=lambda one: int(problem.moved[one[1], one[0]].sum()) + len(one[1]))
            found[[home, *way]] = school
            is_open[[home, *way]] = False
    return found


def _shut_in(problem: CatchmentProblem, mask: BoolArray, plan: IntArray) -> list[int]:
    """Return the homes that must leave their zone while every neighbour stays in one that they must not join."""
    must_leave = (plan != NO_SCHOOL) & ~mask[np.arange(problem.n_homes), plan]
    return [
        home
        for home in np.flatnonzero(must_leave).tolist()
        if not any(must_leave[other] or mask[home, plan[other]] for other in problem.neighbours[home])
    ]


def _way(
    problem: CatchmentProblem, is_open: BoolArray, plan: IntArray, home: int, school: int
) -> list[int] | None:
    """Return the homes to be given to a school so that a home hangs on it; `None` where that cannot be."""
    core = zone_part(problem.neighbours, plan, int(problem.anchor[school]))
    if home in core:
        return []
    price = (problem.moved[:, school] + 1).tolist()  # of ways with as many pupils the one of fewer homes
    before: dict[int, int] = {}
    best = {home: 0}
    heap = [(0, home)]
    while heap:
        spent, here = heapq.heappop(heap)
        if here in core:
            return _walked(before, here, home)
        if spent > best[here]:
            continue
        for other in problem.neighbours[here]:
            if not (other in core or is_open[other] or plan[other] == school):
                continue
            now = spent + (0 if plan[other] == school else price[other])
            if now < best.get(other, now + 1):
                best[other], before[other] = now, here
                heapq.heappush(heap, (now, other))
    return None


def _walked(before: dict[int, int], end: int, start: int) -> list[int]:
    way = []
    while (end := before[end]) != start:
        way.append(end)
    return way
