"""The exact finish of a problem that is small enough: the whole model in HiGHS, over the courses that may still pay."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.layout.model import YUAN, each_home, linear_model
from junheng.planners.layout.relaxation import Relaxation

MOST_PAIRS = 40_000
"""Pairs of home and site, over all slots, up to which the whole model is of use."""
FEASIBLE = 2
"""HiGHS' number for a feasible primal solution."""


@dataclass(frozen=True, eq=False)
class Exact:
    """The courses that the whole model chose (`None` where it found none in time), and what it proved.

    The model leaves out what couples sites, so its value is a bound and its choice a proposal.
    """

    choice: IntArray | None
    bound_yuan: float


def is_small(relaxation: Relaxation) -> bool:
    """Say whether the whole model is worth its time."""
    problem = relaxation.problem
    return int(problem.allowed.sum()) * problem.n_slots <= MOST_PAIRS


def finish(
    relaxation: Relaxation, may_pay: BoolArray, choice: IntArray, *, gap: float, seconds: float
) -> Exact:
    """Solve the whole model.

    Parameters
    ----------
    may_pay
        Courses that the relaxation did not prove to be too dear; the others are left out.
    choice
        The best so far: its courses stay in.
    """
    groups = each_home(relaxation.problem)
    used = np.repeat(np.isfinite(groups.yuan)[None], relaxation.problem.n_slots, axis=0)
    solver = linear_model(relaxation, groups, used)
    n = len(relaxation.yuan)
    keep = may_pay.copy()
    keep[relaxation.first[:-1] + choice] = True
    for column in range(n):
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        if not keep[column]:
            solver.changeColBounds(column, 0.0, 0.0)
    for name, value in (("solver", "choose"), ("run_crossover", "on"), ("mip_rel_gap", max(gap, 1e-6))):
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", max(0.1, seconds))
    solver.run()
    info = solver.getInfo()
    bound = float(info.mip_dual_bound) / YUAN
    if info.primal_solution_status != FEASIBLE:
        return Exact(None, bound if np.isfinite(bound) else 0.0)
    share = np.array(solver.getSolution().col_value)[:n]
    ends = zip(relaxation.first, relaxation.first[1:], strict=False)
    found = np.array([int(share[a:b].argmax()) for a, b in ends], np.int64)
    return Exact(found, bound if np.isfinite(bound) else 0.0)
