"""What the page, the workbook and the planning desk tell alike of a layout: states of works, money, prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from junheng.planners.layout.course import BATCHES, SHUT
from junheng.text import Text

if TYPE_CHECKING:
    from junheng.planners.layout.planner import LayoutResult

WORKS, IN_USE, GIVEN_UP = Text("建设", "works"), Text("启用", "in use"), Text("已并", "given up")
PRICES: tuple[tuple[str, Text, str], ...] = (
    ("unserved", Text("本方案：无学位（人·年）", "this plan: pupil-years without a place"), "pupil"),
    ("yuan", Text("本方案：成本（元）", "this plan: yuan"), "yuan"),
    (
        "alone_unserved",
        Text("只为该情景规划：无学位（人·年）", "planned for it alone: pupil-years without a place"),
        "pupil",
    ),
    ("alone_yuan", Text("只为该情景规划：成本（元）", "planned for it alone: yuan"), "yuan"),
    (
        "alone_bound",
        Text("只为该情景规划：至少（元，已证明）", "planned for it alone: at least, proven (yuan)"),
        "yuan",
    ),
    ("price_yuan", Text("代价（元）", "price (yuan)"), "yuan"),
)
"""Columns of `junheng.planners.layout.robust.scenario_prices` in the order of telling: name, heading, unit."""
PRICES_TITLE = Text("各情景的代价", "the price of each scenario")
PRICES_NOTE = Text(
    "一个方案须应对各种情景。代价＝某一情景果真到来时，本方案比早知如此、只为它规划多花的成本；几个学段一并规划时为合计。",
    "One plan must do for every scenario. The price is what it costs more, if one scenario comes, than a plan for "
    "that scenario alone; of all stages together, where several are planned.",
)
PRICES_NONE = Text("只有一个情景，没有代价可言", "there is one scenario alone, so that nothing is to be paid")
"""What is said instead of an empty table."""


def planned_years(found: LayoutResult) -> range:
    """Return the years in which money is spent or pupils are taught: from the year of the records to the last."""
    return range(found.problem.years[0] - 1, found.problem.years[-1] + 1)


def state_of(scheduled: Mapping[str, Any], year: int) -> Text | None:
    """Return how far a row of the schedule is in a school year; `None` before it begins."""
    if year < scheduled["from_year"]:
        return None
    if year < scheduled["in_use"]:
        return WORKS
    return GIVEN_UP if scheduled["kind"] in SHUT else IN_USE


def spent_by_batch(found: LayoutResult) -> Iterator[tuple[Text, int, list[float]]]:
    """Yield each batch that has projects, in order: its name, its projects, and its yuan of every budget year."""
    projects = dict(found.schedule.group_by("batch").agg(pl.len()).iter_rows())
    of = {(batch, year): yuan for batch, year, _, yuan in found.investment.iter_rows()}
    for batch, text in BATCHES.items():
        if batch in projects:
            yield text, projects[batch], [of.get((batch, year - 1), 0.0) for year in found.problem.years]
