"""A bound from below over all years and scenarios: the children are priced, and every site picks its course for itself.

With prices u of a child's place, in each home and slot, and prices v of a yuan of each year's budget,

    L(u, v) = sum u d - sum v B + sum_i min over courses c of ( yuan_c + v spend_c + sum_slots knapsack_i(places_c) )

where knapsack is the cheapest packing, sum (cost - u) x over children x <= d with sum x <= places. What couples sites
otherwise (pupils of a closed school move together, leads stay open) is left out, which keeps L a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.layout.problem import LayoutProblem

PLACE_SCALE = 2000.0
"""Typical price of a place (yuan a pupil-year): the unit in which steps are measured."""
BUDGET_SCALE = 0.3
"""Typical price of a yuan of budget."""
PATIENCE = 10
_NOBODY = 1e-18
"""Squared size of what is unserved and overspent that is nothing but the last bits of a sum."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of places, shape (slots, n), and of the budget years, shape (years,)."""

    place: FloatArray
    budget: FloatArray


@dataclass(frozen=True, eq=False)
class Priced:
    """The relaxation at some prices: its value, the value of every course, and the course that each site picks."""

    value: float
    course_value: FloatArray
    choice: IntArray
    unserved: FloatArray
    overspend: FloatArray


@dataclass(frozen=True, eq=False)
class _Queue:
    """Children who would save something at a site, by row (slot and site), the largest saving first.

    ``before`` is the demand that stands before each entry in its own row.
    """

    slot: IntArray
    pair: IntArray
    row: IntArray
    worth: FloatArray
    demand: FloatArray
    before: FloatArray

    def taken(self, places: FloatArray) -> FloatArray:
        """Return how much of each entry's demand fits into its site's places."""
        taken: FloatArray = np.clip(places - self.before, 0.0, self.demand)
        return taken


