"""The package `matching` on a round, in a process of its own that gives up after so many processor seconds.

Run by ``admission.py``; prints one line of JSON: processor ``seconds`` from the round's arrays to who got which place,
and the ``school`` of each application, `null` where the peer was stopped unfinished.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import warnings

from admission_instances import peer_market

from junheng.admission.market import Market

PAUSE_SECONDS = 0.05


def run_peer(n: int, schools: int, *, limit: float) -> tuple[float, list[int] | None]:
    """Return the peer's processor seconds and its places, `None` where it was stopped."""
    command = [sys.executable, __file__, str(n), str(schools), str(limit)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return told["seconds"], told["school"]


def _within(problem: Market, limit: float) -> None:
    """Work in a thread with a deep stack and the recursion limit raised, which the peer needs for long lists."""
    found: dict[int, int] = {}
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 2**20)
    started = time.process_time()
    thread = threading.Thread(target=lambda: found.update(_matching(problem)))
    thread.start()
    while thread.is_alive() and time.process_time() - started < limit:
        thread.join(PAUSE_SECONDS)
    is_done = not thread.is_alive()
    seconds = time.process_time() - started
    places = [found.get(i, -1) for i in range(problem.n_applications)] if is_done else None
    print(json.dumps({"seconds": seconds, "school": places}), flush=True)
    os._exit(0)  # a thread cannot be stopped otherwise


def _matching(problem: Market) -> dict[int, int]:
    """Return the school of each application that got one, from the same arrays."""
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


if __name__ == "__main__":
    n, schools, limit = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    import matching  # noqa: F401 - loading it is not counted

    _within(peer_market(n, schools), limit)
