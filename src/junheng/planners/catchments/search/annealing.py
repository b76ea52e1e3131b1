"""Cool a plan slowly: random shifts of one home, and short chains of them, accepted less and less where they cost.

Where a town has more children than places, zones reach far, and no single change that helps is small: a whole row of
borders has to move. Simulated annealing (Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science
220, 1983) moves them home by home, as each step may cost a little while it is warm. A home that overfills the zone
that it enters pushes another home out of it at once, and so on for a few zones (ejection chains, see `chains`), so that
full zones can exchange homes when it is cold. No step breaks a zone.

A step costs microseconds, whatever the size of the district: everything about it is kept in plain lists.
"""

from __future__ import annotations

from itertools import cycle
from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.contiguity import can_leave
from junheng.planners.catchments.objective import Goal, tallies
from junheng.planners.catchments.problem import CatchmentProblem

_BLOCK = 20_000
"""Steps between two looks at the clock."""
_LONGEST = 4
"""Shifts of the longest chain."""
_LOOKS = 3
"""Homes of an overfull zone that are looked at for one that may be pushed on."""


class Cooling(NamedTuple):
    """How a plan is cooled.

    Attributes
    ----------
    first, last
        Temperature at the beginning and at the end, in units of the goal's cost, both above 0.
    steps
        Shifts that are tried.
    """

    first: float
    last: float
    steps: int


def annealed(
    problem: CatchmentProblem,
    mask: BoolArray,
    goal: Goal,
    assignment: IntArray,
    *,
    cooling: Cooling,
    rng: np.random.Generator,
    budget: Budget,
    share: float,
) -> IntArray:
    """Return the contiguous plan at which cooling ends; it may be worse than the one given.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used, shape (n, m), and the objective, excess priced: its overflow price
        should be a few times what a place is worth, for a dearer one freezes full zones from the beginning. Its limits
        are not looked at.
    assignment
        A contiguous plan within the mask, shape (n,); it is left as it is.
    cooling
        From what temperature to what other, in how many steps.
    rng
        Draws homes, neighbours and luck.
    budget, share
        Cooling is cut short when this share of the time has passed.
    """
    is_plain = not problem.other_years and problem.composition is None
    search = (_Annealing if is_plain else _AnnealingOfSums)(problem, mask, goal, assignment, rng)
    for begin in range(0, cooling.steps, _BLOCK):
        if budget.is_over(share):
            break
        heat = cooling.first * (cooling.last / cooling.first) ** (begin / cooling.steps)
        search.step(min(_BLOCK, cooling.steps - begin), heat)
    return np.array(search.plan, dtype=np.int64)


