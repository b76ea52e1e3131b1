"""The variables of the linear model, in order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from junheng.measure.seven import COMPULSORY
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.compliance.costs import TEN_THOUSAND
from junheng.planners.compliance.kinds import RECRUITED
from junheng.planners.compliance.problem import N_INDICATORS, THINGS, ComplianceProblem

SCALE: FloatArray = np.array([1.0, 1.0, TEN_THOUSAND, 1.0])
"""Units of R4 to R7 in one unit of their column: equipment is counted in ten thousand yuan."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Which teachers could go where: kind, sending and receiving school stage, each of shape (p,)."""

    kind: IntArray
    sender: IntArray
    receiver: IntArray

    def __len__(self) -> int:
        return len(self.kind)

    def only(self, kept: BoolArray | IntArray) -> Moves:
        """Return some of the moves."""
        return Moves(self.kind[kept], self.sender[kept], self.receiver[kept])

    def with_(self, more: Moves) -> Moves:
        """Return these and then the others."""
        return Moves(
            np.concatenate([self.kind, more.kind]),
            np.concatenate([self.sender, more.sender]),
            np.concatenate([self.receiver, more.receiver]),
        )

    def codes(self, n_stages: int) -> IntArray:
        """Return one number a move, different for different moves."""
        found: IntArray = (self.kind * n_stages + self.sender) * n_stages + self.receiver
        return found


@dataclass(frozen=True, eq=False)
class Columns:
    """Where each variable stands.

    First what is added of R4 to R7 to each school, recruits by kind and school stage, and the indicators that are
    allowed to stay at their floor; then each indicator of each school stage as a share of its threshold, the mean of
    each indicator and stage, and each school stage's part in the spread; then the moves, because more may come.
    """

    problem: ComplianceProblem
    moves: Moves

    @cached_property
    def thing(self) -> IntArray:
        """Column of what is added to each school, shape (4, n)."""
        return _block(0, len(THINGS), self.problem.n_schools)

    @cached_property
    def recruit(self) -> IntArray:
        """Column of the recruits of each kind in `RECRUITED`, shape (4, m)."""
        return _block(self.thing.size, len(RECRUITED), self.problem.n_stages)

    @cached_property
    def may_choose(self) -> BoolArray:
        """Where an indicator may either be met or be the one that stays at its floor, shape (7, m).

        Where a school stage misses no more than it may, there is nothing to choose: those stay.
        """
        unmet = ~self.problem.is_met
        found: BoolArray = unmet & (unmet.sum(axis=0) > self.problem.may_miss) & (self.problem.may_miss > 0)
        return found

    @cached_property
    def miss(self) -> IntArray:
        """Column that is 1 where an indicator stays at its floor, shape (7, m); -1 where there is no choice."""
        found = np.full(self.may_choose.shape, -1)
        start = self.thing.size + self.recruit.size
        found[self.may_choose] = start + np.arange(int(self.may_choose.sum()))
        return found

    @cached_property
    def figure(self) -> IntArray:
        """Column of each indicator as a share of its threshold, shape (7, m)."""
        start = self.thing.size + self.recruit.size + int(self.may_choose.sum())
        return _block(start, N_INDICATORS, self.problem.n_stages)

    @cached_property
    def mean(self) -> IntArray:
        """Column of the mean of each indicator and stage, shape (7, 2)."""
        return _block(int(self.figure[-1, -1]) + 1, N_INDICATORS, len(COMPULSORY))

    @cached_property
    def part(self) -> IntArray:
        """Column of each school stage's part in the spread of each indicator, shape (7, m)."""
        return _block(int(self.mean[-1, -1]) + 1, N_INDICATORS, self.problem.n_stages)

    @property
    def n_fixed(self) -> int:
        """Number of columns before the moves."""
        return int(self.part[-1, -1]) + 1

    @property
    def move(self) -> IntArray:
        """Columns of the moves."""
        return self.n_fixed + np.arange(len(self.moves))

    @property
    def total(self) -> int:
        """Number of columns."""
        return self.n_fixed + len(self.moves)

    @property
    def is_integer(self) -> BoolArray:
        """Which columns are whole numbers: rooms, people, choices; shape (total,)."""
        found = np.zeros(self.total, np.bool_)
        found[self.thing[-1]] = True
        found[self.recruit] = True
        found[self.miss[self.may_choose]] = True
        found[self.move] = True
        return found


def _block(start: int, rows: int, columns: int) -> IntArray:
    found: IntArray = start + np.arange(rows * columns).reshape(rows, columns)
    return found
