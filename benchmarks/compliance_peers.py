"""Two other ways to plan compliance: the cones as they are, relaxed in Clarabel and with whole numbers in SCIP.

Both get the linear rules as our planner writes them down; the cones are written here, in one piece each.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.planners.compliance.candidate import candidate_of
from junheng.planners.compliance.columns import Columns
from junheng.planners.compliance.constraints import (
    available,
    bounds,
    leaving,
    may_miss,
    means,
    moves_that_may_be,
    recruits,
    resources,
    school_rule,
)
from junheng.planners.compliance.costs import TEN_THOUSAND
from junheng.planners.compliance.objective import cost_of_columns
from junheng.planners.compliance.problem import ComplianceProblem

INSIDE = 1 - 1e-6
"""How far inside the limit SCIP is asked to stay, so that its tolerance and rounding to steps keep the limit."""


@dataclass(frozen=True)
class Found:
    """Yuan of a plan that keeps every rule (`None`: no plan), a bound, and the seconds it took."""

    value: float | None
    bound: float
    seconds: float


def linear_rows(columns: Columns) -> list:
    parts = (resources, available, leaving, recruits, school_rule, may_miss, means)
    return [part(columns) for part in parts]


def cones(columns: Columns):
    """Yield limit, column of the mean, columns of the figures and the roots of their weights, cone by cone."""
    problem = columns.problem
    for r, s in np.argwhere(np.isfinite(problem.cv_limit)).tolist():
        rows = problem.of_stage(s)
        if len(rows):
            yield (
                problem.cv_limit[r, s],
                int(columns.mean[r, s]),
                columns.figure[r, rows],
                np.sqrt(problem.weight[rows]),
            )


def clarabel_relaxation(problem: ComplianceProblem) -> Found:
    """Solve the conic relaxation with every move; its value is the bound of the whole problem without whole numbers."""
    import clarabel

    columns = Columns(problem, moves_that_may_be(problem))
    start = time.perf_counter()
    n = columns.total
    lower, upper = bounds(columns)
    matrices, sides, kinds = [], [], []
    for block in linear_rows(columns):
        equal = block.lower == block.upper
        if equal.any():
            matrices.append(block.matrix[equal])
            sides.append(block.lower[equal])
            kinds.append(clarabel.ZeroConeT(int(equal.sum())))
        for sign, limit in ((1, block.upper), (-1, block.lower)):
            has = np.isfinite(limit) & ~equal
            if has.any():
                matrices.append(sign * block.matrix[has])
                sides.append(sign * limit[has])
                kinds.append(clarabel.NonnegativeConeT(int(has.sum())))
    identity = sparse.eye_array(n, format="csr")
    for sign, limit in ((1, upper), (-1, lower)):
        has = np.isfinite(limit)
        matrices.append(sign * identity[has])
        sides.append(sign * limit[has])
        kinds.append(clarabel.NonnegativeConeT(int(has.sum())))
    for limit, mean, figures, roots in cones(columns):
        m = len(figures)
        row = np.r_[0, np.arange(1, m + 1), np.arange(1, m + 1)]
        column = np.r_[mean, figures, np.full(m, mean)]
        value = np.r_[-limit, -roots, roots]
        matrices.append(sparse.csr_array((value, (row, column)), shape=(m + 1, n)))
        sides.append(np.zeros(m + 1))
        kinds.append(clarabel.SecondOrderConeT(m + 1))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    solver = clarabel.DefaultSolver(
        sparse.csc_matrix((n, n)),
        cost_of_columns(columns),
        sparse.csc_matrix(sparse.vstack(matrices)),
        np.concatenate(sides),
        kinds,
        settings,
    )
    solution = solver.solve()
    assert "Solved" in str(solution.status), solution.status
    return Found(None, solution.obj_val_dual * TEN_THOUSAND, time.perf_counter() - start)


def scip_direct(problem: ComplianceProblem, *, seconds: float) -> Found:
    """Give the whole problem, whole numbers and cones in one piece, to SCIP."""
    from pyscipopt import Model, quicksum

    columns = Columns(problem, moves_that_may_be(problem))
    start = time.perf_counter()
    lower, upper = bounds(columns)
    whole, cost = columns.is_integer, cost_of_columns(columns)
    model = Model()
    model.hideOutput()
    # The parts of the taken-apart cones are of no use here.
    parts = set(columns.part.ravel().tolist())
    x = [
        None
        if j in parts
        else model.addVar(
            vtype="I" if whole[j] else "C",
            lb=float(lower[j]),
            ub=None if np.isinf(upper[j]) else float(upper[j]),
            obj=float(cost[j]),
        )
        for j in range(columns.total)
    ]
    for block in linear_rows(columns):
        matrix = sparse.csr_array(block.matrix)
        for i in range(matrix.shape[0]):
            at = slice(matrix.indptr[i], matrix.indptr[i + 1])
            if at.start == at.stop:
                continue
            terms = zip(matrix.indices[at].tolist(), matrix.data[at].tolist(), strict=True)
            expression = quicksum(value * x[j] for j, value in terms)
            if block.lower[i] == block.upper[i]:
                model.addCons(expression == float(block.lower[i]))
                continue
            if np.isfinite(block.upper[i]):
                model.addCons(expression <= float(block.upper[i]))
            if np.isfinite(block.lower[i]):
                model.addCons(expression >= float(block.lower[i]))
    for limit, mean, figures, roots in cones(columns):
        squares = quicksum(
            float(root) ** 2 * (x[j] - x[mean]) * (x[j] - x[mean])
            for j, root in zip(figures.tolist(), roots.tolist(), strict=True)
        )
        model.addCons(squares <= float(limit * INSIDE) ** 2 * x[mean] * x[mean])
    model.setParam("limits/time", max(1.0, seconds - (time.perf_counter() - start)))
    model.setParam("limits/gap", 1e-4)
    model.optimize()
    spent = time.perf_counter() - start
    bound = model.getDualbound() * TEN_THOUSAND
    if model.getNSols() == 0:
        return Found(None, bound, spent)
    values = np.array([0.0 if one is None else model.getVal(one) for one in x])
    plan = candidate_of(columns, values)
    return Found(None if plan is None else plan.cost.total, bound, spent)
