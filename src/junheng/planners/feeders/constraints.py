"""The hard rules of feeders as rows of a linear programme, one function a rule.

Columns: one for each allowed pair, then one a junior school for its leavers over places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.feeders.problem import FeederProblem
from junheng.planners.linear import Rows


@dataclass(frozen=True, eq=False)
class Pairs:
    """The allowed pairs, in the order of their columns.

    Attributes
    ----------
    primary, junior
        Positions of the schools, shape (k,).
    n_juniors
        Junior schools: as many columns of overflow follow.
    """

    primary: IntArray
    junior: IntArray
    n_juniors: int

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.primary) + self.n_juniors


def pairs_of(problem: FeederProblem) -> Pairs:
    """Return the allowed pairs of a problem."""
    primary, junior = np.nonzero(problem.allowed)
    return Pairs(primary, junior, len(problem.juniors))


def one_target(problem: FeederProblem, pairs: Pairs) -> Rows:
    """``sum_j x_pj = 1``: each primary school leads on to one junior school."""
    rows = sparse.csr_array(
        (np.ones(len(pairs.primary)), (pairs.primary, np.arange(len(pairs.primary)))),
        shape=(len(problem.primaries), pairs.n_columns),
    )
    each = np.ones(len(problem.primaries))
    return Rows("one_target", rows, each, each)


def places(problem: FeederProblem, pairs: Pairs) -> Rows:
    """``sum_p n_p x_pj - o_j <= c_j``: what goes beyond a junior school's places is counted."""
    k, j = len(pairs.primary), pairs.n_juniors
    weights = np.concatenate([problem.leavers[pairs.primary], np.full(j, -1.0)])
    rows = sparse.csr_array(
        (weights, (np.concatenate([pairs.junior, np.arange(j)]), np.arange(k + j))), shape=(j, k + j)
    )
    return Rows("places", rows, np.full(j, -np.inf), problem.places.astype(np.float64))


def at_most(cost: FloatArray, limit: float) -> Rows:
    """Keep what an earlier level reached."""
    return Rows("at_most", sparse.csr_array(cost[None, :]), np.full(1, -np.inf), np.full(1, limit))
