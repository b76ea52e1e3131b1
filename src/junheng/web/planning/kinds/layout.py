"""Layout on the planning desk: which schools and kindergartens are kept, expanded, opened, merged or bought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from junheng.district.columns import label_of
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.plans.compare import MEASURES
from junheng.plans.effects import EFFECTS
from junheng.text import Text
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.kind import Asked, Kind, Outcome, Tables
from junheng.web.planning.kinds.layout_costs import settings_with
from junheng.web.planning.kinds.layout_form import LayoutForm
from junheng.web.planning.kinds.layout_tables import pins, schedule, tables
from junheng.web.planning.kinds.layout_words import notices, words

if TYPE_CHECKING:
    from junheng.planners.layout.planner import LayoutResult
    from junheng.planners.layout.stages import StagesResult
    from junheng.plans.plan import Plan

_OF_THE_YEAR = ("over", "max_utilisation", "mean_km", "p95_km", "share_inside", "cut_off_homes", "moved")
"""Measures of the last planned year's children; the others say the same of today's."""
_TODAY = Text("按今年记录：{name}", "by today's records: {name}")


def _solve(asked: Asked) -> Outcome:
    from junheng.planners.layout.solve import LayoutOptions  # noqa: PLC0415
    from junheng.planners.layout.stages import plan_stages  # noqa: PLC0415
    from junheng.planners.layout.wishes import LayoutWishes  # noqa: PLC0415

    settings = asked.settings
    found = plan_stages(
        asked.district,
        asked.standard,
        stages=settings["stage"].split(","),
        wishes=LayoutWishes(
            stage=settings["stage"],
            locked=dict(settings["locked"]),
            forbidden=frozenset((site, kind) for site, kind in settings["forbidden"]),
            budget_yuan=settings["budget_yuan"],
            years=_years(asked),
            demand=settings.get("demand") or None,
            public_share=settings["public_share"],
        ),
        options=LayoutOptions(seconds=float(settings["seconds"])),
        settings=settings_with(
            settings,
            longest_minutes=settings["longest_minutes"],
            merge_up_to_pupils=settings["merge_up_to_pupils"],
            branch_up_to_pupils=settings["branch_up_to_pupils"],
        ),
        prices=bool(settings.get("with_prices")),  # plans from before were not asked
        progress=asked.progress,
    )
    told = _told(found)
    measured, report = _measured(asked, found)
    return Outcome(plan=found.plan, measured=measured, report=report, tables=told)


def _years(asked: Asked) -> tuple[int, ...] | None:
    """Return the planned years, from the next one on; `None` for as many as there are children to come."""
    n, now = asked.settings.get("n_years"), asked.district.year.start
    return None if n is None else tuple(range(now + 1, now + 1 + n))


def _measured(asked: Asked, found: StagesResult) -> tuple[list[dict[str, Any]], str | None]:
    """Return what measures that never saw the solver say, and the report of the first stage that has zones."""
    from junheng.report.layout import layout_reports  # noqa: PLC0415 - only the worker measures
    from junheng.report.render import render  # noqa: PLC0415

    asked.progress(Text("独立复测", "measuring the plan independently"))
    measured, report, is_zoned = [], None, False
    for one in found.stages:
        if one.problem.stage == PRESCHOOL:
            measured += _of_kindergartens(asked, one.plan)
            continue
        year = one.problem.years[-1]
        ((_, told),) = layout_reports(one, asked.district, asked.standard, years=(year,), prices=found.prices)
        compared = [] if told.comparison is None else told.comparison.to_dicts()
        when = Text.same(str(year))
        if len(found.stages) > 1:
            when = label_of("stage", one.problem.stage).joined(" ", when)
        measured += _of_year(when, *compared)
        if report is None:
            asked.progress(Text("写出报告", "writing the report"))
            report = render(told)
        is_zoned = True
    return [*measured, *(_of_today(asked, found.plan) if is_zoned else [])], report


def _of_kindergartens(asked: Asked, plan: Plan) -> list[dict[str, Any]]:
    """Measure today's children by the rules of preschool, before and after."""
    from junheng.plans.preschool_effects import compare_preschool  # noqa: PLC0415 - only the worker measures

    rules = asked.standard
    on = rules.on(asked.district.year.first_day)
    return [
        rows.row(
            _TODAY.format(name=rules.rule(one["rule"]).title),
            rules.rule(one["rule"]).unit,
            one["before"],
            one["after"],
        )
        for one in compare_preschool(asked.district, plan, on).iter_rows(named=True)
    ]


