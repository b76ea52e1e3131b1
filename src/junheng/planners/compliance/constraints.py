"""The rules: one function a rule, each with its stable name, as rows of a linear model or bounds of its columns.

============== ==================================================================================================
name           rule
============== ==================================================================================================
resources      an indicator is what the school stage has, and gets, over its pupils
school_rule    every indicator reaches its threshold, or is one of those that may stay at their floor
may_miss       no more than the standard allows stay at their floor
donor_verdict  no indicator of teachers falls below the verdict that it has today
spread         the coefficient of variation of each indicator and stage stays within its limit
ceiling        no more is added than the site can take, and no less than was pinned
available      no more teachers of a kind leave than there are who may
leaving        no more teachers leave a school stage in all than may
move_km        no move is longer than the limit, where there is one
recruits       no more are recruited in all than there are posts
============== ==================================================================================================

``spread`` is a second-order cone, ``|sqrt(w) (x - mean)| <= limit * mean``. It is taken apart school stage by school
stage: ``w_i (x_i - mean)^2 <= part_i * limit * mean`` and ``sum part_i <= limit * mean``. The first holds if and only
if all its tangents do, and a tangent has one slope: they are added as they are needed (`tangents`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.measure.seven import RESOURCES
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.compliance.columns import SCALE, Columns, Moves
from junheng.planners.compliance.kinds import COUNTS_FOR, RECRUITED
from junheng.planners.compliance.problem import N_INDICATORS, PEOPLE, STEP, THINGS, ComplianceProblem
from junheng.planners.linear import Rows

_NOISE = 1e-9


@dataclass(frozen=True, eq=False)
class Tangents:
    """Tangents of the cones: indicator, school stage and slope of each, shape (p,)."""

    indicator: IntArray
    at: IntArray
    slope: FloatArray

    def __len__(self) -> int:
        return len(self.slope)

    def with_(self, more: Tangents) -> Tangents:
        """Return these and then the others."""
        return Tangents(
            np.concatenate([self.indicator, more.indicator]),
            np.concatenate([self.at, more.at]),
            np.concatenate([self.slope, more.slope]),
        )


NO_TANGENTS = Tangents(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def resources(columns: Columns) -> Rows:
    """``resources``: figure - per_unit * (added + recruited + arrived - left) = today's figure, indicator by stage."""
    problem, n = columns.problem, N_INDICATORS * columns.problem.n_stages
    row = np.arange(n).reshape(N_INDICATORS, -1)
    parts = [(row, columns.figure, np.ones(row.shape))]
    things = list(THINGS)
    parts.append((row[things], columns.thing[:, problem.school], -problem.per_unit[things] * SCALE[:, None]))
    for position, r in enumerate(PEOPLE):
        gained = np.outer(COUNTS_FOR[position, list(RECRUITED)], -problem.per_unit[r])
        parts.append((np.broadcast_to(row[r], gained.shape), columns.recruit, gained))
        moves = columns.moves
        counts = COUNTS_FOR[position, moves.kind]
        parts.append((row[r, moves.receiver], columns.move, -problem.per_unit[r, moves.receiver] * counts))
        parts.append((row[r, moves.sender], columns.move, problem.per_unit[r, moves.sender] * counts))
    today = (problem.total * problem.per_unit).ravel()
    return Rows("resources", _matrix(columns, n, parts), today, today)


def least_figures(problem: ComplianceProblem) -> FloatArray:
    """``school_rule`` without choice, and ``donor_verdict``: the least of each figure, shape (7, m)."""
    return np.maximum(school_rule_floor(problem), donor_verdict(problem))


def school_rule_floor(problem: ComplianceProblem) -> FloatArray:
    """``school_rule`` where there is no choice: the threshold where nothing may be missed, else the floor.

    An indicator that is met today stays met: things are only added, and teachers are kept by ``donor_verdict``.
    """
    must_meet = ~problem.is_met & (problem.may_miss == 0)
    need = np.where(must_meet | (problem.is_met & _is_thing()), problem.need, problem.need_floor)
    found: FloatArray = reached_in_steps(problem, need) * problem.per_unit
    return found


