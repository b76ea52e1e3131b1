"""Chains and rings of shifts: several homes change zones at once, each zone giving one up and taking one in.

Where zones are full, a pupil without a place gets one only if many zones in a row each pass a home on, from the zone
that is over to one that has room; and ways get shorter only if homes are exchanged in a ring. Every possible shift of
one home is a node; two shifts are linked where the second leaves the zone that the first enters. The cheapest walks of
one link, two links and so on are labelled over all nodes at once, as shortest paths are (ejection chains: Glover,
"Ejection chains, reference structures and alternating path methods", Discrete Applied Mathematics 65, 1996; rings of
this kind: Thompson and Psaraftis, "Cyclic transfer algorithms", Operations Research 41, 1993). No walk enters a zone
twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.search.descent import Descent

_LONGEST = 12
"""Shifts of the longest chain."""
_TRIED = 50_000
"""Walks tried in one pass, the most promising first."""
_NOISE = 1e-9


class _Walk(NamedTuple):
    """A chain or ring that promises a gain: its last shift, how many shifts come before it, and the promise."""

    gain: float
    n_before: int
    last: int


class _Links(NamedTuple):
    """Shifts that may follow one another, sorted by the second; where each second begins; what each link costs."""

    one: IntArray
    two: IntArray
    begins: IntArray
    cost: FloatArray


def exchange(
    problem: CatchmentProblem,
    mask: BoolArray,
    goal: Goal,
    assignment: IntArray,
    *,
    budget: Budget,
    share: float,
) -> IntArray:
    """Return a contiguous plan that no shift and no chain or ring of shifts that was found improves.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used, shape (n, m), and the objective, excess priced.
    assignment
        A contiguous plan to start from, shape (n,); it is left as it is.
    budget, share
        The search stops when this share of the time has passed.
    """
    search = _Chains(problem, mask, goal, assignment)
    while not budget.is_over(share):
        if not search.improve_many():
            break
    return search.assignment


class _Chains(Descent):
    """The plan, changed by many chains in one pass that touch no zone twice."""

    def improve_many(self) -> bool:
        """Make the best chains and rings that share no zone; return whether any was made."""
        homes, targets = self._shifts()
        can = np.array([self._may_leave(home) for home in homes.tolist()], dtype=bool)
        if not can.any():
            return False
        self.homes, self.targets = homes[can], targets[can]
        self.origins = self.assignment[self.homes]
        self.before: list[IntArray] = []
        walks = sorted(self._walks())[:_TRIED]
        touched: set[int] = set()
        for walk in walks:
            shifts = self._shifts_of(walk)
            zones = [int(self.origins[shifts[0]]), *self.targets[shifts].tolist()]
            if touched.isdisjoint(zones) and self._make(shifts, set(zones)):
                touched |= set(zones)
        return bool(touched)

    def _walks(self) -> Iterator[_Walk]:
        """Yield chains and rings of up to the longest that promise a gain; remember the shift before each."""
        price, pupils = self.goal.overflow_price, self.problem.tallied[:, self.homes]
        cost = self._changes(self.homes, self.targets)[0]
        relief = price * self._over(-pupils, self.origins)
        arrival = price * self._over(pupils, self.targets)
        links = self._links(cost, pupils)
        numbers = np.arange(len(cost))
        label, first = cost + relief, numbers
        visited = np.zeros((len(cost), self.problem.n_schools), dtype=bool)
        visited[numbers, self.origins] = visited[numbers, self.targets] = True
        for n_before in range(_LONGEST):
            if n_before:
                label, came_from = self._extended(label, first, visited, links)
                self.before.append(came_from)
                first = np.where(came_from >= 0, first[came_from], -1)
                visited = visited[came_from]
                visited[numbers, self.targets] = True
            is_ring = self.targets == self.origins[first]
            yield from self._promising_ends(np.where(is_ring, np.inf, label + arrival), n_before)
            ends = np.flatnonzero(is_ring & np.isfinite(label))
            starts = first[ends]
            returned = price * self._over(pupils[:, ends] - pupils[:, starts], self.targets[ends])
            whole = np.full(len(label), np.inf)
            whole[ends] = label[ends] - relief[starts] + returned
            yield from self._promising_ends(whole, n_before)
            label = np.where(is_ring, np.inf, label)

    def _extended(
        self, label: FloatArray, first: IntArray, visited: BoolArray, links: _Links
    ) -> tuple[FloatArray, IntArray]:
        """Return the cheapest walk of one more shift to every shift, infinite for none, and the shift before it or -1.

        A walk enters no zone that it has been in, but may come back to where it began.
        """
        longer, came_from = np.full(len(label), np.inf), np.full(len(label), -1)
        if not len(links.one):
            return longer, came_from
        into = self.targets[links.two]
        is_open = ~visited[links.one, into] | (into == self.origins[first[links.one]])
        value = np.where(is_open, label[links.one] + links.cost, np.inf)
        least = np.minimum.reduceat(value, links.begins)
        lengths = np.diff(links.begins, append=len(value))
        best = np.flatnonzero((value == np.repeat(least, lengths)) & np.isfinite(value))[::-1]
        longer[links.two[links.begins]] = least
        came_from[links.two[best]] = links.one[best]
        return longer, came_from

    def _promising_ends(self, value: FloatArray, n_before: int) -> Iterator[_Walk]:
        for last in np.flatnonzero(value < -_NOISE * max(1.0, abs(self.value))).tolist():
            yield _Walk(float(value[last]), n_before, last)

    def _links(self, cost: FloatArray, pupils: IntArray) -> _Links:
        """Return the shifts that may follow one another; a zone between gives one home up and takes one in."""
        one, two = self._pairs(self.homes, self.targets)
        order = np.argsort(two, kind="stable")
        one, two = one[order], two[order]
        over = self._over(pupils[:, one] - pupils[:, two], self.targets[one])
        begins = np.flatnonzero(np.diff(two, prepend=-1))
        return _Links(one, two, begins, cost[two] + self.goal.overflow_price * over)

    def _shifts_of(self, walk: _Walk) -> list[int]:
        shifts = [walk.last]
        for came_from in reversed(self.before[: walk.n_before]):
            shifts.append(int(came_from[shifts[-1]]))
        return shifts[::-1]

    def _make(self, shifts: list[int], zones: set[int]) -> bool:
        """Make the shifts if every zone stays in one piece and the objective falls; return whether they were made."""
        value = self.value
        homes = self.homes[shifts]
        moved = dict(zip(homes.tolist(), self.targets[shifts].tolist(), strict=True))
        if len(moved) < len(shifts) or not self._make_if_connected(moved, zones):
            return False
        if self.value < value - _NOISE * max(1.0, abs(value)):
            return True
        self.assignment[homes] = self.origins[shifts]
        self._recount()
        return False
