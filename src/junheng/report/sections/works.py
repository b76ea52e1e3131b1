"""What a plan that costs money does: its measures with their reasons, and every school stage before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from junheng.district.columns import table
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.actions.cap_intake import CapIntake
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.priced import PricedAction
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.rescored import indicators_side_by_side, stages_side_by_side
from junheng.report import numbers
from junheng.report.facts import Names, stage_label
from junheng.report.loop import LoopReport
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Work:
    """One measure; ``order`` is what it costs, to sort by."""

    school: str
    what: Text
    amount: Text
    yuan: str
    year: str
    why: Text
    order: float


@dataclass(frozen=True, slots=True)
class Turned:
    """One school stage that something changes for: its verdict, and each indicator that the plan changes."""

    school: str
    stage: Text
    pupils: str
    before: str
    after: str
    indicators: tuple[tuple[str, str, str, str], ...]
    """Code, value before, value after, threshold."""


@dataclass(frozen=True, slots=True)
class Works:
    """The facts of this section; empty where the plan costs nothing."""

    works: tuple[Work, ...]
    total: str
    has_years: bool
    turned: tuple[Turned, ...]


def section(report: LoopReport) -> Works:
    """Gather the facts of this section."""
    chosen = report.chosen
    names = Names.of(report.before.district)
    actions = [
        action
        for action in (() if chosen is None else chosen.actions)
        if isinstance(action, PricedAction) and described(action, names)
    ]
    works = sorted((_work(action, names) for action in actions), key=lambda work: -work.order)
    return Works(
        works=tuple(works),
        total=numbers.show(sum(action.yuan for action in actions), "yuan"),
        has_years=any(action.year is not None for action in actions),
        turned=tuple(_turned(report, names)) if actions else (),
    )


def _work(action: PricedAction, names: Names) -> Work:
    school, what, amount, unit = described(action, names)[0]
    return Work(
        school=names.school(school),
        what=what,
        amount=numbers.with_unit(numbers.show(amount, unit), unit),
        yuan=numbers.show(action.yuan, "yuan"),
        year=numbers.ABSENT if action.year is None else str(action.year),
        why=action.text,
        order=action.yuan,
    )


def described(action: PricedAction, names: Names) -> list[tuple[str, Text, float, str]]:
    """Return what an action does at each school it touches, who gets first: code, what, how much, its unit."""
    if isinstance(action, AddPremises):
        column = table("premises").column(action.work)
        return [(action.school, column.label, action.amount, column.unit.code)]
    if isinstance(action, MoveTeachers):
        arrive = Text("{stage}教师由{school}调入", "{stage} teachers from {school}")
        leave = Text("{stage}教师调往{school}", "{stage} teachers to {school}")
        stage = stage_label(action.stage)
        return [
            (
                action.receiver,
                arrive.format(stage=stage, school=names.school(action.sender)),
                action.n,
                "person",
            ),
            (
                action.sender,
                leave.format(stage=stage, school=names.school(action.receiver)),
                -action.n,
                "person",
            ),
        ]
    if isinstance(action, RecruitTeachers):
        what = Text("招聘{stage}教师", "{stage} teachers recruited").format(stage=stage_label(action.stage))
        return [(action.school, what, action.n, "person")]
    if isinstance(action, CapIntake):
        send = Text("限制{stage}招生，改就读于{school}", "{stage} intake capped; pupils to {school}")
        take = Text("接收{stage}学生，原就读于{school}", "{stage} pupils from {school}")
        stage = stage_label(action.stage)
        return [
            (action.school, send.format(stage=stage, school=names.school(action.to)), action.pupils, "pupil"),
            (action.to, take.format(stage=stage, school=names.school(action.school)), action.pupils, "pupil"),
        ]
    return []


def _turned(report: LoopReport, names: Names) -> Iterator[Turned]:
    if report.after is None:
        return
    pair = (report.before.balance, report.after.balance)
    changed = indicators_side_by_side(*pair).filter(pl.col("before") != pl.col("after"))
    own: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {}
    decimals = report.before.balance.decimals.school
    for row in changed.iter_rows(named=True):
        values = (numbers.decimal(row[name], decimals) for name in ("before", "after", "threshold"))
        before, after, threshold = values
        key = (row["school"], row["stage"])
        own.setdefault(key, []).append((row["rule"].removeprefix("balance."), before, after, threshold))
    for row in stages_side_by_side(*pair).iter_rows(named=True):
        key = (row["school"], row["stage"])
        if key in own:
            yield Turned(
                school=names.school(row["school"]),
                stage=stage_label(row["stage"]),
                pupils=numbers.show(row["pupils"], "pupil"),
                before=row["before"],
                after=row["after"],
                indicators=tuple(own[key]),
            )