def reached_in_steps(problem: ComplianceProblem, need: FloatArray) -> FloatArray:
    """Return the least at or above each need that building in whole steps can reach, shape (7, m).

    A need of 65.2 square metres more is one of 66; saying so raises the bound and cuts off no plan.
    """
    steps = np.array([[STEP.get(resource.unit, 1.0)] for resource in RESOURCES])
    more = np.ceil((need - problem.total) / steps - _NOISE) * steps
    found: FloatArray = np.where(_is_thing() & (need > problem.total), problem.total + more, need)
    return found


def donor_verdict(problem: ComplianceProblem) -> FloatArray:
    """``donor_verdict``: indicators of teachers that are met today stay met, those at their floor stay there."""
    kept = np.where(problem.is_met, problem.need, np.where(problem.is_below, 0.0, problem.need_floor))
    found: FloatArray = np.where(_is_thing(), 0.0, kept * problem.per_unit)
    return found


def school_rule(columns: Columns) -> Rows:
    """``school_rule``: figure + (threshold - floor) * miss >= threshold, wherever there is a choice."""
    problem = columns.problem
    r, i = np.nonzero(columns.may_choose)
    row = np.arange(len(r))
    threshold = (reached_in_steps(problem, problem.need) * problem.per_unit)[r, i]
    drop = threshold - (reached_in_steps(problem, problem.need_floor) * problem.per_unit)[r, i]
    parts = [(row, columns.figure[r, i], np.ones(len(r))), (row, columns.miss[r, i], drop)]
    return Rows("school_rule", _matrix(columns, len(r), parts), threshold, np.full(len(r), np.inf))


def may_miss(columns: Columns) -> Rows:
    """``may_miss``: sum of miss over the indicators <= what the standard allows, wherever there is a choice."""
    stages = np.flatnonzero(columns.may_choose.any(axis=0))
    parts = []
    for row, i in enumerate(stages.tolist()):
        own = columns.miss[columns.may_choose[:, i], i]
        parts.append((np.full(len(own), row), own, np.ones(len(own))))
    most = columns.problem.may_miss[stages].astype(float)
    return Rows("may_miss", _matrix(columns, len(stages), parts), np.full(len(stages), -np.inf), most)


def means(columns: Columns) -> Rows:
    """``spread``: mean - sum of weight * figure = 0, indicator by stage."""
    problem = columns.problem
    n = columns.mean.size
    row = np.arange(n).reshape(columns.mean.shape)
    weights = np.broadcast_to(-problem.weight, columns.figure.shape)
    parts = [(row, columns.mean, np.ones(row.shape)), (row[:, problem.stage], columns.figure, weights)]
    return Rows("spread", _matrix(columns, n, parts), np.zeros(n), np.zeros(n))


def spread(columns: Columns, *, share: float = 1.0) -> Rows:
    """``spread``: sum of parts <= limit * mean, for each indicator and stage with a limit.

    Parameters
    ----------
    share
        Share of the limit to keep within; below 1 for a plan that is safely inside.
    """
    problem = columns.problem
    r, s = np.nonzero(np.isfinite(problem.cv_limit))
    row = np.arange(len(r))
    position = np.full(problem.cv_limit.shape, -1)
    position[r, s] = row
    own = position[:, problem.stage]
    has = own >= 0
    parts = [
        (own[has], columns.part[has], np.ones(int(has.sum()))),
        (row, columns.mean[r, s], -share * problem.cv_limit[r, s]),
    ]
    return Rows("spread", _matrix(columns, len(r), parts), np.full(len(r), -np.inf), np.zeros(len(r)))


def tangents(columns: Columns, given: Tangents) -> Rows:
    """``spread``: part >= 2 slope sqrt(w) (figure - mean) - slope^2 limit mean, one row a tangent."""
    problem, r, i = columns.problem, given.indicator, given.at
    row, s = np.arange(len(given)), problem.stage[given.at]
    steep = 2 * given.slope * np.sqrt(problem.weight[i])
    parts = [
        (row, columns.part[r, i], np.ones(len(row))),
        (row, columns.figure[r, i], -steep),
        (row, columns.mean[r, s], steep + given.slope**2 * problem.cv_limit[r, s]),
    ]
    return Rows("spread", _matrix(columns, len(row), parts), np.zeros(len(row)), np.full(len(row), np.inf))


