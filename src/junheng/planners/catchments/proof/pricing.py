"""The relaxation of a large problem: columns for likely schools only, and more where prices ask for them.

With 10,000 homes and 300 schools there are three million pairs, of which a plan uses few. The linear
programme gets a column for the likely few of each home. Its prices are then put to all pairs at once: each home takes
the school that is cheapest at these prices, and what the homes and the overflow cost there, less what places and limits
are worth, is a lower bound for all plans, whatever columns the programme had (Lagrangian duality). A pair that is
cheaper than every column of its home becomes a column, and the programme is solved again (column generation: Dantzig
and Wolfe, Operations Research 8, 1960).

Cuts of contiguity are not sought here: that takes longer than everything else together. A bound without them is a
bound; where roads lead to the schools, the cheapest zones hang together nearly everywhere by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut, rows_of
from junheng.planners.catchments.proof.duality import Duals, Relaxed, path_costs, unsolved
from junheng.planners.catchments.proof.relaxation import Relaxation

_LIKELY = 8
"""Schools of each home that begin as columns."""
_SMOOTH_KM, _STEPS = (2.0, 1.0, 0.5, 0.25), 25
"""How far apart two schools may be and still share a home while prices are sought, and the steps at each."""
_MORE = 6
"""Most columns that one pricing adds to a home."""
_PRICINGS = 30
_NOISE = 1e-7
_LITTLE = 1e-5
"""Share of the bound below which what further columns could gain is let go."""
WIDE, MANY_SCHOOLS = 400_000, 24
"""Pairs of home and school, and schools, beyond which a problem is large."""


def is_wide(problem: CatchmentProblem) -> bool:
    """Return whether a problem is too large for a column a pair, and for a search of the whole."""
    return problem.n_schools > MANY_SCHOOLS and problem.n_homes * problem.n_schools > WIDE


class PricedRelaxation:
    """The linear relaxation of one goal with few columns, priced over all pairs; it is used like `Relaxation`.

    Parameters
    ----------
    problem, mask, goal, start
        As of `junheng.planners.catchments.proof.relaxation.Relaxation`.
    columns
        Pairs of the mask to begin with, shape (n, m), such as those of another goal; they grow as they are priced.
        `None` for likely ones.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        *,
        start: Iterable[Cut],
        columns: BoolArray | None = None,
    ) -> None:
        self.problem, self.mask, self.goal = problem, mask, goal
        self.cuts = tuple(start)
        self.n_each = _LIKELY
        self.columns = likely_pairs(problem, mask, self.n_each) if columns is None else columns

    def tighten(self, budget: Budget, share: float, *, enough: float = np.inf, rounds: int = 200) -> Relaxed:
        """Return the relaxation's answer, as `Relaxation.tighten` does; its bound holds for all pairs of the mask."""
        best = unsolved(self.mask, self.goal, 0.0)
        for _ in range(_PRICINGS):
            relaxation = Relaxation(
                self.problem, self.mask, self.goal, start=self.cuts, columns=self.columns, has_cuts=False
            )
            relaxation.model.use_interior_points()
            part = relaxation.tighten(budget, share, enough=enough, rounds=rounds)
            if np.isinf(part.bound):  # no plan among these pairs says nothing of the others
                if self.columns.sum() == self.mask.sum():
                    return part
                self.n_each = min(2 * self.n_each, self.problem.n_schools)
                self.columns |= likely_pairs(self.problem, self.mask, self.n_each)
                continue
            price = pair_prices(self.problem, self.mask, self.goal, part.duals)
            bound = priced_bound(self.problem, self.goal, part.duals, price)
            if bound > best.bound or not best.share.any():
                best = _answer(self.problem, part, price, max(bound, 0.0))
            missing = _missing(price, self.columns)
            is_close = part.bound - bound <= _LITTLE * abs(bound)
            if is_close or not missing.any() or budget.is_over(share):
                break
            self.columns |= missing
        return best


