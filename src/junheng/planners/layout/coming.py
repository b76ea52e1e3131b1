"""The children to come: from the table ``demand`` where it has the stage, else from the forecast of the rolls."""

from __future__ import annotations

from datetime import date

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.forecast.intake import Wanted, stages_of
from junheng.planners.layout.future import FORECAST, TABLE, Future, future_from, wanted_problem
from junheng.planners.layout.needs import lacks_forecast
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text

YEARS = 5
"""Years that are planned where nobody says."""


def future_of(
    district: District,
    standard: Standard,
    *,
    stage: str,
    years: tuple[int, ...] | None = None,
    demand: str | None = None,
    on: date,
    progress: Progress = silent,
) -> Future:
    """Return the children to come of a stage.

    Parameters
    ----------
    years
        The planned years; `None` for all of the table, or five of a forecast.
    demand
        ``table`` or ``forecast``; `None` for the table where it has the stage.

    Raises
    ------
    InputError
        If years are missing or not 3 to 10 after the district's, a home lacks a year or scenario, or the records lack
        what a forecast takes.
    UsageError
        For another source.
    """
    if demand not in (None, TABLE, FORECAST):
        raise UsageError(
            Text(
                f"儿童人数来源应为 {TABLE}、{FORECAST}",
                f"children to come are from the {TABLE} or the {FORECAST}",
            )
        )
    rows = district.table("demand").filter(pl.col("stage") == stage)
    source = demand or (TABLE if rows.height else FORECAST)
    if source == TABLE:
        chosen = rows if years is None else rows.filter(pl.col("year").is_in(years))
        return future_from(district, chosen, source=TABLE, wanted=years)
    return _forecast(district, standard, stage=stage, years=years, on=on, progress=progress)


def _forecast(
    district: District,
    standard: Standard,
    *,
    stage: str,
    years: tuple[int, ...] | None,
    on: date,
    progress: Progress,
) -> Future:
    from junheng.forecast.demand import demand_of  # noqa: PLC0415 - only where a forecast is made
    from junheng.forecast.make import forecast  # noqa: PLC0415

    now = district.year.start
    wanted = tuple(range(now + 1, now + 1 + YEARS)) if years is None else years
    problem = wanted_problem(wanted, now + 1)
    if problem is not None:
        raise InputError([problem])
    lacking = lacks_forecast(district, stage)
    if lacking is not None:
        raise InputError([lacking])
    before = ("primary",) if stage == "primary" else ("primary", "junior")
    made = forecast(
        district,
        standard,
        stages=[one for one in before if one in stages_of(district)],
        wanted=Wanted(horizon=wanted[-1] - now),
        on=on,
        progress=progress,
    )
    rows = demand_of(made, stage, wanted)
    return future_from(district, rows, source=FORECAST, wanted=wanted, notices=made.notices)
