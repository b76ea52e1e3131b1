"""The hard rules: one function a rule, each with its stable name, as rows of a linear model; and a checker apart.

========== =====================================================================================================
name       rule
========== =====================================================================================================
one_school every home goes to exactly one school
allowed    a home goes only to a school that it may go to (locks and forbidden pairs are folded in)
anchor     the home in which a school stands goes to that school
capacity   pupils of a zone stay within the school's capacity, or exceed it by the overflow that is counted
units      homes of one unit go to one school: they are one home of the model (see `whole`)
contiguity every zone is connected in the home graph and contains its school
bottleneck no zone holds more behind a bottleneck than its places leave there (follows from the rules above)
composit.  the share of a group in every zone lies within its limits, where there are any
moved_cap  pupils who get another school than now stay within the limit, where there is one
========== =====================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.objective import Goal, Limit
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut, rows_of
from junheng.planners.linear import Rows


@dataclass(frozen=True, eq=False)
class Columns:
    """The variables of a linear model, in order.

    First x[i, j] for each pair of home and school in the mask, then the overflow of each school, then the overflow
    beyond what is free, then the excess over each limit of the goal.
    """

    mask: BoolArray
    n_limits: int

    @cached_property
    def homes(self) -> IntArray:
        """Home of each x."""
        return np.nonzero(self.mask)[0]

    @cached_property
    def schools(self) -> IntArray:
        """School of each x."""
        return np.nonzero(self.mask)[1]

    @cached_property
    def index(self) -> IntArray:
        """Column of each pair, shape (n, m); -1 where the pair is no variable."""
        index = np.full(self.mask.shape, -1)
        index[self.homes, self.schools] = np.arange(self.n_pairs)
        return index

    @property
    def n_pairs(self) -> int:
        """Number of x."""
        return len(self.homes)

    @property
    def overflow(self) -> IntArray:
        """Columns of the schools' overflow."""
        return self.n_pairs + np.arange(self.mask.shape[1])

    @property
    def excess(self) -> int:
        """Column of the overflow beyond what is free; the limits' excess columns follow."""
        return self.n_pairs + int(self.mask.shape[1])

    @property
    def total(self) -> int:
        """Number of columns."""
        return self.excess + 1 + self.n_limits


def allowed_and_anchor(problem: CatchmentProblem) -> BoolArray:
    """Return the pairs that keep ``allowed`` and ``anchor``; only these become variables."""
    return permitted(problem)


def one_school(columns: Columns) -> Rows:
    """``one_school``: sum over j of x[i, j] = 1 for each home i."""
    n = columns.mask.shape[0]
    matrix = _matrix(columns, n, [(columns.homes, np.arange(columns.n_pairs), np.ones(columns.n_pairs))])
    return Rows("one_school", matrix, np.ones(n), np.ones(n))


def capacity(problem: CatchmentProblem, columns: Columns) -> Rows:
    """``capacity``: pupils of zone j - overflow[j] <= capacity[j] for each school j."""
    m = problem.n_schools
    load = (columns.schools, np.arange(columns.n_pairs), problem.pupils[columns.homes].astype(np.float64))
    over = (np.arange(m), columns.overflow, -np.ones(m))
    return Rows(
        "capacity",
        _matrix(columns, m, [load, over]),
        np.full(m, -np.inf),
        problem.capacity.astype(np.float64),
    )


def total_overflow(columns: Columns, goal: Goal) -> Rows:
    """``capacity``, summed: overflow of all schools - excess <= what is free."""
    m = columns.mask.shape[1]
    zeros = np.zeros(m, np.int64)
    parts = [(zeros, columns.overflow, np.ones(m)), (zeros[:1], np.array([columns.excess]), -np.ones(1))]
    return Rows(
        "capacity", _matrix(columns, 1, parts), np.full(1, -np.inf), np.array([float(goal.overflow_free)])
    )


def limit(columns: Columns, rule: Limit, position: int) -> Rows:
    """``moved_cap`` or ``pupil_km``: the plan's sum - excess <= the limit."""
    pairs = np.arange(columns.n_pairs)
    used = (np.zeros(columns.n_pairs, np.int64), pairs, rule.weight[columns.homes, columns.schools])
    excess = (np.zeros(1, np.int64), np.array([columns.excess + 1 + position]), -np.ones(1))
    return Rows(rule.name, _matrix(columns, 1, [used, excess]), np.full(1, -np.inf), np.array([rule.most]))


def cut_rows(columns: Columns, cuts: Iterable[Cut]) -> Rows:
    """``contiguity`` and ``bottleneck``: the cuts, each row scaled as in `rows_of`; closed pairs drop out."""
    n, m = columns.mask.shape
    rows = rows_of(cuts, (n, m))
    weights = sparse.coo_array(rows.pairs)
    pairs = columns.index.ravel()[weights.col]
    is_open = pairs >= 0
    zone = (weights.row[is_open], pairs[is_open], weights.data[is_open])
    counted = np.flatnonzero(rows.overflow)
    over = (counted, columns.overflow[rows.school[counted]], rows.overflow[counted])
    n_rows = rows.pairs.shape[0]
    return Rows(
        "contiguity", _matrix(columns, n_rows, [zone, over]), np.full(n_rows, -np.inf), np.zeros(n_rows)
    )


def base_rows(problem: CatchmentProblem, columns: Columns, goal: Goal) -> list[Rows]:
    """Return every rule but contiguity and bottlenecks, whose cuts come as they are needed."""
    return [
        one_school(columns),
        capacity(problem, columns),
        total_overflow(columns, goal),
        *(limit(columns, rule, position) for position, rule in enumerate(goal.limits)),
    ]


def _matrix(
    columns: Columns, n_rows: int, parts: list[tuple[IntArray, IntArray, FloatArray]]
) -> sparse.csr_array:
    row, column, value = (np.concatenate([part[k] for part in parts]) for k in range(3))
    return sparse.csr_array((value.astype(np.float64), (row, column)), shape=(n_rows, columns.total))
