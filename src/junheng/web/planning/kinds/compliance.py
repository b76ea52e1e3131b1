"""Compliance on the planning desk: the least that must be done, and spent, so that the district passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest

from junheng.district.columns import label_of
from junheng.plans.actions.priced import PricedAction
from junheng.plans.plan import Plan
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.report.sections.works import described
from junheng.text import Text
from junheng.web.language import say
from junheng.web.listing import Column, Listing
from junheng.web.planning.forms import PlanForm, lines_field, lines_of, pair_of, wrong_line
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.kind import Asked, Kind, Outcome, Said, Settings
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of

_ACTIONS = (
    Column("school", Text("学校", "school")),
    Column("what", Text("措施", "what")),
    Column("amount", Text("数量", "how much")),
    Column("yuan", Text("费用（元）", "yuan"), "yuan"),
    Column("year", Text("学年", "year")),
    Column("reason", Text("理由", "why")),
)
_BUDGET = Text("学年=元", "year=yuan")
_SHOWN = 8


class ComplianceForm(PlanForm):
    """Compliance, with every option in plain words."""

    asks = (
        "budgets",
        "max_recruits",
        "leaving_percent",
        "max_move_km",
        "closed_to_moves",
        "may_cap_intake",
        "seconds",
    )

    budgets = lines_field(
        "分年预算",
        "yearly budgets",
        "每行一条“学年=元”，如 2026=3000000；不填则不分年，一次算清总费用",
        "one “year=yuan” a line, such as 2026=3000000; if empty, everything at once and what it costs",
    )
    max_recruits = forms.IntegerField(
        required=False,
        min_value=0,
        label=say("招聘名额上限", "most teachers recruited"),
        help_text=say("全区合计；不填则不限，填 0 则不招聘", "in all; no limit if empty, with 0 nobody"),
    )
    leaving_percent = forms.FloatField(
        min_value=0,
        max_value=100,
        initial=10,
        label=say("每校每学段至多调出教师（%）", "most teachers that may leave a school stage (%)"),
        help_text=say("一校被调走的教师不超过这一比例", "no school stage gives away more than this share"),
    )
    max_move_km = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1000,
        label=say("教师调动最远公里数", "longest move of a teacher (km)"),
        help_text=say("不填则不限", "no limit if empty"),
    )
    closed_to_moves = lines_field(
        "不调入教师的学校",
        "schools to which nobody is moved",
        "每行一个学校代码",
        "one school code a line",
    )
    may_cap_intake = forms.BooleanField(
        required=False,
        label=say("允许限制招生", "intake may be capped"),
        help_text=say(
            "校址建满仍不能达标的学校，可让部分学生改就读于附近有学位的学校",
            "where a site built to the full cannot pass, some pupils may go to near schools with places",
        ),
    )

    def clean_budgets(self) -> list[tuple[int, float]]:
        found: dict[int, float] = {}
        for number, line in lines_of(self.cleaned_data["budgets"]):
            year, yuan = pair_of(line, number, _BUDGET)
            amount = yuan.replace(",", "").replace("，", "")
            if not (
                year.isascii() and year.isdigit() and len(year) == 4 and amount.isascii() and amount.isdigit()
            ):
                raise wrong_line(number, _BUDGET)
            if int(year) in found:
                raise wrong_line(number, Text("每学年只写一次", "each year once"))
            found[int(year)] = float(amount)
        return sorted(found.items())

    def clean_closed_to_moves(self) -> list[str]:
        return sorted({line for _, line in lines_of(self.cleaned_data["closed_to_moves"])})


def _solve(asked: Asked) -> Outcome:
    from junheng.measure.assessment import assess  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.compliance.planner import study  # noqa: PLC0415
    from junheng.planners.compliance.solve import ComplianceOptions  # noqa: PLC0415
    from junheng.planners.compliance.wishes import Wishes  # noqa: PLC0415
    from junheng.report.loop import LoopReport  # noqa: PLC0415
    from junheng.report.render import render  # noqa: PLC0415

    district, norms, settings = asked.district, asked.standard, asked.settings
    asked.progress(Text("测算现状", "measuring the district as it is"))
    before = assess(district, norms)
    found = study(
        district,
        norms,
        wishes=Wishes(
            closed_to_moves=frozenset(settings["closed_to_moves"]),
            most_leaving_share=settings["leaving_percent"] / 100,
            max_move_km=settings["max_move_km"],
            max_recruits=settings["max_recruits"],
            may_cap_intake=settings["may_cap_intake"],
        ),
        options=ComplianceOptions(seconds=float(settings["seconds"])),
        progress=asked.progress,
    )
    budgets = {int(year): float(yuan) for year, yuan in settings["budgets"]}
    plan = found.over_years(budgets)[0] if budgets else found.plan()
    asked.progress(Text("独立复测", "measuring the plan independently"))
    after = assess(plan.apply(district), norms)
    asked.progress(Text("写出报告", "writing the report"))
    report = LoopReport(before=before, after=after, stage="primary", plans=(plan,), chosen=plan)
    return Outcome(plan=plan, measured=rows.balance_rows(before, after), report=render(report))


def _actions(request: HttpRequest, record: PlanRecord) -> Listing:
    names = Names.of(district_of(record.snapshot_id))
    actions = Plan.from_dict(json.loads(record.result or "{}")).actions
    found = [one for action in actions if isinstance(action, PricedAction) for one in _row(action, names)]
    return Listing(
        request,
        name="actions",
        title=Text("措施", "what is done"),
        columns=_ACTIONS,
        rows=sorted(found, key=lambda one: -float(one["yuan"])),
        empty=Text("不需要任何措施：现状已达标", "nothing needs to be done: the district passes as it is"),
    )


def _row(action: PricedAction, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "school": names.school(school),
            "what": what,
            "amount": numbers.with_unit(numbers.show(amount, unit), unit),
            "yuan": action.yuan,
            "year": None if action.year is None else str(action.year),
            "reason": action.text,
        }
        for school, what, amount, unit in described(action, names)[:1]
    ]


def _notices(result: Mapping[str, Any]) -> list[Text]:
    granted = result.get("settings", {}).get("taken_for_granted", {})
    wordings = {
        "sites_not_recorded": Text(
            "{n} 所学校未填校址余量，按没有上限计算：{codes}",
            "{n} schools have no ceiling on record, and are taken to have none: {codes}",
        ),
        "schools_without_position": Text(
            "{n} 所学校没有位置，与其间的调动不计里程：{codes}",
            "{n} schools have no position; moves from and to them cost no kilometres: {codes}",
        ),
        "default_costs": Text(
            "{n} 项单价未填，用了程序的示例值，费用仅供参考：{codes}",
            "{n} unit costs are not on record; the program's examples were taken, so yuan are a guide only: {codes}",
        ),
    }
    return [
        wording.format(n=len(granted[name]), codes=_listed(granted[name], name))
        for name, wording in wordings.items()
        if granted.get(name)
    ]


def _listed(codes: list[str], name: str) -> Text:
    more = Text("等", " and others") if len(codes) > _SHOWN else Text.same("")
    shown = [
        label_of("cost_item", code) if name == "default_costs" else Text.same(code) for code in codes[:_SHOWN]
    ]
    return Text("、".join(one.zh for one in shown), ", ".join(one.en for one in shown)).joined("", more)


def _words(given: Settings) -> Said:
    budgets = [(str(year), numbers.decimal(yuan, 0)) for year, yuan in given["budgets"]]
    return [
        (
            Text("分年预算", "yearly budgets"),
            Text.same("; ".join(f"{year}: {yuan}" for year, yuan in budgets))
            if budgets
            else Text("不分年", "everything at once"),
        ),
        (Text("招聘名额上限", "most teachers recruited"), rows.limit(given["max_recruits"], "person")),
        (
            Text("每校每学段至多调出教师", "most teachers leaving a school stage"),
            rows.limit(given["leaving_percent"], "percent"),
        ),
        (Text("教师调动最远", "longest move of a teacher"), rows.limit(given["max_move_km"], "km")),
        (
            Text("不调入教师的学校", "schools to which nobody is moved"),
            Text.same(", ".join(given["closed_to_moves"])) if given["closed_to_moves"] else rows.NONE,
        ),
        (
            Text("限制招生", "capping the intake"),
            Text("允许", "allowed") if given["may_cap_intake"] else Text("不允许", "not allowed"),
        ),
        rows.seconds(given),
    ]


KIND = Kind(
    name=Text("资源达标", "compliance"),
    seeks=Text(
        "用最少的钱使每所学校的资源配置达标、各项差异系数不超限：在校际间调动教师、招聘、补充校舍和设备。",
        "The least money with which every school's resources pass and no coefficient is over its limit: by moving "
        "teachers between schools, recruiting, and adding premises and equipment.",
    ),
    form=ComplianceForm,
    solve=_solve,
    actions=_actions,
    figures=rows.figures,
    words=_words,
    notices=_notices,
)
