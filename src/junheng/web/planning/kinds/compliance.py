"""Compliance on the planning desk: the least that must be done, and spent, so that the district passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from junheng.district.columns import label_of, table
from junheng.measure.seven import COMPULSORY
from junheng.plans.actions.add_premises import WORKS, AddPremises
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.priced import PricedAction
from junheng.plans.plan import Plan
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.report.sections.works import described
from junheng.text import COMMA, SEMICOLON, Text
from junheng.web.listing import Column, Listing
from junheng.web.planning.kinds import compliance_tables, rows
from junheng.web.planning.kinds.compliance_form import ComplianceForm
from junheng.web.planning.kinds.kind import Asked, Kind, Outcome, Said, Settings
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.pins import Pin
from junheng.web.registry.snapshots import district_of

_ACTIONS = (
    Column("school", Text("学校", "school")),
    Column("what", Text("措施", "what")),
    Column("amount", Text("数量", "how much")),
    Column("yuan", Text("费用（元）", "yuan"), "yuan"),
    Column("year", Text("学年", "year")),
    Column("reason", Text("理由", "why")),
)
_SHOWN = 8


def _solve(asked: Asked) -> Outcome:
    from junheng.measure.assessment import assess  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.compliance.planner import budgets_of, study  # noqa: PLC0415
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
            keep=_by_key(settings, "keep"),
            closed_to_moves=frozenset(settings["closed_to_moves"]),
            at_least=_by_key(settings, "at_least"),
            at_most=_by_key(settings, "at_most"),
            most_leaving_share=settings["leaving_percent"] / 100,
            max_move_km=settings["max_move_km"],
            max_recruits=settings["max_recruits"],
            may_cap_intake=settings["may_cap_intake"],
        ),
        options=ComplianceOptions(seconds=float(settings["seconds"])),
        progress=asked.progress,
    )
    budgets = {int(year): float(yuan) for year, yuan in settings["budgets"]}
    if settings.get("by_budgets") and not budgets:
        budgets = budgets_of(district)
    plan, scheduled = (
        found.over_years(budgets) if budgets or settings.get("by_budgets") else (found.plan(), None)
    )
    told = compliance_tables.told(asked, found, plan, scheduled)
    asked.progress(Text("独立复测", "measuring the plan independently"))
    after = assess(plan.apply(district), norms)
    asked.progress(Text("写出报告", "writing the report"))
    report = LoopReport(before=before, after=after, stage="primary", plans=(plan,), chosen=plan)
    return Outcome(plan=plan, measured=rows.balance_rows(before, after), report=render(report), tables=told)


def _by_key(settings: Settings, name: str) -> dict[tuple[str, str], Any]:
    """Return what was asked of a school and a work or stage; plans from before it could be asked have none."""
    return {(school, what): amount for school, what, amount in settings.get(name, ())}


def _pins(plan: PlanRecord) -> list[Pin]:
    """Return what is added, to be kept or left out, and moves, whose senders can be told to keep everybody."""
    names = Names.of(district_of(plan.snapshot_id))
    found = []
    for action in Plan.from_dict(json.loads(plan.result or "{}")).actions:
        lock: tuple[str, str] | None = None
        if isinstance(action, AddPremises):
            key = f"{action.school}/{action.work}"
            lock, ban = ("at_least", f"{key}={action.amount:.12g}"), ("at_most", f"{key}=0")
        elif isinstance(action, MoveTeachers):
            ban = ("keep", f"{action.sender}/{action.stage}")
        else:
            continue
        school, what, amount, unit = described(action, names)[-1]
        much = numbers.with_unit(numbers.show(abs(amount), unit), unit)
        told = Text("{what} {much}", "{what} {much}").format(what=what, much=much)
        found.append(Pin(name=Text.same(names.school(school)), what=told, lock=lock, ban=ban))
    return found


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
    return COMMA.join(shown).joined("", more)


def _words(given: Settings, names: Names) -> Said:
    budgets = [(str(year), numbers.decimal(yuan, 0)) for year, yuan in given["budgets"]]
    return [
        (
            Text("分年预算", "yearly budgets"),
            Text.same("; ".join(f"{year}: {yuan}" for year, yuan in budgets))
            if budgets
            else Text("按表“年度预算”", "by the table “budgets”")
            if given.get("by_budgets")
            else Text("不分年", "everything at once"),
        ),
        *(
            [(Text("每条规则的代价", "what each rule costs"), Text("另算", "asked for"))]
            if given.get("with_prices")
            else []
        ),
        (Text("招聘名额上限", "most teachers recruited"), rows.limit(given["max_recruits"], "person")),
        (
            Text("每校每学段至多调出教师", "most teachers leaving a school stage"),
            rows.limit(given["leaving_percent"], "percent"),
        ),
        (Text("教师调动最远", "longest move of a teacher"), rows.limit(given["max_move_km"], "km")),
        (
            Text("不调入教师的学校", "schools to which nobody is moved"),
            Text.same(", ".join(map(names.school, given["closed_to_moves"])))
            if given["closed_to_moves"]
            else rows.NONE,
        ),
        *_fixed(given, names),
        (
            Text("限制招生", "capping the intake"),
            Text("允许", "allowed") if given["may_cap_intake"] else Text("不允许", "not allowed"),
        ),
        rows.seconds(given),
    ]


def _fixed(given: Settings, names: Names) -> Said:
    """Return what was fixed school by school, each only where it was asked for."""
    labels = {work: table("premises").column(work).label for work in WORKS}
    labels |= {stage: label_of("stage", stage) for stage in COMPULSORY}
    wordings = (
        ("at_least", Text("必须增加", "must be added")),
        ("at_most", Text("至多增加", "at most")),
        ("keep", Text("锁定岗位", "posts that are locked")),
    )
    return [
        (
            label,
            SEMICOLON.join(
                Text.same(f"{names.school(school)} ").joined("", labels[what]).joined(" ", _much(amount))
                for school, what, amount in given[name]
            ),
        )
        for name, label in wordings
        if given.get(name)
    ]


def _much(amount: float | None) -> Text:
    return Text("全部", "all") if amount is None else Text.same(numbers.limit(amount, "none"))


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
    tables=compliance_tables.tables,
    figures=rows.figures,
    words=_words,
    notices=_notices,
    pins=_pins,
)
