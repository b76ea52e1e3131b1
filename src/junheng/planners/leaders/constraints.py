"""The rules, one function a rule as rows of a linear model, and a checker apart that never saw the model.

============= ====================================================================================================
name          rule
============= ====================================================================================================
no_vacancy    every post has exactly one holder
one_post      everybody holds at most one post
allowed       roles, the two-term rule and the limit on the commute: only these pairs have a column
from_teaching enough of the promoted come from the teaching lines
age_mix       no rule, but what the level of that name counts: the young in rural posts against their share
============= ====================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.leaders.problem import NOBODY, LeadersProblem
from junheng.planners.linear import Rows

_NOISE = 1e-9


@dataclass(frozen=True, eq=False)
class Columns:
    """The variables: one an allowed pair, then by how many the young in rural posts exceed or miss their share."""

    problem: LeadersProblem

    @cached_property
    def who(self) -> IntArray:
        """Person of each pair."""
        return np.nonzero(self.problem.allowed)[0]

    @cached_property
    def where(self) -> IntArray:
        """Post of each pair."""
        return np.nonzero(self.problem.allowed)[1]

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.who)

    def row(self, of_pairs: FloatArray, *, above: float = 0.0, below: float = 0.0) -> FloatArray:
        """Return the coefficients of every column, shape (pairs + 2,)."""
        return np.append(of_pairs, [above, below])


def no_vacancy(columns: Columns) -> Rows:
    """``sum_i x_ij = 1``: every post has exactly one holder."""
    each = np.ones(len(columns.problem.schools))
    return Rows("no_vacancy", _sums(columns, columns.where, len(each)), each, each)


def one_post(columns: Columns) -> Rows:
    """``sum_j x_ij <= 1``: everybody holds at most one post."""
    each = np.ones(len(columns.problem.people))
    return Rows("one_post", _sums(columns, columns.who, len(each)), np.full(len(each), -np.inf), each)


def from_teaching(columns: Columns) -> Rows:
    """``sum promoted_ij (teaching_i - share) x_ij >= 0``: enough of the promoted come from the teaching lines."""
    problem = columns.problem
    promoted = problem.is_promoted[columns.who, columns.where].astype(float)
    row = columns.row(promoted * (problem.from_teaching[columns.who] - problem.teaching_share))
    return Rows("from_teaching", sparse.csr_array(row[None, :]), np.zeros(1), np.full(1, np.inf))


def age_mix(columns: Columns) -> Rows:
    """``sum young_i (rural_j - share of rural posts) x_ij = above - below``."""
    problem = columns.problem
    is_rural = problem.is_rural[columns.where]
    share = problem.is_rural.mean() if len(problem.is_rural) else 0.0
    young = problem.is_young[columns.who].astype(float)
    row = columns.row(young * (is_rural - share), above=-1.0, below=1.0)
    return Rows("age_mix", sparse.csr_array(row[None, :]), np.zeros(1), np.zeros(1))


def at_most(name: str, cost: FloatArray, limit: float) -> Rows:
    """Keep what an earlier level reached."""
    return Rows(name, sparse.csr_array(cost[None, :]), np.full(1, -np.inf), np.full(1, limit))


def _sums(columns: Columns, row: IntArray, n_rows: int) -> sparse.csr_array:
    """Return rows that add up the pairs of each person or post."""
    pair = np.arange(columns.n_pairs)
    return sparse.csr_array((np.ones(columns.n_pairs), (row, pair)), shape=(n_rows, columns.n_pairs + 2))


def violations(problem: LeadersProblem, holder: IntArray) -> list[str]:
    """Return the names of the hard rules that an appointment breaks.

    Parameters
    ----------
    holder
        Person of each post, shape (m,).
    """
    posts = np.arange(len(problem.schools))
    promoted = problem.is_promoted[holder, posts]
    teaching = problem.from_teaching[holder] & promoted
    broken = {
        "no_vacancy": bool((holder == NOBODY).any()),
        "one_post": len(set(holder.tolist())) != len(holder),
        "allowed": bool((~problem.allowed[holder, posts]).any()),
        "from_teaching": bool(teaching.sum() < problem.teaching_share * promoted.sum() - _NOISE),
    }
    return [name for name, is_broken in broken.items() if is_broken]
