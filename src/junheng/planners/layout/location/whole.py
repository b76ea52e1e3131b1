"""Give every customer to one site: mend the few that the optimal split service shares out, then move and swap."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray

MOST_STEPS = 400
"""Moves and swaps at most."""
MOST_ACTIVE = 260
"""Customers that cost least to move: only they are swapped."""


def whole_service(
    cost: FloatArray, demand: FloatArray, capacity: FloatArray, *, share: FloatArray, must_fit: bool = True
) -> IntArray | None:
    """Return one site a customer near a split service; `None` where no way was found that keeps the capacities.

    Parameters
    ----------
    cost
        Cost of serving a customer from a site, shape (sites, customers), infinite where it may not be.
    demand, capacity
        Shapes (customers,) and (sites,).
    share
        The split service, shape (sites, customers).
    must_fit
        Whether `None` is wanted where no way was found to keep the capacities, or the least overload found.
    """
    site_of = np.where(np.isfinite(cost), share, -1.0).argmax(axis=0)
    search = _Search(cost, demand, capacity, site_of)
    for _ in range(MOST_STEPS):
        if not search.step():
            break
    return search.site_of if search.is_within or not must_fit else None


class _Search:
    """Takes the best move or swap as long as one lowers cost plus price of the overload."""

    def __init__(self, cost: FloatArray, demand: FloatArray, capacity: FloatArray, site_of: IntArray) -> None:
        self.cost, self.demand, self.capacity, self.site_of = cost, demand, capacity, site_of
        self.load: FloatArray = np.bincount(site_of, demand, len(capacity)).astype(np.float64)
        finite = np.isfinite(cost) & (demand > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            unit = np.where(finite, cost / demand, 0.0)
        self.price = 1.0 + float(unit.max(initial=0.0))
        own = cost[site_of, np.arange(len(demand))]
        self.extra = cost - own

    @property
    def is_within(self) -> bool:
        """Whether every site keeps its capacity."""
        return bool((self.load <= self.capacity * (1 + 1e-9)).all())

    def step(self) -> bool:
        """Take the best improvement; return whether there was one."""
        move, customer, site = self._best_move()
        swap, first, second = self._best_swap()
        if min(move, swap) >= -1e-9 * max(1.0, self.price):
            return False
        if move <= swap:
            self._give(customer, site)
            return True
        to_first, to_second = self.site_of[second], self.site_of[first]
        self._give(first, int(to_first))
        self._give(second, int(to_second))
        return True

    def _give(self, customer: int, site: int) -> None:
        self.load[self.site_of[customer]] -= self.demand[customer]
        self.load[site] += self.demand[customer]
        self.site_of[customer] = site
        self.extra[:, customer] = self.cost[:, customer] - self.cost[site, customer]

    def _over(self, load: FloatArray, capacity: FloatArray) -> FloatArray:
        return self.price * np.maximum(load - capacity, 0.0)

    def _best_move(self) -> tuple[float, int, int]:
        over = self._over(self.load, self.capacity)
        own = self.site_of
        leaves = self._over(self.load[own] - self.demand, self.capacity[own]) - over[own]
        joins = self._over(self.load[:, None] + self.demand, self.capacity[:, None]) - over[:, None]
        change = self.extra + joins + leaves
        change[own, np.arange(len(own))] = 0.0
        best = int(np.argmin(change))
        site, customer = divmod(best, change.shape[1])
        return float(change[site, customer]), customer, site

    def _best_swap(self) -> tuple[float, int, int]:
        among = self.extra.copy()
        among[self.site_of, np.arange(len(self.site_of))] = np.inf
        regret = among.min(axis=0)
        active = np.argsort(regret, kind="stable")[:MOST_ACTIVE]
        at, demand = self.site_of[active], self.demand[active]
        cross = self.extra[np.ix_(at, active)]  # [a, b]: b goes to a's site
        load, room = self.load[at], self.capacity[at]
        now = self._over(load, room)
        grown = demand[None, :] - demand[:, None]  # [a, b]: what a's site gains
        first = self._over(load[:, None] + grown, room[:, None]) - now[:, None]
        change = cross + cross.T + first + first.T
        change[at[:, None] == at[None, :]] = 0.0
        best = int(np.argmin(change))
        a, b = divmod(best, len(active))
        return float(change[a, b]), int(active[a]), int(active[b])
