"""What a plan costs, in yuan; the solver counts in ten thousands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import FloatArray
from junheng.planners.compliance.columns import SCALE, Columns, Moves
from junheng.planners.compliance.costs import TEN_THOUSAND, UnitCosts
from junheng.planners.compliance.kinds import KINDS, RECRUITED
from junheng.planners.compliance.problem import ComplianceProblem


@dataclass(frozen=True, slots=True)
class Cost:
    """Yuan of a plan by what it is spent on."""

    moves: float
    recruits: float
    teaching: float
    sports: float
    equipment: float
    multimedia: float

    @property
    def total(self) -> float:
        """Yuan in all."""
        return self.moves + self.recruits + self.teaching + self.sports + self.equipment + self.multimedia


def thing_yuan(costs: UnitCosts) -> FloatArray:
    """Return yuan a unit of R4 to R7, shape (4,)."""
    return np.array([costs.teaching_m2, costs.sports_m2, costs.equipment_yuan, costs.multimedia_room])


def recruit_yuan(costs: UnitCosts) -> FloatArray:
    """Return yuan a recruit of each kind in `RECRUITED`, shape (4,)."""
    return np.array(
        [costs.recruit + (costs.recruit_backbone if KINDS[k].backbone else 0.0) for k in RECRUITED]
    )


def move_yuan(problem: ComplianceProblem, moves: Moves) -> FloatArray:
    """Return yuan of each move, shape (p,)."""
    km = problem.distance_km[problem.school[moves.sender], problem.school[moves.receiver]]
    found: FloatArray = problem.costs.move + problem.costs.move_km * km
    return found


def cost_of_columns(columns: Columns) -> FloatArray:
    """Return what one unit of each column costs, in ten thousand yuan, shape (total,)."""
    problem = columns.problem
    cost = np.zeros(columns.total)
    cost[columns.thing] = (thing_yuan(problem.costs) * SCALE)[:, None]
    cost[columns.recruit] = recruit_yuan(problem.costs)[:, None]
    cost[columns.move] = move_yuan(problem, columns.moves)
    return cost / TEN_THOUSAND