def available(columns: Columns) -> Rows:
    """``available``: teachers of a kind who leave a school stage <= those who may, for each that could send any."""
    problem, moves = columns.problem, columns.moves
    n = problem.available.size
    row = moves.kind * problem.n_stages + moves.sender
    parts = [(row, columns.move, np.ones(len(moves)))]
    most = problem.available.ravel().astype(float)
    return Rows("available", _matrix(columns, n, parts), np.full(n, -np.inf), most)


def leaving(columns: Columns) -> Rows:
    """``leaving``: teachers of all kinds who leave a school stage <= most_leaving."""
    problem, moves = columns.problem, columns.moves
    parts = [(moves.sender, columns.move, np.ones(len(moves)))]
    most = problem.most_leaving.astype(float)
    return Rows(
        "leaving", _matrix(columns, problem.n_stages, parts), np.full(problem.n_stages, -np.inf), most
    )


def recruits(columns: Columns) -> Rows:
    """``recruits``: recruits of all kinds and schools <= max_recruits, where there is a limit."""
    most = columns.problem.max_recruits
    n = 0 if most is None else 1
    own = columns.recruit.ravel()[: columns.recruit.size * n]
    parts = [(np.zeros(len(own), np.int64), own, np.ones(len(own)))]
    return Rows("recruits", _matrix(columns, n, parts), np.full(n, -np.inf), np.full(n, float(most or 0)))


def bounds(columns: Columns) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most of every column: ``ceiling``, ``school_rule`` and ``donor_verdict``."""
    problem = columns.problem
    lower, upper = np.zeros(columns.total), np.full(columns.total, np.inf)
    lower[columns.thing], upper[columns.thing] = ceiling(problem)
    upper[columns.miss[columns.may_choose]] = 1.0
    lower[columns.figure] = least_figures(problem)
    return lower, upper


def ceiling(problem: ComplianceProblem) -> tuple[FloatArray, FloatArray]:
    """``ceiling``: least and most added of R4 to R7 at each school, in units of their columns, shape (4, n) each."""
    return problem.least / SCALE[:, None], problem.ceiling / SCALE[:, None]


def base_rows(columns: Columns) -> list[Rows]:
    """Return every rule but the tangents, which come as they are needed."""
    return [
        resources(columns),
        available(columns),
        leaving(columns),
        recruits(columns),
        school_rule(columns),
        may_miss(columns),
        means(columns),
        spread(columns),
    ]


def moves_that_may_be(problem: ComplianceProblem) -> Moves:
    """Return every move that the rules allow: someone is there to send, and somebody may receive, at one stage."""
    found = []
    for s in np.unique(problem.stage).tolist():
        own = problem.of_stage(s)
        receivers = own[problem.may_receive[own]]
        kind, sender = np.nonzero(problem.available[:, own] * (problem.most_leaving[own] > 0))
        sender = own[sender]
        k, a = np.repeat(kind, len(receivers)), np.repeat(sender, len(receivers))
        b = np.tile(receivers, len(kind))
        found.append(Moves(k, a, b).only((a != b) & _is_near(problem, a, b)))
    result = found[0]
    for more in found[1:]:
        result = result.with_(more)
    return result


def _is_near(problem: ComplianceProblem, sender: IntArray, receiver: IntArray) -> BoolArray:
    """``move_km``: a move is no longer than the limit, where there is one."""
    km = problem.distance_km[problem.school[sender], problem.school[receiver]]
    found: BoolArray = km <= (np.inf if problem.max_move_km is None else problem.max_move_km)
    return found


def _is_thing() -> BoolArray:
    is_thing = np.zeros((N_INDICATORS, 1), np.bool_)
    is_thing[list(THINGS)] = True
    return is_thing


def _matrix(
    columns: Columns, n_rows: int, parts: list[tuple[IntArray, IntArray, FloatArray]]
) -> sparse.csr_array:
    flat = [tuple(np.ravel(piece) for piece in part) for part in parts]
    empty = np.zeros(0)
    row, column, value = (np.concatenate([empty, *(part[k] for part in flat)]) for k in range(3))
    positions = (row.astype(np.int64), column.astype(np.int64))
    return sparse.csr_array((value, positions), shape=(n_rows, columns.total))
