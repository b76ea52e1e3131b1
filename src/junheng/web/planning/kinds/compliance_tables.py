"""What a compliance plan tells besides its measures: the years, and what each rule costs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from junheng.report import numbers
from junheng.text import Text
from junheng.web.listing import Column, Listing
from junheng.web.overview.facts import verdict_mark
from junheng.web.planning.kinds.kind import Asked, Tables
from junheng.web.planning.models import PlanRecord

if TYPE_CHECKING:
    from junheng.planners.compliance.planner import Study
    from junheng.planners.compliance.years import Schedule
    from junheng.plans.plan import Plan

_YEARS = (
    Column("year", Text("学年", "year")),
    Column("yuan", Text("当年费用（元）", "yuan spent"), "yuan"),
    Column("stages_passing", Text("年末达标学段", "stages passing at its end"), "count"),
    Column("stages", Text("参评学段", "stages judged"), "count"),
    Column("pupils_passing", Text("就读于达标学段的学生", "pupils in passing stages"), "pupil"),
    Column("over_limit", Text("差异系数超限", "coefficients over"), "count"),
    Column("verdict", Text("结论", "verdict")),
)
_OVER_YEARS = Text("分年安排（每年末独立复测）", "over years, measured at the end of each")
_UNFUNDED = Text(
    "分年安排（每年末独立复测）；各年预算之外尚缺 {yuan} 元",
    "over years, measured at the end of each; {yuan} yuan are missing beyond every budget",
)
_PRICES = (
    Column("text", Text("若无此要求", "without")),
    Column("saving", Text("可省（元）", "saves (yuan)"), "yuan"),
    Column("least", Text("至少省（元）", "at least (yuan)"), "yuan"),
    Column("most", Text("至多省（元）", "at most (yuan)"), "yuan"),
)


def told(asked: Asked, found: Study, plan: Plan, scheduled: Schedule | None) -> Tables:
    """Return what was asked for besides the plan, for JSON; in the worker."""
    from junheng.plans.rescored import year_by_year  # noqa: PLC0415 - only the worker measures

    tables: dict[str, Sequence[Mapping[str, Any]]] = {}
    if scheduled is not None:
        asked.progress(Text("逐年复测", "measuring year by year"))
        tables["years"] = year_by_year(plan, found.district, found.standard.on(found.on)).to_dicts()
        tables["unfunded"] = [{"yuan": scheduled.unfunded.cost.total}]
    if asked.settings.get("with_prices"):
        tables["prices"] = [
            {**asdict(one), "text": one.text._asdict()} for one in found.prices(progress=asked.progress)
        ]
    return tables


def tables(request: HttpRequest, plan: PlanRecord) -> list[Listing]:
    """Return the years of a plan over years, and what each rule costs, where they were asked for."""
    known = json.loads(plan.tables or "{}")
    found = []
    if "years" in known:
        rows = [
            {**one, "year": str(one["year"]), "verdict": verdict_mark(one["verdict"])}
            for one in known["years"]
        ]
        missing = sum(one["yuan"] for one in known["unfunded"])
        title = _OVER_YEARS if missing <= 0 else _UNFUNDED.format(yuan=numbers.decimal(missing, 0))
        found.append(
            Listing(
                request,
                name="years",
                title=title,
                columns=_YEARS,
                rows=rows,
                empty=Text("各年预算内没有可做的措施", "nothing can be done within the budgets"),
            )
        )
    if "prices" in known:
        rows = [{**one, "text": Text(**one["text"])} for one in known["prices"]]
        title = Text("每条规则的代价", "what each rule costs")
        found.append(
            Listing(
                request,
                name="prices",
                title=title,
                columns=_PRICES,
                rows=rows,
                empty=Text("没有一条规则使方案更贵", "no rule makes the plan dearer"),
            )
        )
    return found
