"""The relaxation without whole numbers: tangents are added as they break, moves as they would pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import FloatArray
from junheng.planners.clock import Clock
from junheng.planners.compliance.columns import Columns, Moves
from junheng.planners.compliance.constraints import (
    NO_TANGENTS,
    Tangents,
    base_rows,
    bounds,
    tangents,
)
from junheng.planners.compliance.objective import cost_of_columns
from junheng.planners.compliance.pricing import first_moves, reduced_costs
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.spread import broken_tangents
from junheng.planners.programme import Programme, Solution

MOST_ROUNDS = 60
"""Rounds of moves or tangents at most."""
IMPROVES = 1e-7
"""A move or a cost counts as better by more than this."""


@dataclass(frozen=True, eq=False)
class Root:
    """The relaxation solved: its bound, the moves and tangents it needed, and what each move would cost besides."""

    bound: float
    columns: Columns
    tangents: Tangents
    extra: FloatArray
    every: Moves


def relax(problem: ComplianceProblem, clock: Clock) -> Root | None:
    """Solve the problem without whole numbers; `None` if that has no solution, or the time is over before."""
    every, moves = first_moves(problem)
    found = NO_TANGENTS
    for _ in range(MOST_ROUNDS):
        columns = Columns(problem, moves)
        solution, found = _with_tangents(columns, found, clock)
        if solution.columns is None:
            if len(moves) == len(every) or clock.is_over():
                return None
            moves = every
            continue
        extra = reduced_costs(problem, every, solution.row_duals)
        is_new = ~np.isin(every.codes(problem.n_stages), moves.codes(problem.n_stages))
        attractive = (extra < -IMPROVES) & is_new
        if not attractive.any():
            return Root(solution.bound, columns, found, extra, every)
        moves = moves.with_(every.only(attractive))
    return None


def _with_tangents(columns: Columns, found: Tangents, clock: Clock) -> tuple[Solution, Tangents]:
    """Solve the relaxation over some moves, adding the tangents that it breaks until it breaks none."""
    lower, upper = bounds(columns)
    rows = [*base_rows(columns), tangents(columns, found)]
    model = Programme(cost=cost_of_columns(columns), lower=lower, upper=upper, rows=rows)
    solution = model.solve_linear(clock)
    for _ in range(MOST_ROUNDS):
        new = NO_TANGENTS if solution.columns is None else broken_tangents(columns, solution.columns)
        if not len(new):
            break
        found = found.with_(new)
        model.add_rows(tangents(columns, new))
        solution = model.solve_linear(clock)
    return solution, found
