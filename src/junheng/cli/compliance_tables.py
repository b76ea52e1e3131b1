"""A compliance plan on a terminal: what is done, what it takes for granted, before and after side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from junheng.cli.screen import Screen
from junheng.cli.tables import number
from junheng.district.columns import label_of, table
from junheng.district.model import District
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.plans.action import Action
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.plan import Plan
from junheng.plans.rescored import (
    indicators_side_by_side,
    passing_pupils,
    stages_side_by_side,
    variation_side_by_side,
)
from junheng.report import numbers
from junheng.text import Text

_MOST_ROWS = 30


def show_actions(plan: Plan, district: District, screen: Screen) -> None:
    """Write what is done, dearest first, with its reason."""
    records = district.table("schools")
    name_of = dict(zip(records["school"].to_list(), records["name"].to_list(), strict=True))
    rows = sorted(_rows(plan, name_of), key=lambda row: -row[0])
    screen.heading(Text(f"措施 {len(rows)} 项", f"what is done: {len(rows)}"))
    header = [
        Text("学校", "school"),
        Text("措施", "what"),
        Text("数量", "how much"),
        Text("元", "yuan"),
        Text("为什么", "why"),
    ]
    screen.table(header, (row[1] for row in rows[:_MOST_ROWS]))
    if len(rows) > _MOST_ROWS:
        more = len(rows) - _MOST_ROWS
        screen.line(Text(f"……另有 {more} 项，见方案文件", f"... and {more} more: see the plan's file"))


def _rows(plan: Plan, name_of: dict[str, str]) -> Iterator[tuple[float, list[object]]]:
    for action in plan.actions:
        described = _described(action, name_of)
        if described is not None:
            yuan, text, cells = described
            yield yuan, [*cells, numbers.decimal(yuan, 0), text]


def _described(action: Action, name_of: dict[str, str]) -> tuple[float, Text, Sequence[object]] | None:
    if isinstance(action, AddPremises):
        column = table("premises").column(action.work)
        cells = [name_of[action.school], column.label, number(action.amount, column.unit.code)]
        return action.yuan, action.text, cells
    if isinstance(action, MoveTeachers):
        what = Text("{stage}教师由{sender}调入", "{stage} teachers from {sender}").format(
            stage=label_of("stage", action.stage), sender=name_of[action.sender]
        )
        return action.yuan, action.text, [name_of[action.receiver], what, str(action.n)]
    if isinstance(action, RecruitTeachers):
        what = Text("招聘{stage}教师", "{stage} teachers recruited").format(
            stage=label_of("stage", action.stage)
        )
        return action.yuan, action.text, [name_of[action.school], what, str(action.n)]
    return None


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
