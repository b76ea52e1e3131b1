"""A compliance plan on a terminal: what is done, what it takes for granted, before and after side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from junheng.cli.screen import Screen
from junheng.cli.tables import number
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.plans.actions.priced import PricedAction
from junheng.plans.plan import Plan
from junheng.plans.rescored import (
    indicators_side_by_side,
    passing_pupils,
    stages_side_by_side,
    variation_side_by_side,
)
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.report.sections.works import described
from junheng.text import Text

_MOST_ROWS = 30


def show_actions(plan: Plan, district: District, screen: Screen) -> None:
    """Write what is done, dearest first, with its reason."""
    rows = sorted(_rows(plan, Names.of(district)), key=lambda row: -row[0])
    screen.heading(Text(f"措施 {len(rows)} 项", f"what is done: {len(rows)}"))
    header = [
        Text("学校", "school"),
        Text("措施", "what"),
        Text("数量", "how much"),
        Text("元", "yuan"),
        Text("学年", "year"),
        Text("为什么", "why"),
    ]
    screen.table(header, (row[1] for row in rows[:_MOST_ROWS]))
    if len(rows) > _MOST_ROWS:
        more = len(rows) - _MOST_ROWS
        screen.line(Text(f"……另有 {more} 项，见方案文件", f"... and {more} more: see the plan's file"))


def _rows(plan: Plan, names: Names) -> Iterator[tuple[float, list[object]]]:
    for action in plan.actions:
        if isinstance(action, PricedAction):
            for school, what, amount, unit in described(action, names)[:1]:
                year = "" if action.year is None else str(action.year)
                cells = [names.school(school), what, number(amount, unit), numbers.decimal(action.yuan, 0)]
                yield action.yuan, [*cells, year, action.text]


def show_taken_for_granted(plan: Plan, screen: Screen) -> None:
    """Write what the records do not say and the plan assumes."""
    granted = plan.settings["taken_for_granted"]
    lines = {
        "sites_not_recorded": Text(
            "{n} 所学校未填校址余量，按没有上限计算：{codes}",
            "{n} schools have no ceiling on record, and are taken to have none: {codes}",
        ),
        "schools_without_position": Text(
            "{n} 所学校没有位置，与其间的交流不计里程：{codes}",
            "{n} schools have no position; moves from and to them cost no kilometres: {codes}",
        ),
        "default_costs": Text(
            "{n} 项单价用了程序的示例值：{codes}",
            "{n} unit costs are the program's examples: {codes}",
        ),
    }
    for name, wording in lines.items():
        codes = granted[name]
        if codes:
            shown = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
            screen.line(Text("注意：", "Note: ").joined("", wording.format(n=len(codes), codes=shown)))


def show_side_by_side(before: Assessment, after: Assessment, screen: Screen) -> None:
    """Write the verdict of the resource indicators before and after, and every coefficient."""
    screen.heading(Text("独立复测：前后对照", "re-measured independently: before and after"))
    (old, judged), (new, _) = passing_pupils(before.balance), passing_pupils(after.balance)
    screen.line(
        Text(
            "资源配置：{before} → {after}；就读于达标学段的学生 {old} → {new} / {judged} 人",
            "resources: {before} → {after}; pupils in stages that pass: {old} → {new} of {judged}",
        ).format(
            before=VERDICTS[before.balance.verdict],
            after=VERDICTS[after.balance.verdict],
            old=numbers.decimal(old, 0),
            new=numbers.decimal(new, 0),
            judged=numbers.decimal(judged, 0),
        )
    )
    stages = stages_side_by_side(before.balance, after.balance)
    turned = stages.filter(pl.col("before") != pl.col("after")).height
    screen.line(Text(f"结论改变的学段 {turned} 个", f"school stages whose verdict changes: {turned}"))
    decimals = before.balance.decimals.cv
    header = [
        Text("学段", "stage"),
        Text("指标", "indicator"),
        Text("现差异系数", "CV before"),
        Text("方案后", "after"),
        Text("限值", "limit"),
        Text("结论", "verdict"),
    ]
    screen.table(
        header,
        (
            [
                label_of("stage", row["stage"]),
                row["rule"].removeprefix("balance."),
                number(row["before"], "ratio", decimals=decimals),
                number(row["after"], "ratio", decimals=decimals),
                number(row["limit"], "ratio", decimals=decimals),
                VERDICTS[row["verdict_before"]].joined(" → ", VERDICTS[row["verdict_after"]]),
            ]
            for row in variation_side_by_side(before.balance, after.balance).iter_rows(named=True)
        ),
    )


def side_by_side(before: Assessment, after: Assessment) -> dict[str, list[dict[str, Any]]]:
    """Return the same for programs: school stages, indicators and coefficients, before and after."""
    pair = (before.balance, after.balance)
    return {
        "stages": stages_side_by_side(*pair).to_dicts(),
        "indicators": indicators_side_by_side(*pair).to_dicts(),
        "variation": variation_side_by_side(*pair).to_dicts(),
    }


def show_more(more: Mapping[str, Any], screen: Screen) -> None:
    """Write the answers to what was asked besides: years, prices of rules, schools passing against yuan."""
    if "years" in more:
        _show_years(more, screen)
    if "prices" in more:
        _show_prices(more["prices"], screen)
    if "frontier" in more:
        _show_frontier(more["frontier"], screen)


def _show_years(more: Mapping[str, Any], screen: Screen) -> None:
    screen.heading(Text("分年安排（每年末复测）", "over years (measured at the end of each)"))
    header = [
        Text("学年", "year"),
        Text("元", "yuan"),
        Text("达标学段", "stages passing"),
        Text("就读于达标学段的学生", "pupils in them"),
        Text("差异系数超限", "coefficients over"),
        Text("结论", "verdict"),
    ]
    screen.table(
        header,
        (
            [
                str(row["year"]),
                numbers.decimal(row["yuan"], 0),
                f"{row['stages_passing']} / {row['stages']}",
                f"{numbers.decimal(row['pupils_passing'], 0)} / {numbers.decimal(row['pupils'], 0)}",
                str(row["over_limit"]),
                VERDICTS[row["verdict"]],
            ]
            for row in more["years"]
        ),
    )
    screen.line(
        Text(
            "各年预算之外尚缺 {yuan} 元；预算各增 1% 可多 {more} 人·年就读于达标学段",
            "beyond every budget: {yuan} yuan; one percent more of each is worth {more} pupil-years in passing stages",
        ).format(
            yuan=numbers.decimal(more["unfunded_yuan"], 0),
            more=numbers.decimal(more["pupil_years_for_one_percent_more"], 0),
        )
    )


def _show_prices(prices: Sequence[Mapping[str, Any]], screen: Screen) -> None:
    screen.heading(Text("规则的价格", "what each rule costs"))
    header = [
        Text("若无此要求", "without"),
        Text("可省，元", "saves, yuan"),
        Text("至少", "at least"),
        Text("至多", "at most"),
    ]
    screen.table(
        header,
        (
            [Text(*row["text"]), *(numbers.decimal(row[key], 0) for key in ("saving", "least", "most"))]
            for row in prices
        ),
    )


def _show_frontier(points: Sequence[Mapping[str, Any]], screen: Screen) -> None:
    screen.heading(
        Text("达标学段与费用（不计差异系数）", "school stages passing against yuan (variation left aside)")
    )
    header = [
        Text("达标学段", "stages passing"),
        Text("学生", "pupils"),
        Text("元", "yuan"),
        Text("已证下界", "proven bound"),
        Text("最后一所", "the last school"),
    ]
    screen.table(
        header,
        (
            [
                str(row["stages"]),
                *(numbers.decimal(row[key], 0) for key in ("pupils", "yuan", "bound")),
                row["school"] or "—",
            ]
            for row in points
        ),
    )
