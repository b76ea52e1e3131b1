"""Feeders on the planning desk: which junior school each primary school leads on to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest

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

if TYPE_CHECKING:
    from junheng.planners.feeders.problem import FeederProblem

_ACTIONS = (
    Column("school", Text("小学", "primary school")),
    Column("code", Text("代码", "code")),
    Column("before", Text("现对口初中", "junior school now")),
    Column("target", Text("方案对口初中", "junior school by the plan")),
    Column("changes", Text("是否变动", "changes")),
    Column("reason", Text("理由", "why")),
)
_MEASURES = (
    (Text("超出初中学位的毕业生", "leavers over the places of junior schools"), "pupil"),
    (
        Text(
            "强校对口强校（以达标程度加权的学生，越小搭配越匀）",
            "strong led to strong (the less, the better mixed)",
        ),
        "pupil",
    ),
    (Text("小学到对口初中的平均距离（直线）", "mean distance to the junior school (straight line)"), "km"),
)
_YES, _NO, _NEW = Text("变动", "yes"), Text("不变", "no"), Text("新定", "new")


class FeedersForm(PlanForm):
    """Feeders, with every option in plain words."""

    pair_text = Text("小学=初中（名称或代码）", "primary school=junior school, by name or code")
    pair_tables = (("schools",), ("schools",))
    asks = ("max_km", "mixing_slack", "locked", "forbidden", "seconds")

    max_km = forms.FloatField(
        required=False,
        min_value=0.1,
        max_value=1000,
        label=say("最远公里数", "farthest junior school (km)"),
        help_text=say(
            "小学到对口初中的直线距离不得超过；不填则不限",
            "in a straight line from school to school; no limit if empty",
        ),
    )
    mixing_slack = forms.FloatField(
        min_value=0,
        max_value=100,
        initial=10,
        label=say("为就近可放松强弱搭配（%）", "how far mixing may give way to distance (%)"),
        help_text=say(
            "0 为强弱搭配绝对优先；越大，对口的初中可以越近",
            "with 0 mixing strong with weak comes first whatever the way; the more, the nearer the schools",
        ),
    )
    seconds = forms.IntegerField(
        min_value=1,
        max_value=3600,
        initial=60,
        label=say("每级目标最长计算时间（秒）", "longest time of each level (seconds)"),
        help_text=say(
            "目标分四级；到时取该级已找到的最好结果，并说明最多还差多少",
            "there are four levels; then the best so far is taken, with how far from the best it can be",
        ),
    )
    locked = locked_field(
        "每行一条“小学=初中”，写名称或代码；该小学必须对口该初中",
        "one “primary school=junior school” a line, by name or code: this pair must be",
    )
    forbidden = forbidden_field(
        "每行一条“小学=初中”，写名称或代码；该小学不得对口该初中",
        "one “primary school=junior school” a line, by name or code: this pair must not be",
    )


def _solve(asked: Asked) -> Outcome:
    from junheng.planners.feeders.build import Wishes, feeder_problem  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.feeders.planner import plan_feeders  # noqa: PLC0415
    from junheng.planners.feeders.solve import FeederOptions  # noqa: PLC0415

    district, settings = asked.district, asked.settings
    plan = plan_feeders(
        district,
        asked.standard,
        wishes=Wishes(
            locked=dict(settings["locked"]),
            forbidden=frozenset((school, target) for school, target in settings["forbidden"]),
            max_km=settings["max_km"],
        ),
        options=FeederOptions(
            mixing_slack=settings["mixing_slack"] / 100, seconds=float(settings["seconds"])
        ),
        progress=asked.progress,
    )
    asked.progress(Text("独立复测", "measuring the plan independently"))
    free, on = Wishes(locked={}, forbidden=frozenset()), asked.standard.on(district.year.first_day)
    before, after = (feeder_problem(one, on, wishes=free) for one in (district, plan.apply(district)))
    return Outcome(plan=plan, measured=_measured(before, after))


def _measured(before: FeederProblem, after: FeederProblem) -> list[dict[str, Any]]:
    """Measure the feeders in the records before and after the plan; neither knows what the solver thought of them."""
    old, new = _scores(before), _scores(after)
    changed = float(before.leavers[before.present != after.present].sum())
    return [
        *(rows.row(name, unit, old[i], new[i]) for i, (name, unit) in enumerate(_MEASURES)),
        rows.row(
            Text("改换或新定对口初中的毕业生", "leavers whose junior school is another or new"),
            "pupil",
            0,
            changed,
        ),
    ]


def _scores(problem: FeederProblem) -> tuple[float | None, ...]:
    """Return the values of `_MEASURES`; none where a primary school leads on to no junior school, or to several."""
    from junheng.planners.feeders.objective import DISTANCE, MIXING, OVERFLOW, score  # noqa: PLC0415
    from junheng.planners.feeders.problem import NO_TARGET  # noqa: PLC0415

    leavers = float(problem.leavers.sum())
    if (problem.present == NO_TARGET).any() or not leavers:
        return (None,) * len(_MEASURES)
    found = score(problem, problem.present)
    return found[OVERFLOW], found[MIXING], found[DISTANCE] / leavers


def _actions(request: HttpRequest, plan: PlanRecord) -> Listing:
    school = Names.of(district_of(plan.snapshot_id)).schools
    pairs = [
        {
            "school": school.get(one["school"], one["school"]),
            "code": one["school"],
            "before": None if one["before"] is None else school.get(one["before"], one["before"]),
            "target": school.get(one["target"], one["target"]),
            "changes": _change(one["before"], one["target"]),
            "reason": Text(**one["text"]),
        }
        for one in json.loads(plan.result or "{}").get("actions", ())
    ]
    return Listing(
        request,
        name="actions",
        title=Text("对口关系", "feeders"),
        columns=_ACTIONS,
        rows=pairs,
        empty=Text("没有需要对口的小学", "no primary school to pair"),
    )


def _pins(plan: PlanRecord) -> Sequence[Pin]:
    names = Names.of(district_of(plan.snapshot_id))
    said = Text("对口{school}", "leads on to {school}")
    return [
        of_pair(
            Text.same(names.school(one["school"])),
            said.format(school=names.school(one["target"])),
            one["school"],
            one["target"],
        )
        for one in actions_of(plan)
    ]


def _change(before: str | None, target: str) -> Text:
    return _NEW if before is None else _NO if before == target else _YES


def _notices(result: Mapping[str, Any]) -> list[Text]:
    n = sum(one["before"] is None for one in result.get("actions", ()))
    if not n:
        return []
    return [
        Text(
            "{n} 所小学现在没有对口初中，或对口几所：现状一栏无法测算",
            "{n} primary schools lead on to no junior school now, or to several: what is now cannot be measured",
        ).format(n=n)
    ]


def _words(given: Settings, names: Names) -> Said:
    return [
        (Text("最远公里数", "farthest junior school"), rows.limit(given["max_km"], "km")),
        (
            Text("为就近可放松强弱搭配", "mixing may give way to distance by"),
            rows.limit(given["mixing_slack"], "percent"),
        ),
        (Text("固定", "locked"), rows.pairs(given["locked"], names)),
        (Text("禁止", "forbidden"), rows.pairs(given["forbidden"], names)),
        (Text("每级目标最长计算时间", "longest time of each level"), rows.seconds(given)[1]),
    ]


KIND = Kind(
    name=Text("小升初对口", "feeders"),
    seeks=Text(
        "每所小学整体对口一所初中：先使超出初中学位的毕业生最少，再使强弱搭配，再使距离最短，再使改换对口的毕业生最少。",
        "Every primary school leads on to one junior school: first the fewest leavers over the places, then strong "
        "with weak, then the shortest distances, then the fewest leavers whose school changes.",
    ),
    form=FeedersForm,
    solve=_solve,
    actions=_actions,
    figures=rows.figures,
    words=_words,
    notices=_notices,
    pins=_pins,
)
