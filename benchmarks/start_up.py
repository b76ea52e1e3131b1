"""Start-up of the command line: `junheng --help` against an empty `python -c pass`, and against importing polars.

Each run is a process of its own; the ways take turns. `--help` must answer before anything heavy is imported.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

TARGET_SECONDS = 0.3
MAIN = "import sys; from junheng.cli.main import main; sys.exit(main(sys.argv[1:]))"

WAYS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "junheng --help": [sys.executable, "-c", MAIN, "--help"],
    "junheng assess --help": [sys.executable, "-c", MAIN, "assess", "--help"],
    "import polars": [sys.executable, "-c", "import polars"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    names = list(WAYS)
    for turn in range(options.runs + 1):
        at = turn % len(names)
        for way in names[at:] + names[:at]:
            taken = _timed(WAYS[way])
            if turn:  # the first turn writes the .pyc files and fills the disk's cache
                seconds[way].append(taken)
    empty = statistics.median(seconds["python -c pass"])
    print(f"{'':22} {'median s':>9} {'min s':>7} {'times empty Python':>19} {'beyond it, s':>13}")
    for way, of in seconds.items():
        middle = statistics.median(of)
        print(f"{way:22} {middle:9.3f} {min(of):7.3f} {middle / empty:19.1f} {middle - empty:13.3f}")
    help_seconds = statistics.median(seconds["junheng --help"])
    print(f"junheng --help answers in {help_seconds:.3f} s (target below {TARGET_SECONDS} s)")
    if help_seconds >= TARGET_SECONDS:
        sys.exit("the target is missed")


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ), cwd=Path.cwd())
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
