"""A layout plan as a workbook for the meeting: Gantt chart, investment by year, places, handover, why not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.district.workbook.sheets import Block, Cell, Numbers, Sheets, of_unit
from junheng.district.workbook.write import open_workbook
from junheng.planners.layout.course import BATCHES, KINDS
from junheng.planners.layout.explain import forced_order
from junheng.planners.layout.planner import LayoutResult
from junheng.planners.layout.stages import StagesResult
from junheng.report.layout_facts import (
    GIVEN_UP,
    IN_USE,
    PRICES,
    PRICES_TITLE,
    WORKS,
    planned_years,
    spent_by_batch,
    state_of,
)
from junheng.text import Language, Text

_COLOURS = {WORKS: "#F4B183", IN_USE: "#A9D18E", GIVEN_UP: "#BFBFBF"}
_YUAN = of_unit("yuan")
_STAGE, _BATCH = Text("学段", "stage"), Text("批次", "batch")


def write_layout_workbook(found: StagesResult, path: Path, *, district: District, language: Language) -> None:
    """Write the workbook, whole or not at all; same plan, same bytes.

    Sheets: the schedule with a column a school year (works, in use, given up); investment by batch and budget year,
    with sums and limits; places by year and scenario; the price of each scenario where that was asked for; what
    mergers hand over; and why not otherwise.
    """
    with (
        whole_file(path) as partial,
        open_workbook(partial, created=district.year.first_day, language=language) as (book, styles),
    ):
        colours = {
            text: book.add_format({"bg_color": colour, "align": "center"})
            for text, colour in _COLOURS.items()
        }
        sheets = Sheets(book, styles, language)
        sheets.add(
            Text("进度", "schedule"),
            [_gantt(found)],
            style_of=lambda cell: colours.get(cell) if isinstance(cell, Text) else None,
        )
        sheets.add(Text("投资", "investment"), [_investment(found)])
        sheets.add(Text("分年学位", "years"), [_years(found)])
        if found.prices is not None:
            sheets.add(PRICES_TITLE, [_prices(found.prices)])
        sheets.add(Text("撤并移交", "handover"), [_handover(found)])
        sheets.add(Text("为何不", "why not"), [_why_not(found)])


def _stage(found: LayoutResult) -> Text:
    return label_of("planned_stage", found.problem.stage)


def _gantt(found: StagesResult) -> Block:
    years = planned_years(found.stages[0])
    header: tuple[Text | Numbers, ...] = (
        _STAGE,
        _BATCH,
        Text("安排", "what"),
        Text("地点", "site"),
        Text("对方", "partner"),
        Text("班级", "classes"),
        Numbers(Text("元", "yuan"), _YUAN),
        *(Text.same(str(year)) for year in years),
    )
    rows: list[Sequence[Cell]] = []
    for one in found.stages:
        names = dict(zip(one.problem.sites, one.names, strict=True))
        rows += [
            (
                _stage(one),
                BATCHES[row["batch"]],
                KINDS[row["kind"]],
                row["name"],
                names.get(row["partner"]),
                row["classes"] or None,
                row["yuan"],
                *(state_of(row, year) for year in years),
            )
            for row in one.schedule.iter_rows(named=True)
        ]
    return Block(header, rows)


def _investment(found: StagesResult) -> Block:
    """Return yuan by stage and batch, a column a budget year, with the sums and the limits below."""
    years = [year - 1 for year in found.problem.years]
    header: tuple[Text | Numbers, ...] = (
        _STAGE,
        _BATCH,
        Text("项目", "projects"),
        Numbers(Text("合计（元）", "all, yuan"), _YUAN),
        *(Numbers(Text.same(str(year)), _YUAN) for year in years),
    )
    rows: list[Sequence[Cell]] = []
    for one in found.stages:
        rows += [
            (_stage(one), batch, projects, sum(spent), *spent)
            for batch, projects, spent in spent_by_batch(one)
        ]
    by_year = dict(found.investment.group_by("year").agg(pl.col("yuan").sum()).iter_rows())
    spent = [by_year.get(year, 0.0) for year in years]
    limits = [float(yuan) if np.isfinite(yuan) else None for yuan in found.problem.budget_yuan]
    rows.append((Text("合计", "all"), None, None, sum(spent), *spent))
    rows.append((Text("上限", "limit"), None, None, None, *limits))
    return Block(header, rows)


def _years(found: StagesResult) -> Block:
    header = (
        _STAGE,
        Text("学年", "year"),
        Text("情景", "scenario"),
        Numbers(Text("儿童", "children"), of_unit("child")),
        Numbers(Text("学位", "places"), of_unit("child")),
        Numbers(Text("无学位", "without"), of_unit("child")),
        Numbers(Text("平均公里", "mean km"), of_unit("km")),
    )
    rows = [
        (
            _stage(one),
            str(row["year"]),
            label_of("scenario", row["scenario"]),
            *(row[name] for name in ("children", "places", "unserved", "mean_km")),
        )
        for one in found.stages
        for row in one.years.iter_rows(named=True)
    ]
    return Block(header, rows)


def _prices(prices: pl.DataFrame) -> Block:
    header: list[Text | Numbers] = [Text("情景", "scenario")]
    header += [Numbers(text, of_unit(unit)) for _, text, unit in PRICES]
    rows = [
        (label_of("scenario", row["scenario"]), *(row[name] for name, _, _ in PRICES))
        for row in prices.iter_rows(named=True)
    ]
    return Block(header, rows)


def _handover(found: StagesResult) -> Block:
    header = (
        _STAGE,
        Text("学年", "year"),
        Text("撤并", "merged"),
        Text("承接", "taken over by"),
        Numbers(Text("学生", "pupils"), of_unit("pupil")),
        Numbers(Text("教师", "teachers"), of_unit("person")),
    )
    rows: list[Sequence[Cell]] = []
    for one in found.stages:
        names = dict(zip(one.problem.sites, one.names, strict=True))
        rows += [
            (
                _stage(one),
                str(row["year"]),
                names[row["school"]],
                names[row["into"]],
                row["pupils"],
                row["teachers"],
            )
            for row in one.handover.iter_rows(named=True)
        ]
    return Block(header, rows)


def _why_not(found: StagesResult) -> Block:
    header = (
        _STAGE,
        Text("安排", "what"),
        Text("地点", "site"),
        Text("理由", "because"),
        Numbers(Text("多花（元）", "more yuan"), _YUAN),
        Numbers(Text("多出无学位（人·年）", "more without a place"), of_unit("child")),
    )
    rows: list[Sequence[Cell]] = []
    for one in found.stages:
        names = dict(zip(one.problem.sites, one.names, strict=True))
        rows += [
            (_stage(one), KINDS[why.kind], names[why.site], why.text, why.yuan, why.unserved)
            for why in forced_order(one.why_not)
        ]
    return Block(header, rows)
