"""Layout on the planning desk: which schools to keep, expand, open, merge, close or lead as branches, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from junheng.district.columns import label_of
from junheng.planners.layout.basis import basis_text
from junheng.planners.layout.course import KINDS
from junheng.plans.compare import MEASURES
from junheng.plans.effects import EFFECTS
from junheng.report import numbers
from junheng.text import Text
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.kind import Asked, Kind, Outcome, Said, Settings, Tables
from junheng.web.planning.kinds.layout_form import LayoutForm
from junheng.web.planning.kinds.layout_tables import schedule, tables

if TYPE_CHECKING:
    from junheng.planners.layout.planner import LayoutResult
    from junheng.plans.plan import Plan

_OF_THE_YEAR = ("over", "max_utilisation", "mean_km", "p95_km", "share_inside", "cut_off_homes", "moved")
"""Measures of the last planned year's children; the others say the same of today's."""
_TODAY = Text("按今年记录：{name}", "by today's records: {name}")


def _solve(asked: Asked) -> Outcome:
    from junheng.planners.layout.planner import plan_layout  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.layout.settings import LayoutSettings  # noqa: PLC0415
    from junheng.planners.layout.solve import LayoutOptions  # noqa: PLC0415
    from junheng.planners.layout.wishes import LayoutWishes  # noqa: PLC0415
    from junheng.report.layout import layout_reports  # noqa: PLC0415
    from junheng.report.render import render  # noqa: PLC0415

    district, norms, settings = asked.district, asked.standard, asked.settings
    stage: str = settings["stage"]
    found = plan_layout(
        district,
        norms,
        wishes=LayoutWishes(
            stage=stage,
            locked=dict(settings["locked"]),
            forbidden=frozenset((site, kind) for site, kind in settings["forbidden"]),
            budget_yuan=settings["budget_yuan"],
        ),
        options=LayoutOptions(seconds=float(settings["seconds"])),
        settings=LayoutSettings(
            longest_minutes=settings["longest_minutes"],
            merge_up_to_pupils=settings["merge_up_to_pupils"],
            branch_up_to_pupils=settings["branch_up_to_pupils"],
        ),
        progress=asked.progress,
    )
    asked.progress(Text("独立复测", "measuring the plan independently"))
    year = found.problem.years[-1]
    ((_, report),) = layout_reports(found, district, norms, years=(year,))
    compared = [] if report.comparison is None else report.comparison.to_dicts()
    measured = [*_of_year(year, *compared), *_of_today(asked, found.plan)]
    asked.progress(Text("写出报告", "writing the report"))
    return Outcome(plan=found.plan, measured=measured, report=render(report), tables=_told(found))


def _of_year(year: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measure the last planned year's children: in today's schools, and in the planned ones."""
    said = Text("{year} 学年：{name}", "{year}: {name}")
    return [
        _row(said.format(year=year, name=name), unit, before[key], after[key])
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


def _told(found: LayoutResult) -> Tables:
    """Return what the planner tells besides the plan, with the sites by name."""
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
        "warnings": [one.describe()._asdict() for one in found.warnings],
    }


def _words(given: Settings) -> Said:
    return [
        (Text("学段", "stage"), label_of("stage", given["stage"])),
        (Text("每年投资上限", "most investment of a year"), rows.limit(given["budget_yuan"], "yuan")),
        (Text("上学单程最长", "longest way to school"), _or_standard(given["longest_minutes"], "minute")),
        (Text("可并入他校的规模至多", "merged up to"), _or_standard(given["merge_up_to_pupils"], "pupil")),
        (Text("可办成分校的规模至多", "a branch up to"), _or_standard(given["branch_up_to_pupils"], "pupil")),
        (Text("固定", "locked"), _fixed(given["locked"])),
        (Text("禁止", "forbidden"), _fixed(given["forbidden"])),
        rows.seconds(given),
    ]


def _or_standard(value: float | None, unit: str) -> Text:
    if value is None:
        return Text("按标准", "by the standard")
    return numbers.with_unit(numbers.limit(value, unit), unit)


def _fixed(given: list[list[str]]) -> Text:
    if not given:
        return rows.NONE
    said = [Text.same(f"{site}=").joined("", KINDS[kind]) for site, kind in given]
    return Text("、".join(one.zh for one in said), ", ".join(one.en for one in said))


def _notices(result: Mapping[str, Any]) -> list[Text]:
    if not result:
        return []
    places = int(result["objective"]["unserved"])
    unserved = Text(
        "各情景合计仍有 {n} 人·年无学位，见“分年”和“为何不”",
        "{n} pupil-years are still without a place, over all scenarios: see the years and why not",
    ).format(n=places)
    costs = Text(
        "候选点未登记造价的，造价、运行费和交通费用程序的示例值：金额仅供比较，不能代替概算",
        "where a candidate has no costs on record, and for running and transport, the program's examples were taken: "
        "yuan are for comparing, not an estimate",
    )
    return [*([unserved] if places else []), basis_text(result["settings"]), costs]


KIND = Kind(
    name=Text("学校布局", "layout"),
    seeks=Text(
        "未来三至十年哪些学校保留、扩建、新建、撤并或办成分校，各在哪一年：先使各情景下无学位的学生最少，再使建设、"
        "运行和交通的总成本最低。",
        "Which schools to keep, expand, open, merge, close or lead as branch campuses in the next three to ten years, "
        "and when: first the fewest pupils without a place in all scenarios, then the least cost of building, running "
        "and transport.",
    ),
    form=LayoutForm,
    solve=_solve,
    actions=schedule,
    tables=tables,
    figures=rows.figures,
    words=_words,
    notices=_notices,
)
