"""Which moves of teachers are worth a column: few of hundreds of thousands are."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.compliance.columns import Moves
from junheng.planners.compliance.constraints import moves_that_may_be
from junheng.planners.compliance.costs import TEN_THOUSAND
from junheng.planners.compliance.kinds import COUNTS_FOR, KINDS
from junheng.planners.compliance.objective import move_yuan
from junheng.planners.compliance.problem import N_INDICATORS, PEOPLE, ComplianceProblem

_FEW = 4_000
_NEAREST = 6


def first_moves(problem: ComplianceProblem) -> tuple[Moves, Moves]:
    """Return every move that may be, and those to begin with: the cheapest to schools that lack teachers."""
    every = moves_that_may_be(problem)
    if len(every) <= _FEW:
        return every, every
    lacks: BoolArray = np.any(~problem.is_met[list(PEOPLE)], axis=0)
    wanted = np.flatnonzero(lacks[every.receiver])
    yuan = move_yuan(problem, every)[wanted]
    group = every.kind[wanted] * problem.n_stages + every.receiver[wanted]
    order = np.lexsort((wanted, yuan, group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, int)
    rank = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    return every, every.only(np.sort(wanted[order[rank < _NEAREST]]))


def reduced_costs(problem: ComplianceProblem, moves: Moves, duals: FloatArray) -> FloatArray:
    """Return what each move would cost besides what it brings, in ten thousand yuan, shape (p,).

    Parameters
    ----------
    duals
        Of the rows ``resources``, ``available`` and ``leaving``, which stand first in the model.
    """
    m = problem.n_stages
    worth = duals[: N_INDICATORS * m].reshape(N_INDICATORS, m)[list(PEOPLE)] * problem.per_unit[list(PEOPLE)]
    scarce = duals[N_INDICATORS * m :][: len(KINDS) * m].reshape(len(KINDS), m)
    leaving = duals[N_INDICATORS * m + scarce.size :][:m]
    gained = COUNTS_FOR.T @ worth  # by kind and school stage
    price = move_yuan(problem, moves) / TEN_THOUSAND
    brings = gained[moves.kind, moves.receiver] - gained[moves.kind, moves.sender]
    found: FloatArray = price + brings - scarce[moves.kind, moves.sender] - leaving[moves.sender]
    return found
