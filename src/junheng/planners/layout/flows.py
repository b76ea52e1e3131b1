"""Who goes where in one slot, once the courses are chosen: a transportation problem, solved again from where it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.highs import quiet_model
from junheng.planners.layout.problem import LayoutProblem

UNSERVED_YUAN = 1e6
"""What a child without a place weighs, in any slot: more than any way to school costs in a year."""
_LEAST_WEIGHT = 1e-3
NEAR = 6
"""How many of its cheapest sites a home may use at first."""
_OPTIMAL = highspy.HighsModelStatus.kOptimal


@dataclass(frozen=True, eq=False)
class Served:
    """Who goes where in one slot, and what one more place at each site would save, shape (m,)."""

    home: IntArray
    site: IntArray
    pupils: IntArray
    place_yuan: FloatArray


class Flow:
    """The transportation problem of one slot; places and homes that move together can change between two solves."""

    def __init__(self, problem: LayoutProblem, slot: int) -> None:
        self._demand = problem.by_slot[slot].astype(np.float64)
        self._yuan = problem.pupil_yuan
        self._n, self._m = self._yuan.shape
        near = min(NEAR, self._m)
        cheapest = np.partition(self._yuan, near - 1, axis=1)[:, near - 1 : near]
        home, site = np.nonzero((self._yuan <= cheapest) & np.isfinite(self._yuan))
        # Ways count by the scenario's weight, a missing place in full.
        unserved = UNSERVED_YUAN / max(float(problem.slot_weight[slot]), _LEAST_WEIGHT)
        self._solver = _solver(self._demand, self._m, unserved=unserved)
        self._home, self._site = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._known = np.zeros(self._yuan.shape, bool)
        self._together: dict[int, int] = {}
        self._add(home, site)

    def solve(self, places: FloatArray, together: Mapping[int, int]) -> Served:
        """Return the cheapest service; whoever is not in it has no place.

        Parameters
        ----------
        places
            Pupils that each site can hold, shape (m,).
        together
            Home to site: the homes that must go there, all of them.
        """
        rows = np.arange(self._n, self._n + self._m, dtype=np.int32)
        self._solver.changeRowsBounds(self._m, rows, np.full(self._m, -np.inf), places.astype(np.float64))
        self._bind(together)
        while True:
            self._solver.run()
            if self._solver.getModelStatus() != _OPTIMAL:
                # From where the last solve ended, rounding can lead astray: begin anew.
                self._solver.clearSolver()
                self._solver.run()
            if self._solver.getModelStatus() != _OPTIMAL:
                raise RuntimeError(f"the flow has no solution: {self._solver.getModelStatus()}")
            solution = self._solver.getSolution()
            duals = np.array(solution.row_dual)
            pays = self._yuan - duals[: self._n, None] - duals[None, self._n :] < -1e-7
            pays &= ~self._known & (self._demand > 0)[:, None]
            if together:
                pays[list(together)] = False
            if not pays.any():
                break
            self._add(*np.nonzero(pays))
        pupils = np.rint(np.array(solution.col_value)[self._n :]).astype(np.int64)
        used = pupils > 0
        return Served(self._home[used], self._site[used], pupils[used], np.maximum(-duals[self._n :], 0.0))

    def _add(self, home: IntArray, site: IntArray) -> None:
        count = len(home)
        if not count:
            return
        entries = np.stack([home, self._n + site], axis=1).ravel().astype(np.int32)
        self._solver.addCols(
            count,
            self._yuan[home, site],
            np.zeros(count),
            self._demand[home],
            2 * count,
            np.arange(0, 2 * count, 2, dtype=np.int32),
            entries,
            np.ones(2 * count),
        )
        self._home, self._site = np.append(self._home, home), np.append(self._site, site)
        self._known[home, site] = True

    def _bind(self, together: Mapping[int, int]) -> None:
        """Leave homes that move together the one site, and free those that no longer do."""
        wanted = dict(together)
        if wanted == self._together:
            return
        absent = [(h, s) for h, s in wanted.items() if not self._known[h, s]]
        if absent:
            self._add(*np.array(absent, dtype=np.int64).T)
        touched = np.flatnonzero(np.isin(self._home, [*wanted, *self._together]))
        pairs = zip(self._home[touched].tolist(), self._site[touched].tolist(), strict=True)
        only = np.array([wanted.get(home, site) == site for home, site in pairs])
        upper = np.where(only, self._demand[self._home[touched]], 0.0)
        columns = (self._n + touched).astype(np.int32)
        self._solver.changeColsBounds(len(columns), columns, np.zeros(len(columns)), upper)
        self._together = wanted


def _solver(demand: FloatArray, m: int, *, unserved: float) -> highspy.Highs:
    """Return a model with a row for each home and site, and a column for each home's children without a place."""
    n = len(demand)
    return quiet_model(
        sparse.csc_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n + m, n)),
        row_lower=np.concatenate([demand, np.full(m, -np.inf)]),
        row_upper=np.concatenate([demand, np.zeros(m)]),
        upper=demand,
        cost=np.full(n, unserved),
    )
