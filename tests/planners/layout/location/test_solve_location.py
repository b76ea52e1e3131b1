"""Capacitated location against exhaustive search, HiGHS' full model, published optima and properties."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import highspy
import numpy as np
import pytest

from junheng.errors import UsageError
from junheng.planners.layout.location.orlib import read_optima, read_orlib
from junheng.planners.layout.location.problem import LocationProblem
from junheng.planners.layout.location.solve import LocationOptions, LocationSolution, solve_location

EXACT = LocationOptions(gap=0.0)


def random_problem(seed: int, *, m: int = 6, n: int = 9, **options) -> LocationProblem:
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 9, n).astype(float)
    cost = rng.integers(1, 60, (m, n)).astype(float)
    cost[rng.random((m, n)) < 0.1] = np.inf
    capacity = rng.integers(5, 30, m).astype(float)
    return LocationProblem(
        fixed_cost=rng.integers(0, 80, m), capacity=capacity, demand=demand, cost=cost, **options
    )


def full_model(problem: LocationProblem) -> float | None:
    """Solve the textbook model, every variable and every x <= y, in HiGHS."""
    m, n = problem.cost.shape
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    kind = highspy.HighsVarType
    opened = [solver.addVariable(0, 1, problem.fixed_cost[i], kind.kInteger) for i in range(m)]
    share_kind = kind.kContinuous if problem.may_split else kind.kInteger
    shares = {
        (i, j): solver.addVariable(0, 1, problem.cost[i, j], share_kind)
        for i in range(m)
        for j in range(n)
        if np.isfinite(problem.cost[i, j])
    }
    for j in range(n):
        served = [share for (_, customer), share in shares.items() if customer == j]
        if not served:
            return None
        solver.addConstr(sum(served) == 1)
    for i in range(m):
        own = {j: share for (site, j), share in shares.items() if site == i}
        if own:
            load = sum(problem.demand[j] * share for j, share in own.items())
            solver.addConstr(load - problem.capacity[i] * opened[i] <= 0)
        for share in own.values():
            solver.addConstr(share - opened[i] <= 0)
    if problem.n_open is not None:
        solver.addConstr(sum(opened) == problem.n_open)
    solver.run()
    is_solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value if is_solved else None


def recomputed_cost(problem: LocationProblem, solution: LocationSolution) -> float:
    """Add the cost up from the service, refusing whatever breaks a rule."""
    service = solution.service
    np.testing.assert_allclose(
        np.bincount(service.customer, service.share, problem.n_customers), 1.0, atol=1e-6
    )
    load = np.bincount(service.site, service.share * problem.demand[service.customer], problem.n_sites)
    assert (load <= problem.capacity * solution.is_open + 1e-6).all()
    if problem.n_open is not None:
        assert solution.is_open.sum() == problem.n_open
    if not problem.may_split:
        assert len(service.customer) == problem.n_customers
    served = (problem.cost[service.site, service.customer] * service.share).sum()
    return float(problem.fixed_cost[solution.is_open].sum() + served)


@pytest.mark.parametrize("seed", range(40))
def test_small_problems_are_solved_as_the_full_model_solves_them(seed):
    problem = random_problem(seed)
    solution, expected = solve_location(problem, EXACT), full_model(problem)
    assert (solution is None) == (expected is None)
    if solution is not None:
        assert solution.cost == pytest.approx(expected, rel=1e-6)
        assert recomputed_cost(problem, solution) == pytest.approx(solution.cost, rel=1e-6)
        assert solution.bound == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_with_a_number_of_sites_asked_for_the_optimum_is_that_of_the_full_model(seed):
    problem = random_problem(seed, n_open=3)
    solution, expected = solve_location(problem, EXACT), full_model(problem)
    assert (solution is None) == (expected is None)
    if solution is not None:
        assert recomputed_cost(problem, solution) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_bound_of_unsplit_service_never_exceeds_the_full_models_optimum(seed):
    problem = random_problem(seed, n_open=4, may_split=False)
    expected = full_model(problem)
    try:
        solution = solve_location(problem, EXACT)
    except UsageError:
        return
    if solution is None:
        return
    assert expected is not None
    assert solution.bound <= expected + 1e-6 <= recomputed_cost(problem, solution) + 2e-6


@pytest.mark.parametrize("seed", [7, 11, 12])
def test_trying_every_set_of_sites_finds_nothing_cheaper(seed):
    problem = random_problem(seed, m=5, n=6)
    costs = []
    for chosen in itertools.product([0.0, 1.0], repeat=problem.n_sites):
        only = LocationProblem(
            fixed_cost=np.zeros(problem.n_sites),
            capacity=np.array(chosen) * problem.capacity,
            demand=problem.demand,
            cost=np.where(np.array(chosen)[:, None] > 0, problem.cost, np.inf),
        )
        service = full_model(only)
        if service is not None:
            costs.append(float(problem.fixed_cost @ np.array(chosen)) + service)
    solution = solve_location(problem, EXACT)
    assert solution.cost == pytest.approx(min(costs), rel=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_one_more_site_never_costs_more(seed):
    problem = random_problem(seed)
    fewer = LocationProblem(
        fixed_cost=problem.fixed_cost[1:],
        capacity=problem.capacity[1:],
        demand=problem.demand,
        cost=problem.cost[1:],
    )
    with_all, without = solve_location(problem, EXACT), solve_location(fewer, EXACT)
    if without is not None:
        assert with_all is not None
        assert with_all.cost <= without.cost + 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_sites_and_customers_does_not_matter(seed):
    problem, rng = random_problem(seed), np.random.default_rng(seed)
    sites, customers = rng.permutation(problem.n_sites), rng.permutation(problem.n_customers)
    shuffled = LocationProblem(
        fixed_cost=problem.fixed_cost[sites],
        capacity=problem.capacity[sites],
        demand=problem.demand[customers],
        cost=problem.cost[np.ix_(sites, customers)],
    )
    ours, theirs = solve_location(problem, EXACT), solve_location(shuffled, EXACT)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert ours.cost == pytest.approx(theirs.cost)


def test_nobody_to_serve_opens_nothing():
    problem = LocationProblem(fixed_cost=[3.0], capacity=[2.0], demand=[], cost=np.zeros((1, 0)))
    solution = solve_location(problem, EXACT)
    assert solution.cost == 0
    assert not solution.is_open.any()


def test_too_little_capacity_has_no_solution():
    problem = LocationProblem(fixed_cost=[1.0], capacity=[2.0], demand=[3.0], cost=[[1.0]])
    assert solve_location(problem, EXACT) is None


def test_a_negative_demand_is_refused_by_name():
    with pytest.raises(UsageError, match="demand"):
        LocationProblem(fixed_cost=[1.0], capacity=[2.0], demand=[-3.0], cost=[[1.0]])


@pytest.fixture
def orlib() -> Path:
    folder = os.environ.get("JUNHENG_DATA")
    if folder is None:
        pytest.skip("needs JUNHENG_DATA")
    return Path(folder) / "orlib"


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["cap41", "cap51", "cap63", "cap74", "cap81", "cap94", "cap104", "cap123", "cap134"]
)
def test_published_optima_are_reached_and_proven(orlib, name):
    optimum = read_optima(orlib / "bounds.txt")[name]
    solution = solve_location(read_orlib(orlib / f"{name}.txt"), EXACT)
    assert solution.cost == pytest.approx(optimum, rel=1e-8)
    assert solution.bound == pytest.approx(optimum, rel=1e-8)


@pytest.mark.real_data
def test_a_hundred_sites_are_within_a_tenth_of_a_per_cent_of_the_published_optimum(orlib):
    optimum = read_optima(orlib / "bounds.txt")["capa_14000"]
    problem = read_orlib(orlib / "capa.txt", capacity=14_000)
    solution = solve_location(problem, LocationOptions(gap=1e-3))
    assert optimum * (1 - 1e-3) <= solution.bound <= optimum * (1 + 1e-9)
    assert solution.cost <= optimum * (1 + 1e-3)


@pytest.mark.real_data
def test_a_file_without_capacities_says_so(orlib):
    with pytest.raises(UsageError, match="capa"):
        read_orlib(orlib / "capa.txt")
