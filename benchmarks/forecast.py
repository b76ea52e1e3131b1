"""Forecasting pupils of two real districts: ours against last year same, cohort survival and statsmodels' ETS.

Needs JUNHENG_DATA with the folders ``edinburgh`` and ``eau-claire``. Every method forecasts from the same
origins what it never saw; the numbers are mean absolute percentage errors. Columns:

- ours: settings and intervals chosen on years before each origin only;
- last year, cohorts: rolls as they are; each school's own ratios and entrants over five years;
- ETS: statsmodels' additive exponential smoothing (level; trend; damped trend) chosen by AICc for each series;
- hindsight: the best single setting of ours if the outcomes had been known; an average of several may do better;
- ours : better simple, and the seconds of processor time of ours over those of statsmodels for the same forecasts.

For Eau Claire, whose record is long, also the grades of the whole district, those of children who were at school at
the origin apart from those who entered since: no record of births tells how many the latter will be. "Entered" is what
our cohorts give if entrants are as they came, the most that a record of births could be worth.

Last, the share of outcomes that the intervals held.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from junheng.district.examples.eau_claire import read_eau_claire
from junheng.district.examples.edinburgh import ENTRY_AGE, read_edinburgh
from junheng.forecast.backtest import backtest
from junheng.forecast.baselines import last_year_same, plain_cohort_survival, smoothing
from junheng.forecast.intake import Wanted, records_of
from junheng.forecast.outlook import outlook
from junheng.forecast.records import Floats, Known, Records
from junheng.forecast.trials import Trial, compared
from junheng.forecast.tuning import Tuning
from junheng.standards import load_standard

Errors = dict[int, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave statsmodels out")
    options = parser.parse_args()
    root = os.environ.get("JUNHENG_DATA")
    if not root:
        sys.exit("needs JUNHENG_DATA")
    standard = load_standard()
    for name, district, wanted, origins in (
        (
            "edinburgh",
            read_edinburgh(Path(root) / "edinburgh"),
            Wanted(horizon=2, entry_age=ENTRY_AGE),
            range(2014, 2016),
        ),
        ("eau-claire", read_eau_claire(Path(root) / "eau-claire"), Wanted(), range(2008, 2018)),
    ):
        rules = standard.on(district.year.first_day)
        records = records_of(district, rules, stage="primary", wanted=wanted)
        tuning = Tuning(records, horizon=records.beyond)
        _compare(name, records, tuning, list(origins), quick=options.quick)
        if name == "eau-claire":
            _compare_grades(name, records, tuning, list(range(2003, 2014)))
            _print_coverage(name, records, range(2003, 2018))
            _print_coverage(name, records, range(2003, 2008))
        _print_coverage(name, records, origins)


def _compare(name: str, records: Records, tuning: Tuning, years: Sequence[int], *, quick: bool) -> None:
    origins = [year - records.years[0] for year in years]
    seconds = {}
    ways: dict[str, Callable[[Known, int], Floats]] = {
        "ours": lambda known, origin: outlook(tuning, origin, horizon=known.horizon).projection.pupils.sum(
            axis=2
        ),
        "last year": lambda known, _: last_year_same(known).sum(axis=2),
        "cohorts": lambda known, _: plain_cohort_survival(known).sum(axis=2),
        "own ETS": lambda known, _: smoothing(_totals(known), horizon=known.horizon).T,
    }
    if not quick:
        ways["ETS"] = lambda known, _: statsmodels_ets(_totals(known), horizon=known.horizon).T
    errors = {}
    for way, forecast in ways.items():
        start = time.process_time()
        errors[way] = _errors(records, origins, forecast)
        seconds[way] = time.process_time() - start
    errors["hindsight"] = _hindsight(records, tuning, origins)
    print(f"\n{name}: school totals, from {years[0]} to {years[-1]}, error in %")
    print(f"{'ahead':>5} {'n':>5} " + " ".join(f"{way:>9}" for way in errors) + f" {'ours : better':>14}")
    for horizon, ours in errors["ours"].items():
        row = {way: float(np.mean(of[horizon])) for way, of in errors.items()}
        better = min(row["last year"], row["cohorts"])
        print(
            f"{horizon:>5} {len(ours):>5} "
            + " ".join(f"{row[way]:9.2f}" for way in errors)
            + f" {row['ours'] / better:14.3f}"
        )
    if not quick:
        own, peer = seconds["ours"], seconds["ETS"]
        print(f"processor seconds: ours {own:.1f}, ETS {peer:.1f}, ratio {own / peer:.2f}")


def _compare_grades(name: str, records: Records, tuning: Tuning, years: Sequence[int]) -> None:
    """Print the errors of the district's grades; hindsight is the best single setting at each horizon."""
    ways: dict[str, Callable[[Known, int], Floats]] = {
        "ours": lambda known, origin: outlook(tuning, origin, horizon=known.horizon).projection.pupils,
        "last year": lambda known, _: last_year_same(known),
        "cohorts": lambda known, _: plain_cohort_survival(known),
        "entered": lambda known, origin: _with_entrants(records, tuning, known, origin),
    }
    errors = {way: _errors_of_grades(records, years, forecast) for way, forecast in ways.items()}
    settled = [
        _errors_of_grades(
            records,
            years,
            lambda known, origin, own=own: tuning.projection({own: 1.0}, origin).pupils[: known.horizon],
        )
        for own in tuning.candidates
    ]
    print(f"\n{name}: grades of the district, from {years[0]} to {years[-1]}, error in %")
    print(f"{'':>22} {'ahead':>5} {'n':>5} " + " ".join(f"{way:>9}" for way in [*errors, "hindsight"]))
    for part in ("all grades", "at school at the origin", "entered since"):
        for horizon in sorted(errors["ours"]):
            rows = [_part_of(of[horizon], part, horizon) for of in errors.values()]
            if rows[0].size:
                best = min(_part_of(of[horizon], part, horizon).mean() for of in settled)
                print(
                    f"{part:>23} {horizon:>4} {rows[0].size:>5} "
                    + " ".join(f"{row.mean():9.2f}" for row in rows)
                    + f" {best:9.2f}"
                )


