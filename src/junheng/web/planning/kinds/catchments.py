"""Catchments of one stage on the planning desk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest

from junheng.district.columns import label_of
from junheng.measure.composition import GROUPS
from junheng.planners.catchments.wording import OPTIONS
from junheng.plans.compare import GROUP_MEASURES, MEASURES
from junheng.plans.years import as_if_now
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.listing import Column, Listing
from junheng.web.planning.kinds import catchments_tradeoff, catchments_years, rows
from junheng.web.planning.kinds.catchments_form import DISTANCES, PIECES, SCENARIOS, CatchmentsForm
from junheng.web.planning.kinds.catchments_solving import solved
from junheng.web.planning.kinds.kind import Asked, Figure, Kind, Outcome, Said, Settings
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of

_ACTIONS = (
    Column("home", Text("居住单元", "home")),
    Column("code", Text("代码", "code")),
    Column("before", Text("现对口学校", "school now")),
    Column("school", Text("方案对口学校", "school by the plan")),
    Column("reason", Text("理由", "why")),
)


def _solve(asked: Asked) -> Outcome:
    from junheng.measure.assessment import assess  # noqa: PLC0415 - only the worker loads solvers
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.report.loop import LoopReport  # noqa: PLC0415
    from junheng.report.render import render  # noqa: PLC0415

    district, norms, settings = asked.district, asked.standard, asked.settings
    stage: str = settings["stage"]
    asked.progress(Text("测算现状", "measuring the district as it is"))
    before = assess(district, norms)
    on = norms.on(district.year.first_day)
    catchments_tradeoff.refuse_untradable(asked, on)
    years = catchments_years.years_of(asked)
    plan = solved(catchments_tradeoff.first_part(asked), years)
    choices = catchments_tradeoff.choices(asked, years, on)
    asked.progress(Text("独立复测", "measuring the plan independently"))
    after = assess(plan.apply(district), norms)
    comparison = compare(district, [plan], on, stage=stage, group=_looked_at(settings))
    by_year = catchments_years.measured(asked, plan, years)
    asked.progress(Text("写出报告", "writing the report"))
    report = LoopReport(
        before=before,
        after=after,
        stage=stage,
        plans=(plan,),
        chosen=plan,
        comparison=comparison,
        frontier=catchments_tradeoff.curve_of(choices),
        years=by_year,
    )
    return Outcome(
        plan=plan,
        measured=comparison.to_dicts(),
        report=render(report),
        tables=catchments_years.told(by_year),
        choices=choices,
    )


def _actions(request: HttpRequest, plan: PlanRecord) -> Listing:
    names = Names.of(district_of(plan.snapshot_id))
    changed = [
        {
            "home": names.home(one["home"]),
            "code": one["home"],
            "before": None if one["before"] is None else names.school(one["before"]),
            "school": names.school(one["school"]),
            "reason": Text(**one["text"]),
        }
        for one in json.loads(plan.result or "{}").get("actions", ())
        if one.get("home") and one["school"] != one["before"]
    ]
    return Listing(
        request,
        name="actions",
        title=Text("改换学校的居住单元", "homes that change school"),
        columns=_ACTIONS,
        rows=changed,
        empty=Text("没有居住单元改换学校", "no home changes school"),
    )


def _looked_at(settings: Settings) -> str | None:
    """Return the group whose share is traded or kept within a tolerance, `None` where there is none."""
    return catchments_tradeoff.group_of(settings) or settings.get("balance_group") or None


def _figures(measured: Sequence[Mapping[str, Any]]) -> list[Figure]:
    if len(measured) != 2:
        return []
    before, after = measured
    return [
        Figure(name=name, before=figure(before[key], unit), after=figure(after[key], unit))
        for key, (name, unit) in (MEASURES | GROUP_MEASURES).items()
        if key in measured[0]
    ]


def figure(value: float | None, unit: str) -> Text:
    """Return a figure of `junheng.plans.compare.MEASURES`, whose shares are fractions."""
    if unit == "percent":
        return Text.same(numbers.share(value))
    shown = numbers.show(value, unit)
    return Text.same(shown) if unit == "count" else numbers.with_unit(shown, unit)


def _notices(result: Mapping[str, Any]) -> list[Text]:
    """Say where the figures are not what will come; a proposal has no settings and changes the zones at once."""
    settings = result.get("settings", {})
    if "on" not in settings:
        return []
    note = as_if_now(settings, year=date.fromisoformat(settings["on"]).year)
    return [] if note is None else [note]


def _words(given: Settings, names: Names) -> Said:
    if "proposal" in given:
        n = len(given["proposal"]["zones"])
        told = Text("外部提案，列 {n} 个居住单元", "somebody's, of {n} homes").format(n=n)
        return [(Text("学段", "stage"), label_of("stage", given["stage"])), (Text("提案", "proposal"), told)]
    return [
        *_origin(given, names),
        (Text("学段", "stage"), label_of("stage", given["stage"])),
        (Text("最多改换学校的学生", "most pupils moved"), rows.limit(given["max_moved"], "pupil")),
        *_more_words(given, names),
        (Text("固定", "locked"), rows.pairs(given["locked"], names)),
        (Text("禁止", "forbidden"), rows.pairs(given["forbidden"], names)),
        rows.seconds(given),
        (Text("随机种子", "seed"), Text.same(str(given["seed"]))),
    ]


def _origin(given: Settings, names: Names) -> Said:
    """Return the plan that it was made from, where it was: edited by hand, or one of several that were traded."""
    if "base" in given:
        moves = rows.pairs(list(given["moves"].items()), names)
        edited = Text("方案 {plan}：{moves}", "plan {plan}: {moves}").format(plan=given["base"], moves=moves)
        return [(Text("手工调整", "by hand"), edited)]
    if "taken" in given:
        point = Text("方案 {plan} 的第 {point} 个", "number {point} of plan {plan}").format(**given["taken"])
        return [(Text("取自取舍", "taken from a trade-off"), point)]
    return []


def _more_words(given: Settings, names: Names) -> Said:
    """Return the options beyond the plain ones, each only where it was asked for."""
    shares = given.get("shares") or ()
    traded = GROUPS.get(given.get("tradeoff_balance") or "", rows.NONE)
    asked: list[tuple[bool, Text, Text]] = [
        (
            bool(given.get("overflow_allowed")),
            OPTIONS["overflow_allowed"],
            rows.limit(given.get("overflow_allowed"), "pupil"),
        ),
        (
            bool(given.get("split_units")),
            Text("同一小区（村）", "homes of one unit"),
            Text("可拆分", "may be split"),
        ),
        (
            bool(given.get("balance_group")),
            Text("均衡", "balance"),
            Text("{group}，至多相差 {n} 个百分点", "{group}, {n} points apart at most").format(
                group=GROUPS.get(given.get("balance_group") or "", rows.NONE),
                n=f"{given.get('balance_points') or 0:g}",
            ),
        ),
        (
            given.get("nearest_km") is not None,
            Text("就近优先：至多远出", "priority of the nearest: farther at most"),
            rows.limit(given.get("nearest_km"), "km"),
        ),
        (
            bool(shares),
            Text("多校划片", "shared zones"),
            Text("{zones}（{distance}；{pieces}）", "{zones} ({distance}; {pieces})").format(
                zones="; ".join(", ".join(map(names.school, schools)) for schools in shares),
                distance=DISTANCES[given.get("share_distance", "nearest")],
                pieces=PIECES[given.get("share_pieces", "one")],
            ),
        ),
        (
            given.get("years") is not None,
            Text("须容纳的学年", "years to hold for"),
            Text("{years}（{scenario}）", "{years} ({scenario})").format(
                years="–".join(str(year) for year in given.get("years") or ()),
                scenario=SCENARIOS[given.get("scenario", "mean")],
            ),
        ),
        (
            given.get("since") is not None,
            Text("实行学年", "in force from"),
            Text.same(str(given.get("since"))),
        ),
        (
            bool(given.get("keep_present")),
            Text("在校生", "present pupils"),
            Text("在原校读完；随兄姐入原校的新生 {n}%", "finish where they are; {n}% follow an elder").format(
                n=f"{given.get('siblings') or 0:g}"
            ),
        ),
        (
            bool(given.get("distance_slack")),
            Text("距离", "distance"),
            rows.ANY_DISTANCE,
        ),
        (
            bool(given.get("tradeoff")),
            Text("取舍", "trade-off"),
            Text(
                "约 {n} 个方案；均衡：{group}；不逊于方案：{plans}",
                "about {n} plans; balance: {group}; nowhere worse than plans: {plans}",
            ).format(
                n=given.get("tradeoff"),
                group=traded,
                plans=", ".join(map(str, given.get("tradeoff_proposals") or ())) or rows.NONE,
            ),
        ),
    ]
    return [(label, value) for is_asked, label, value in asked if is_asked]


KIND = Kind(
    name=Text("学区划分", "catchments"),
    seeks=Text(
        "先使无学位的学生最少，再使上学距离最短，再使改换学校的学生最少；每所学校的学区连成一片。",
        "First the fewest pupils without a place, then the shortest distances, then the fewest pupils moved; "
        "every zone is in one piece.",
    ),
    form=CatchmentsForm,
    solve=_solve,
    actions=_actions,
    figures=_figures,
    tables=catchments_years.tables,
    words=_words,
    notices=_notices,
)
