"""What prices prove: bounds by weak duality, and the least value of any plan that uses a pair of home and school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut
from junheng.planners.linear import Rows

_STEP = 1e-12


@dataclass(frozen=True, eq=False, kw_only=True)
class Duals:
    """Prices of the rules: of each home, each school's places, each cut, each limit of the goal, and of overflow.

    All but the homes' are from 0; cuts without a price are left out.
    """

    home: FloatArray
    places: FloatArray
    cuts: tuple[Cut, ...]
    cut: FloatArray
    limit: FloatArray
    overflow: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Relaxed:
    """The relaxation's answer.

    Attributes
    ----------
    bound
        Lower bound on the goal's objective over all contiguous plans within the mask that keep its limits;
        infinite where there is none.
    share
        Fractional plan, shape (n, m).
    reduced_cost
        Least rise of the linear bound if a home goes to a school, shape (n, m), from 0; infinite where it may not.
    floor
        No plan in which a home goes to a school is below this, shape (n, m).
    duals
        Prices of the rules in the linear relaxation.
    """

    bound: float
    share: FloatArray
    reduced_cost: FloatArray
    floor: FloatArray
    duals: Duals


def safe_bound(
    cost: FloatArray, upper: FloatArray, blocks: list[Rows], duals: FloatArray
) -> tuple[float, FloatArray]:
    """Return a lower bound and the reduced costs from any row duals, by weak duality in plain arithmetic."""
    matrix = sparse.vstack([block.matrix for block in blocks])
    lower_side = np.concatenate([block.lower for block in blocks])
    upper_side = np.concatenate([block.upper for block in blocks])
    # A dual of the wrong sign for a one-sided row would promise too much: such noise is set to nothing.
    duals = np.where(np.isinf(lower_side), np.minimum(duals, 0.0), duals)
    duals = np.where(np.isinf(upper_side), np.maximum(duals, 0.0), duals)
    side = np.where(duals > 0, lower_side, upper_side)
    fixed = float((duals[duals != 0] * side[duals != 0]).sum())
    reduced = cost - matrix.T @ duals
    return fixed + float((np.minimum(reduced, 0.0) * upper).sum()), reduced


def path_costs(problem: CatchmentProblem, reduced_cost: FloatArray) -> FloatArray:
    """Return the cheapest path of reduced costs from each school's home to each home, shape (n, m).

    If home i joins zone j, so does every home of some path from the school to i; the bound then rises by at
    least the sum of their reduced costs, hence by at least the cheapest such sum.
    """
    graph = sparse.csr_array(problem.graph, dtype=np.float64)
    costs = np.full(reduced_cost.shape, np.inf)
    for school, anchor in enumerate(problem.anchor.tolist()):
        # Entering a home costs its reduced cost; the tiny addend keeps free steps in the sparse graph.
        graph.data = reduced_cost[graph.indices, school] + _STEP
        costs[:, school] = dijkstra(graph, indices=anchor)
    steps = problem.n_homes * _STEP
    return np.asarray(np.maximum(costs - steps, 0.0))


def unsolved(mask: BoolArray, goal: Goal, bound: float) -> Relaxed:
    """Return what is known without an answer: the pairs of a mask, and a bound given from elsewhere."""
    n, m = mask.shape
    return Relaxed(
        bound=bound,
        share=np.zeros((n, m)),
        reduced_cost=np.where(mask, 0.0, np.inf),
        floor=np.where(mask, bound, np.inf),
        duals=Duals(
            home=np.zeros(n),
            places=np.zeros(m),
            cuts=(),
            cut=np.zeros(0),
            limit=np.zeros(len(goal.limits)),
            overflow=0.0,
        ),
    )
