"""The linear relaxation over groups of homes and their nearest sites: its prices start the bound, its shares the plan.

Whatever is left out, lumped together or solved loosely here, nothing is lost: its prices of room at the sites only say
where the Lagrangian bound of `junheng.planners.layout.relaxation` is evaluated, home by home, and that is a bound at
any prices.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.highs import quiet_model
from junheng.planners.layout.problem import LayoutProblem
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
ALONE = 250
"""So many homes are not grouped."""
YUAN = 1e-3
"""Costs are counted in thousands of yuan here, budgets in millions: numbers of like size."""
_SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)


@dataclass(frozen=True, eq=False)
class LinearStart:
    """Prices of the linear relaxation, and the share of each course in its solution."""

    prices: Prices
    share: FloatArray


@dataclass(frozen=True, eq=False)
class Groups:
    """Homes with the same two cheapest sites, lumped together.

    Attributes
    ----------
    yuan
        Mean yearly transport of a pupil of each group to each site, infinite where a home of it may not go,
        shape (groups, m).
    demand
        Children of each group in each slot, shape (slots, groups).
    """

    yuan: FloatArray
    demand: FloatArray


def grouped(problem: LayoutProblem) -> Groups:
    """Lump homes together; small problems stay as they are."""
    n, m = problem.allowed.shape
    alone = each_home(problem)
    if n <= ALONE or m < 2:
        return alone
    nearest = np.argsort(problem.pupil_yuan, axis=1, kind="stable")[:, :2]
    _, group = np.unique(nearest, axis=0, return_inverse=True)
    group = group.ravel()
    weight = np.maximum(problem.by_slot.sum(axis=0), 1e-6)
    member = sparse.csr_array((weight, (group, np.arange(n))), shape=(int(group.max()) + 1, n))
    mean = (member @ np.where(problem.allowed, alone.yuan, 0.0)) / member.sum(axis=1)[:, None]
    is_barred = (member @ (~problem.allowed).astype(np.float64)) > 0
    # Homes with other limits than their neighbours would leave a group without any site.
    is_barred &= ~is_barred.all(axis=1)[:, None]
    demand = np.stack([np.bincount(group, row, member.shape[0]) for row in problem.by_slot]).astype(
        np.float64
    )
    return Groups(np.where(is_barred, np.inf, mean), demand)


def each_home(problem: LayoutProblem) -> Groups:
    """Return every home as a group of its own."""
    return Groups(
        np.where(problem.allowed, problem.transport_yuan, np.inf), problem.by_slot.astype(np.float64)
    )


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


@dataclass(eq=False)
class _Rows:
    """Entries and limits of a sparse model under construction."""

    row: list[IntArray] = field(default_factory=list)
    column: list[IntArray] = field(default_factory=list)
    value: list[FloatArray] = field(default_factory=list)
    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    count: int = 0

    def block(self, row: IntArray, column: IntArray, value: FloatArray) -> None:
        """Add entries; rows count from the start of the block that `close` ends."""
        self.row.append(self.count + row)
        self.column.append(column)
        self.value.append(value)

    def close(self, lower: FloatArray, upper: FloatArray) -> None:
        """End a block of rows."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.count += len(lower)


def linear_model(relaxation: Relaxation, groups: Groups, used: BoolArray) -> highspy.Highs:
    """Return the whole model over the used pairs: courses first, then pupils by slot, pair and without a place."""
    problem, years = relaxation.problem, len(relaxation.problem.years)
    n_courses, n_sites, n_groups = len(relaxation.yuan), len(problem.sites), len(groups.yuan)
    rows = _Rows()
    rows.block(relaxation.site_of, np.arange(n_courses), np.ones(n_courses))
    rows.close(np.ones(n_sites), np.ones(n_sites))
    course, year = np.nonzero(relaxation.spend)
    rows.block(year, course, relaxation.spend[course, year] * 1e-6)
    rows.close(np.full(years, -np.inf), problem.budget_yuan * 1e-6)
    places = np.array([c.places for menu in problem.courses for c in menu], np.float64)
    cost, upper = [YUAN * relaxation.yuan], [np.ones(n_courses)]
    column = n_courses
    for slot, weight in enumerate(problem.slot_weight):
        group, site = np.nonzero(used[slot])
        pair = column + np.arange(len(group))
        missing = column + len(group) + np.arange(n_groups)
        rows.block(group, pair, np.ones(len(group)))
        rows.block(np.arange(n_groups), missing, np.ones(n_groups))
        rows.block(n_groups + site, pair, np.ones(len(group)))
        held = np.flatnonzero(places[:, problem.slot_year[slot]])
        rows.block(n_groups + relaxation.site_of[held], held, -places[held, problem.slot_year[slot]])
        own = groups.demand[slot]
        rows.close(np.append(own, np.full(n_sites, -np.inf)), np.append(own, np.zeros(n_sites)))
        cost += [YUAN * weight * relaxation.factor * groups.yuan[group, site]]
        cost += [np.full(n_groups, YUAN * relaxation.most_price)]
        upper += [own[group], own]
        column += len(group) + n_groups
    return _passed(rows, np.concatenate(cost), np.concatenate(upper))


def _passed(rows: _Rows, cost: FloatArray, upper: FloatArray) -> highspy.Highs:
    entries = (np.concatenate(rows.value), (np.concatenate(rows.row), np.concatenate(rows.column)))
    matrix = sparse.csc_array(entries, shape=(rows.count, len(cost)))
    solver = quiet_model(
        matrix,
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        upper=upper,
        cost=cost,
    )
    for name, value in (("solver", "ipm"), ("run_crossover", "off"), ("ipm_optimality_tolerance", 1e-5)):
        solver.setOptionValue(name, value)
    return solver
