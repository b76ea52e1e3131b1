"""Reading and checking a city's workbook: ours against openpyxl and pandas, with calamine alone as the bound.

The workbook is the example ``city``: 400 schools, 300,000 pupils, about 156,000 rows in 26 sheets, 3,000 polygons.

- ours: the guard, every sheet read cell by cell, and every check across rows and tables;
- peer: `pandas.read_excel` with openpyxl, then the main checks in pandas (columns, types, ranges, listed values, keys,
  references, classes against rolls, polygons, connected zones; see workbook_peer.py). Ours makes more checks;
- bound: calamine gives the cells of every sheet as Python lists, nothing else.

Each run is a process of its own; the three take turns. Time is from after the imports to the last check. Processor
time, of all threads together, tells on a busy machine what the clock does not. Memory is the peak of the whole process,
and what of it is not pages of library files.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Run = Callable[[Path], int]
WAYS = ("ours", "peer", "bound")
TARGET = 4.0
"""How many times as fast as the peer reading must be."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", default="city", choices=["town", "district", "city"])
    parser.add_argument("--way", choices=[*WAYS, "make"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        _run_one(options.way, options.file, options.size)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "city.xlsx"
        _start("make", file, options.size)
        runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for turn in range(options.runs):
            for way in WAYS[turn % 3 :] + WAYS[: turn % 3]:
                runs[way].append(json.loads(_start(way, file, options.size)))
    _report(runs)


def _start(way: str, file: Path, size: str) -> str:
    command = [sys.executable, __file__, "--way", way, "--file", str(file), "--size", size]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _run_one(way: str, file: Path, size: str) -> None:
    """Run one way in this process; what each imports is imported before the time is taken."""
    if way == "make":
        _make(file, size)
        return
    run = {"ours": _ours, "peer": _peer, "bound": _bound}[way]()
    start, processor = time.perf_counter(), time.process_time()
    n_problems = run(file)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    private_mb = peak_mb - _code_mb()
    taken = {"seconds": seconds, "processor": processor, "peak_mb": peak_mb, "private_mb": private_mb}
    print(json.dumps({**taken, "problems": n_problems}))


def _code_mb() -> float:
    """Return the memory that is pages of library files, which processes share and the system can drop."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return int(fields["RssFile"].split()[0]) / 1024


def _make(file: Path, size: str) -> None:
    from junheng.district.examples import example
    from junheng.district.files import write

    write(example(size), file)


def _ours() -> Run:
    import junheng.district.checks
    import junheng.district.intake.geometry
    import junheng.district.workbook.read  # noqa: F401
    from junheng.district.files import read

    return lambda file: len(read(file).problems)


def _peer() -> Run:
    from workbook_peer import read_and_check

    return read_and_check


def _bound() -> Run:
    from python_calamine import load_workbook

    def run(file: Path) -> int:
        book = load_workbook(str(file))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
        return 0

    return run


def _report(runs: dict[str, list[dict[str, float]]]) -> None:
    seconds, processor, memory = (
        {way: statistics.median(run[figure] for run in of) for way, of in runs.items()}
        for figure in ("seconds", "processor", "peak_mb")
    )
    print(
        f"{'':6} {'median s':>9} {'min s':>7} {'max s':>7} {'cpu s':>7} {'peak MB':>8} {'private':>8} {'problems':>9}"
    )
    for way, of in runs.items():
        low, high = min(run["seconds"] for run in of), max(run["seconds"] for run in of)
        private = statistics.median(run["private_mb"] for run in of)
        times = f"{seconds[way]:9.2f} {low:7.2f} {high:7.2f} {processor[way]:7.2f}"
        print(f"{way:6} {times} {memory[way]:8.0f} {private:8.0f} {of[0]['problems']:9.0f}")
    # Turn by turn, so that a machine that changes its speed between turns does not decide.
    turns = zip(runs["ours"], runs["peer"], strict=True)
    ratio = statistics.median(peer["seconds"] / ours["seconds"] for ours, peer in turns)
    print(f"ours is {ratio:.1f} times as fast as the peer (target {TARGET:.0f})")
    print(f"by processor time it is {processor['peer'] / processor['ours']:.1f} times as fast")
    print(f"ours takes {memory['ours'] / memory['peer']:.2f} of the peer's memory (target below 1)")
    print(f"ours takes {seconds['ours'] / seconds['bound']:.1f} times the bound")
    if ratio < TARGET or memory["ours"] >= memory["peer"]:
        sys.exit("the target is missed")


if __name__ == "__main__":
    main()
