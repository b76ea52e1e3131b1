"""Serve all customers from given sites at the least cost: a transportation problem, exact."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.highs import quiet_model
from junheng.planners.layout.location.problem import LocationProblem
from junheng.planners.layout.location.whole import whole_service

WHOLE = 1e-6
"""A share this near to 0 or 1 is whole."""
NEAR = 5
"""How many of its cheapest sites a customer may use at first."""


@dataclass(frozen=True, eq=False)
class Service:
    """Who is served where.

    Attributes
    ----------
    cost
        Cost of serving everybody; fixed costs are not in it.
    site, customer, share
        Every pair with a share above 0, and the share of the customer's demand that the site serves.
    """

    cost: float
    site: IntArray
    customer: IntArray
    share: FloatArray


@dataclass(frozen=True, eq=False)
class _Pairs:
    site: IntArray
    customer: IntArray


def serve(problem: LocationProblem, is_open: BoolArray, *, most_cost: float = np.inf) -> Service | None:
    """Return the cheapest service from the open sites; `None` where they cannot serve everybody.

    Where demand may not be split, the service is a good one near the cheapest split one, not surely the cheapest; and
    `None` then says that none was found.

    Parameters
    ----------
    is_open
        Which sites are open, shape (m,).
    most_cost
        Service that costs as much or more is of no use: `None` stands for it where demand may not be split.
    """
    sites = np.flatnonzero(is_open)
    cost = problem.cost[sites]
    if problem.n_customers == 0:
        nobody = np.zeros(0, np.int64)
        return Service(0.0, nobody, nobody, np.zeros(0))
    if not np.isfinite(cost).any(axis=0).all():
        return None
    found = _flow(problem, sites, cost)
    if found is None:
        return None
    split = _service(problem, found.pairs, found.share)
    if problem.may_split or (split.share >= 1 - WHOLE).all():
        return split
    return _unsplit(problem, sites, cost, found, most_cost=most_cost)


@dataclass(frozen=True, eq=False)
class _Flow:
    """An optimal split service: its pairs and shares, and the reduced cost of every pair, shape (sites, customers)."""

    value: float
    pairs: _Pairs
    share: FloatArray
    reduced: FloatArray


def _flow(problem: LocationProblem, sites: IntArray, cost: FloatArray) -> _Flow | None:
    """Solve with each customer's cheapest sites first; then add every pair that would pay, until none does."""
    near = min(NEAR, len(sites))
    used = cost <= np.partition(cost, near - 1, axis=0)[near - 1]
    used &= np.isfinite(cost)
    scale = max(1.0, float(np.abs(cost[used]).max()))
    while True:
        position, customer = np.nonzero(used)
        pairs = _Pairs(sites[position], customer)
        solver = _solver(problem, pairs, sites)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            if np.array_equal(used, np.isfinite(cost)):
                return None
            used = np.isfinite(cost)
            continue
        solution = solver.getSolution()
        duals = np.array(solution.row_dual)
        n = problem.n_customers
        reduced = cost - duals[:n] - np.outer(duals[n:], problem.demand)
        pays = (reduced < -1e-9 * scale) & ~used
        if not pays.any():
            value = float(solver.getInfo().objective_function_value)
            return _Flow(value, pairs, np.array(solution.col_value), reduced)
        used |= pays


def _unsplit(
    problem: LocationProblem, sites: IntArray, cost: FloatArray, flow: _Flow, *, most_cost: float
) -> Service | None:
    if flow.value >= most_cost:
        return None
    share = np.zeros(cost.shape)
    share[np.searchsorted(sites, flow.pairs.site), flow.pairs.customer] = flow.share
    position = whole_service(cost, problem.demand, problem.capacity[sites], share=share)
    if position is None:
        return None
    customers = np.arange(problem.n_customers)
    total = float(cost[position, customers].sum())
    return Service(total, sites[position], customers, np.ones(len(customers))) if total < most_cost else None


def _solver(problem: LocationProblem, pairs: _Pairs, sites: IntArray) -> highspy.Highs:
    n, n_pairs = problem.n_customers, len(pairs.site)
    row = n + np.searchsorted(sites, pairs.site)
    columns = np.arange(n_pairs)
    matrix = sparse.csc_array(
        (
            np.concatenate([np.ones(n_pairs), problem.demand[pairs.customer]]),
            (np.concatenate([pairs.customer, row]), np.concatenate([columns, columns])),
        ),
        shape=(n + len(sites), n_pairs),
    )
    matrix.sort_indices()
    return quiet_model(
        matrix,
        row_lower=np.concatenate([np.ones(n), np.full(len(sites), -np.inf)]),
        row_upper=np.concatenate([np.ones(n), problem.capacity[sites]]),
        upper=np.ones(n_pairs),
        cost=problem.cost[pairs.site, pairs.customer],
    )


def _service(problem: LocationProblem, pairs: _Pairs, share: FloatArray) -> Service:
    used = share > WHOLE
    site, customer, part = pairs.site[used], pairs.customer[used], share[used]
    return Service(float((problem.cost[site, customer] * part).sum()), site, customer, part)
