"""The integer model over the moves that the linear model found worth having."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.exchange.layout import HARD
from junheng.planners.exchange.master import Master
from junheng.planners.exchange.problem import STAY
from junheng.planners.highs import quiet_model

MOST_MOVES = 60_000
"""The integer model takes at most so many moves, those with the lowest reduced costs."""


@dataclass(frozen=True, eq=False)
class Integral:
    """What an integer run found: destinations (or `None`) and whether it ended by itself."""

    destination: IntArray | None
    is_done: bool


def solve_integer(
    master: Master,
    goal: str,
    clock: Clock,
    *,
    reduced: FloatArray,
    gap: float,
    share: float = 1.0,
    start: IntArray | None = None,
) -> Integral:
    """Minimise a level in whole moves under the limits that the linear model holds.

    Parameters
    ----------
    reduced
        Reduced cost of each move in the model; the moves with the lowest are taken.
    gap
        Relative gap at which the run may stop.
    share
        Share of the whole time after which it must stop.
    start
        A plan to begin with, shape (n,).
    """
    layout = master.layout
    kept = _kept(master, reduced, start)
    people, to = master.people[kept], master.to[kept]
    matrix = sparse.hstack([layout.slack_matrix, layout.columns(people, to)])
    is_hard = np.concatenate([np.full(len(slack.row), slack.level == HARD) for slack in layout.slacks])
    slack_upper = np.where(is_hard, 0.0, np.concatenate([slack.upper for slack in layout.slacks]))
    row_upper = layout.upper.copy()
    for level, most in master.limits.items():
        row_upper[layout.level_row[level]] = most - layout.constant(level) + 1e-7
    counted = np.concatenate([np.full(len(slack.row), float(slack.level == goal)) for slack in layout.slacks])
    cost = np.concatenate([counted, layout.coefficients(goal, people, to)])
    highs = quiet_model(
        matrix,
        row_lower=layout.lower,
        row_upper=row_upper,
        upper=np.concatenate([slack_upper, np.ones(len(people))]),
        cost=cost,
        integer=np.concatenate([np.zeros(master.n_slacks), np.ones(len(people))]),
    )
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_abs_gap", 1e-6)
    highs.setOptionValue("time_limit", max(0.05, clock.left(share)))
    if start is not None:
        _begin_with(highs, master, start[people] == to)
    highs.run()
    return _result(highs, master, clock, people, to)


def _kept(master: Master, reduced: FloatArray, start: IntArray | None) -> IntArray:
    open_now = master.is_open[master.people, master.to]
    if start is not None:
        reduced = np.where(start[master.people] == master.to, -np.inf, reduced)
    order = np.lexsort((np.arange(len(reduced)), np.where(open_now, reduced, np.inf)))[:MOST_MOVES]
    kept: IntArray = np.sort(order[open_now[order]])
    return kept


def _begin_with(highs: highspy.Highs, master: Master, is_chosen: BoolArray) -> None:
    """Give the moves to begin with; the solver completes the slack columns."""
    indices = np.arange(master.n_slacks, master.n_slacks + len(is_chosen), dtype=np.int32)
    highs.setSolution(len(indices), indices, is_chosen.astype(float))


def _result(highs: highspy.Highs, master: Master, clock: Clock, people: IntArray, to: IntArray) -> Integral:
    status, solution = highs.getModelStatus(), highs.getSolution()
    if status == highspy.HighsModelStatus.kTimeLimit:
        clock.is_bitten = True
    feasible = highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not solution.value_valid or not feasible:
        return Integral(None, status != highspy.HighsModelStatus.kTimeLimit)
    chosen = np.array(solution.col_value)[master.n_slacks :] > 0.5
    destination = np.full(master.layout.problem.n_people, STAY)
    destination[people[chosen]] = to[chosen]
    return Integral(destination, status == highspy.HighsModelStatus.kOptimal)
