"""A layout plan as tables on a terminal: schedule, years, why not, and the price of each scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from junheng.cli.screen import Screen
from junheng.district.columns import label_of
from junheng.errors import Problem
from junheng.planners.layout.basis import basis_text
from junheng.planners.layout.course import BATCHES, KINDS
from junheng.planners.layout.explain import forced_order
from junheng.planners.layout.objective import Score
from junheng.planners.layout.planner import LayoutResult
from junheng.planners.layout.stages import StagesResult
from junheng.plans.plan import Plan
from junheng.report import numbers
from junheng.report.layout_facts import PRICES_NONE
from junheng.standards.standard import Standard
from junheng.text import Text

_MOST_REASONS = 40
"""A terminal shows so many reasons; the JSON output and the files have all."""


def show_layout(found: LayoutResult, screen: Screen) -> None:
    """Write a layout plan for people: what it reaches, its schedule, every year, and why not otherwise."""
    screen.heading(found.plan.name)
    _show_score(found.plan, found.solution.layout.score, screen)
    screen.line(basis_text(found.plan.settings))
    _show_schedule(found, screen)
    _show_years(found.years, screen)
    screen.heading(Text("为何不（代价最小的在前）", "why not (the cheapest first)"))
    names = dict(found.sites.select("site", "name").unique().iter_rows())
    for one in list(forced_order(found.why_not))[:_MOST_REASONS]:
        screen.line(Text("{name}：{text}", "{name}: {text}").format(name=names[one.site], text=one.text))
    screen.line()


def show_warnings(warnings: Sequence[Problem], screen: Screen) -> None:
    """Write what a reader should know before the plan."""
    for warning in warnings:
        screen.line(warning.describe())


def show_shared(found: StagesResult, screen: Screen) -> None:
    """Write what several stages come to together, and how they share the money of each year."""
    screen.heading(found.plan.name)
    _show_score(found.plan, found.solution.layout.score, screen)
    screen.heading(Text("各学段分年投资（万元）", "how the stages share the money (10,000 yuan)"))
    years = [year - 1 for year in found.problem.years]
    spent = found.investment.group_by("stage", "year").agg(pl.col("yuan").sum())
    of = {(stage, year): yuan for stage, year, yuan in spent.iter_rows()}
    rows = [
        (label_of("planned_stage", stage), *(_ten_thousand(of.get((stage, year), 0.0)) for year in years))
        for stage in found.problem.stage.split(",")
    ]
    limits = (_ten_thousand(yuan) for yuan in found.problem.budget_yuan.tolist())
    header = [Text("学段", "stage"), *(Text.same(str(year)) for year in years)]
    screen.table(header, [*rows, (Text("上限", "limit"), *limits)])


def _ten_thousand(yuan: float) -> str:
    return f"{yuan / 1e4:,.0f}" if math.isfinite(yuan) else "-"


def _show_score(plan: Plan, score: Score, screen: Screen) -> None:
    gap, fewest = plan.objective["cost"].gap, plan.objective["unserved"].bound
    proven = Text("，已证明至少 {n}", ", proven: at least {n}").format(n=f"{fewest or 0:,.0f}")
    screen.line(
        Text(
            "无学位 {unserved} 人年（各情景合计{proven}）；总成本 {cost} 万元："
            "建设 {building}、运行 {running}、交通 {transport}；与下界相差 {gap}",
            "{unserved} pupil-years without a place (all scenarios{proven}); {cost} ten thousand yuan: "
            "building {building}, running {running}, transport {transport}; gap {gap}",
        ).format(
            unserved=f"{score.unserved_pupils:,}",
            proven=proven if score.unserved_pupils and fewest is not None else Text("", ""),
            cost=f"{score.cost_yuan / 1e4:,.0f}",
            building=f"{score.building_yuan / 1e4:,.0f}",
            running=f"{score.running_yuan / 1e4:,.0f}",
            transport=f"{score.transport_yuan / 1e4:,.0f}",
            gap="-" if gap is None else f"{gap:.2%}",
        )
    )


def _show_schedule(found: LayoutResult, screen: Screen) -> None:
    names = dict(zip(found.problem.sites, found.names, strict=True))
    screen.heading(Text("进度", "schedule"))
    header = [Text("批次", "batch"), Text("安排", "what"), Text("地点", "site"), Text("对方", "partner")]
    header += [
        Text("开工年度", "from"),
        Text("启用学年", "in use"),
        Text("班级", "classes"),
        Text("万元", "10,000 yuan"),
    ]
    screen.table(
        header,
        [
            (
                BATCHES[row["batch"]],
                KINDS[row["kind"]],
                row["name"],
                names.get(row["partner"]),
                row["from_year"],
                row["in_use"],
                row["classes"] or None,
                f"{row['yuan'] / 1e4:,.0f}",
            )
            for row in found.schedule.iter_rows(named=True)
        ],
    )


def _show_years(years: pl.DataFrame, screen: Screen) -> None:
    screen.heading(Text("分年", "year by year"))
    header = [
        Text("学年", "year"),
        Text("情景", "scenario"),
        Text("儿童", "children"),
        Text("学位", "places"),
    ]
    header += [Text("无学位", "without"), Text("平均公里", "mean km")]
    screen.table(
        header,
        [
            (
                row["year"],
                label_of("scenario", row["scenario"]),
                *(numbers.show(row[name], "child") for name in ("children", "places", "unserved")),
                numbers.show(row["mean_km"], "km"),
            )
            for row in years.iter_rows(named=True)
        ],
    )


def show_prices(prices: pl.DataFrame, screen: Screen) -> None:
    """Write what it costs to be ready for every scenario and not for one alone."""
    screen.heading(Text("各情景的代价（万元）", "the price of each scenario (10,000 yuan)"))
    if prices.is_empty():
        screen.line(PRICES_NONE)
        screen.line()
        return
    header = [
        Text("情景", "scenario"),
        Text("本方案", "this plan"),
        Text("无学位", "without a place"),
        Text("只为该情景", "planned for it alone"),
        Text("至少", "at least"),
        Text("无学位", "without a place"),
        Text("代价", "price"),
    ]
    screen.table(
        header,
        [
            (
                label_of("scenario", row["scenario"]),
                _ten_thousand(row["yuan"]),
                row["unserved"],
                *(_ten_thousand(row[name]) for name in ("alone_yuan", "alone_bound")),
                row["alone_unserved"],
                _ten_thousand(row["price_yuan"]),
            )
            for row in prices.iter_rows(named=True)
        ],
    )
    screen.line()


def show_preschool(measured: pl.DataFrame, standard: Standard, screen: Screen) -> None:
    """Write what the measure of the preschool stage says before and after the plan."""
    screen.heading(Text("独立复测（今年的幼儿）", "re-measured independently (this year's children)"))
    header = [
        Text("指标", "indicator"),
        Text("标准", "limit"),
        Text("现状", "before"),
        Text("方案后", "after"),
    ]
    screen.table(
        header,
        [
            (
                standard.rule(row["rule"]).title,
                f"{row['threshold']:g}",
                *(_measured(row[when], row[f"{when}_verdict"]) for when in ("before", "after")),
            )
            for row in measured.iter_rows(named=True)
        ],
    )
    screen.line()


def _measured(value: float | None, verdict: str) -> Text:
    if value is None:
        return Text("未测", "not assessed")
    return Text("{value} {mark}", "{value} {mark}").format(
        value=f"{value:.1f}", mark=Text("达标", "met") if verdict == "met" else Text("未达标", "below")
    )
