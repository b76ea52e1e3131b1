"""Catchments that must hold for several years: their Districts, and what becomes of the plan in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest

from junheng.district.model import District
from junheng.plans.plan import Plan
from junheng.report import numbers
from junheng.text import Text
from junheng.web.listing import Column, Listing
from junheng.web.planning.kinds.kind import Asked, Tables
from junheng.web.planning.models import PlanRecord

if TYPE_CHECKING:
    from junheng.plans.years import YearsCompared

_YEARS = (
    Column("year", Text("学年", "year")),
    Column("zones", Text("学区", "zones")),
    Column("over", Text("超出学位", "over places"), "pupil"),
    Column("over_today", Text("如沿用现行学区", "if today's zones stayed"), "pupil"),
    Column("max_utilisation", Text("最高使用率", "highest utilisation"), "none"),
)
_NEW, _OLD = Text("新", "the plan's"), Text("现行", "today's")
_WORST = Text("使每年都不超出须增加的学位", "places to add so that nobody is over in any year")


def years_of(asked: Asked) -> dict[int, District]:
    """Return the District of every planned year; empty where only the year of the records is planned for."""
    years = asked.settings.get("years")
    if years is None:
        return {}
    from junheng.planners.catchments.ahead import districts_ahead  # noqa: PLC0415 - only the worker forecasts

    return districts_ahead(
        asked.district,
        asked.standard,
        stage=asked.settings["stage"],
        years=range(years[0], years[1] + 1),
        scenario=asked.settings["scenario"],
        progress=asked.progress,
    )


def measured(asked: Asked, plan: Plan, years: Mapping[int, District]) -> YearsCompared | None:
    """Measure the plan in every year; `None` where that says nothing that the comparison does not."""
    if len(years) <= 1 and not asked.settings.get("keep_present", False):
        return None
    from junheng.plans.years import compare_years  # noqa: PLC0415 - only the worker measures

    district, given = asked.district, asked.settings
    return compare_years(
        plan,
        years or {district.year.start: district},
        asked.standard.on(district.year.first_day),
        stage=given["stage"],
        settings={
            "since": given.get("since"),
            "keep_present": given.get("keep_present", False),
            "sibling_share": given.get("siblings", 0.0) / 100,
        },
    )


def told(found: YearsCompared | None) -> Tables | None:
    """Return what is kept of the years, for JSON."""
    if found is None:
        return None
    return {
        "years": found.years.to_dicts(),
        "worst": [{"plan": found.worst, "today": found.worst_today}],
    }


def tables(request: HttpRequest, plan: PlanRecord) -> list[Listing]:
    """Return places year by year, if there is more than one."""
    kept = json.loads(plan.tables or "{}")
    if not kept:
        return []
    rows = [
        {
            **row,
            "year": str(row["year"]),
            "zones": _NEW if row["plan"] else _OLD,
            "max_utilisation": numbers.share(row["max_utilisation"]),
        }
        for row in kept["years"]
    ]
    (worst,) = kept["worst"]
    rows.append({"year": _WORST, "zones": None, "over": worst["plan"], "over_today": worst["today"]})
    title = Text("逐年学位（独立复测）", "places year by year, measured independently")
    return [Listing(request, name="years", title=title, columns=_YEARS, rows=rows)]
