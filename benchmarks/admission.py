"""Assigning places: ours against the package `matching` and against the time to read the arrays once.

Part 1, a round that `matching` can state (single children, strict orders, no reserves): ours and the peer end to end,
from the round's arrays to who got which place; the places are compared. Part 2, with classes, guaranteed places,
ceilings and twins, from 10^4 to 10^6 applications with 12 choices each: ours against one sum over every array, turn by
turn.

- peer : ours above 1 is faster than the peer; ours : floor is how often the arrays could have been read instead;
- seconds are processor seconds of this process, the least of the turns: other work on the machine matters little.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
import warnings
from collections.abc import Callable

from admission_instances import market

from junheng.admission.assignment import assign
from junheng.admission.market import UNPLACED, Market

ARRAYS = ("offsets", "school", "priority", "line", "draw", "size", "seats", "floors", "ceilings")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--peer", type=int, nargs=2, default=[20_000, 150], metavar=("APPLICATIONS", "SCHOOLS")
    )
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    print(f"{'round':>22} {'ours s':>9} {'floor s':>9} {'ours:floor':>10} {'peer s':>8} {'peer:ours':>9}")
    if not options.no_peer:
        _against_peer(*options.peer, turns=options.turns)
    for n in options.sizes:
        _against_floor(n, turns=options.turns)


def _against_peer(n: int, schools: int, *, turns: int) -> None:
    problem = market(n, schools=schools, lines=1, twins=0.0)
    ours, floor = _ours_and_floor(problem, turns)
    places: dict[int, int] = {}
    peer = _with_deep_stack(lambda: _seconds(lambda: places.update(_matching(problem))))
    assert {i: s for i, s in enumerate(assign(problem).school.tolist()) if s != UNPLACED} == places
    print(
        f"{n:>14} x {schools:<5} {ours:9.4f} {floor:9.5f} {ours / floor:10.1f} {peer:8.1f} {peer / ours:9.0f}"
    )


def _against_floor(n: int, *, turns: int) -> None:
    problem = market(n, schools=max(5, n // 200))
    ours, floor = _ours_and_floor(problem, turns)
    outcome = assign(problem)
    print(
        f"{n:>14} x {problem.n_schools:<5} {ours:9.4f} {floor:9.5f} {ours / floor:10.1f} "
        f"  {ours / n * 1e6:.2f} us each, {outcome.n_rounds} rounds, {outcome.n_proposals / n:.2f} proposals each",
        flush=True,
    )


def _ours_and_floor(problem: Market, turns: int) -> tuple[float, float]:
    pairs = [(_seconds(lambda: assign(problem)), _seconds(lambda: _read_once(problem))) for _ in range(turns)]
    return min(ours for ours, _ in pairs), min(floor for _, floor in pairs)


def _read_once(problem: Market) -> None:
    for name in ARRAYS:
        getattr(problem, name).sum()


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _matching(problem: Market) -> dict[int, int]:
    """Return the school of each application by the peer, from the same arrays."""
    from matching.games import HospitalResident

    keys, owner = problem.keys.tolist(), problem.owner.tolist()
    residents: dict[int, list[str]] = {}
    rows: dict[str, list[tuple[int, int]]] = {}
    for row, school in enumerate(problem.school.tolist()):
        residents.setdefault(owner[row], []).append(f"s{school}")
        rows.setdefault(f"s{school}", []).append((keys[row], owner[row]))
    hospitals = {school: [child for _, child in sorted(listed)] for school, listed in rows.items()}
    capacities = {school: int(problem.seats[int(school[1:])]) for school in hospitals}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of everybody without a place
        game = HospitalResident.create_from_dictionaries(residents, hospitals, capacities)
        found = game.solve(optimal="resident")
    return {int(child.name): int(school.name[1:]) for school, children in found.items() for child in children}


def _with_deep_stack(work: Callable[[], float]) -> float:
    """Run in a thread with a deep stack and the recursion limit raised, which the peer needs for long lists."""
    result: list[float] = []
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 2**20)
    thread = threading.Thread(target=lambda: result.append(work()))
    thread.start()
    thread.join()
    sys.setrecursionlimit(before)
    threading.stack_size(0)
    return result[0]


if __name__ == "__main__":
    main()
