"""The linear relaxation over groups of homes and their nearest sites: its prices start the bound, its shares the plan.

Whatever is left out, lumped together or solved loosely here, nothing is lost: its prices of room at the sites only say
where the Lagrangian bound of `junheng.planners.layout.relaxation` is evaluated, home by home, and that is a bound at
any prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.clock import Clock
from junheng.planners.layout.model import YUAN, Groups, each_home, grouped, linear_model
from junheng.planners.layout.relaxation import Prices, Relaxation

NEAR = 6
"""Sites that a group may use at first, the cheapest ones."""
ROUNDS = 8
"""Times that pairs are added at most."""
FINE_NEAR = 5
"""Sites that a home may use in each slot of the finer relaxation."""
FEW = 0.01
"""So few pairs a group that would pay are left alone."""
PAYS_YUAN = 20.0
"""A pair that would save less a pupil-year is not worth adding."""
_SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)


@dataclass(frozen=True, eq=False)
class LinearStart:
    """Prices of the linear relaxation, and the share of each course in its solution."""

    prices: Prices
    share: FloatArray


def linear_start(relaxation: Relaxation, *, clock: Clock, share: float) -> LinearStart | None:
    """Solve the linear relaxation by an interior point; `None` where it was not done within a share of the time.

    First for groups of homes, which get the pairs that would have been cheaper for them until few pay; then for the
    homes themselves, each with the sites that are cheapest at the prices of room found.
    """
    groups, alone = grouped(relaxation.problem), each_home(relaxation.problem)
    found = _start(relaxation, groups, _near(groups, relaxation), clock=clock, share=share)
    if found is None or len(groups.yuan) == len(alone.yuan):
        return None if found is None else found[0]
    began = clock.spent
    start, duals = found
    used = np.stack(
        [
            _cheapest(relaxation, alone.yuan, weight, duals.room[slot])
            for slot, weight in enumerate(relaxation.problem.slot_weight)
        ]
    )
    if clock.left(share) < began:
        return start
    finer = _start(relaxation, alone, used, clock=clock, share=share)
    if finer is None or relaxation.at(finer[0].prices).value < relaxation.at(start.prices).value:
        return start
    return finer[0]


def _start(
    relaxation: Relaxation,
    groups: Groups,
    used: BoolArray,
    *,
    clock: Clock,
    share: float,
) -> tuple[LinearStart, _Duals] | None:
    found = None
    for _ in range(ROUNDS):
        began = clock.spent
        solver = linear_model(relaxation, groups, used)
        solver.setOptionValue("time_limit", max(0.1, clock.left(share)))
        solver.run()
        if solver.getModelStatus() not in _SOLVED:
            break
        solution = solver.getSolution()
        duals = _Duals.of(relaxation, np.array(solution.row_dual), len(groups.yuan))
        start = LinearStart(
            Prices(_place_prices(relaxation, duals.room), duals.budget),
            np.clip(np.array(solution.col_value)[: len(relaxation.yuan)], 0.0, 1.0),
        )
        found = (start, duals)
        pays = _paying(relaxation, groups, duals) & ~used
        if pays.sum() <= FEW * len(used) * len(groups.yuan) or clock.left(share) < 1.5 * (
            clock.spent - began
        ):
            break
        used |= pays
    return found


def _near(groups: Groups, relaxation: Relaxation) -> BoolArray:
    """Return each group's cheapest sites, the same in every slot, shape (slots, groups, m)."""
    near = min(NEAR, groups.yuan.shape[1])
    used = groups.yuan <= np.partition(groups.yuan, near - 1, axis=1)[:, near - 1 : near]
    return np.repeat((used & np.isfinite(groups.yuan))[None], relaxation.problem.n_slots, axis=0)


def _cheapest(relaxation: Relaxation, yuan: FloatArray, weight: float, room: FloatArray) -> BoolArray:
    """Return each home's sites that are cheapest with their price of room, shape (n, m)."""
    total = weight * relaxation.factor * yuan + room[None, :]
    near = min(FINE_NEAR, yuan.shape[1])
    used: BoolArray = (total <= np.partition(total, near - 1, axis=1)[:, near - 1 : near]) & np.isfinite(yuan)
    return used


@dataclass(frozen=True, eq=False)
class _Duals:
    """Prices of the linear solution, in yuan: of budget (years,), of places (slots, groups), of room (slots, m)."""

    budget: FloatArray
    place: FloatArray
    room: FloatArray

    @classmethod
    def of(cls, relaxation: Relaxation, duals: FloatArray, n_groups: int) -> _Duals:
        problem = relaxation.problem
        first = len(problem.sites) + len(problem.years)
        budget = np.maximum(-duals[len(problem.sites) : first] / YUAN * 1e-6, 0.0)
        by_slot = duals[first:].reshape(problem.n_slots, -1) / YUAN
        return cls(budget, by_slot[:, :n_groups], np.maximum(-by_slot[:, n_groups:], 0.0))


def _place_prices(relaxation: Relaxation, room: FloatArray) -> FloatArray:
    """Return the price of a place for each home and slot: the cheapest of way and room, over all sites."""
    problem = relaxation.problem
    yuan = relaxation.factor * np.where(problem.allowed, problem.transport_yuan, np.inf)
    cheapest = [
        (weight * yuan + room[slot][None, :]).min(axis=1) for slot, weight in enumerate(problem.slot_weight)
    ]
    prices: FloatArray = np.clip(np.stack(cheapest), 0.0, relaxation.most_price)
    return prices


def _paying(relaxation: Relaxation, groups: Groups, duals: _Duals) -> BoolArray:
    """Return the cheapest pair of every group whose price of a place is above it, shape (slots, groups, m)."""
    pays = np.zeros((relaxation.problem.n_slots, *groups.yuan.shape), bool)
    for slot, weight in enumerate(relaxation.problem.slot_weight):
        elsewhere = weight * relaxation.factor * groups.yuan + duals.room[slot][None, :]
        best = elsewhere.argmin(axis=1)
        saved = duals.place[slot] - elsewhere[np.arange(len(best)), best]
        dear = np.flatnonzero((saved > PAYS_YUAN) & (groups.demand[slot] > 0))
        # What pays in one slot soon pays in others.
        pays[:, dear, best[dear]] = True
    return pays
