"""Exact contiguity as linear cuts: a home joins a zone only if some home of every separator joins it too.

For school j with home a_j, a home i that is not next to a_j, and a set S of homes whose removal parts i from a_j in
the graph of the homes that j may take: every contiguous plan satisfies x[i, j] <= sum of x[k, j] over k in S.
These inequalities describe contiguity completely (a plan that breaks none of them is contiguous); a fractional
point is separated by a minimum vertex cut. Source: Carvajal, Constantino, Goycoolea, Vielma, Weintraub,
"Imposing connectivity constraints in forest planning models", Operations Research 61(4), 2013.
"""

from __future__ import annotations

import heapq
from collections import deque
from functools import cached_property
from itertools import pairwise

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.catchments.contiguity import Neighbours
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut

TOLERANCE = 1e-5
_TINY = 1e-9
_State = tuple[int, bool]  # a home and whether its leaving side is meant


def contiguity_cut(home: int, school: int, separator: tuple[int, ...]) -> Cut:
    """x[home, school] <= sum of x[k, school] over the homes k of the separator."""
    return Cut(school, (home, *separator), (1, *([-1] * len(separator))), counts_overflow=False)


def separate(
    problem: CatchmentProblem, mask: BoolArray, x: FloatArray, *, tolerance: float = TOLERANCE
) -> list[Cut]:
    """Return cuts that the point ``x`` breaks, none if ``x`` satisfies all of them.

    Parameters
    ----------
    problem
        The problem; its graph and anchors are read.
    mask
        Pairs that a contiguous plan may use, shape (n, m).
    x
        Shares of homes given to schools, shape (n, m), whole or fractional.
    tolerance
        Breaches up to so much are let pass.
    """
    cuts: dict[Cut, None] = {}
    for school, anchor in enumerate(problem.anchor.tolist()):
        zone = _Zone(problem.neighbours, mask[:, school], x[:, school], anchor, tolerance)
        for home in zone.suspects():
            for separator in zone.separators(home):
                cuts[contiguity_cut(home, school, separator)] = None
    return list(cuts)


class _Zone:
    """One school's share of every home, and the graph in which its zone must be connected."""

    def __init__(
        self, neighbours: Neighbours, is_open: BoolArray, share: FloatArray, anchor: int, tolerance: float
    ) -> None:
        self.neighbours = neighbours
        self.is_open = is_open.tolist()
        self.share = share.tolist()
        self.anchor, self.tolerance = anchor, tolerance
        self.support = {*np.flatnonzero(share > _TINY).tolist(), anchor}

    def suspects(self) -> list[int]:
        """Homes that no single path of large enough shares joins to the school; all others break no cut."""
        width = self._widest_paths()
        return [
            home
            for home in sorted(self.support)
            if self.share[home] > self.tolerance and width.get(home, 0.0) < self.share[home] - self.tolerance
        ]

    def _widest_paths(self) -> dict[int, float]:
        """Return the largest share that fits through one path from the school to each home of the support."""
        width = {self.anchor: np.inf}
        heap = [(-np.inf, self.anchor)]
        done: set[int] = set()
        while heap:
            wide, home = heapq.heappop(heap)
            if home in done:
                continue
            done.add(home)
            through = np.inf if home == self.anchor else min(-wide, self.share[home])
            for other in self.neighbours[home]:
                if other in self.support and other not in done and through > width.get(other, 0.0):
                    width[other] = through
                    heapq.heappush(heap, (-through, other))
        return width

    def separators(self, home: int) -> list[tuple[int, ...]]:
        """Return the smallest broken separators nearest the school and nearest the home, if any is broken."""
        flow = _Flow(self, home)
        if not flow.run(self.share[home] - self.tolerance):
            return []
        # Either set lies on its own side; what it does not touch on the other side is needless.
        near_school = self._touching(self._border(flow.reached()), home)
        near_home = self._touching(self._border(flow.reaching()), self.anchor)
        return [near_school] if near_school == near_home else [near_school, near_home]

    def _border(self, homes: set[int]) -> set[int]:
        """Open homes outside a set that touch it."""
        return {k for home in homes for k in self.neighbours[home] if k not in homes and self.is_open[k]}

    def _touching(self, separator: set[int], side: int) -> tuple[int, ...]:
        """Return the homes of a separator that touch what a home on one side of it reaches: they part it alone."""
        touched: set[int] = set()
        seen = bytearray(len(self.around))
        seen[side] = 1
        stack = [side]
        while stack:
            for other in self.around[stack.pop()]:
                if seen[other]:
                    continue
                if other in separator:
                    touched.add(other)
                else:
                    seen[other] = 1
                    stack.append(other)
        return tuple(sorted(touched))

    @cached_property
    def around(self) -> list[list[int]]:
        """The open homes that touch each home."""
        return [[k for k in others if self.is_open[k]] for others in self.neighbours]


