"""The whole layout model in HiGHS, as a peer: every course, flow and budget at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.highs import quiet_model
from junheng.planners.layout.relaxation import Relaxation

YUAN = 1e-3
"""Costs are counted in thousands of yuan here, budgets in millions: numbers of like size."""


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


def whole_model(relaxation: Relaxation) -> highspy.Highs:
    """Return the whole model: courses first, then pupils by slot, pair and without a place."""
    problem, years = relaxation.problem, len(relaxation.problem.years)
    n_courses, n_sites, n_homes = len(relaxation.yuan), len(problem.sites), len(problem.homes)
    home, site = np.nonzero(problem.allowed)
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
        pair = column + np.arange(len(home))
        missing = column + len(home) + np.arange(n_homes)
        rows.block(home, pair, np.ones(len(home)))
        rows.block(np.arange(n_homes), missing, np.ones(n_homes))
        rows.block(n_homes + site, pair, np.ones(len(home)))
        held = np.flatnonzero(places[:, problem.slot_year[slot]])
        rows.block(n_homes + relaxation.site_of[held], held, -places[held, problem.slot_year[slot]])
        own = problem.by_slot[slot].astype(np.float64)
        rows.close(np.append(own, np.full(n_sites, -np.inf)), np.append(own, np.zeros(n_sites)))
        cost += [YUAN * weight * relaxation.factor * problem.transport_yuan[home, site]]
        cost += [np.full(n_homes, YUAN * relaxation.most_price)]
        upper += [own[home], own]
        column += len(home) + n_homes
    return _passed(rows, np.concatenate(cost), np.concatenate(upper), n_integers=n_courses)


def _passed(rows: _Rows, cost: FloatArray, upper: FloatArray, *, n_integers: int) -> highspy.Highs:
    entries = (np.concatenate(rows.value), (np.concatenate(rows.row), np.concatenate(rows.column)))
    matrix = sparse.csc_array(entries, shape=(rows.count, len(cost)))
    return quiet_model(
        matrix,
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        upper=upper,
        cost=cost,
        integer=np.arange(len(cost)) < n_integers,
    )