class _Annealing:
    """A plan whose zones have one sum each, their pupils; changed in place."""

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        assignment: IntArray,
        rng: np.random.Generator,
    ) -> None:
        self.problem, self.rng = problem, rng
        self.neighbours = problem.neighbours
        self.plan: list[int] = assignment.tolist()
        self.cost: list[list[float]] = np.where(mask, goal.cost, np.inf).tolist()
        self.price, self.free = goal.overflow_price, goal.overflow_free
        self.movable: list[int] = np.flatnonzero(mask.sum(axis=1) > 1).tolist()
        self.members: list[list[int]] = [[] for _ in range(problem.n_schools)]
        self.place: list[int] = [0] * problem.n_homes
        for home, school in enumerate(self.plan):
            self.place[home] = len(self.members[school])
            self.members[school].append(home)
        self._count(assignment)

    def _count(self, assignment: IntArray) -> None:
        tally = tallies(self.problem, assignment)
        self.pupils: list[int] = self.problem.pupils.tolist()
        self.room: list[int] = (self.problem.capacity - tally[0]).tolist()
        self.over: list[int] = [max(0, -room) for room in self.room]
        self.total = sum(self.over)

    def step(self, steps: int, heat: float) -> None:
        """Try so many shifts at a temperature."""
        if not self.movable:
            return
        homes = self.rng.integers(len(self.movable), size=steps).tolist()
        draws = self.rng.random(steps).tolist()
        allowances = (-heat * np.log1p(-self.rng.random(steps))).tolist()
        self.luck = cycle(self.rng.random(2 * steps).tolist())
        plan, cost, over, price = self.plan, self.cost, self.over, self.price
        for number, draw, allowance in zip(homes, draws, allowances, strict=True):
            home = self.movable[number]
            around = self.neighbours[home]
            own, target = plan[home], plan[around[int(draw * len(around))]]
            # At best a shift saves all that its own zone is over.
            if own != target and cost[home][target] - cost[home][own] - price * over[own] <= allowance:
                self._try(home, target, allowance)

    def _try(self, home: int, target: int, allowance: float) -> None:
        """Shift a home, and while that is too dear as it overfills the zone, another home out of that; or none."""
        shifts: list[tuple[int, int, int]] = []
        spent = 0.0
        while True:
            own = self.plan[home]
            spent += self.cost[home][target] - self.cost[home][own] + self._reload(home, own, target)
            shifts.append((home, own, target))
            if spent <= allowance:
                if self._is_made(shifts):
                    return
                break
            if len(shifts) == _LONGEST or spent - self.price * self.over[target] > allowance:
                break
            found = self._pushed(target, shifts)
            if found is None:
                break
            home, target = found
        for home, own, target in reversed(shifts):
            self._reload(home, target, own)

    def _reload(self, home: int, own: int, target: int) -> float:
        """Count a home in another zone; return what that changes of the price of overflow."""
        pupils, room, over = self.pupils[home], self.room, self.over
        before = over[own] + over[target]
        room[own] += pupils
        room[target] -= pupils
        over[own] = max(0, -room[own])
        over[target] = max(0, -room[target])
        return self._repriced(over[own] + over[target] - before)

    def _repriced(self, change: int) -> float:
        """Change the overflow; return what that changes of its price."""
        before, self.total = self.total, self.total + change
        return self.price * (max(self.total, self.free) - max(before, self.free))

    def _pushed(self, zone: int, shifts: list[tuple[int, int, int]]) -> tuple[int, int] | None:
        """Return a home that an overfull zone may push on, and where to; `None` where no look found one."""
        members, luck = self.members[zone], self.luck
        for _ in range(_LOOKS):
            home = members[int(next(luck) * len(members))]
            around = self.neighbours[home]
            if not around:
                continue  # an island with a school of a zone in several pieces
            target = self.plan[around[int(next(luck) * len(around))]]
            if target != zone and all(home != shifted for shifted, _, _ in shifts):
                return home, target
        return None

    def _is_made(self, shifts: list[tuple[int, int, int]]) -> bool:
        """Make shifts one after another if every zone stays in one piece; return whether they were made."""
        for number, (home, _, target) in enumerate(shifts):
            touches = any(self.plan[other] == target for other in self.neighbours[home])
            if not touches or not can_leave(self.neighbours, self.plan, home):
                for earlier, back, _ in reversed(shifts[:number]):
                    self.plan[earlier] = back
                return False
            self.plan[home] = target
        for home, own, target in shifts:
            self._enlist(home, own, target)
        return True

    def _enlist(self, home: int, own: int, target: int) -> None:
        """Take a home from the list of one zone to that of another; the last of the list fills its place."""
        members, place = self.members[own], self.place
        last = members.pop()
        if last != home:
            members[place[home]] = last
            place[last] = place[home]
        place[home] = len(self.members[target])
        self.members[target].append(home)


class _AnnealingOfSums(_Annealing):
    """A plan whose zones have several sums each: pupils of every year, and of a composition."""

    def _count(self, assignment: IntArray) -> None:
        self.tally = tallies(self.problem, assignment)
        self.over = self.problem.shortfall(self.tally, slice(None)).tolist()
        self.total = sum(self.over)

    def _reload(self, home: int, own: int, target: int) -> float:
        counted, both = self.problem.tallied[:, home], np.array([own, target])
        before = self.over[own] + self.over[target]
        self.tally[:, own] -= counted
        self.tally[:, target] += counted
        self.over[own], self.over[target] = self.problem.shortfall(self.tally[:, both], both).tolist()
        return self._repriced(self.over[own] + self.over[target] - before)
