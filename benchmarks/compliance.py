"""Planning compliance: ours against the cones in one piece in SCIP, and the conic relaxation in Clarabel as bound.

Every solver gets the same example district and the same rules; each run is a process of its own, one after the other.
A plan counts only if code that no solver uses finds that it keeps every rule.

- ours : peer below 1 is a cheaper plan (or a higher bound, in the last column above 1);
- gap: (plan - best bound of all) / plan. The aim is 0.5 % on `district` in a minute and 2 % on `city` in five.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import date

from compliance_peers import Found, clarabel_relaxation, scip_direct

from junheng.district.examples import example
from junheng.planners.compliance.build import compliance_problem
from junheng.planners.compliance.candidate import violations
from junheng.planners.compliance.costs import costs_of
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, solve
from junheng.planners.compliance.wishes import Wishes
from junheng.standards import load_standard

WAYS = ("ours", "scip", "clarabel")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--sizes", nargs="+", choices=("town", "district", "city"), default=["town", "district"]
    )
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--size", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_run_one(options)))
        return
    print(
        f"{'district':10} {'solver':9} {'yuan':>13} {'bound':>13} {'gap':>8} {'s':>6} {'cpu s':>6}  ours:it  bounds"
    )
    for size in options.sizes:
        rows = {way: _start(way, size, options) for way in options.ways}
        best = max(row["bound"] for row in rows.values() if row["bound"] is not None)
        for way, row in rows.items():
            _show(size, way, row, rows["ours"], best)


def _show(size: str, way: str, row: dict, ours: dict, best: float) -> None:
    value, bound = row["value"], row["bound"]
    gap = "-" if value is None else f"{(value - best) / value:.3%}"
    shares = ("", "") if way == "ours" else (_ratio(ours["value"], value), _ratio(ours["bound"], bound))
    shown = "no plan" if value is None else f"{value:,.0f}"
    print(
        f"{size:10} {way:9} {shown:>13} {bound:13,.0f} {gap:>8} {row['seconds']:6.1f} {row['cpu']:6.1f}"
        f"  {shares[0]:>7}  {shares[1]:>7}",
        flush=True,
    )


def _ratio(ours: float | None, theirs: float | None) -> str:
    return "-" if not ours or not theirs or theirs < 0 else f"{ours / theirs:.4f}"


def _start(way: str, size: str, options: argparse.Namespace) -> dict:
    command = [sys.executable, __file__, "--way", way, "--size", size]
    command += ["--seconds", str(options.seconds), "--seed", str(options.seed)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run_one(options: argparse.Namespace) -> dict:
    district = example(options.size, seed=options.seed)
    today = load_standard("cn").on(date(district.year.start, 9, 1))
    problem = compliance_problem(district, today, wishes=Wishes(), costs=costs_of(district))
    cpu = time.process_time()
    found = _found(problem, options)
    return {
        "value": found.value,
        "bound": found.bound,
        "seconds": found.seconds,
        "cpu": time.process_time() - cpu,
    }


def _found(problem: ComplianceProblem, options: argparse.Namespace) -> Found:
    if options.way == "clarabel":
        return clarabel_relaxation(problem)
    if options.way == "scip":
        return scip_direct(problem, seconds=options.seconds)
    solution = solve(problem, options=ComplianceOptions(seconds=options.seconds))
    is_plan = solution.plan is not None and not violations(solution.plan)
    return Found(solution.plan.cost.total if is_plan else None, solution.bound, solution.seconds)


if __name__ == "__main__":
    main()
