"""The linear model in HiGHS with only the moves that matter so far; more are priced in until no move could help."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.exchange.layout import HARD, Layout
from junheng.planners.highs import quiet_model

_STATUS = highspy.HighsModelStatus
_TOLERANCE = 1e-6
_PER_PERSON = 2
_PER_POST = 12


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The optimum of the linear model over all moves, or the best bound where time ran out.

    Attributes
    ----------
    value
        Of the goal, constant included, over the moves in the model.
    bound
        What no plan goes below.
    reduced
        Reduced cost of each move in the model, in its order.
    chosen
        Value of each move in the model, from 0 to 1.
    """

    value: float
    bound: float
    reduced: FloatArray
    chosen: FloatArray


class Master:
    """The restricted linear model.

    Attributes
    ----------
    people, to
        The moves in the model, in order.
    """

    def __init__(self, layout: Layout, *, start: BoolArray) -> None:
        self.layout = layout
        self.people = np.empty(0, np.int64)
        self.to = np.empty(0, np.int64)
        self.is_open = layout.problem.allowed.copy()
        self._in = np.zeros(layout.problem.allowed.shape, bool)
        self.n_slacks = layout.slack_matrix.shape[1]
        self.limits: dict[str, float] = {}
        self._highs = self._with_slacks()
        # Another goal and more moves leave the last optimum a feasible start: the primal method goes on from it.
        self._highs.setOptionValue("simplex_strategy", 4)
        self.add(*np.nonzero(start & layout.problem.allowed))

    def _with_slacks(self) -> highspy.Highs:
        return quiet_model(
            self.layout.slack_matrix,
            row_lower=self.layout.lower,
            row_upper=self.layout.upper,
            upper=np.concatenate([slack.upper for slack in self.layout.slacks]),
        )

    def add(self, people: IntArray, to: IntArray) -> None:
        """Put moves into the model."""
        matrix = self.layout.columns(people, to)
        n = len(people)
        self._highs.addCols(
            n,
            np.zeros(n),
            np.zeros(n),
            np.ones(n),
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
        )
        self._in[people, to] = True
        self.people, self.to = np.concatenate([self.people, people]), np.concatenate([self.to, to])

    def limit(self, level: str, most: float) -> None:
        """Hold a level to at most a value from now on."""
        row = self.layout.level_row[level]
        self.limits[level] = most
        self._highs.changeRowBounds(row, -np.inf, most - self.layout.constant(level))

    def allow_start(self, *, is_allowed: bool) -> None:
        """Allow, or no longer allow, what only a start needs: people not placed, quotas missed, limits overstepped."""
        at = np.flatnonzero(
            np.concatenate([np.full(len(s.row), s.level == HARD) for s in self.layout.slacks])
        )
        upper = np.concatenate([slack.upper for slack in self.layout.slacks])[at]
        upper = upper if is_allowed else np.zeros(len(at))
        self._highs.changeColsBounds(len(at), at.astype(np.int32), np.zeros(len(at)), upper)

    def start_missing(self) -> tuple[dict[str, float], tuple[str, ...]]:
        """Return by how much the last run misses the quotas, and whom it cannot place."""
        columns = np.array(self._highs.getSolution().col_value)[: self.n_slacks]
        row = np.concatenate([slack.row for slack in self.layout.slacks])
        missed = np.zeros(self.layout.n_rows)
        is_hard = np.concatenate([np.full(len(s.row), s.level == HARD) for s in self.layout.slacks])
        np.add.at(missed, row[is_hard], columns[is_hard])
        by_rule = {
            name: float(missed[self.layout.rows(name)].sum()) for name in ("quota", "backbone", "to_rural")
        }
        person = missed[self.layout.rows("one_post")] > _TOLERANCE
        unplaced = tuple(np.array(self.layout.problem.people)[person].tolist())
        return {name: by for name, by in by_rule.items() if by > _TOLERANCE}, unplaced

    def close_beyond(self, km: float) -> None:
        """Close moves with a longer commute, and open all others."""
        self.is_open = self.layout.problem.allowed & (self.layout.problem.km <= km + _TOLERANCE)
        n = len(self.people)
        upper = self.is_open[self.people, self.to].astype(float)
        at = np.arange(self.n_slacks, self.n_slacks + n, dtype=np.int32)
        self._highs.changeColsBounds(n, at, np.zeros(n), upper)

    def relax(self, goal: str, clock: Clock) -> Relaxed:
        """Minimise a level (or `HARD`) over all open moves."""
        bound, constant = -np.inf, self.layout.constant(goal)
        while True:
            self._set_costs(goal)
            self._highs.setOptionValue("time_limit", max(0.05, self._highs.getRunTime() + clock.left()))
            self._highs.run()
            solution = self._highs.getSolution()
            if self._highs.getModelStatus() != _STATUS.kOptimal:
                clock.is_bitten = True
                n = len(self.people)
                return Relaxed(np.inf, bound, np.zeros(n), np.zeros(n))
            value = float(self._highs.getInfo().objective_function_value) + constant
            reduced = self._reduced(goal, np.array(solution.row_dual))
            fresh = np.where(self._in, 0.0, reduced)
            bound = max(bound, value + float(fresh.min(axis=1, initial=0.0).sum()))
            if fresh.min(initial=0.0) >= -_TOLERANCE or clock.is_over():
                columns = np.array(solution.col_value)[self.n_slacks :]
                return Relaxed(value, bound, reduced[self.people, self.to], columns)
            self.add(*_best(fresh))

    def _set_costs(self, goal: str) -> None:
        level_costs = [np.full(len(slack.row), float(slack.level == goal)) for slack in self.layout.slacks]
        moves = (
            np.zeros(len(self.people))
            if goal == HARD
            else self.layout.coefficients(goal, self.people, self.to)
        )
        cost = np.concatenate([*level_costs, moves])
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def _reduced(self, goal: str, duals: FloatArray) -> FloatArray:
        """Return the reduced cost of every open move, shape (n, m); infinite for closed ones."""
        problem = self.layout.problem
        people, to = np.arange(problem.n_people)[:, None], np.arange(len(problem.posts))[None, :]
        cost = 0.0 if goal == HARD else self.layout.coefficients(goal, people, to)
        reduced: FloatArray = np.where(self.is_open, cost - self.layout.worth(duals), np.inf)
        return reduced


def _best(fresh: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the moves to add: of each person and each post those with the lowest reduced cost, if it is negative."""
    wanted = np.zeros(fresh.shape, bool)
    for axis, most in ((1, _PER_PERSON), (0, _PER_POST)):
        mark_smallest(wanted, fresh, most, axis=axis)
    people, to = np.nonzero(wanted & (fresh < -_TOLERANCE))
    return people, to


def mark_smallest(marks: BoolArray, values: FloatArray, most: int, *, axis: int) -> None:
    """Mark the ``most`` smallest values along an axis."""
    most = min(most, values.shape[axis])
    picked = np.argpartition(values, most - 1, axis=axis).take(range(most), axis=axis)
    np.put_along_axis(marks, picked, np.ones(picked.shape, bool), axis=axis)
