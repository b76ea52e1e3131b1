"""Balance assessment of a city: ours against a bare polars group-by over the same columns.

The district is the example ``city``: 400 schools, 464 school stages, 300,000 pupils.

- ours, fresh: `balance` on a District that was just read (its keys are not yet row numbers): seven indicators of every
  school stage with verdicts, what is missing in real units and rounding flags, one-through splits, exclusions, the
  school rule, the variation of every indicator, the county;
- ours, again: the same on a District that was assessed before, as when plans are compared;
- bound: what reading the same columns costs at least, ``stages.group_by("school", "stage")`` and
  ``premises.group_by("school")``, each with a sum of every column; no verdict, no join, no missing figure is looked at.

The three take turns in one process, in a changing order. The last row is a province: 100 such cities, each fresh.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable

import polars as pl

from junheng.district.examples import example
from junheng.district.model import District
from junheng.measure.balance import balance
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.standards import StandardOnDate, load_standard

TARGET = 3.0
"""How many times the bare group-by a fresh assessment may take."""
CITIES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--size", default="city", choices=["town", "district", "city"])
    options = parser.parse_args()
    city = example(options.size)
    standard = load_standard().on(city.year.first_day)
    _agree(city, standard)
    ways: dict[str, Callable[[], object]] = {
        "bound": lambda: group_by(city),
        "ours, fresh": lambda: balance(District(city.tables), standard),
        "ours, again": lambda: balance(city, standard),
    }
    seconds = _take_turns(ways, options.runs)
    ratio = {way: _ratio(of, seconds["bound"]) for way, of in seconds.items()}
    print(
        f"{options.size}: {city.table('stages').height} school stages, {options.runs} runs of each, in turns"
    )
    print(f"{'':20} {'median ms':>10} {'min ms':>8} {'times the bound':>16} {'min to min':>11}")
    for way, of in seconds.items():
        best = min(of) / min(seconds["bound"])
        print(
            f"{way:20} {1000 * statistics.median(of):10.3f} {1000 * min(of):8.3f} {ratio[way]:16.2f} {best:11.2f}"
        )
    _province(city, standard)
    print(
        f"a fresh assessment takes {ratio['ours, fresh']:.2f} times the bare group-by (target at most {TARGET:.0f})"
    )
    if ratio["ours, fresh"] > TARGET:
        sys.exit("the target is missed")


def _ratio(seconds: list[float], bound: list[float]) -> float:
    """Return the median over the turns: what else the machine does touches both runs of a turn alike."""
    return statistics.median(own / least for own, least in zip(seconds, bound, strict=True))


def group_by(district: District) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sum every column that the assessment needs, by school stage and by school."""
    stages, premises = (
        pl.col(*sorted(columns)) for columns in (_columns("stages") | {"pupils"}, _columns("premises"))
    )
    return (
        district.table("stages").group_by("school", "stage").agg(stages.sum()),
        district.table("premises").group_by("school").agg(premises.sum()),
    )


def _columns(table: str) -> set[str]:
    return {
        column
        for resource in RESOURCES
        for stage in COMPULSORY
        for owner, column in resource.columns(stage)
        if owner == table
    }


def _agree(city: District, standard: StandardOnDate) -> None:
    """Hold both to the same figures: backbone teachers per 100 pupils of one school stage."""
    by_stage, _ = group_by(city)
    found = balance(city, standard).indicators.filter(pl.col("rule") == "balance.R2").row(0, named=True)
    own = by_stage.filter((pl.col("school") == found["school"]) & (pl.col("stage") == found["stage"]))
    expected = own["backbone_teachers"][0] / own["pupils"][0] * 100
    if abs(found["value"] - expected) > 1e-9:
        sys.exit(f"ours says {found['value']}, the group-by {expected}")


def _take_turns(ways: dict[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    names = list(ways)
    for run in ways.values():
        run()
    gc.collect()
    for turn in range(runs):
        at = turn % len(names)
        for way in names[at:] + names[:at]:
            seconds[way].append(_timed(ways[way]))
    return seconds


def _province(city: District, standard: StandardOnDate) -> None:
    ours = bound = 0.0
    for _ in range(CITIES):
        ours += _timed(lambda: balance(District(city.tables), standard))
        bound += _timed(lambda: group_by(city))
    print(f"{f'province, {CITIES} of it':20} {1000 * ours:10.1f} {'':8} {ours / bound:16.2f}")


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