def _with_entrants(records: Records, tuning: Tuning, known: Known, origin: int) -> Floats:
    """Return cohorts carried by our ratios, undamped, with the entrants that came."""
    ratio = tuning.projection(tuning.chosen(origin), origin).progression.ratio
    came = np.nan_to_num(records.pupils[:, 0, origin + 1 : origin + 1 + known.horizon])
    now = np.where(known.is_open[:, None], np.nan_to_num(known.latest), 0.0)
    pupils = []
    for entered in came.T:
        now = np.column_stack([entered, now[:, :-1] * ratio])
        pupils.append(now)
    return np.array(pupils)


def _print_coverage(name: str, records: Records, years: Sequence[int]) -> None:
    """Print the share of outcomes within the intervals, all horizons together."""
    found = backtest(records, origins=years, horizon=records.beyond).coverage.filter(pl.col("horizon") == 0)
    print(f"\n{name}: outcomes within the intervals, from {years[0]} to {years[-1]}, in %")
    print(f"{'of':>10} {'n':>5} {'80 %':>6} {'95 %':>6}")
    for row in found.iter_rows(named=True):
        print(f"{row['of']:>10} {row['n']:>5} {row['inside_80']:6.1f} {row['inside_95']:6.1f}")


def _errors_of_grades(
    records: Records, years: Sequence[int], forecast: Callable[[Known, int], Floats]
) -> dict[int, Floats]:
    """Return absolute errors in per cent by horizon, each of shape (origins, grades)."""
    errors: dict[int, list[Floats]] = {}
    for year in years:
        origin = year - records.years[0]
        known = records.at(origin, horizon=min(records.beyond, len(records.years) - 1 - origin))
        came = compared(records, origin, np.zeros((known.horizon, *known.latest.shape))).district
        off = np.abs(np.nansum(forecast(known, origin), axis=1) - came) / came * 100
        for h, row in enumerate(off):
            errors.setdefault(h + 1, []).append(row)
    return {horizon: np.array(rows) for horizon, rows in errors.items()}


def _part_of(errors: Floats, part: str, horizon: int) -> Floats:
    """Return the errors of all grades, of those that were at school so many years before, or of those that were not."""
    return {
        "all grades": errors,
        "at school at the origin": errors[:, horizon:],
        "entered since": errors[:, :horizon],
    }[part]


def _errors(records: Records, origins: Sequence[int], forecast: Callable[[Known, int], Floats]) -> Errors:
    errors: Errors = {}
    for origin in origins:
        known = records.at(origin, horizon=min(records.beyond, len(records.years) - 1 - origin))
        made = compared(records, origin, np.zeros((known.horizon, *known.latest.shape)))
        _add(errors, forecast(known, origin), made)
    return errors


def _add(errors: Errors, pupils: Floats, made: Trial) -> None:
    actual = made.actual.sum(axis=2)
    for h, came in enumerate(actual):
        has = came > 0
        off = np.abs(pupils[h][has] - came[has]) / came[has] * 100
        errors.setdefault(h + 1, []).extend(off.tolist())


def _hindsight(records: Records, tuning: Tuning, origins: Sequence[int]) -> Errors:
    best: Errors = {}
    for settings in tuning.candidates:
        errors: Errors = {}
        for origin in origins:
            made = compared(records, origin, tuning.projection({settings: 1.0}, origin).pupils)
            _add(errors, made.pupils.sum(axis=2), made)
        for horizon, own in errors.items():
            if horizon not in best or np.mean(own) < np.mean(best[horizon]):
                best[horizon] = own
    return best


def _totals(known: Known) -> Floats:
    recorded = np.isfinite(known.pupils).any(axis=1)
    return np.where(recorded, np.nansum(known.pupils, axis=1), np.nan)


def statsmodels_ets(series: Floats, *, horizon: int) -> Floats:
    """Forecast each series with the additive ETS model of the smallest AICc."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    found = []
    for row in series:
        values = row[np.isfinite(row)]
        best, forecast = np.inf, np.full(horizon, values[-1] if len(values) else 0.0)
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            fewest = 5 if trend is None else 8  # fewer years leave AICc undefined
            if len(values) < fewest:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitted = ETSModel(values, trend=trend, damped_trend=damped).fit(disp=False)
                if fitted.aicc < best:
                    best, forecast = fitted.aicc, np.asarray(fitted.forecast(horizon))
        found.append(forecast)
    return np.array(found)


if __name__ == "__main__":
    main()
