"""The years that catchments must hold for: their Districts, and what becomes of the plan in each."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Text

if TYPE_CHECKING:
    from junheng.district.model import District
    from junheng.planners.catchments.wishes import Wishes
    from junheng.plans.plan import Plan
    from junheng.plans.years import YearsCompared
    from junheng.standards.lookup import StandardOnDate
    from junheng.standards.standard import Standard


def years_of(
    district: District, standard: Standard, arguments: argparse.Namespace, screen: Screen
) -> dict[int, District]:
    """Return the District of every planned year; empty where only its own year is planned for."""
    if arguments.years is None:
        return {}
    from junheng.forecast.future import district_in  # noqa: PLC0415 - start-up time
    from junheng.forecast.intake import Wanted  # noqa: PLC0415
    from junheng.forecast.make import forecast  # noqa: PLC0415

    now, asked = district.year.start, arguments.years
    if asked[0] < now:
        raise UsageError(
            Text(f"学年应不早于 {now}", f"the years must not begin before {now}, the year of the records")
        )
    years = {now: district} if now in asked else {}
    if asked[-1] > now:
        stages = ("primary",) if arguments.stage == "primary" else ("primary", "junior")
        made = forecast(
            district,
            standard,
            stages=[one for one in stages if one in district.table("stages")["stage"]],
            wanted=Wanted(horizon=asked[-1] - now),
            on=arguments.date,
            progress=screen.progress,
        )
        years |= {year: district_in(made, year, scenario=arguments.scenario) for year in asked if year > now}
    return years


def show_years(
    plan: Plan,
    years: dict[int, District],
    on: StandardOnDate,
    *,
    wishes: Wishes,
    screen: Screen,
) -> YearsCompared | None:
    """Measure and show the plan in every year; `None` where that says nothing that the comparison does not."""
    if len(years) == 1 and not wishes.keep_present:
        return None
    from junheng.cli import plan_tables  # noqa: PLC0415 - start-up time
    from junheng.plans.years import compare_years  # noqa: PLC0415

    found = compare_years(plan, years, on, stage=wishes.stage, settings=plan.settings)
    plan_tables.show_years(found, screen)
    return found
