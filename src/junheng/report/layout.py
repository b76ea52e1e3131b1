"""The report of a layout plan: one planned year measured before and after, beside the maps of all planned years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from junheng.district.model import District
from junheng.measure.assessment import assess
from junheng.planners.layout.planner import LayoutResult
from junheng.plans.compare import compare
from junheng.plans.years import compare_layouts
from junheng.report.loop import LoopReport
from junheng.standards.standard import Standard


def layout_reports(
    found: LayoutResult,
    district: District,
    standard: Standard,
    *,
    years: tuple[int, ...],
    prices: pl.DataFrame | None = None,
) -> Iterator[tuple[int, LoopReport]]:
    """Yield the report of each of some planned years; every one has the places and the maps of all planned years.

    A report has that year's children (the middle scenario) in today's schools, and in the planned ones, and the
    schedule, money, prices and reasons of the plan.
    """
    on, stage = date.fromisoformat(found.plan.standard_date), found.problem.stage
    sides = {year: found.side_by_side(district, year) for year in found.problem.years}
    each_year = compare_layouts(
        {year: (before, after) for year, (before, after, _) in sides.items()}, standard.on(on), stage=stage
    )
    for year in years:
        before, after, plan = sides[year]
        yield (
            year,
            LoopReport(
                before=assess(before, standard, on=on),
                after=assess(after, standard, on=on),
                stage=stage,
                plans=(plan,),
                chosen=plan,
                comparison=compare(before, [plan], standard.on(on), stage=stage),
                years=each_year,
                planned={one: side[1] for one, side in sides.items()},
                layout=found,
                prices=prices,
            ),
        )
