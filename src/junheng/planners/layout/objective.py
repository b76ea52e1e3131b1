"""What a layout is judged by, in this order: children without a place, total cost, distance.

============== ======= ================================================================================================
level          unit    sum
============== ======= ================================================================================================
unserved       pupil   pupil-years without a place, over all years and all scenarios
cost           yuan    investment and running costs of the courses, and expected transport (by the scenarios' weights)
distance       km      expected pupil-km of all years
============== ======= ================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.layout.problem import LayoutProblem

UNSERVED, COST, DISTANCE = "unserved", "cost", "distance"
UNITS = {UNSERVED: "pupil", COST: "yuan", DISTANCE: "km"}


@dataclass(frozen=True, eq=False)
class Service:
    """Who is served where in every slot: entries of slot, home, site and pupils."""

    slot: IntArray
    home: IntArray
    site: IntArray
    pupils: IntArray

    def load(self, problem: LayoutProblem) -> IntArray:
        """Return the pupils of each site in each slot, shape (slots, m)."""
        load = np.zeros((problem.n_slots, len(problem.sites)), np.int64)
        np.add.at(load, (self.slot, self.site), self.pupils)
        return load

    def unserved(self, problem: LayoutProblem) -> IntArray:
        """Return the children of each home without a place in each slot, shape (slots, n)."""
        left = problem.by_slot.copy()
        np.add.at(left, (self.slot, self.home), -self.pupils)
        return left


@dataclass(frozen=True, slots=True)
class Score:
    """The levels of the objective and the parts of the cost, all from the definitions above."""

    unserved_pupils: int
    cost_yuan: float
    distance_km: float
    building_yuan: float
    running_yuan: float
    transport_yuan: float

    @property
    def order(self) -> tuple[int, float, float]:
        """Return what plans are compared by; cost to the yuan, so that rounding decides nothing."""
        return (self.unserved_pupils, round(self.cost_yuan), round(self.distance_km, 3))


def score(problem: LayoutProblem, choice: IntArray, service: Service) -> Score:
    """Judge a choice of courses, shape (m,), and a service."""
    chosen = [menu[c] for menu, c in zip(problem.courses, choice.tolist(), strict=True)]
    weight = problem.slot_weight[service.slot] * service.pupils
    transport = float((weight * problem.transport_yuan[service.home, service.site]).sum())
    building = float(sum(sum(course.spend_yuan) for course in chosen))
    running = float(sum(sum(course.running_yuan) for course in chosen))
    return Score(
        unserved_pupils=int(service.unserved(problem).sum()),
        cost_yuan=building + running + transport,
        distance_km=float((weight * problem.km[service.home, service.site]).sum()),
        building_yuan=building,
        running_yuan=running,
        transport_yuan=transport,
    )


def spend(problem: LayoutProblem, choice: IntArray) -> FloatArray:
    """Return the investment of each budget year, shape (years,)."""
    chosen = [menu[c] for menu, c in zip(problem.courses, choice.tolist(), strict=True)]
    total: FloatArray = np.array([course.spend_yuan for course in chosen], np.float64).sum(axis=0)
    return total
