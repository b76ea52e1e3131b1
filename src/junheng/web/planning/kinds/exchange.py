"""Exchange of teachers on the planning desk: who moves where next school year. It names persons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest

from junheng.planners.exchange.wishes import STAY
from junheng.plans.actions.move_teacher import MOVES
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.language import say
from junheng.web.listing import Column, Listing
from junheng.web.planning.forms import PlanForm, forbidden_field, locked_field
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.kind import Asked, Kind, Outcome, Said, Settings
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.pins import Pin, actions_of, of_pair
from junheng.web.registry.snapshots import district_of

_ACTIONS = (
    Column("teacher", Text("教师", "teacher")),
    Column("move", Text("类型", "kind")),
    Column("before", Text("现任教学校", "school now")),
    Column("school", Text("交流到", "moves to")),
    Column("back", Text("返回学年", "returns in")),
    Column("reason", Text("理由", "why")),
)
_STAYS = "留任"


class ExchangeForm(PlanForm):
    """Exchange of teachers, with every option in plain words."""

    pair_text = Text("教师代码=学校（名称或代码）", "teacher code=school, by name or code")
    pair_tables = ((), ("schools",))
    asks = ("teacher_years", "most_km", "least_to_rural", "stint_years", "locked", "forbidden", "seconds")

    teacher_years = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=40,
        label=say("在同一学校任教满几年应交流", "years in one school after which teachers move"),
        help_text=say(
            "不填则用本地标准中的年限；本地标准没有这一项时必须填写",
            "that of the local standard if empty; needed where the local standard has none",
        ),
    )
    most_km = forms.FloatField(
        min_value=0.1,
        max_value=1000,
        initial=30,
        label=say("通勤最远公里数", "longest commute (km)"),
        help_text=say("没有人被派往更远的学校", "nobody is sent farther"),
    )
    least_to_rural = forms.IntegerField(
        min_value=0,
        initial=0,
        label=say("城镇到乡村至少几人", "fewest from town to rural schools"),
        help_text=say("从城区学校到乡镇、村校的教师不少于此数", "at least so many move that way"),
    )
    stint_years = forms.IntegerField(
        min_value=0,
        max_value=20,
        initial=3,
        label=say("交流期（年）", "length of a stint (years)"),
        help_text=say("期满返回原校；填 0 则不返回", "then back to the own school; with 0 for good"),
    )
    locked = locked_field(
        "每行一条“教师代码=学校”，学校写名称或代码，该教师必须调往该校；写“教师代码=留任”则留在本校",
        "one “teacher code=school” a line, the school by name or code: that teacher goes there; “=stay”: stays",
    )
    forbidden = forbidden_field(
        "每行一条“教师代码=学校”，学校写名称或代码，该教师不得调往该校",
        "one “teacher code=school” a line, the school by name or code: that teacher does not go there",
    )

    def clean_locked(self) -> list[tuple[str, str]]:
        """Return pairs of teacher and school; who stays is told in either language."""
        return [(teacher, STAY if school == _STAYS else school) for teacher, school in super().clean_locked()]


def _solve(asked: Asked) -> Outcome:
    from junheng.measure.assessment import assess  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.exchange.planner import plan_exchange  # noqa: PLC0415
    from junheng.planners.exchange.solve import ExchangeOptions  # noqa: PLC0415
    from junheng.planners.exchange.wishes import ExchangeWishes  # noqa: PLC0415

    district, norms, settings = asked.district, asked.standard, asked.settings
    done = plan_exchange(
        district,
        norms,
        wishes=ExchangeWishes(
            teacher_years=settings["teacher_years"],
            most_km=settings["most_km"],
            least_to_rural=settings["least_to_rural"],
            stint_years=settings["stint_years"],
            locked=dict(settings["locked"]),
            forbidden=frozenset((teacher, school) for teacher, school in settings["forbidden"]),
        ),
        options=ExchangeOptions(seconds=float(settings["seconds"])),
        previous=asked.base,
        progress=asked.progress,
    )
    asked.progress(Text("独立复测", "measuring the plan independently"))
    before, after = (assess(one, norms) for one in (district, done.plan.apply(district)))
    moved = rows.row(Text("调动的教师", "teachers who move"), "person", 0, len(done.plan.actions))
    return Outcome(
        plan=done.plan, measured=[moved, *_changed(done.others_changed), *rows.balance_rows(before, after)]
    )


def _changed(others: int | None) -> list[dict[str, Any]]:
    """Return how many fare otherwise than by the earlier plan without having been named; nothing without one."""
    if others is None:
        return []
    name = Text("除指定者外与原方案不同的教师", "others who fare otherwise than by the earlier plan")
    return [rows.row(name, "person", 0, others)]


def _actions(request: HttpRequest, plan: PlanRecord) -> Listing:
    school = Names.of(district_of(plan.snapshot_id)).schools
    moves = [
        {
            "teacher": one["teacher"],
            "move": MOVES.get(one["move"], Text.same(one["move"])),
            "before": None if one["before"] is None else school.get(one["before"], one["before"]),
            "school": school.get(one["school"], one["school"]),
            "back": None if one["return_year"] is None else str(one["return_year"]),
            "reason": Text(**one["text"]),
        }
        for one in json.loads(plan.result or "{}").get("actions", ())
    ]
    return Listing(
        request,
        name="actions",
        title=Text("逐人调动（含个人信息，勿外传）", "moves by person (personal data, not for publication)"),
        columns=_ACTIONS,
        rows=moves,
        empty=Text("没有教师调动", "nobody moves"),
    )


def _pins(plan: PlanRecord) -> Sequence[Pin]:
    names = Names.of(district_of(plan.snapshot_id))
    said = Text("{before} → {school}", "{before} → {school}")
    return [
        of_pair(
            Text.same(one["teacher"]),
            said.format(before=names.school(one["before"]), school=names.school(one["school"])),
            one["teacher"],
            one["school"],
        )
        for one in actions_of(plan)
    ]


def _words(given: Settings, names: Names) -> Said:
    years = given["teacher_years"]
    return [
        (
            Text("满几年应交流", "years in one school"),
            Text("按本地标准", "by the local standard")
            if years is None
            else Text("{n} 年", "{n} years").format(n=years),
        ),
        (Text("通勤最远", "longest commute"), rows.limit(given["most_km"], "km")),
        (Text("城镇到乡村至少", "fewest from town to rural"), rows.limit(given["least_to_rural"], "person")),
        (
            Text("交流期", "length of a stint"),
            Text("{n} 年", "{n} years").format(n=given["stint_years"])
            if given["stint_years"]
            else Text("不返回", "for good"),
        ),
        (Text("固定", "locked"), _locked(given["locked"], names)),
        (Text("禁止", "forbidden"), rows.pairs(given["forbidden"], names)),
        *_base(given),
        rows.seconds(given),
    ]


def _locked(given: Sequence[Sequence[str]] | None, names: Names) -> Text:
    zh, en = rows.pairs(given, names)
    return Text(zh.replace(f"={STAY}", f"={_STAYS}"), en)


def _base(given: Settings) -> Said:
    """Say from which plan this one begins, of which it changes as little as it can."""
    if "base" not in given:
        return []
    plan = Text("第 {plan} 号方案，尽量少改动", "plan number {plan}, changed as little as can be")
    return [(Text("依据的原方案", "earlier plan"), plan.format(plan=given["base"]))]


KIND = Kind(
    name=Text("教师交流", "teacher exchange"),
    seeks=Text(
        "先补各校达标和学科的缺额，再少违背意愿，再缩短通勤。方案涉及个人：逐人名单只有人事科、规划员和管理员可见。",
        "First what schools lack, then the fewest wishes broken, then the shortest commutes. It names persons: the "
        "list is only for the staff department, planners and administrators.",
    ),
    form=ExchangeForm,
    solve=_solve,
    actions=_actions,
    figures=rows.figures,
    words=_words,
    pins=_pins,
    personal=frozenset({"locked", "forbidden"}),
)
