"""Makes a Forecast: stage by stage, the leavers of one entering the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist

import numpy as np
import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.average import Carrier
from junheng.forecast.backtest import Backtest, backtest
from junheng.forecast.calibration import log_sd
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.frames import frame, overflow_frame
from junheng.forecast.intake import STAGES, Wanted, has_history, places_of, records_of, stages_of
from junheng.forecast.model import Forecast
from junheng.forecast.notices import notices
from junheng.forecast.outlook import AGGREGATES, Aggregate, Outlook, outlook
from junheng.forecast.records import Floats, Records
from junheng.forecast.settings import SCENARIO
from junheng.forecast.tuning import Tuning
from junheng.progress import Progress, silent
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.text import Text

_LATE_YEARS = 1
"""In the low scenario, dwellings that are still to come are this late."""
_BEFORE = {"junior": "primary", "senior": "junior"}
_FRAMES: dict[Aggregate, str] = {
    "cells": "cells",
    "schools": "schools",
    "grades": "grades",
    "district": "totals",
}
"""Where a Forecast keeps each aggregate."""


@dataclass(frozen=True, eq=False)
class _Stage:
    records: Records
    late: Floats
    outlook: Outlook


def forecast(
    district: District,
    standard: Standard,
    *,
    stages: Sequence[str] | None = None,
    wanted: Wanted | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> Forecast:
    """Forecast the pupils of every school.

    Parameters
    ----------
    district
        Takes the table ``rolls`` with at least three school years; uses ``births`` or ``children``, ``catchments``,
        ``housing`` and ``homes`` where they are kept.
    standard
        Says at which age children enter.
    stages
        Stages to forecast; `None` for every stage that has pupils.
    wanted
        Horizon, entry age, how new dwellings fill.
    on
        Day of the standard, the first of the school year if not given.

    Raises
    ------
    UsageError
        Where the rolls do not suffice, or a stage has no pupils.
    InputError
        Where births are counted in two ways.
    """
    wanted = wanted or Wanted()
    rules = standard.on(on or district.year.first_day)
    chosen = _stages(district, stages)
    seen = _records(district, rules, wanted, chosen)
    delay = wanted.housing.delay_years + _LATE_YEARS
    late = _records(
        district, rules, replace(wanted, housing=replace(wanted.housing, delay_years=delay)), chosen
    )
    found = []
    for number, stage in enumerate(chosen):
        said = Text("预测{stage}", "forecasting {stage}").format(stage=label_of("stage", stage))
        progress(said, number / len(chosen))
        found.append(_stage(seen[stage], late[stage]))
    progress(Text("预测完成", "forecast made"), 1.0)
    return Forecast(
        district=district,
        standard=rules,
        **{_FRAMES[name]: pl.concat([_frame(district, one, name) for one in found]) for name in AGGREGATES},
        overflow=pl.concat([_overflow(district, one) for one in found]),
        entrants_by={
            one.records.stage: one.records.entrants_by if one.outlook.follows_children else "recent"
            for one in found
        },
        settings={one.records.stage: one.outlook.settings for one in found},
        notices=tuple(
            notice
            for one in found
            for notice in notices(district, one.records, one.outlook, entry_age=wanted.age_of_entry(rules))
        ),
        values=(rules.value("schooling.entry_age"),),
    )


def backtests(
    district: District,
    standard: Standard,
    *,
    stages: Sequence[str] | None = None,
    wanted: Wanted | None = None,
    origins: Sequence[int] | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> dict[str, Backtest]:
    """Backtest the stages of a district on its own history; arguments as of `forecast` and `backtest`."""
    wanted = wanted or Wanted()
    rules = standard.on(on or district.year.first_day)
    chosen = _stages(district, stages)
    seen = _records(district, rules, wanted, chosen)
    return {
        stage: backtest(seen[stage], origins=origins, horizon=wanted.horizon, progress=progress)
        for stage in chosen
    }


def _records(
    district: District, rules: StandardOnDate, wanted: Wanted, chosen: Sequence[str]
) -> dict[str, Records]:
    """Return the arrays of the chosen stages, and of those before them, whose leavers they take.

    One that nobody asked for and whose rolls do not suffice gives no leavers.
    """
    seen: dict[str, Records] = {}
    has = stages_of(district)
    for stage in (one for one in STAGES[: STAGES.index(chosen[-1]) + 1] if one in has):
        if stage not in chosen and not has_history(district, stage):
            continue
        before = seen.get(_BEFORE.get(stage, ""))
        seen[stage] = records_of(district, rules, stage=stage, wanted=wanted, before=before)
    return seen


def _stages(district: District, wanted: Sequence[str] | None) -> tuple[str, ...]:
    has = stages_of(district)
    if not has:
        raise UsageError(_no_rolls(district))
    if wanted is None:
        return has
    for stage in wanted:
        if stage not in has:
            raise UsageError(
                Text(
                    "{year} 学年没有{stage}的在校生，无法预测",
                    "there are no pupils of the stage {stage} in {year}: nothing can be forecast",
                ).format(year=district.year, stage=label_of("stage", stage))
            )
    return tuple(stage for stage in STAGES if stage in wanted)


def _no_rolls(district: District) -> Text:
    years = ", ".join(str(year) for year in district.table("rolls")["year"].unique().sort()) or "-"
    return Text(
        "在校生表中没有 {now} 学年的在校生（有学年 {years}），无法预测。请补填",
        "the rolls have no pupils of {now} (they have the years {years}): nothing can be forecast. Fill them in",
    ).format(now=district.year, years=years)


def _stage(records: Records, late: Records) -> _Stage:
    last, horizon = len(records.years) - 1, records.beyond
    view = outlook(Tuning(records, horizon=horizon), last, horizon=horizon)
    delayed = Carrier(late.at(last, horizon=horizon)).projection(view.settings)
    housing = delayed.parts[COMPONENTS.index("housing")]
    return _Stage(records, housing, view)


def _frame(district: District, one: _Stage, aggregate: Aggregate) -> pl.DataFrame:
    low, high = _scenarios(one)
    found = frame(one.records, one.outlook, aggregate, low=low, high=high)
    if aggregate != "schools":
        return found
    places = _places(district, one.records)
    now = np.nansum(one.records.pupils[:, :, -1], axis=1)
    facts = pl.DataFrame(
        {
            "school": one.records.schools,
            "pupils_now": now,
            "capacity": pl.Series(places, nan_to_null=True),
        },
        schema_overrides={"school": pl.String},
    )
    return found.join(facts, on="school", how="left", maintain_order="left")


def _scenarios(one: _Stage) -> tuple[Floats, Floats]:
    """Return the pupils of the low and the high scenario, shape (horizon, schools, grades)."""
    outlook_ = one.outlook
    total, shared = outlook_.pupils("district"), outlook_.variances.shared
    score = np.array([NormalDist().inv_cdf(SCENARIO)])
    stretch = outlook_.stretch["district"]
    factor = np.exp(
        [
            float(stretch.of(score, h + 1)[0] * log_sd(total[h : h + 1], shared[h : h + 1])[0])
            for h in range(len(total))
        ]
    )[:, None, None]
    housing = outlook_.projection.parts[COMPONENTS.index("housing")]
    settled = outlook_.projection.pupils - housing
    # Where pupils leave early, late dwellings may have the more of them in a year; that is not low.
    return settled / factor + np.minimum(one.late, housing), settled * factor + housing


def _places(district: District, records: Records) -> Floats:
    by_school = places_of(district, records.stage)
    return np.array([by_school.get(school, np.nan) for school in records.schools], dtype=np.float64)


def _overflow(district: District, one: _Stage) -> pl.DataFrame:
    return overflow_frame(one.records, one.outlook, _places(district, one.records))
