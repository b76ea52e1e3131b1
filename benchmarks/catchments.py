"""Drawing catchments: ours against the direct model in HiGHS and CP-SAT, and annealing; same problem, same time.

Every solver gets the same problem (500 homes, 20 schools unless told otherwise), the overflow that ours reached at
level 1 as its limit, and the same seconds on the same two cores; level 2, pupil-km, is what is compared. Each run is a
process of its own, one after the other. Plans are scored here, by code that no solver uses.

- ours : peer below 1 is a better plan; the bound's column is above 1 where ours proves more;
- gap: (ours - best bound of all) / ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

from catchment_annealing import annealing
from catchment_instances import KINDS, instance
from catchment_peers import cp_sat, highs_direct

from junheng.planners.catchments.objective import DISTANCE, OVERFLOW, score
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, solve
from junheng.planners.catchments.violations import violations

WAYS = ("ours", "highs", "cp_sat", "anneal")
TARGET_GAP = 0.005


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--homes", type=int, default=500)
    parser.add_argument("--schools", type=int, default=20)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["road", "barrier"])
    parser.add_argument("--ways", nargs="+", choices=WAYS[1:], default=list(WAYS[1:]), help="peers to run")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--overflow", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_run_one(options)))
        return
    print(
        f"{'instance':12} {'solver':7} {'over':>5} {'pupil-km':>10} {'bound':>10} {'gap':>7} {'s':>5} {'cpu s':>6}  "
        "ours:it  bounds ours:it"
    )
    for kind in options.kinds:
        for seed in options.seeds:
            _compare(kind, seed, options)


def _compare(kind: str, seed: int, options: argparse.Namespace) -> None:
    ours = _start("ours", kind, seed, 0, options)
    print(
        f"{kind + ' ' + str(seed):12} level 1: {ours['overflow']} pupils over, {ours['overflow_bound']:.0f} proven"
    )
    rows = {"ours": ours}
    for way in options.ways:
        rows[way] = _start(way, kind, seed, ours["overflow"], options)
    for way, row in rows.items():
        value, bound = row["value"], row["bound"]
        gap = (value - bound) / value if bound > 0 and value is not None else None
        shares = ("", "") if way == "ours" else (_ratio(ours["value"], value), _ratio(ours["bound"], bound))
        print(
            f"{kind + ' ' + str(seed):12} {way:7} {_pupils(row['overflow']):>5} {_shown(value):>10} "
            f"{_proven(bound):>10} {'-' if gap is None else f'{gap:.3%}':>7} "
            f"{row['seconds']:5.0f} {row['processor']:6.0f}  {shares[0]:>7}  {shares[1]:>7}",
            flush=True,
        )


def _pupils(count: int | None) -> str:
    return "-" if count is None else str(count)


def _shown(value: float | None) -> str:
    return "no plan" if value is None else f"{value:.1f}"


def _proven(bound: float) -> str:
    """Return a bound as shown: annealing proves nothing, and a solver that was stopped early may say less than 0."""
    return f"{bound:.1f}" if bound > 0 else "-"


def _ratio(ours: float, theirs: float | None) -> str:
    return "-" if not theirs or theirs <= 0 else f"{ours / theirs:.4f}"


def _start(way: str, kind: str, seed: int, overflow: int, options: argparse.Namespace) -> dict:
    command = [sys.executable, __file__, "--way", way, "--kind", kind, "--seed", str(seed)]
    command += ["--overflow", str(overflow), "--seconds", str(options.seconds)]
    command += ["--homes", str(options.homes), "--schools", str(options.schools)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run_one(options: argparse.Namespace) -> dict:
    problem = instance(options.kind, seed=options.seed, homes=options.homes, schools=options.schools)
    if options.way == "ours":
        solution = solve(problem, options=CatchmentOptions(seconds=options.seconds), seed=0)
        level = {one.name: one for one in solution.levels}
        ours = _result(problem, solution.assignment, level[DISTANCE].bound, solution.seconds)
        return {**ours, "overflow_bound": level[OVERFLOW].bound}
    peer = {"highs": highs_direct, "cp_sat": cp_sat, "anneal": annealing}[options.way]
    found = peer(problem, most_overflow=options.overflow, seconds=options.seconds)
    return _result(problem, found.assignment, found.bound, found.seconds)


def _result(problem: CatchmentProblem, assignment, bound: float, seconds: float) -> dict:
    """Score a plan; a plan that breaks a rule is no plan."""
    if assignment is None or violations(problem, assignment):
        return {
            "value": None,
            "overflow": None,
            "bound": bound,
            "seconds": seconds,
            "processor": time.process_time(),
        }
    reached = score(problem, assignment)
    return {
        "value": reached.pupil_km,
        "overflow": reached.overflow_pupils,
        "bound": bound,
        "seconds": seconds,
        "processor": time.process_time(),
    }


if __name__ == "__main__":
    main()
