"""Plans as tables on a terminal: what one reaches and proves, several side by side, and what they trade."""

from __future__ import annotations

from typing import Any

import polars as pl

from junheng.cli.screen import Screen
from junheng.cli.tables import number, with_unit
from junheng.district.model import District
from junheng.measure.assessment import VERDICTS
from junheng.plans.compare import APART, GROUP_MEASURES, MEASURES
from junheng.plans.edit import EditEffect
from junheng.plans.effects import EFFECTS
from junheng.plans.plan import Plan
from junheng.plans.years import YearsCompared
from junheng.report import numbers
from junheng.report.words import LEVELS, STOPPED_BY, known
from junheng.text import Text

_MOST_CUT_OFF = 12
"""A terminal names so many homes that are cut off."""


def show_effects(effects: pl.DataFrame, screen: Screen) -> None:
    """Write what plans of any kind come to, one a column."""
    names = [Text(row["zh"], row["en"]) for row in effects.iter_rows(named=True)]
    screen.heading(Text("结论、班额与学位", "verdict, class sizes and places"))
    screen.table(
        [Text("指标", "measure"), *names],
        [
            [Text("均衡结论", "balance"), *(VERDICTS[verdict] for verdict in effects["verdict"])],
            *(
                [with_unit(label, unit), *(number(value, unit) for value in effects[key].to_list())]
                for key, (label, unit) in EFFECTS.items()
            ),
        ],
    )


def show_comparison(comparison: pl.DataFrame, screen: Screen) -> None:
    """Write plans side by side, one a column."""
    names = [Text(row["zh"], row["en"]) for row in comparison.iter_rows(named=True)]
    screen.table(
        [Text("指标", "measure"), *names],
        (
            [with_unit(label, unit), *(number(value, unit) for value in comparison[key].to_list())]
            for key, (label, unit) in (MEASURES | GROUP_MEASURES).items()
            if key in comparison.columns
        ),
    )


def show_distances(district: District, stage: str, screen: Screen) -> dict[str, Any]:
    """Say by which distances zones were measured, and for whom they are straight lines; return the same for JSON."""
    from junheng.measure.distances import distances, how_far, method_of  # noqa: PLC0415 - start-up time
    from junheng.planners.schools import zoned_schools  # noqa: PLC0415

    method, off = method_of(district), tuple[str, ...]()
    if method == "walking_network":  # only there may some lie off it
        off = distances(district, zoned_schools(district, stage), needs_all=False).off_network
    screen.line(Text("上学距离：{how}", "distance to school: {how}").format(how=how_far(method, off)))
    return {"method": method, "off_network": list(off)}


def show_effect(found: EditEffect, screen: Screen) -> None:
    """Write what an edit by hand does before anything is repaired: every measure, and the schools concerned."""
    screen.heading(Text("手工调整的影响（修复之前）", "what the edit does, before any repair"))
    header = [Text("指标", "measure"), Text("调整前", "before"), Text("调整后", "after")]
    screen.table(
        header,
        (
            [with_unit(name, unit), number(found.before[key], unit), number(found.after[key], unit)]
            for key, (name, unit) in MEASURES.items()
        ),
    )
    for one in found.schools:
        screen.line(
            Text("{school}：{before} → {after} 人", "{school}: {before} → {after} children").format(
                school=one.school, before=_known(one.children_before), after=_known(one.children_after)
            )
        )
    if found.cut_off:
        screen.line(
            Text("与学校不连片：{list}", "cut off from their school: {list}").format(
                list=", ".join(found.cut_off[:_MOST_CUT_OFF])
            )
        )


def _known(children: int | None) -> str:
    return "–" if children is None else str(children)


def show_years(found: YearsCompared, screen: Screen) -> None:
    """Write pupils over places year by year, by the zones of today and by the plan."""
    screen.heading(Text("逐年学位（独立复测）", "places year by year, re-measured independently"))
    header = [
        Text("学年", "year"),
        Text("学区", "zones"),
        Text("超出学位", "over places"),
        Text("如沿用现行学区", "if today's zones stayed"),
        Text("最高使用率", "highest utilisation"),
    ]
    rows = (
        [
            row["year"],
            Text("新", "the plan's") if row["plan"] else Text("现行", "today's"),
            numbers.show(row["over"], "pupil"),
            numbers.show(row["over_today"], "pupil"),
            numbers.share(row["max_utilisation"]),
        ]
        for row in found.years.iter_rows(named=True)
    )
    screen.table(header, rows)
    screen.line(
        Text(
            "使每年都不超出须增加学位 {n} 个（现行学区 {today} 个）",
            "places to add so that nobody is over in any year: {n} (today's zones: {today})",
        ).format(n=found.worst, today=found.worst_today)
    )


def show_frontier(frontier: pl.DataFrame, screen: Screen) -> None:
    """Write the trade-off between pupils over capacity, moves, distance and, if looked at, balance: a plan a row."""
    screen.heading(
        Text(
            "取舍：各方案互不占优",
            "trade-off: no plan is beaten by another in everything",
        )
    )
    measures = MEASURES | GROUP_MEASURES
    keys = [key for key in ("moved", "over", "mean_km", "p95_km", APART) if key in frontier.columns]
    header = [
        Text("序号", "no."),
        *(with_unit(*measures[key]) for key in keys),
        Text("距离总和（人·公里）", "pupil-km"),
        Text("已证下界", "proven bound"),
    ]
    screen.table(
        header,
        (
            [
                row["number"],
                *(number(row[key], measures[key][1]) for key in keys),
                *(number(row[key], "pupil km") for key in ("pupil_km", "pupil_km_bound")),
            ]
            for row in frontier.iter_rows(named=True)
        ),
    )


def show_plan(plan: Plan, screen: Screen) -> None:
    """Write a plan's objective, level by level, with what was proven."""
    screen.heading(plan.name)
    header = [
        Text("目标（依次）", "objective, in order"),
        Text("方案", "plan"),
        Text("已证下界", "proven bound"),
        Text("差距", "gap"),
    ]
    screen.table(
        header,
        (
            [
                with_unit(known(LEVELS, name), level.unit),
                number(level.value, level.unit),
                number(level.bound, level.unit),
                None if level.gap is None else numbers.share(level.gap, decimals=2),
            ]
            for name, level in plan.objective.items()
        ),
    )
    screen.line(
        Text(
            "用时 {seconds} 秒，{why}；输入哈希 {hash}",
            "{seconds} s, stopped by: {why}; inputs hash {hash}",
        ).format(
            seconds=f"{plan.seconds:.1f}", why=known(STOPPED_BY, plan.stopped_by), hash=plan.inputs_hash[:12]
        )
    )


def show_sure_overflow(plan: Plan, screen: Screen) -> None:
    """Say how many pupils stay over capacity whatever the zones, and what would help."""
    sure = plan.objective["overflow_pupils"].bound
    if sure:
        screen.line(
            Text(
                "在这些条件下，任何划法都至少有 {n} 名学生超出学位：请增加学位，或放宽锁定、上限等条件",
                "under these limits every plan leaves at least {n} pupils over capacity: add places, or relax limits",
            ).format(n=numbers.show(sure, "pupil"))
        )