def likely_pairs(problem: CatchmentProblem, mask: BoolArray, n_each: int) -> BoolArray:
    """Return the pairs of a mask that a plan is likely to use, shape (n, m).

    For each home the schools that are cheapest at prices under which the schools are about full, so many of them, and
    its school of today. Where a town lacks places, its schools get dear, and the columns reach as far as its children
    will have to go. The prices come from optimal transport made smooth (Sinkhorn's steps, a school's price rising with
    the logarithm of how overfull it is); any prices would do, better ones save pricings.
    """
    km = np.where(mask, problem.distance_km, np.inf).astype(np.float32)
    price = np.zeros(problem.n_schools, np.float32)
    room = np.maximum(problem.capacity, 1).astype(np.float32)
    pupils = problem.pupils.astype(np.float32)
    for smoothness in _SMOOTH_KM:
        for _ in range(_STEPS):
            cost = km + price
            weight = np.exp((cost.min(axis=1, keepdims=True) - cost) / np.float32(smoothness))
            load = (pupils / weight.sum(axis=1)) @ weight
            price = np.maximum(price + smoothness * np.log(np.maximum(load, 1e-3) / room), 0.0)
    chosen = np.argpartition(km + price, min(n_each, problem.n_schools) - 1, axis=1)[:, :n_each]
    likely = np.zeros_like(mask)
    np.put_along_axis(likely, chosen, values=True, axis=1)
    known = np.flatnonzero(problem.present != NO_SCHOOL)
    likely[known, problem.present[known]] = True
    return np.asarray(likely & mask)


def pair_prices(problem: CatchmentProblem, mask: BoolArray, goal: Goal, duals: Duals) -> FloatArray:
    """Return what each pair costs at some prices of places, limits and cuts, shape (n, m); infinite outside a mask."""
    price = goal.cost + np.outer(problem.pupils, duals.places)
    for limit, worth in zip(goal.limits, duals.limit.tolist(), strict=True):
        price += worth * limit.weight
    if len(duals.cuts):
        price += np.asarray(rows_of(duals.cuts, mask.shape).pairs.T @ duals.cut).reshape(mask.shape)
    price[~mask] = np.inf
    return price


def priced_bound(problem: CatchmentProblem, goal: Goal, duals: Duals, price: FloatArray) -> float:
    """Return the lower bound at some prices: every home at its cheapest pair, overflow where it pays for itself.

    Valid at any prices from 0, in plain arithmetic: it does not lean on the linear solver.
    """
    rows = rows_of(duals.cuts, price.shape)
    overflow = duals.overflow - duals.places
    np.add.at(overflow, rows.school, rows.overflow * duals.cut)
    excess = 0.0 if goal.is_overflow_hard else min(0.0, goal.overflow_price - duals.overflow)
    most = np.array([limit.most for limit in goal.limits])
    paid = float(duals.places @ problem.capacity) + duals.overflow * goal.overflow_free
    paid += float(duals.limit @ most) if len(most) else 0.0
    sure = float(np.minimum(overflow, 0.0).sum() + excess) * max(1.0, float(problem.most_overflow))
    return float(price.min(axis=1).sum()) + sure - paid


def _missing(price: FloatArray, columns: BoolArray) -> BoolArray:
    """Return the pairs that are cheaper than every column of their home, the cheapest few of each home."""
    least = np.where(columns, price, np.inf).min(axis=1, keepdims=True)
    cheaper = np.where(columns, np.inf, price)
    cheaper[~(cheaper < least - _NOISE * (1.0 + np.abs(least)))] = np.inf
    kept = np.argpartition(cheaper, min(_MORE, cheaper.shape[1] - 1), axis=1)[:, :_MORE]
    missing = np.zeros_like(columns)
    np.put_along_axis(missing, kept, values=True, axis=1)
    return np.asarray(missing & np.isfinite(cheaper))


def _answer(problem: CatchmentProblem, part: Relaxed, price: FloatArray, bound: float) -> Relaxed:
    """Return the answer over all pairs: what a pair costs more than its home's cheapest is its reduced cost."""
    reduced = price - price.min(axis=1, keepdims=True)
    return replace(part, bound=bound, reduced_cost=reduced, floor=bound + path_costs(problem, reduced))
