"""A bound from below: the demand of customers is priced, and every site packs its knapsack for itself.

Relaxing "every customer is served" with multipliers u leaves one continuous knapsack a site,

    value_i(u) = f_i + min sum_j (c_ij - u_j) x_ij   with sum_j d_j x_ij <= s_i and 0 <= x_ij <= 1,

and the choice of the sites, L(u) = sum_j u_j + min sum_i value_i(u) y_i over sets of sites that could hold all demand:
at least as many sites as the largest free capacities need (Beasley 1988; Cornuejols, Sridharan and Thizy 1991).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.layout.location.problem import LocationProblem

TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Fixing:
    """What a branch has decided: sites that are open, and sites that are closed, shape (m,) each."""

    opened: BoolArray
    closed: BoolArray

    @property
    def free(self) -> BoolArray:
        """Sites of which nothing is decided."""
        return ~(self.opened | self.closed)

    def also(self, site: int, *, is_open: bool) -> Fixing:
        """Return the same with one more site decided."""
        opened, closed = self.opened.copy(), self.closed.copy()
        (opened if is_open else closed)[site] = True
        return Fixing(opened, closed)


@dataclass(frozen=True, eq=False)
class Count:
    """How many of the free sites must at least, and may at most, be open."""

    least: int
    most: int

    @property
    def is_possible(self) -> bool:
        """Whether there is such a number."""
        return self.least <= self.most


@dataclass(frozen=True, eq=False)
class Point:
    """The relaxation at one vector of multipliers: its value, the sites chosen, their values, the unserved share."""

    value: float
    chosen: BoolArray
    values: FloatArray
    unserved: FloatArray


def counts(problem: LocationProblem, fixing: Fixing) -> Count:
    """Return how many free sites can be open: enough for the demand, and as many as are asked for."""
    free = np.sort(problem.capacity[fixing.free])[::-1]
    needed = problem.demand.sum() - problem.capacity[fixing.opened].sum()
    if needed <= TOLERANCE * max(1.0, problem.demand.sum()):
        least = 0
    else:
        enough = np.cumsum(free) >= needed * (1 - TOLERANCE)
        least = int(np.argmax(enough)) + 1 if enough.any() else len(free) + 1
    if problem.n_open is None:
        return Count(least, len(free))
    asked = problem.n_open - int(fixing.opened.sum())
    return Count(asked, asked) if least <= asked else Count(1, 0)


def evaluate(problem: LocationProblem, multipliers: FloatArray, fixing: Fixing, count: Count) -> Point:
    """Return the relaxation at the multipliers; ``count`` must be possible."""
    sites = np.flatnonzero(~fixing.closed)
    taken, customer, site, saved = _knapsacks(problem, multipliers, sites)
    values = np.full(problem.n_sites, np.inf)
    values[sites] = problem.fixed_cost[sites] + saved
    chosen = fixing.opened.copy()
    chosen[_cheapest(values, np.flatnonzero(fixing.free), count)] = True
    shares = np.where(chosen[sites[site]], taken, 0.0)
    served = np.bincount(customer, weights=shares, minlength=problem.n_customers).astype(np.float64)
    return Point(float(multipliers.sum() + values[chosen].sum()), chosen, values, 1.0 - served)


def _knapsacks(
    problem: LocationProblem, multipliers: FloatArray, sites: IntArray
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """Pack every site's knapsack: shares taken, their customers and sites (as positions in ``sites``), and savings."""
    reduced = problem.cost[sites] - multipliers
    site, customer = np.nonzero(reduced < 0)
    worth, demand = reduced[site, customer], problem.demand[customer]
    with np.errstate(divide="ignore"):
        order = np.lexsort((worth / demand, site))
    site, customer, worth, demand = site[order], customer[order], worth[order], demand[order]
    before = np.cumsum(demand) - demand
    starts = np.searchsorted(site, np.arange(len(sites)))
    offset = np.append(before, 0.0)[np.minimum(starts, len(before))]
    room = problem.capacity[sites][site] - (before - offset[site])
    taken = np.clip(np.divide(room, demand, out=np.ones_like(room), where=demand > 0), 0.0, 1.0)
    saved: FloatArray = np.bincount(site, weights=taken * worth, minlength=len(sites)).astype(np.float64)
    return taken, customer, site, saved


def _cheapest(values: FloatArray, free: IntArray, count: Count) -> IntArray:
    """Return the free sites that make the sum of values least within the count."""
    order = free[np.argsort(values[free], kind="stable")]
    wanted = int(np.clip((values[order] < 0).sum(), count.least, count.most))
    return order[:wanted]


def forced(point: Point, fixing: Fixing, count: Count) -> FloatArray:
    """Return by how much the relaxation rises at least if a free site is decided the other way, shape (m,).

    Sites that are decided already have 0.
    """
    rise = np.zeros(len(point.values))
    free = fixing.free
    inside, outside = free & point.chosen, free & ~point.chosen
    n_inside = int(inside.sum())
    worst = float(point.values[inside].max()) if n_inside else 0.0
    nearest = float(point.values[outside].min()) if outside.any() else np.inf
    # Open one more: another must close where the count is used up, or may where it costs.
    if n_inside >= count.most:
        rise[outside] = point.values[outside] - worst
    elif n_inside > count.least:
        rise[outside] = point.values[outside]
    else:
        rise[outside] = point.values[outside] - max(worst, 0.0)
    # Close one: another must open where the count needs it, or may where it saves.
    if n_inside <= count.least:
        rise[inside] = nearest - point.values[inside]
    else:
        rise[inside] = min(nearest, 0.0) - point.values[inside]
    return np.maximum(rise, 0.0)
