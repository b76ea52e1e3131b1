"""A layout plan's tables on its page: schedule in five batches, investment, years, what is handed over, why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from junheng.district.columns import label_of
from junheng.planners.layout.course import BATCHES, KINDS
from junheng.report.layout_facts import PRICES, PRICES_NONE
from junheng.text import Text
from junheng.web.listing import Column, Listing
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.pins import Pin, of_pair

Row = Mapping[str, Any]

_STAGE = Column("stage", Text("学段", "stage"))
_SITE, _BATCH = Column("name", Text("学校或候选点", "site")), Column("batch", Text("批次", "batch"))
_KIND, _YEAR = Column("kind", Text("安排", "what happens")), Column("year", Text("学年", "year"))
_YUAN = Column("yuan", Text("费用（元）", "yuan"), "yuan")
_SCHEDULE = (
    _SITE,
    _BATCH,
    _KIND,
    Column("partner", Text("并入或牵头学校", "taken over or led by")),
    Column("from_year", Text("开始投入年度", "money from")),
    Column("in_use", Text("启用学年", "in use from")),
    Column("classes", Text("增加班级", "classes added"), "class"),
    _YUAN,
)
_INVESTMENT = (
    _BATCH,
    Column("year", Text("年度", "budget year")),
    Column("projects", Text("项目", "projects"), "count"),
    _YUAN,
)
_YEARS = (
    _YEAR,
    Column("scenario", Text("情景", "scenario")),
    Column("children", Text("学龄儿童", "children"), "child"),
    Column("places", Text("学位", "places"), "pupil"),
    Column("unserved", Text("无学位", "without a place"), "pupil"),
    Column("mean_km", Text("平均上学距离（公里）", "mean distance (km)"), "km"),
)
_HANDOVER = (
    Column("school", Text("并入他校的学校", "merged school")),
    Column("into", Text("承接学校", "taken over by")),
    _YEAR,
    Column("pupils", Text("学生", "pupils"), "pupil"),
    Column("teachers", Text("教师", "teachers"), "person"),
)
_WHY_NOT = (
    _SITE,
    Column("kind", Text("为何不", "why not")),
    Column("text", Text("理由", "because")),
    Column("yuan", Text("多花（元）", "more yuan"), "yuan"),
    Column("unserved", Text("多出无学位（人·年）", "more without a place (pupil-years)"), "pupil"),
)
_PRICES = (
    Column("scenario", Text("情景", "scenario")),
    *(Column(name, text, unit) for name, text, unit in PRICES),
)


def schedule(request: HttpRequest, plan: PlanRecord) -> Listing:
    """Return what is done where and when, in the order in which money is first spent."""
    told = told_by(plan)
    return Listing(
        request,
        name="actions",
        title=Text("分批进度", "schedule by batches"),
        columns=(*_stage_column(told), *_SCHEDULE),
        rows=[_staged(_scheduled(one)) for one in told.get("schedule", ())],
        empty=Text("规划期内各校保持现状", "every school stays as it is"),
    )


def _stage_column(told: Mapping[str, Sequence[Row]]) -> tuple[Column, ...]:
    """Return the column of the stage, where the plan has more than one."""
    return (_STAGE,) if len({one.get("stage") for one in told.get("years", ())}) > 1 else ()


def _staged(one: Row) -> Row:
    return {**one, "stage": label_of("planned_stage", one["stage"])} if "stage" in one else one


def tables(request: HttpRequest, plan: PlanRecord) -> list[Listing]:
    """Return investment by year, the years, what is handed over, why not otherwise, and what was found before."""
    told = told_by(plan)

    def of(
        name: str, title: Text, columns: Sequence[Column], shown: Callable[[Row], Row], empty: Text
    ) -> Listing:
        return Listing(
            request,
            name=name,
            title=title,
            columns=(*_stage_column(told), *columns) if name != "warnings" else columns,
            rows=[_staged(shown(one)) for one in told.get(name, ())],
            empty=empty,
        )

    found = [
        of(
            "investment",
            Text("分年投资", "investment by year"),
            _INVESTMENT,
            lambda one: {**one, "batch": BATCHES[one["batch"]], "year": str(one["year"])},
            Text("不需要投资", "no investment"),
        ),
        of("years", Text("分年学位", "places year by year"), _YEARS, _year, Text("没有学年", "no years")),
        of(
            "handover",
            Text("撤并移交", "handed over by mergers"),
            _HANDOVER,
            lambda one: {**one, "year": str(one["year"])},
            Text("没有学校并入他校", "no school is merged"),
        ),
        of(
            "why_not",
            Text("为何不作别的安排（代价最小的在前）", "why not otherwise (the cheapest first)"),
            _WHY_NOT,
            lambda one: {**one, "kind": KINDS[one["kind"]], "text": Text(**one["text"])},
            Text("没有可说明的", "nothing to say"),
        ),
    ]
    if "prices" in told:
        found.append(_prices(request, told["prices"]))
    if told.get("warnings"):
        warned = Text("计算前发现的问题", "found before computing")
        found.append(
            of(
                "warnings",
                warned,
                (Column("text", Text("问题", "problem")),),
                lambda one: {"text": Text(**one)},
                Text("没有", "none"),
            )
        )
    return found


def _prices(request: HttpRequest, rows: Sequence[Row]) -> Listing:
    """Return what it costs to be ready for every scenario; of several stages together."""
    return Listing(
        request,
        name="prices",
        title=Text(
            "各情景的代价：为各种情景都做好准备多花多少", "the price of being ready for every scenario"
        ),
        columns=_PRICES,
        rows=[{**one, "scenario": label_of("scenario", one["scenario"])} for one in rows],
        empty=PRICES_NONE,
    )


def pins(plan: PlanRecord) -> Sequence[Pin]:
    """Return what happens to each site."""
    told = Text("{kind}，{year} 学年启用", "{kind}, in use from {year}")
    to = Text("{kind}（{partner}），{year} 学年", "{kind} ({partner}), from {year}")
    return [
        of_pair(
            Text.same(one["name"]),
            (told if one["partner"] is None else to).format(
                kind=KINDS[one["kind"]], partner=one["partner"], year=one["in_use"]
            ),
            one["site"],
            one["kind"],
        )
        for one in told_by(plan).get("schedule", ())
    ]


def told_by(plan: PlanRecord) -> dict[str, list[dict[str, Any]]]:
    """Return what the planner told, table by table."""
    told: dict[str, list[dict[str, Any]]] = json.loads(plan.tables or "{}")
    return told


def _scheduled(one: Row) -> Row:
    years = {name: str(one[name]) for name in ("from_year", "in_use")}
    return {**one, **years, "batch": BATCHES[one["batch"]], "kind": KINDS[one["kind"]]}


def _year(one: Row) -> Row:
    return {**one, "year": str(one["year"]), "scenario": label_of("scenario", one["scenario"])}
