"""Proven bounds: the linear relaxation with contiguity cuts, and what it says of every pair of home and school."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import Columns, Rows, base_rows, contiguity
from junheng.planners.catchments.highs import LinearResult, Model
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import BoolArray, CatchmentProblem, FloatArray
from junheng.planners.catchments.separation import Cut, separate

_AGE = 5
_WINDOW = 8
_LITTLE = 2e-5


@dataclass
class CutPool:
    """Every contiguity cut found so far; a cut holds for all goals, as it speaks of the graph only."""

    cuts: dict[Cut, None] = field(default_factory=dict)

    def add(self, cuts: Iterable[Cut]) -> list[Cut]:
        """Keep the cuts and return those that are new."""
        new = [cut for cut in cuts if cut not in self.cuts]
        self.cuts.update(dict.fromkeys(new))
        return new

    def copy(self) -> CutPool:
        """Return a pool of the same cuts that grows apart, for cuts that hold only where some pairs are closed."""
        return CutPool(dict(self.cuts))

    def within(self, mask: BoolArray) -> list[Cut]:
        """Return the cuts that say something where only the pairs of a mask are open.

        A cut is empty where its home cannot join the zone, or where a home of the separator is sure to.
        """
        is_sure = mask & (mask.sum(axis=1) == 1)[:, None]
        return [
            cut
            for cut in self.cuts
            if mask[cut.home, cut.school] and not is_sure[list(cut.separator), cut.school].any()
        ]


@dataclass(frozen=True, eq=False, kw_only=True)
class Duals:
    """Prices of the rules: of each home, each contiguity cut, each limit of the goal, and of overflow.

    All but the homes' are from 0; cuts without a price are left out.
    """

    home: FloatArray
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


class Relaxation:
    """Linear relaxation of one goal; `tighten` adds broken contiguity cuts until they gain little.

    The bound holds for the stated problem: the relaxation drops only whole numbers and some contiguity
    cuts, and its value is recomputed from the duals, so that it does not lean on the solver's tolerances.
    """

    def __init__(self, problem: CatchmentProblem, mask: BoolArray, goal: Goal, pool: CutPool) -> None:
        self.problem, self.goal, self.pool = problem, goal, pool
        self.columns = Columns(mask, len(goal.limits))
        self.cost = column_costs(self.columns, goal, is_hard=True)
        self.upper = column_uppers(problem, self.columns, goal, is_hard=True)
        self.base = base_rows(problem, self.columns, goal)
        self.model = Model(cost=self.cost, upper=self.upper, rows=self.base, integer=None)
        self.n_base = self.model.n_rows
        self.active: list[Cut] = []
        self.age = np.zeros(0, np.int64)
        self._add(pool.within(mask))

    def tighten(self, budget: Budget, share: float, *, rounds: int = 200) -> Relaxed:
        """Return the relaxation's answer.

        Stops when no cut is broken, when the last rounds gained little, after ``rounds`` rounds, or when that
        share of the time has passed; an answer that could not be computed in time says nothing (bound 0).
        """
        answer = _unsolved(self.columns.mask, self.goal, 0.0)
        values: list[float] = []
        while True:
            result = self.model.solve_linear(budget, share)
            if result is None:
                return _unsolved(self.columns.mask, self.goal, np.inf) if self.model.is_infeasible else answer
            values.append(result.value)
            x = self._matrix_of(result.columns)
            broken = separate(self.problem, self.columns.mask, x)
            is_last = not broken or len(values) >= rounds or _gains_little(values) or budget.is_over(share)
            if is_last or len(values) % _WINDOW == 1:
                answer = self._answer(result, x)
            if is_last:
                return answer
            self._forget(result)
            self._add(broken)

    def _add(self, broken: list[Cut]) -> None:
        self.pool.add(broken)
        present = set(self.active)
        new = [cut for cut in broken if cut not in present]
        self.model.add_rows(contiguity(self.columns, new))
        self.active += new
        self.age = np.concatenate([self.age, np.zeros(len(new), np.int64)])

    def _forget(self, result: LinearResult) -> None:
        """Delete cuts that have not mattered for some rounds."""
        idle = np.abs(result.row_duals[self.n_base :]) <= 1e-9
        self.age = np.where(idle, self.age + 1, 0)
        old = np.flatnonzero(self.age > _AGE)
        if len(old) > 50 + len(self.age) // 5:
            self.model.delete_rows(old + self.n_base)
            gone = set(old.tolist())
            self.active = [cut for k, cut in enumerate(self.active) if k not in gone]
            self.age = np.delete(self.age, old)

    def _matrix_of(self, columns: FloatArray) -> FloatArray:
        x = np.zeros((self.problem.n_homes, self.problem.n_schools))
        x[self.columns.homes, self.columns.schools] = columns[: self.columns.n_pairs]
        return x

    def _answer(self, result: LinearResult, x: FloatArray) -> Relaxed:
        blocks: list[Rows] = [*self.base, contiguity(self.columns, self.active)]
        bound, reduced = _safe_bound(self.cost, self.upper, blocks, result.row_duals)
        reduced_cost = np.full(x.shape, np.inf)
        reduced_cost[self.columns.homes, self.columns.schools] = np.maximum(
            reduced[: self.columns.n_pairs], 0.0
        )
        return Relaxed(
            bound=bound,
            share=x,
            reduced_cost=reduced_cost,
            floor=bound + path_costs(self.problem, reduced_cost),
            duals=self._duals(result),
        )

    def _duals(self, result: LinearResult) -> Duals:
        n, m = self.problem.n_homes, self.problem.n_schools
        prices = np.maximum(-result.row_duals, 0.0)
        cut = prices[self.n_base :]
        used = np.flatnonzero(cut > 1e-9)
        return Duals(
            home=result.row_duals[:n],
            cuts=tuple(self.active[k] for k in used.tolist()),
            cut=cut[used],
            limit=prices[n + m + 1 : self.n_base],
            overflow=float(prices[n + m]),
        )


def column_costs(columns: Columns, goal: Goal, *, is_hard: bool) -> FloatArray:
    """Return the costs of a model's columns; excess has a price unless it is forbidden."""
    cost = np.zeros(columns.total)
    cost[: columns.n_pairs] = goal.cost[columns.homes, columns.schools]
    if not (is_hard and goal.is_overflow_hard):
        cost[columns.excess] = goal.overflow_price
    if not is_hard:
        cost[columns.excess + 1 :] = [limit.price for limit in goal.limits]
    return cost


