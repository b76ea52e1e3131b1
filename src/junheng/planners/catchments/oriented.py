"""A narrower model whose every solution is contiguous: zones that spread outwards along given ranks.

Each home of zone j must touch a home of zone j with a lower rank for j. That is a restriction (the familiar "some
neighbour nearer the school" is the special case of distances as ranks), so it proves nothing; but it needs no
cuts, and with ranks taken from the plan in hand that plan always satisfies it. It serves to find good plans.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import Columns, Rows, base_rows
from junheng.planners.catchments.highs import Model
from junheng.planners.catchments.objective import Goal, loads
from junheng.planners.catchments.problem import BoolArray, CatchmentProblem, FloatArray, IntArray
from junheng.planners.catchments.relaxation import column_costs, column_uppers, ranks


def ranks_of_plan(
    problem: CatchmentProblem, mask: BoolArray, assignment: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Return ranks that a contiguous plan satisfies: steps from the school, those inside its zone far shorter.

    Steps are given random lengths, so that nearly every pair of neighbours differs in rank and another draw
    leaves other ways open.
    """
    inside = assignment[:, None] == np.arange(problem.n_schools)[None, :]
    length = rng.uniform(1.0, 2.0, size=(problem.n_homes, 1)) * np.where(inside, 1.0, 2.0 * problem.n_homes)
    return ranks(problem, np.where(mask, length, np.inf))


def solve_oriented(
    problem: CatchmentProblem,
    goal: Goal,
    *,
    mask: BoolArray,
    rank: FloatArray,
    start: IntArray | None,
    budget: Budget,
    share: float,
    ticks: int,
) -> IntArray | None:
    """Return the best plan found whose zones spread along the ranks, or `None` if none was found.

    Parameters
    ----------
    problem, goal
        The problem and the objective; excess over limits is priced, so a plan is found wherever one spreads.
    mask
        Pairs of home and school that may be used, shape (n, m).
    rank
        Rank of each home for each school, shape (n, m).
    start
        A plan that satisfies the ranks and the mask, or `None`.
    budget, share, ticks
        The run stops after so many solver ticks, or when this share of the time has passed.
    """
    columns = Columns(mask, len(goal.limits))
    integer = np.zeros(columns.total, dtype=bool)
    integer[: columns.n_pairs] = True
    model = Model(
        cost=column_costs(columns, goal, is_hard=False),
        upper=column_uppers(problem, columns, goal, is_hard=False),
        rows=[*base_rows(problem, columns, goal), oriented_contiguity(problem, columns, rank)],
        integer=integer,
    )
    given = None if start is None else columns_of_plan(problem, columns, goal, start)
    result = model.solve_integer(budget, share, ticks=ticks, start=given, may_restart=start is None)
    return None if result.columns is None else plan_of_columns(problem, columns, result.columns)


def oriented_contiguity(problem: CatchmentProblem, columns: Columns, rank: FloatArray) -> Rows:
    """``contiguity``, restricted: x[i, j] <= sum of x[k, j] over the neighbours k of i with a lower rank for j."""
    is_sure = columns.mask & (columns.mask.sum(axis=1) == 1)[:, None]
    graph = problem.graph
    blocks = []
    for school, anchor in enumerate(problem.anchor.tolist()):
        homes = columns.homes[columns.schools == school]
        homes = homes[homes != anchor]
        near = sparse.coo_array(graph[homes, :])
        lower = rank[near.col, school] < rank[homes[near.row], school]
        lower &= columns.mask[near.col, school]
        held = np.zeros(len(homes), dtype=bool)
        held[near.row[lower & is_sure[near.col, school]]] = True
        number = np.cumsum(~held) - 1
        wanted = lower & ~held[near.row]
        rows = np.concatenate([number[~held], number[near.row[wanted]]])
        pairs = np.concatenate([homes[~held], near.col[wanted]])
        values = np.concatenate([np.ones(int((~held).sum())), -np.ones(int(wanted.sum()))])
        shape = (int((~held).sum()), columns.total)
        blocks.append(sparse.csr_array((values, (rows, columns.index[pairs, school])), shape=shape))
    matrix = sparse.csr_array(sparse.vstack(blocks))
    return Rows("contiguity", matrix, np.full(matrix.shape[0], -np.inf), np.zeros(matrix.shape[0]))


def columns_of_plan(
    problem: CatchmentProblem, columns: Columns, goal: Goal, assignment: IntArray
) -> FloatArray:
    """Return the values of a model's columns that describe a plan."""
    values = np.zeros(columns.total)
    values[columns.index[np.arange(problem.n_homes), assignment]] = 1.0
    over = np.maximum(loads(problem, assignment) - problem.capacity, 0)
    values[columns.overflow] = over
    _, overflow, sums = goal.totals(problem, assignment)
    values[columns.excess] = max(0.0, float(overflow) - goal.overflow_free)
    values[columns.excess + 1 :] = [
        max(0.0, s - rule.most) for s, rule in zip(sums, goal.limits, strict=True)
    ]
    return values


def plan_of_columns(problem: CatchmentProblem, columns: Columns, values: FloatArray) -> IntArray:
    """Return the school of each home from the values of a model's columns."""
    x = np.full((problem.n_homes, problem.n_schools), -1.0)
    x[columns.homes, columns.schools] = values[: columns.n_pairs]
    return np.asarray(x.argmax(axis=1), dtype=np.int64)