class Relaxation:
    """The Lagrangian of one problem; ``most_price`` is the price of leaving a child out."""

    def __init__(self, problem: LayoutProblem, *, most_price: float, has_costs: bool = True) -> None:
        self.problem = problem
        self.most_price = most_price
        self.factor = 1.0 if has_costs else 0.0
        self.scale = PLACE_SCALE if has_costs else 0.1 * most_price
        menus = problem.courses
        self.first = np.cumsum([0, *(len(menu) for menu in menus)])
        flat = [course for menu in menus for course in menu]
        self.site_of = np.repeat(np.arange(len(menus)), [len(menu) for menu in menus])
        self.spend = np.array([course.spend_yuan for course in flat])
        self.yuan = self.factor * np.array([course.yuan for course in flat])
        self._levels, self._level_of = _levels(menus)
        self._budgeted = np.flatnonzero(np.isfinite(problem.budget_yuan))

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Allowed pairs, site by site: sites, homes, yuan a pupil-year."""
        site, home = np.nonzero(self.problem.allowed.T)
        return site, home, self.factor * self.problem.transport_yuan[home, site]

    def start(self) -> Prices:
        """Return prices to begin with: a little more than the way to the nearest site."""
        nearest = self.factor * np.where(self.problem.allowed, self.problem.transport_yuan, np.inf).min(
            axis=1
        )
        cheap = np.where(np.isfinite(nearest), nearest, self.most_price) + self.scale
        place = self.problem.slot_weight[:, None] * np.minimum(cheap, self.most_price)[None, :]
        return Prices(place, np.zeros(len(self.problem.years)))

    def at(self, prices: Prices) -> Priced:
        """Return the relaxation at the prices."""
        problem, m = self.problem, len(self.problem.sites)
        site, home, yuan = self.pairs
        queue = self._queue(problem.slot_weight[:, None] * yuan[None, :] - prices.place[:, home])
        course_value = self._course_values(self._packed(queue), prices)
        choice = self._choose(course_value)
        places = self._levels[np.arange(m)[:, None], self._level_of[self.first[:-1] + choice]]
        taken = queue.taken(places[site[queue.pair], problem.slot_year[queue.slot]])
        entry = queue.slot * len(problem.homes) + home[queue.pair]
        served = np.bincount(entry, taken, minlength=problem.by_slot.size).astype(np.float64)
        picked = self.first[:-1] + choice
        value = float(
            (prices.place * problem.by_slot).sum()
            - (prices.budget[self._budgeted] * problem.budget_yuan[self._budgeted]).sum()
            + course_value[picked].sum()
        )
        overspend = np.zeros(len(problem.years))
        overspend[self._budgeted] = (self.spend[picked].sum(axis=0) - problem.budget_yuan)[self._budgeted]
        unserved = problem.by_slot - served.reshape(problem.by_slot.shape)
        return Priced(value, course_value, choice, unserved, overspend)

    def least_yuan(self, priced: Priced) -> FloatArray:
        """Return below what no plan with a course costs, missing places at their price, shape (courses,)."""
        least = np.minimum.reduceat(priced.course_value, self.first[:-1])
        found: FloatArray = priced.value + priced.course_value - least[self.site_of]
        return found

    def packings(self, saving: FloatArray) -> FloatArray:
        """Return the cheapest packing of every course's places in every slot, shape (slots, courses).

        Parameters
        ----------
        saving
            What a child costs at a site less its price, by slot and pair of `pairs`; only what is below 0 is packed.
        """
        packed = self._packed(self._queue(saving))
        slots = np.arange(self.problem.n_slots)[:, None]
        level = self._level_of[:, self.problem.slot_year].T
        own: FloatArray = packed[level, slots, self.site_of[None, :]]
        return own

    def _queue(self, saving: FloatArray) -> _Queue:
        """Return who stands before each site in each slot, the largest saving first."""
        site, home, _ = self.pairs
        m = len(self.problem.sites)
        child = self.problem.by_slot[:, home]
        slot, pair = np.nonzero((saving < 0) & (child > 0))
        worth, demand = saving[slot, pair], child[slot, pair].astype(np.float64)
        row = slot * m + site[pair]
        order = np.lexsort((worth, row))
        before = _before(row[order], demand[order], self.problem.n_slots * m)
        return _Queue(slot[order], pair[order], row[order], worth[order], demand[order], before)

    def _packed(self, queue: _Queue) -> FloatArray:
        """Return the cheapest packing of every level of places, shape (levels, slots, sites)."""
        slots, m = self.problem.n_slots, len(self.problem.sites)
        site = self.pairs[0][queue.pair]
        packed = [
            np.bincount(queue.row, queue.worth * queue.taken(level[site]), minlength=slots * m)
            for level in self._levels.T
        ]
        shaped: FloatArray = np.stack(packed).reshape(-1, slots, m).astype(np.float64)
        return shaped

    def _course_values(self, packed: FloatArray, prices: Prices) -> FloatArray:
        """Return the value of every course; ``packed`` has shape (levels, slots, sites)."""
        years, scenarios = len(self.problem.years), len(self.problem.scenarios)
        by_year = packed.reshape(packed.shape[0], years, scenarios, -1).sum(axis=2)
        over_years = by_year[self._level_of, np.arange(years)[None, :], self.site_of[:, None]].sum(axis=1)
        value: FloatArray = self.yuan + self.spend @ prices.budget + over_years
        return value

    def _choose(self, course_value: FloatArray) -> IntArray:
        choice: IntArray = np.array(
            [int(course_value[a:b].argmin()) for a, b in zip(self.first, self.first[1:], strict=False)]
        )
        return choice


class Ascent:
    """Raises the bound step by step along what the relaxation leaves unserved or overspends."""

    def __init__(self, relaxation: Relaxation) -> None:
        self.relaxation = relaxation
        self._at = relaxation.start()
        self.prices = self._at
        self.best = relaxation.at(self._at)
        self._length, self._waiting, self.steps = 1.2, 0, 0
        self._last: tuple[FloatArray, FloatArray] | None = None

    def run(self, steps: int, *, target: float) -> None:
        """Take some steps towards a value that no bound can pass."""
        for _ in range(steps):
            point = self.relaxation.at(self._at)
            self.steps += 1
            self._keep(point)
            self._step(point, target)

    def _keep(self, point: Priced) -> None:
        if point.value > self.best.value + 1e-8 * abs(point.value):
            self.best, self.prices, self._waiting = point, self._at, 0
            return
        self._waiting += 1
        if self._waiting >= PATIENCE:
            self._waiting, self._length, self._at = 0, 0.7 * self._length, self.prices

    def _step(self, point: Priced, target: float) -> None:
        place, budget = self.relaxation.scale * point.unserved, BUDGET_SCALE * point.overspend
        if self._last is not None:
            place, budget = 0.7 * place + 0.3 * self._last[0], 0.7 * budget + 0.3 * self._last[1]
        self._last = (place, budget)
        size = float((place**2).sum() + (budget**2).sum())
        if size <= _NOBODY:
            return
        aim = min(target, self.best.value + 0.05 * abs(self.best.value) + 1.0)
        step = self._length * max(aim - point.value, 0.0) / size
        most = self.relaxation.most_price
        self._at = Prices(
            np.clip(self._at.place + step * self.relaxation.scale * place, 0.0, most),
            np.maximum(self._at.budget + step * BUDGET_SCALE * budget, 0.0),
        )


def _levels(menus: tuple[tuple[object, ...], ...]) -> tuple[FloatArray, IntArray]:
    """Return the distinct numbers of places of each site, shape (m, most), and each course's level in every year."""
    distinct = [sorted({p for course in menu for p in course.places}) for menu in menus]  # type: ignore[attr-defined]
    most = max((len(own) for own in distinct), default=1)
    levels = np.array([[*own, *([own[-1]] * (most - len(own)))] for own in distinct], dtype=np.float64)
    level_of = [
        [own.index(p) for p in course.places]  # type: ignore[attr-defined]
        for own, menu in zip(distinct, menus, strict=True)
        for course in menu
    ]
    return levels, np.array(level_of, dtype=np.int64)


def _before(row: IntArray, demand: FloatArray, n_rows: int) -> FloatArray:
    """Return the demand that stands before each entry in its own row; entries are sorted by row."""
    running = np.cumsum(demand) - demand
    starts = np.searchsorted(row, np.arange(n_rows))
    offset = np.append(running, 0.0)[np.minimum(starts, len(running))]
    before: FloatArray = running - offset[row]
    return before
