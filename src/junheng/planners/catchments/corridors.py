"""Join homes that were put far from their new school to its zone, by the way on which the fewest pupils move."""

from __future__ import annotations

import heapq

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.contiguity import cut_off, zone_part
from junheng.planners.catchments.problem import CatchmentProblem


def bridged(problem: CatchmentProblem, mask: BoolArray, plan: IntArray) -> IntArray:
    """Return a plan in which every home that may go to one school only is joined to that school's zone, where it can.

    Parameters
    ----------
    problem
        Its graph, its anchors and what each move counts.
    mask
        Pairs that may be used, shape (n, m).
    plan
        School of each home, shape (n,); homes in the way are given to the school behind them, one after the other in
        the order of the homes, and no later way crosses an earlier one.

    Notes
    -----
    What a way cuts off from another zone stays cut off: growing the zones again is another step
    (`junheng.planners.catchments.search.growth.grow`).
    """
    found = np.array(plan)
    is_fixed = mask.sum(axis=1) == 1
    found[is_fixed] = mask[is_fixed].argmax(axis=1)
    is_open = mask & ~is_fixed[:, None]
    for home in np.intersect1d(cut_off(problem, found), np.flatnonzero(is_fixed)).tolist():
        school = int(found[home])
        way = _way(problem, is_open[:, school], found, home)
        found[way] = school
        is_open[way] = False
    return found


def _way(problem: CatchmentProblem, is_open: BoolArray, plan: IntArray, home: int) -> list[int]:
    """Return the homes to be given to a home's school so that it hangs on it; empty where it does, or cannot."""
    school = int(plan[home])
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
    return []


def _walked(before: dict[int, int], end: int, start: int) -> list[int]:
    way = []
    while (end := before[end]) != start:
        way.append(end)
    return way
