"""A plan in real units: whole people and rooms, square metres and yuan in steps; checked apart from the solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.measure.seven import RESOURCES
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.compliance.columns import SCALE, Columns, Moves
from junheng.planners.compliance.kinds import COUNTS_FOR, KINDS, RECRUITED
from junheng.planners.compliance.objective import Cost, move_yuan, recruit_yuan, thing_yuan
from junheng.planners.compliance.problem import (
    PEOPLE,
    STEP,
    THINGS,
    ComplianceProblem,
    at_least,
    passing,
    variation,
)
from junheng.standards.value import RELATIVE_TOLERANCE

STEPS: FloatArray = np.array([[STEP[RESOURCES[r].unit]] for r in THINGS])
_ROUNDS_TO = (1e-3, 1e-6)


@dataclass(frozen=True, eq=False)
class Candidate:
    """What is done.

    Attributes
    ----------
    things
        Added of R4 to R7 to each school, shape (4, n), in real units.
    recruits
        Recruits of each kind in `RECRUITED` at each school stage, shape (4, m).
    moves, n_moved
        The moves that are made, and how many teachers make each.
    cost
        Yuan by what they are spent on.
    """

    problem: ComplianceProblem
    things: FloatArray
    recruits: IntArray
    moves: Moves
    n_moved: IntArray
    cost: Cost

    @property
    def gained(self) -> FloatArray:
        """How much each school stage has more (or less) of each indicator's resource, shape (7, m)."""
        problem = self.problem
        found = np.zeros(problem.total.shape)
        found[list(THINGS)] = self.things[:, problem.school]
        found[list(PEOPLE)] = COUNTS_FOR[:, list(RECRUITED)] @ self.recruits
        for sign, at in ((1, self.moves.receiver), (-1, self.moves.sender)):
            for position, r in enumerate(PEOPLE):
                counted = sign * self.n_moved * COUNTS_FOR[position, self.moves.kind]
                found[r] += np.bincount(at, weights=counted, minlength=problem.n_stages)
        return found

    @property
    def total(self) -> FloatArray:
        """What each school stage draws on after the plan, shape (7, m)."""
        found: FloatArray = self.problem.total + self.gained
        return found


def candidate(
    problem: ComplianceProblem, *, things: FloatArray, recruits: IntArray, moves: Moves, n_moved: IntArray
) -> Candidate:
    """Put a plan together and price it."""
    yuan = (things * thing_yuan(problem.costs)[:, None]).sum(axis=1)
    cost = Cost(
        moves=float(move_yuan(problem, moves) @ n_moved),
        recruits=float(recruit_yuan(problem.costs) @ recruits.sum(axis=1)),
        teaching=float(yuan[0]),
        sports=float(yuan[1]),
        equipment=float(yuan[2]),
        multimedia=float(yuan[3]),
    )
    return Candidate(problem, things, recruits, moves, n_moved, cost)


def candidate_of(columns: Columns, values: FloatArray) -> Candidate | None:
    """Return the plan that the columns stand for, areas and money rounded up to steps; `None` if it breaks a rule."""
    for slack in _ROUNDS_TO:
        found = _rounded(columns, values, slack=slack)
        if not violations(found):
            return found
    return None


def _rounded(columns: Columns, values: FloatArray, *, slack: float) -> Candidate:
    """Round areas and money up to steps, but for less than a slack over a step: that is the solver's tolerance."""
    problem = columns.problem
    things = values[columns.thing] * SCALE[:, None]
    things = np.minimum(np.ceil(things / STEPS - slack) * STEPS, problem.ceiling)
    n_moved = np.round(values[columns.move]).astype(np.int64)
    return candidate(
        problem,
        things=np.maximum(things, problem.least),
        recruits=np.round(values[columns.recruit]).astype(np.int64),
        moves=columns.moves.only(n_moved > 0),
        n_moved=n_moved[n_moved > 0],
    )


def violations(found: Candidate) -> list[str]:
    """Return the names of the rules that a plan breaks, worked out from the plan alone."""
    problem, total = found.problem, found.total
    sent = np.zeros((len(KINDS), problem.n_stages), np.int64)
    np.add.at(sent, (found.moves.kind, found.moves.sender), found.n_moved)
    kept = _kept(problem, total)
    tests = {
        "school_rule": passing(problem, total).all(),
        "donor_verdict": kept.all(),
        "spread": (variation(problem, total) <= problem.cv_limit * (1 + RELATIVE_TOLERANCE)).all(),
        "ceiling": (found.things <= problem.ceiling).all() and (found.things >= problem.least).all(),
        "available": (sent <= problem.available).all(),
        "leaving": (sent.sum(axis=0) <= problem.most_leaving).all(),
        "recruits": problem.max_recruits is None or found.recruits.sum() <= problem.max_recruits,
        "receive": problem.may_receive[found.moves.receiver].all(),
        "stage": (problem.stage[found.moves.sender] == problem.stage[found.moves.receiver]).all(),
        "whole": bool(
            (found.recruits >= 0).all() and (found.n_moved > 0).all() and (found.things >= 0).all()
        ),
    }
    return [name for name, holds in tests.items() if not holds]


def _kept(problem: ComplianceProblem, total: FloatArray) -> BoolArray:
    people = list(PEOPLE)
    met, floor = at_least(total, problem.need)[people], at_least(total, problem.need_floor)[people]
    found: BoolArray = np.where(problem.is_met[people], met, problem.is_below[people] | floor)
    return found
