"""Assigning places: ours against the package `matching` and against the time to read the arrays once.

Part 1, rounds that `matching` can state (single children, strict orders, no reserves): ours and the peer from the
round's arrays to who got which place. On the smaller round the peer ends, and the places are compared. On the larger
one it is stopped, in a process of its own, once it has used so many times the seconds of ours: ``>=`` in the last
column is a lower bound, and therefore a proof.

Part 2, with classes, guaranteed places, ceilings and twins, from 10^4 to 10^6 applications with 12 choices each: ours
and one sum over every array, turn by turn. ``arrays`` is numpy alone; ``compiled`` needs junheng[fast]. Loading it is
not counted in the turns, and is printed.

- peer : ours above 1 is faster than the peer; ours : floor is how often the arrays could have been read instead;
- seconds are processor seconds, the least of the turns, where other work on the machine matters little; beside their
  ratio stand the median of the ratios turn by turn and the ratio of the least wall times.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from admission_instances import market, peer_market
from admission_peer import run_peer

from junheng.admission.assignment import Method, assign
from junheng.admission.compiled import is_installed
from junheng.admission.market import Market

ARRAYS = ("offsets", "school", "priority", "line", "draw", "size", "seats", "floors", "ceilings")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Processor and wall seconds of one turn."""

    cpu: float
    wall: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--peer", type=int, nargs=2, default=[20_000, 150], metavar=("APPLICATIONS", "SCHOOLS")
    )
    parser.add_argument("--small-peer", type=int, nargs=2, default=[2_000, 20])
    parser.add_argument("--peer-limit", type=float, default=300.0, help="stop it after so many times ours")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args()
    if not options.no_peer:
        print(f"{'round':>20} {'ours s':>8} {'peer s':>8}  peer:ours")
        _against_peer(*options.small_peer, turns=options.turns, limit=10_000.0)
        _against_peer(*options.peer, turns=options.turns, limit=options.peer_limit)
    print(
        f"{'round':>20} {'method':>9} {'ours s':>8} {'floor s':>8} {'ours:floor':>10} {'median':>7} {'wall':>6} "
        f"{'us each':>8} {'rounds':>6} {'proposals each':>14}"
    )
    if is_installed():
        loading = _turn(lambda: assign(market(100, schools=5), method="compiled"))
        print(f"loading the compiled loops: {loading.cpu:.1f} s, wall {loading.wall:.1f} s, once a process")
    methods: list[Method] = ["arrays", "compiled"] if is_installed() else ["arrays"]
    for n in options.sizes:
        problem = market(n, schools=max(5, n // 200))
        for method in methods:
            _against_floor(problem, method=method, turns=options.turns)


def _against_peer(n: int, schools: int, *, turns: int, limit: float) -> None:
    problem = peer_market(n, schools)
    ours = min(_turn(lambda: assign(problem)).cpu for _ in range(turns))
    seconds, places = run_peer(n, schools, limit=limit * ours)
    if places is None:
        how = f">= {seconds / ours:.0f} (peer stopped unfinished after {seconds:.1f} s)"
    else:
        assert assign(problem).school.tolist() == places
        how = f"   {seconds / ours:.0f} (the same places)"
    print(f"{n:>12} x {schools:<5} {ours:8.4f} {seconds:8.1f}  {how}", flush=True)


def _against_floor(problem: Market, *, method: Method, turns: int) -> None:
    assign(problem, method=method)
    pairs = [
        (_turn(lambda: assign(problem, method=method)), _turn(lambda: _read_once(problem)))
        for _ in range(turns)
    ]
    ours, floor = min(o.cpu for o, _ in pairs), min(f.cpu for _, f in pairs)
    median = statistics.median(o.cpu / f.cpu for o, f in pairs)
    wall = min(o.wall for o, _ in pairs) / min(f.wall for _, f in pairs)
    outcome, n = assign(problem, method=method), problem.n_applications
    print(
        f"{n:>12} x {problem.n_schools:<5} {method:>9} {ours:8.4f} {floor:8.5f} {ours / floor:10.1f} {median:7.1f} "
        f"{wall:6.1f} {ours / n * 1e6:8.2f} {outcome.n_rounds:6} {outcome.n_proposals / n:14.2f}",
        flush=True,
    )


def _read_once(problem: Market) -> None:
    for name in ARRAYS:
        getattr(problem, name).sum()


def _turn(work: Callable[[], object]) -> Turn:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Turn(cpu=time.process_time() - cpu, wall=time.perf_counter() - wall)


if __name__ == "__main__":
    main()
