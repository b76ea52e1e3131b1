"""Capacitated location on the OR-Library: ours and HiGHS on the full model against the published optima.

Needs JUNHENG_DATA. The problems of 16 to 50 sites are solved until proven; the twelve of 100 sites and 1,000 customers
for a gap of a tenth of a per cent. The peer gets the textbook model with every x <= y, the same seconds, one thread.

- cost, bound: divided by the published optimum; a cost of 1 is optimal, a bound above 1 would be wrong;
- seconds are of the processor, building the model included.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import highspy
import numpy as np
from scipy import sparse

from junheng.planners.layout.location.orlib import read_optima, read_orlib
from junheng.planners.layout.location.problem import LocationProblem
from junheng.planners.layout.location.solve import LocationOptions, solve_location


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="problems; all that have a published optimum if not given")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--peer", action="store_true", help="let HiGHS solve the full model as well")
    options = parser.parse_args()
    folder = Path(os.environ["JUNHENG_DATA"]) / "orlib"
    optima = {
        name: best for name, best in read_optima(folder / "bounds.txt").items() if name.startswith("cap")
    }
    print(
        f"{'problem':12} {'solver':6} {'cost : optimum':>14} {'bound : optimum':>15} {'cpu s':>6} {'nodes':>6}"
    )
    for name in options.names or optima:
        problem = _read(folder, name)
        gap = 1e-3 if "_" in name else 0.0
        begin = time.process_time()
        ours = solve_location(problem, LocationOptions(gap=gap, seconds=options.seconds))
        assert ours is not None
        seconds = time.process_time() - begin
        _show(name, "ours", (ours.cost, ours.bound, seconds, ours.nodes), optimum=optima[name])
        if options.peer:
            _show(name, "HiGHS", _full(problem, gap=gap, seconds=options.seconds), optimum=optima[name])


def _read(folder: Path, name: str) -> LocationProblem:
    file, _, capacity = name.partition("_")
    return read_orlib(folder / f"{file}.txt", capacity=float(capacity) if capacity else None)


def _show(name: str, solver: str, found: tuple[float, float, float, int], *, optimum: float) -> None:
    cost, bound, seconds, nodes = found
    print(
        f"{name:12} {solver:6} {cost / optimum:14.6f} {bound / optimum:15.6f} {seconds:6.1f} {nodes:6}",
        flush=True,
    )


def _full(problem: LocationProblem, *, gap: float, seconds: float) -> tuple[float, float, float, int]:
    begin = time.process_time()
    m, n = problem.cost.shape
    site, customer = np.divmod(np.arange(m * n), n)
    x, y = m + np.arange(m * n), np.arange(m)
    row = np.concatenate([customer, n + site, n + y, n + m + np.arange(m * n), n + m + np.arange(m * n)])
    column = np.concatenate([x, x, y, x, site])
    value = np.concatenate(
        [np.ones(m * n), problem.demand[customer], -problem.capacity, np.ones(m * n), -np.ones(m * n)]
    )
    matrix = sparse.csc_array((value, (row, column)), shape=(n + m + m * n, m + m * n))
    solver = highspy.Highs()
    for key, setting in (
        ("output_flag", False),
        ("threads", 1),
        ("mip_rel_gap", gap),
        ("time_limit", seconds),
    ):
        solver.setOptionValue(key, setting)
    status = solver.passModel(
        m + m * n, n + m + m * n, matrix.nnz, 1, 1, 0.0,
        np.concatenate([problem.fixed_cost, problem.cost.ravel()]),
        np.zeros(m + m * n), np.ones(m + m * n),
        np.concatenate([np.ones(n), np.full(m + m * n, -np.inf)]),
        np.concatenate([np.ones(n), np.zeros(m + m * n)]),
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.concatenate([np.ones(m, np.int32), np.zeros(m * n, np.int32)]),
    )  # fmt: skip
    assert status == highspy.HighsStatus.kOk, status
    solver.run()
    info = solver.getInfo()
    has_plan = info.primal_solution_status == 2
    cost = info.objective_function_value if has_plan else float("inf")
    return cost, info.mip_dual_bound, time.process_time() - begin, int(info.mip_node_count)


if __name__ == "__main__":
    main()