def column_uppers(problem: CatchmentProblem, columns: Columns, goal: Goal, *, is_hard: bool) -> FloatArray:
    """Return the upper bounds of a model's columns; with ``is_hard`` the limits leave no excess."""
    upper = np.ones(columns.total)
    upper[columns.overflow] = upper[columns.excess] = max(1.0, float(problem.pupils.sum()))
    if is_hard:
        upper[columns.excess + 1 :] = 0.0
        upper[columns.excess] *= not goal.is_overflow_hard
    else:
        upper[columns.excess + 1 :] = [1.0 + float(limit.weight.max(axis=1).sum()) for limit in goal.limits]
    return upper


def _safe_bound(
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


_STEP = 1e-12


def _unsolved(mask: BoolArray, goal: Goal, bound: float) -> Relaxed:
    n, m = mask.shape
    return Relaxed(
        bound=bound,
        share=np.zeros((n, m)),
        reduced_cost=np.where(mask, 0.0, np.inf),
        floor=np.where(mask, bound, np.inf),
        duals=Duals(
            home=np.zeros(n), cuts=(), cut=np.zeros(0), limit=np.zeros(len(goal.limits)), overflow=0.0
        ),
    )


def _gains_little(values: list[float]) -> bool:
    if len(values) <= 2 * _WINDOW:
        return False
    return values[-1] - values[-1 - _WINDOW] <= _LITTLE * max(1.0, abs(values[-1]))


def ranks(problem: CatchmentProblem, step_cost: FloatArray) -> FloatArray:
    """Return how far each home is from each school's home if entering a home costs so much, shape (n, m).

    Along each shortest path the rank rises strictly, provided every step costs more than nothing.
    """
    graph = sparse.csr_array(problem.graph, dtype=np.float64)
    rank = np.full(step_cost.shape, np.inf)
    for school, anchor in enumerate(problem.anchor.tolist()):
        graph.data = np.asarray(step_cost[graph.indices, school], dtype=np.float64)
        rank[:, school] = dijkstra(graph, indices=anchor)
    return rank
