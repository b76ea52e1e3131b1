"""The whole model over groups of homes and the sites they may use, for the linear start and the exact finish."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.highs import quiet_model
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.relaxation import Relaxation

ALONE = 250
"""So many homes are not grouped."""

YUAN = 1e-3
"""Costs are counted in thousands of yuan here, budgets in millions: numbers of like size."""


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