class _Flow:
    """Largest flow from the school to a home in which each home between carries at most its own share.

    Every home has an entering and a leaving side, joined by an arc that carries its share; flow leaves a home
    for the entering side of a neighbour. Augmenting paths are found by breadth-first search.
    """

    def __init__(self, zone: _Zone, home: int) -> None:
        self.zone, self.home = zone, home
        self.on_arc: dict[tuple[int, int], float] = {}
        self.through: dict[int, float] = {}
        self.origin: dict[_State, _State | None] = {}

    def run(self, enough: float) -> bool:
        """Push flow until it is enough (return False) or can grow no more (return True)."""
        total = 0.0
        while total < enough:
            last = self._search()
            if last is None:
                return True
            total += self._push(last)
        return False

    def reached(self) -> set[int]:
        """Homes whose leaving side the last search reached from the school."""
        return {home for home, leaving in self.origin if leaving}

    def reaching(self) -> set[int]:
        """Homes from whose entering side more flow could still reach the home."""
        seen: set[_State] = {(self.home, False)}
        queue = deque(seen)
        while queue:
            for state in self._before(*queue.popleft()):
                if state not in seen:
                    seen.add(state)
                    queue.append(state)
        return {home for home, leaving in seen if not leaving}

    def _search(self) -> _State | None:
        """Return the leaving side of a neighbour of the home that more flow can reach, if there is one."""
        start: _State = (self.zone.anchor, True)
        self.origin = {start: None}
        queue = deque([start])
        while queue:
            state = queue.popleft()
            if state[1] and self.home in self.zone.neighbours[state[0]]:
                return state
            for after in self._after(*state):
                if after not in self.origin:
                    self.origin[after] = state
                    queue.append(after)
        return None

    def _after(self, home: int, leaving: bool) -> list[_State]:
        """States that one more unit of flow can go to from a state."""
        zone = self.zone
        if leaving:
            states = [(k, False) for k in zone.neighbours[home] if k in zone.support and k != zone.anchor]
            if home != zone.anchor and self.through.get(home, 0.0) > _TINY:
                states.append((home, False))
            return states
        states = [(k, True) for k in zone.neighbours[home] if self.on_arc.get((k, home), 0.0) > _TINY]
        if self._spare(home) > _TINY:
            states.append((home, True))
        return states

    def _before(self, home: int, leaving: bool) -> list[_State]:
        """States from which one more unit of flow can come to a state."""
        zone = self.zone
        if not leaving:
            states = [(k, True) for k in zone.neighbours[home] if k in zone.support]
            if home != self.home and self.through.get(home, 0.0) > _TINY:
                states.append((home, True))
            return states
        states = [(k, False) for k in zone.neighbours[home] if self.on_arc.get((home, k), 0.0) > _TINY]
        if home != zone.anchor and self._spare(home) > _TINY:
            states.append((home, False))
        return states

    def _spare(self, home: int) -> float:
        return float(self.zone.share[home]) - self.through.get(home, 0.0)

    def _push(self, last: _State) -> float:
        """Send as much flow as fits along the path that the search found, and return how much."""
        path: list[_State] = [(self.home, False)]
        state: _State | None = last
        while state is not None:
            path.append(state)
            state = self.origin[state]
        path.reverse()
        steps = list(pairwise(path))
        amount = min(self._room(before, after) for before, after in steps)
        amount = min(amount, 1.0)
        for before, after in steps:
            self._add(before, after, amount)
        return amount

    def _room(self, before: _State, after: _State) -> float:
        (home, leaving), (other, _) = before, after
        if home == other:
            return self.through[home] if leaving else self._spare(home)
        return np.inf if leaving else self.on_arc[other, home]

    def _add(self, before: _State, after: _State, amount: float) -> None:
        (home, leaving), (other, _) = before, after
        if home == other:
            self.through[home] = self.through.get(home, 0.0) + (-amount if leaving else amount)
        elif leaving:
            self.on_arc[home, other] = self.on_arc.get((home, other), 0.0) + amount
        else:
            self.on_arc[other, home] -= amount
