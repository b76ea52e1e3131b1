"""School leaders on the planning desk: who leads which public school next year. It names persons."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from django import forms
from django.http import HttpRequest

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.plans.plan import Plan
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.language import say
from junheng.web.listing import Column, Listing
from junheng.web.planning.forms import PlanForm
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.kind import Asked, Kind, Outcome, Said, Settings
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of

_ACTIONS = (
    Column("leader", Text("干部", "leader")),
    Column("code", Text("编号", "number")),
    Column("before", Text("现任学校", "school now")),
    Column("role_before", Text("现任职务", "role now")),
    Column("school", Text("方案学校", "school by the plan")),
    Column("role", Text("方案职务", "role by the plan")),
    Column("year", Text("到任学年", "in office from")),
    Column("reason", Text("理由", "why")),
)


class LeadersForm(PlanForm):
    """School leaders, with every option in plain words."""

    asks = ("most_km", "teaching_percent", "young_below", "term_years", "seconds")

    most_km = forms.FloatField(
        min_value=0.1,
        max_value=1000,
        initial=40,
        label=say("通勤最远公里数", "longest commute (km)"),
        help_text=say("没有人被派往更远的学校", "nobody is sent farther"),
    )
    teaching_percent = forms.FloatField(
        min_value=0,
        max_value=100,
        initial=0,
        label=say("提任者来自教学一线至少（%）", "least share of the promoted from teaching lines (%)"),
        help_text=say("填 0 则不作要求", "with 0 nothing is asked"),
    )
    young_below = forms.IntegerField(
        min_value=18,
        max_value=70,
        initial=45,
        label=say("多少岁以下算年轻干部", "leaders below this age count as young"),
        help_text=say(
            "乡村学校的年轻干部占比尽量接近全区",
            "their share in rural schools is brought near the district's",
        ),
    )
    term_years = forms.IntegerField(
        min_value=1,
        max_value=10,
        initial=4,
        label=say("一届几年", "length of a term (years)"),
        help_text=say("新任命的任期", "of the new appointments"),
    )


def _solve(asked: Asked) -> Outcome:
    from junheng.planners.leaders.build import LeaderWishes  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.leaders.planner import plan_leaders  # noqa: PLC0415

    district, settings = asked.district, asked.settings
    asked.progress(Text("安排岗位", "filling the posts"))
    plan = plan_leaders(
        district,
        asked.standard,
        wishes=LeaderWishes(
            most_km=settings["most_km"],
            teaching_percent=settings["teaching_percent"],
            young_below=settings["young_below"],
            term_years=settings["term_years"],
        ),
        seconds=float(settings["seconds"]),
    )
    asked.progress(Text("独立复测", "measuring the plan independently"))
    return Outcome(plan=plan, measured=_measured(district, plan.apply(district), plan))


def _measured(before: District, after: District, plan: Plan) -> list[dict[str, Any]]:
    """Count from the rosters before and after the plan; neither knows what the solver thought of them."""
    old, new = (_posts(one) for one in (before, after))
    posts = (
        Text("在任校长", "principals in office"),
        Text("在任副校长", "vice-principals in office"),
        Text("后备及落岗干部", "reserve, and leaders without a post"),
    )
    roles = ("principal", "vice_principal", "reserve")
    return [
        *(rows.row(name, "person", old[role], new[role]) for name, role in zip(posts, roles, strict=True)),
        rows.row(
            Text("本届在下学年前任满的在任干部", "leaders in office whose term ends before next year"),
            "person",
            *(_ended(one, before.year.start + 1) for one in (before, after)),
        ),
        rows.row(Text("变动的干部", "leaders who change"), "person", 0, len(plan.actions)),
    ]


def _posts(district: District) -> dict[str, int]:
    roles = district.table("leaders")["role"].to_list()
    return {role: roles.count(role) for role in ("principal", "vice_principal", "reserve")}


def _ended(district: District, year: int) -> int:
    return district.table("leaders").filter(pl.col("role") != "reserve", pl.col("term_end") < year).height


def _actions(request: HttpRequest, plan: PlanRecord) -> Listing:
    district = district_of(plan.snapshot_id)
    school = Names.of(district).schools
    leader = {one["leader"]: one for one in district.table("leaders").iter_rows(named=True)}
    changes = [
        {
            "leader": leader[one["leader"]]["name"],
            "code": one["leader"],
            "before": school.get(leader[one["leader"]]["school"]),
            "role_before": label_of("leader_role", leader[one["leader"]]["role"]),
            "school": school.get(one["school"]),
            "role": label_of("leader_role", one["role"]),
            "year": str(one["year"]),
            "reason": Text(**one["text"]),
        }
        for one in json.loads(plan.result or "{}").get("actions", ())
    ]
    return Listing(
        request,
        name="actions",
        title=Text(
            "逐人调配（含个人信息，勿外传）", "changes by person (personal data, not for publication)"
        ),
        columns=_ACTIONS,
        rows=changes,
        empty=Text("没有干部变动", "nobody changes"),
    )


def _words(given: Settings, names: Names) -> Said:
    return [
        (Text("通勤最远", "longest commute"), rows.limit(given["most_km"], "km")),
        (
            Text("提任者来自教学一线至少", "least share from teaching lines"),
            rows.limit(given["teaching_percent"], "percent"),
        ),
        (Text("年轻干部", "young"), Text("{n} 岁以下", "below {n}").format(n=given["young_below"])),
        (Text("一届", "term"), Text("{n} 年", "{n} years").format(n=given["term_years"])),
        rows.seconds(given),
    ]


KIND = Kind(
    name=Text("校级干部", "leaders"),
    seeks=Text(
        "任满应交流的校级干部换校，不留空岗：先使落岗的干部最少，再使乡村与全区的年轻干部占比接近，再缩短通勤。"
        "方案涉及个人：逐人名单只有人事科、规划员和管理员可见。",
        "Leaders whose terms are over change schools, and no post stays empty: first the fewest left without a post, "
        "then a share of young leaders in rural schools near the district's, then the shortest commutes. It names "
        "persons: the list is only for the staff department, planners and administrators.",
    ),
    form=LeadersForm,
    solve=_solve,
    actions=_actions,
    figures=rows.figures,
    words=_words,
    personal=frozenset(),
)
