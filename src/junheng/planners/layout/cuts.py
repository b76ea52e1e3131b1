"""What serving everybody costs at least, whatever courses are chosen: one linear bound a slot, from prices of places.

With prices u of a child's place (`junheng.planners.layout.relaxation`) and chosen courses y, a slot costs at least

    sum u d + sum over courses c of y_c ( knapsack(places_c, u + mu) + sum over homes h of its merged zone of mu_h d_h )

where mu_h >= 0 prices that home h of a merged school goes to the school that took it over, or to none (``together``):
what that way costs, with the price of room at its end, beyond u_h. Any prices give a valid bound; those of the flows of
a choice (`junheng.planners.layout.flows`) one that meets the true cost there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.layout.course import MERGE
from junheng.planners.layout.relaxation import Relaxation


@dataclass(frozen=True, eq=False)
class Cut:
    """A bound on the cost of each slot: ``constant`` (slots,) and ``of_course`` (slots, courses) of those chosen."""

    constant: FloatArray
    of_course: FloatArray


@dataclass(frozen=True, slots=True)
class _Merger:
    """One course that merges a zone: its number, the homes, their pairs with the partner, the slots in force."""

    course: int
    homes: IntArray
    partner: int
    slots: IntArray


class Cutter:
    """Makes cuts of one problem."""

    def __init__(self, relaxation: Relaxation) -> None:
        problem = relaxation.problem
        self._relaxation = relaxation
        self._way = np.where(problem.allowed, problem.transport_yuan, np.inf)
        self._mergers = [
            _Merger(
                int(relaxation.first[site]) + c,
                problem.zone_of[site],
                course.partner,
                np.flatnonzero(problem.slot_year >= course.year),
            )
            for site, menu in enumerate(problem.courses)
            for c, course in enumerate(menu)
            if course.kind == MERGE and course.partner is not None and course.year is not None
        ]
        self._is_merged = np.zeros(problem.allowed.shape, bool)
        for merger in self._mergers:
            self._is_merged[merger.homes, merger.partner] = True

    def of_room(self, room_yuan: FloatArray) -> tuple[Cut, ...]:
        """Return the cuts at the prices that prices of room at the sites give, shape (slots, m), in full yuan."""
        weights = self._relaxation.problem.slot_weight
        cheapest = [
            (weight * self._way + room[None, :]).min(axis=1)
            for weight, room in zip(weights, room_yuan, strict=True)
        ]
        return self.at(np.minimum(np.stack(cheapest), self._relaxation.most_price))

    def at(self, place: FloatArray) -> tuple[Cut, ...]:
        """Return the cuts at prices of places, shape (slots, n): with and without prices of moving together.

        Neither is always the stronger: those prices tighten what mergers cost and loosen what places are worth.
        """
        problem = self._relaxation.problem
        site, home, yuan = self._relaxation.pairs
        constant = (place * problem.by_slot).sum(axis=1)
        saving = problem.slot_weight[:, None] * yuan[None, :] - place[:, home]
        apart = Cut(constant, self._relaxation.packings(saving))
        if not self._mergers:
            return (apart,)
        together = self._together(place)
        of_course = self._relaxation.packings(saving - together[:, home, site])
        for merger in self._mergers:
            slots, homes = merger.slots, merger.homes
            extra = together[slots][:, homes, merger.partner] * problem.by_slot[slots][:, homes]
            of_course[slots, merger.course] += extra.sum(axis=1)
        return (apart, Cut(constant, of_course))

    def _together(self, place: FloatArray) -> FloatArray:
        """Return the prices of going to the school that took the home's school over, shape (slots, n, m)."""
        problem, most = self._relaxation.problem, self._relaxation.most_price
        prices = np.zeros((problem.n_slots, *self._way.shape))
        for slot, weight in enumerate(problem.slot_weight):
            price = place[slot][:, None]
            way = weight * self._way
            room = np.where(problem.by_slot[slot][:, None] > 0, price - way, 0.0).max(axis=0, initial=0.0)
            beyond = np.clip(way + room[None, :] - price, 0.0, np.maximum(most - price, 0.0))
            prices[slot] = np.where(self._is_merged, beyond, 0.0)
        return prices