def _of_year(when: Text, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measure the last planned year's children: in today's schools, and in the planned ones."""
    said = Text("{when} 学年：{name}", "{when}: {name}")
    return [
        _row(said.format(when=when, name=name), unit, before[key], after[key])
        for key, (name, unit) in MEASURES.items()
        if key in _OF_THE_YEAR
    ]


def _row(name: Text, unit: str, before: float | None, after: float | None) -> dict[str, Any]:
    """Return a measure of `MEASURES` or `EFFECTS`: shares, given as fractions, in percent, and counts by themselves."""
    if unit == "percent":
        before, after = (None if value is None else 100 * value for value in (before, after))
    return rows.row(name, "none" if unit == "count" else unit, before, after)


def _of_today(asked: Asked, plan: Plan) -> list[dict[str, Any]]:
    """Measure today's records before and after the whole plan, as plans of any kind are compared."""
    from junheng.plans.effects import compare_effects  # noqa: PLC0415 - only the worker measures

    on = asked.standard.on(asked.district.year.first_day)
    before, after = compare_effects(asked.district, [plan], on).to_dicts()
    verdict = _TODAY.format(name=Text("资源配置结论", "verdict on resources"))
    return [
        rows.row(verdict, rows.VERDICT, before["verdict"], after["verdict"]),
        *(
            _row(_TODAY.format(name=name), unit, before[key], after[key])
            for key, (name, unit) in EFFECTS.items()
        ),
    ]


def _told(found: StagesResult) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return what the planner tells besides the plan, with the sites by name."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for one in found.stages:
        for name, rows_of in _of_stage(one).items():
            told.setdefault(name, []).extend({"stage": one.problem.stage, **row} for row in rows_of)
    prices = {} if found.prices is None else {"prices": found.prices.to_dicts()}
    return {**told, **prices, "warnings": [one.describe()._asdict() for one in found.warnings]}


def _of_stage(found: LayoutResult) -> Tables:
    from junheng.planners.layout.explain import forced_order  # noqa: PLC0415 - only the worker loads solvers

    names = dict(zip(found.problem.sites, found.names, strict=True))
    return {
        "schedule": [
            {**one, "partner": names.get(one["partner"]), "partner_site": one["partner"]}
            for one in found.schedule.iter_rows(named=True)
        ],
        "investment": found.investment.to_dicts(),
        "years": found.years.to_dicts(),
        "handover": [
            {**one, "school": names[one["school"]], "into": names[one["into"]]}
            for one in found.handover.iter_rows(named=True)
        ],
        "why_not": [
            {
                "name": names[one.site],
                "kind": one.kind,
                "yuan": one.yuan,
                "unserved": one.unserved,
                "text": one.text._asdict(),
            }
            for one in forced_order(found.why_not)
        ],
    }


KIND = Kind(
    name=Text("学校布局", "layout"),
    seeks=Text(
        "未来三至十年哪些学校和幼儿园保留、扩建、新建、撤并、办成分校或回收，各在哪一年：先使各情景下无学位的学生最少，再使建设、"
        "运行和交通的总成本最低。可一次规划几个学段，共用每年的投资上限。",
        "Which schools and kindergartens to keep, expand, open, merge, close, lead as branch campuses or buy back in "
        "the next three to ten years, and when: first the fewest pupils without a place in all scenarios, then the "
        "least cost of building, running and transport. Several stages at once share the money of each year.",
    ),
    form=LayoutForm,
    solve=_solve,
    actions=schedule,
    tables=tables,
    figures=rows.figures,
    words=words,
    notices=notices,
    pins=pins,
)
