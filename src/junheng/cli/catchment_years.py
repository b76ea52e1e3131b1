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
    district: District,
    standard: Standard,
    arguments: argparse.Namespace,
    *,
    wishes: Wishes,
    screen: Screen,
) -> dict[int, District]:
    """Return the District of every planned year; empty where only its own year is planned for."""
    planned = arguments.years or [district.year.start]
    if arguments.since is not None and not planned[0] <= arguments.since <= planned[-1]:
        raise UsageError(
            Text(
                "--since {since} 不在规划的学年 {first} 至 {last} 之内：请用 --years 写明包含它的学年",
                "--since {since} is none of the planned years, {first} to {last}: "
                "name years that hold it with --years",
            ).format(since=arguments.since, first=planned[0], last=planned[-1])
        )
    if arguments.years is None:
        return {}
    from junheng.planners.catchments.ahead import districts_ahead  # noqa: PLC0415 - start-up time

    return districts_ahead(
        district,
        standard,
        stage=arguments.stage,
        years=arguments.years,
        scenario=wishes.scenario or "mean",
        on=arguments.date,
        progress=screen.progress,
    )


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
