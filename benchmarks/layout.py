"""Layout over years: ours against the whole model in HiGHS, same problem, same time, with the bound.

100 sites x 600 homes x 5 years x 3 scenarios unless told otherwise. The peer gets every course, flow and budget,
without the rules that couple sites (partner, together), which only helps it. Both run one after the other on one
thread; seconds are of the clock and of the processor.

- gap: (cost - own bound) / cost; the peer's cost counts children without a place at the price of the bound.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from layout_instances import instance
from layout_model import whole_model

from junheng.planners.layout.constraints import violations
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.relaxation import Relaxation
from junheng.planners.layout.solve import PLACE_YUAN, LayoutOptions, solve


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--homes", type=int, default=600)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--peer", action="store_true", help="let HiGHS solve the whole model as well")
    options = parser.parse_args()
    print(
        f"{'seed':>4} {'solver':6} {'unserved':>8} {'M yuan':>10} {'bound':>10} {'gap':>7} {'s':>6} {'cpu s':>6}"
    )
    for seed in range(1, options.seeds + 1):
        problem = instance(seed, sites=options.sites, homes=options.homes, years=options.years)
        wall, begin = time.perf_counter(), time.process_time()
        found = solve(problem, options=LayoutOptions(seconds=options.seconds))
        spent = (time.perf_counter() - wall, time.process_time() - begin)
        assert violations(problem, found.layout.choice, found.layout.service) == []
        score = found.layout.score
        _show(seed, "ours", (score.unserved_pupils, score.cost_yuan, found.bound_yuan), spent)
        if options.peer:
            wall, begin = time.perf_counter(), time.process_time()
            cost, bound = _whole_model(problem, options.seconds)
            spent = (time.perf_counter() - wall, time.process_time() - begin)
            _show(seed, "HiGHS", ("-", cost, bound), spent)


def _show(seed: int, solver: str, found: tuple[object, float, float], spent: tuple[float, float]) -> None:
    unserved, cost, bound = found
    gap = (cost - bound) / cost if np.isfinite(cost) else np.inf
    print(
        f"{seed:4} {solver:6} {unserved!s:>8} {cost / 1e6:10.1f} {bound / 1e6:10.1f} {gap:7.2%} "
        f"{spent[0]:6.0f} {spent[1]:6.1f}",
        flush=True,
    )


def _whole_model(problem: LayoutProblem, seconds: float) -> tuple[float, float]:
    relaxation = Relaxation(problem, most_price=PLACE_YUAN)
    solver = whole_model(relaxation)
    solver.setOptionValue("time_limit", seconds)
    solver.run()
    info = solver.getInfo()
    cost = info.objective_function_value * 1e3 if info.primal_solution_status == 2 else np.inf
    return cost, info.mip_dual_bound * 1e3


if __name__ == "__main__":
    main()
