"""One school's best choice of homes at given worths: a 0/1 knapsack whose overflow has a price, solved exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray


class Knapsack(NamedTuple):
    """A school's capacity and what passing it costs.

    Attributes
    ----------
    pupils
        Pupils of each home that may be chosen, shape (k,).
    capacity
        Pupils that cost nothing.
    overflow_price
        Cost of each pupil above the capacity.
    most_overflow
        Pupils above the capacity that are possible at all.
    """

    pupils: IntArray
    capacity: int
    overflow_price: float
    most_overflow: int

    def best(self, worth: FloatArray) -> tuple[float, BoolArray]:
        """Return the largest sum of worths less the price of overflow, and which homes give it."""
        taken = worth > 0
        candidates = np.flatnonzero(taken)
        if int(self.pupils[candidates].sum()) <= self.capacity:
            return float(worth[candidates].sum()), taken
        sure, open_ = self._core(worth, candidates)
        taken[:] = False
        taken[sure] = True
        used = int(self.pupils[sure].sum())
        rest = self._replace(pupils=self.pupils[open_], capacity=self.capacity - used)
        value, taken[open_] = rest._search(worth[open_])
        return value + float(worth[sure].sum()), taken

    def _core(self, worth: FloatArray, candidates: IntArray) -> tuple[IntArray, IntArray]:
        """Split the candidates into those that every best choice takes and those that are open; drop the rest.

        With any price of a pupil up to the price of overflow, the value of the capacity and what the homes are
        worth beyond their pupils' price bounds every choice from above; a home whose own margin exceeds the
        distance between that bound and a known choice cannot be decided the other way.
        """
        pupils = self.pupils[candidates]
        order = np.argsort(-worth[candidates] / np.maximum(pupils, 1e-9), kind="stable")
        filled = np.cumsum(pupils[order])
        broken = int(np.searchsorted(filled, self.capacity, side="right"))
        price = worth[candidates[order[broken]]] / max(1, int(pupils[order[broken]]))
        if self.most_overflow:
            price = min(price, self.overflow_price)
        margin = worth[candidates] - price * pupils
        known = float(worth[candidates[order[:broken]]].sum()) if self.capacity >= 0 else -np.inf
        room = self.capacity - (int(filled[broken - 1]) if broken else 0)
        for k in order[broken + 1 : broken + 20].tolist():
            if pupils[k] <= room:
                known += float(worth[candidates[k]])
                room -= int(pupils[k])
        slack = (
            price * self.capacity + float(np.maximum(margin, 0.0).sum()) - known + 1e-9 * (1.0 + abs(known))
        )
        return candidates[margin > slack], candidates[np.abs(margin) <= slack]

    def _search(self, worth: FloatArray) -> tuple[float, BoolArray]:
        """Return the largest sum and the choice by dynamic programming over pupils chosen."""
        later = self._later(worth, np.arange(len(worth)))
        taken = np.zeros(len(worth), dtype=bool)
        used = 0
        for k in range(len(worth)):
            after = used + int(self.pupils[k])
            if after < later.shape[1] and worth[k] + later[k + 1, after] > later[k + 1, used]:
                taken[k] = True
                used = after
        return float(later[0, 0]), taken

    def forced(self, worth: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the largest sums with each home chosen, and with each home left out, shapes (k,).

        A home that fits in no case has minus infinity.
        """
        order = np.arange(len(worth))
        later = self._later(worth, order)
        earlier = np.full(later.shape[1], -np.inf)
        earlier[0] = 0.0
        chosen, left_out = np.full(len(worth), -np.inf), np.full(len(worth), -np.inf)
        for k in order.tolist():
            rest, pupils = later[k + 1], int(self.pupils[k])
            left_out[k] = (earlier + rest).max()
            if pupils < len(rest):
                chosen[k] = worth[k] + (earlier[: len(rest) - pupils] + rest[pupils:]).max()
            earlier = _with_home(earlier, pupils, float(worth[k]))
        return chosen, left_out

    def _later(self, worth: FloatArray, order: IntArray) -> FloatArray:
        """Return what the homes from each place of the order on can still add, by pupils already chosen.

        Shape (len(order) + 1, places + 1): row k, column c holds the largest sum that homes order[k:] add where
        c pupils are chosen already, the price of overflow taken off at the end.
        """
        places = min(self.capacity + self.most_overflow, int(self.pupils[order].sum()))
        filled = np.arange(places + 1)
        later = np.empty((len(order) + 1, places + 1))
        later[-1] = -self.overflow_price * np.maximum(filled - self.capacity, 0)
        for step in range(len(order) - 1, -1, -1):
            pupils = int(self.pupils[order[step]])
            row, after = later[step], later[step + 1]
            row[:] = after
            if pupils <= places:
                room = places + 1 - pupils
                np.maximum(row[:room], worth[order[step]] + after[pupils:], out=row[:room])
        return later


def _with_home(earlier: FloatArray, pupils: int, worth: float) -> FloatArray:
    """Return the largest sums by pupils chosen once one more home may be chosen."""
    after = earlier.copy()
    if pupils < len(after):
        room = len(after) - pupils
        np.maximum(after[pupils:], earlier[:room] + worth, out=after[pupils:])
    return after
