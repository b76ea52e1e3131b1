"""Gateways 必经之地: homes that every way from a school to some other homes passes.

Whoever has a home behind a gateway has the gateway too. A river with one crossing, or a valley with one road, makes
them; so does a search that has closed the other ways.
"""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.contiguity import Neighbours, reachable
from junheng.planners.catchments.problem import CatchmentProblem


def gateways(neighbours: Neighbours, is_open: BoolArray, start: int) -> dict[int, IntArray]:
    """Return the homes that are lost to ``start`` without each gateway, gateways with none left out.

    Parameters
    ----------
    neighbours
        The homes that touch each home.
    is_open
        Homes that may be passed, shape (n,); ``start`` is one of them.
    start
        The home from which the others are reached; it is no gateway itself.

    Notes
    -----
    One depth-first search: a home parts the part of the tree below a child that no edge joins to a home above it
    (Hopcroft and Tarjan, *Communications of the ACM* 16, 1973).
    """
    walk = _Walk(neighbours, is_open, start)
    behind: dict[int, list[IntArray]] = {}
    for child in walk.order[1:]:
        parent = walk.parent[child]
        if parent != start and walk.low[child] >= walk.number[parent]:
            first = walk.number[child]
            behind.setdefault(parent, []).append(np.array(walk.order[first : first + walk.size[child]]))
    return {gateway: np.sort(np.concatenate(parts)) for gateway, parts in behind.items()}


class _Walk:
    """A depth-first search: homes in order, each with its parent, the size below it and the first home it touches."""

    def __init__(self, neighbours: Neighbours, is_open: BoolArray, start: int) -> None:
        may_pass = is_open.tolist()
        self.order = [start]
        self.number, self.parent = {start: 0}, {start: start}
        self.low: dict[int, int] = {start: 0}
        stack = [(start, iter(neighbours[start]))]
        while stack:
            home, others = stack[-1]
            for other in others:
                if not may_pass[other] or other == self.parent[home]:
                    continue
                if other in self.number:
                    self.low[home] = min(self.low[home], self.number[other])
                    continue
                self.number[other] = self.low[other] = len(self.order)
                self.parent[other] = home
                self.order.append(other)
                stack.append((other, iter(neighbours[other])))
                break
            else:
                stack.pop()
                above = self.parent[home]
                self.low[above] = min(self.low[above], self.low[home])
        self.size = dict.fromkeys(self.order, 1)
        for home in reversed(self.order[1:]):
            self.size[self.parent[home]] += self.size[home]


def closed(problem: CatchmentProblem, mask: BoolArray) -> BoolArray:
    """Return the pairs of a mask that a contiguous plan within it might use, shape (n, m).

    A home is left without any only if the mask holds no such plan.

    A home that only one school is left for takes the gateways on the way to it along, which closes them to the
    others, and so what lies behind them; until nothing changes.
    """
    looked_at = np.zeros((2, *mask.shape), dtype=bool)
    while True:
        mask = reachable(problem, mask)
        sure = mask & (mask.sum(axis=1) == 1)[:, None]
        is_new = (looked_at != [mask, sure]).any(axis=(0, 1)) & (sure.sum(axis=0) > 1)
        looked_at = np.array([mask, sure])
        taken = mask.copy()
        for school in np.flatnonzero(is_new).tolist():
            homes = _gateways_on_the_way(problem, mask, sure, school)
            taken[homes, :] = False
            taken[homes, school] = True
        if (taken == mask).all() or not mask.any(axis=1).all():
            return mask
        mask = taken


def _gateways_on_the_way(
    problem: CatchmentProblem, mask: BoolArray, sure: BoolArray, school: int
) -> list[int]:
    """Return the gateways to homes that only this school is left for, those left out that others are closed to."""
    parted = gateways(problem.neighbours, mask[:, school], int(problem.anchor[school]))
    return [home for home, behind in parted.items() if not sure[home, school] and sure[behind, school].any()]
