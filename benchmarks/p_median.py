"""Capacitated p-median, 1,000 customers x 50 sites: ours against spopt with HiGHS, same gap asked, with the bound.

The peer is `spopt.locate.PMedian` with capacities, solved by HiGHS through PuLP: every customer belongs to one site in
both. Each run is a process of its own, one after the other; seconds are of the processor, building the model
included, since that is what a user waits for. Assignments are scored here, by code that neither solver uses.

- ours : peer below 1 in cost is a better choice, above 1 in seconds a slower one;
- bound: the largest that either proved; gap: (cost - bound) / cost.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

import numpy as np

from junheng.planners.layout.location.problem import LocationProblem
from junheng.planners.layout.location.solve import LocationOptions, solve_location

WAYS = ("ours", "spopt")
TARGET_RATIO = 8.0


def instance(seed: int, *, customers: int, sites: int, n_open: int) -> LocationProblem:
    """Return customers in towns, sites among them, and capacities of which n_open hold a tenth more than all demand."""
    rng = np.random.default_rng([seed, 4])
    towns = rng.uniform(0, 30, (8, 2))
    at = towns[rng.integers(0, 8, customers)] + rng.normal(0, 2.5, (customers, 2))
    site_at = at[rng.choice(customers, sites, replace=False)] + rng.normal(0, 0.3, (sites, 2))
    demand = rng.integers(5, 60, customers).astype(float)
    capacity = np.round(demand.sum() / n_open * rng.uniform(0.95, 1.25, sites))
    km = np.sqrt(((site_at[:, None] - at[None]) ** 2).sum(axis=2))
    return LocationProblem(
        fixed_cost=np.zeros(sites),
        capacity=capacity,
        demand=demand,
        cost=km * demand,
        n_open=n_open,
        may_split=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--open", type=int, default=15)
    parser.add_argument("--gap", type=float, default=1e-3)
    parser.add_argument("--seconds", type=float, default=250.0)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_run_one(options)))
        return
    print(f"{'seed':>4} {'solver':7} {'cost':>11} {'gap':>8} {'cpu s':>7}   cost ours:it   seconds it:ours")
    for seed in range(1, options.seeds + 1):
        rows = {way: _start(way, seed, options) for way in WAYS}
        bound = max(row["bound"] for row in rows.values())
        for way, row in rows.items():
            cost, seconds = rows["ours"]["cost"] / row["cost"], row["seconds"] / rows["ours"]["seconds"]
            print(
                f"{seed:4} {way:7} {row['cost']:11.1f} {(row['cost'] - bound) / row['cost']:8.4%} "
                f"{row['seconds']:7.1f}   {cost:12.5f}   {seconds:15.1f}",
                flush=True,
            )


def _start(way: str, seed: int, options: argparse.Namespace) -> dict:
    command = [sys.executable, __file__, "--way", way, "--seed", str(seed), "--gap", str(options.gap)]
    command += ["--customers", str(options.customers), "--sites", str(options.sites)]
    command += ["--open", str(options.open), "--seconds", str(options.seconds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run_one(options: argparse.Namespace) -> dict:
    problem = instance(options.seed, customers=options.customers, sites=options.sites, n_open=options.open)
    way = _ours if options.way == "ours" else _spopt
    begin = time.process_time()
    site_of, bound = way(problem, options)
    return {"cost": _score(problem, site_of), "bound": bound, "seconds": time.process_time() - begin}


def _ours(problem: LocationProblem, options: argparse.Namespace) -> tuple[np.ndarray, float]:
    found = solve_location(problem, LocationOptions(gap=options.gap, seconds=options.seconds))
    assert found is not None
    site_of = np.full(problem.n_customers, -1)
    site_of[found.service.customer] = found.service.site
    return site_of, found.bound


def _spopt(problem: LocationProblem, options: argparse.Namespace) -> tuple[np.ndarray, float]:
    import pulp
    from spopt.locate import PMedian

    unit = (problem.cost / problem.demand).T
    model = PMedian.from_cost_matrix(
        unit, problem.demand, p_facilities=problem.n_open, facility_capacities=problem.capacity
    )
    solver = pulp.HiGHS(msg=False, gapRel=options.gap, timeLimit=options.seconds, threads=1)
    solved = model.solve(solver, results=False)
    chosen = np.array([[pulp.value(one) or 0.0 for one in row] for row in solved.cli_assgn_vars])
    bound = solved.problem.solverModel.getInfo().mip_dual_bound
    return chosen.argmax(axis=1), float(bound)


def _score(problem: LocationProblem, site_of: np.ndarray) -> float:
    """Add up the cost; an assignment that breaks a rule is refused."""
    load = np.bincount(site_of, problem.demand, problem.n_sites)
    assert (site_of >= 0).all()
    assert (load <= problem.capacity).all()
    assert len(set(site_of.tolist())) <= (problem.n_open or problem.n_sites)
    return float(problem.cost[site_of, np.arange(problem.n_customers)].sum())


if __name__ == "__main__":
    main()
