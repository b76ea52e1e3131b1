"""Drawing catchments of a large district: ours with its bound beside annealing, same problem, same time.

10,000 homes and 300 schools unless told otherwise. The direct models of `catchments` are no peers at this size: one
flow a school makes 16 million columns. Each run is a process of its own, so that its memory is its own; seconds are
of the clock and of the processor. Plans are scored here, by code that no solver uses.

- gap: (pupil-km - our bound) / pupil-km; annealing may leave as many pupils over capacity as ours did.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

from catchment_annealing import annealing
from catchment_instances import KINDS, instance

from junheng.planners.catchments.objective import DISTANCE, score
from junheng.planners.catchments.solve import CatchmentOptions, solve
from junheng.planners.catchments.violations import violations
from junheng.progress import silent

WAYS = ("ours", "anneal")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--homes", type=int, default=10_000)
    parser.add_argument("--schools", type=int, default=300)
    parser.add_argument("--kind", choices=KINDS, default="road")
    parser.add_argument("--progress", action="store_true", help="show how ours goes on")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--overflow", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_run(options)))
        return
    print(
        f"{'solver':7} {'over':>7} {'pupil-km':>11} {'bound':>11} {'gap':>8} {'s':>5} {'cpu s':>6} {'GB':>5}"
    )
    ours = _start("ours", 0)
    for way, row in (("ours", ours), ("anneal", _start("anneal", ours["over"]))):
        has_plan = row["km"] is not None
        gap = f"{(row['km'] - ours['bound']) / row['km']:.2%}" if has_plan else "-"
        km = f"{row['km']:.1f}" if has_plan else "no plan"
        print(
            f"{way:7} {row['over'] if has_plan else '-':>7} {km:>11} {row['bound']:11.1f} {gap:>8} "
            f"{row['seconds']:5.0f} {row['cpu']:6.0f} {row['gb']:5.2f}"
        )


def _start(way: str, overflow: int) -> dict:
    command = [sys.executable, __file__, *sys.argv[1:], "--way", way, "--overflow", str(overflow)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run(options: argparse.Namespace) -> dict:
    problem = instance(options.kind, seed=options.seed, homes=options.homes, schools=options.schools)
    wall, processor = time.perf_counter(), time.process_time()
    if options.way == "ours":
        limits = CatchmentOptions(seconds=options.seconds)
        found = solve(problem, options=limits, seed=0, progress=_told if options.progress else silent)
        bound = next(level.bound for level in found.levels if level.name == DISTANCE)
    else:
        found = annealing(problem, most_overflow=options.overflow, seconds=options.seconds)
        bound = found.bound
    spent = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - processor}
    gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    kept = found.assignment is not None and not violations(problem, found.assignment)
    reached = score(problem, found.assignment) if kept else None
    return {
        "over": reached.overflow_pupils if reached else None,
        "km": reached.pupil_km if reached else None,
        "bound": bound,
        "gb": gb,
        **spent,
    }


def _told(text: object, _: float | None = None) -> None:
    print(f"{time.process_time():7.0f} cpu s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
