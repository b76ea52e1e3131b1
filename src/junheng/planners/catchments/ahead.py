"""The Districts of the school years that catchments must hold for: the year of the records, and forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.future import district_in
from junheng.forecast.intake import Wanted
from junheng.forecast.make import forecast
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text

_ENTER_FROM = {"junior": ("primary", "junior")}
"""Stages that are forecast for a stage: its entrants leave the one before."""


def districts_ahead(
    district: District,
    standard: Standard,
    *,
    stage: str,
    years: Sequence[int],
    scenario: str = "mean",
    on: date | None = None,
    progress: Progress = silent,
) -> dict[int, District]:
    """Return the District of every planned year by year; empty without years.

    Parameters
    ----------
    years
        School years in order, none before that of the records.
    scenario
        A name of `junheng.forecast.model.SCENARIOS`.

    Raises
    ------
    UsageError
        For a year before that of the records, or rolls that do not suffice for a forecast.
    """
    if not years:
        return {}
    now = district.year.start
    if years[0] < now:
        raise UsageError(
            Text(f"学年应不早于 {now}", f"the years must not begin before {now}, the year of the records")
        )
    found = {now: district} if now in years else {}
    if years[-1] > now:
        taught = set(district.table("stages")["stage"].to_list())
        made = forecast(
            district,
            standard,
            stages=[one for one in _ENTER_FROM.get(stage, (stage,)) if one in taught],
            wanted=Wanted(horizon=years[-1] - now),
            on=on,
            progress=progress,
        )
        found |= {year: district_in(made, year, scenario=scenario) for year in years if year > now}
    return found
