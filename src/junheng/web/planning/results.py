"""What came of a plan, as people read it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest

from junheng.district.columns import label_of
from junheng.plans.compare import MEASURES
from junheng.report import numbers
from junheng.report.words import LEVELS, STOPPED_BY, known
from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.listing import Column, Listing
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.reading import described
from junheng.web.registry.snapshots import district_of

_ACTIONS = (
    Column("home", Text("居住单元", "home")),
    Column("code", Text("代码", "code")),
    Column("before", Text("现对口学校", "school now")),
    Column("school", Text("方案对口学校", "school by the plan")),
    Column("reason", Text("理由", "why")),
)


def actions(request: HttpRequest, plan: PlanRecord) -> Listing:
    """Return the homes that get another school, with the reasons."""
    district = district_of(plan.snapshot_id)
    school = _names(district.table("schools"), "school")
    home = _names(district.table("homes"), "home")
    rows = [
        {
            "home": home.get(one["home"], one["home"]),
            "code": one["home"],
            "before": None if one["before"] is None else school.get(one["before"], one["before"]),
            "school": school.get(one["school"], one["school"]),
            "reason": Text(**one["text"]),
        }
        for one in json.loads(plan.result or "{}").get("actions", ())
        if one["school"] != one["before"]
    ]
    return Listing(
        request,
        name="actions",
        title=Text("改换学校的居住单元", "homes that change school"),
        columns=_ACTIONS,
        rows=rows,
        empty=Text("没有居住单元改换学校", "no home changes school"),
    )


def levels(plan: PlanRecord) -> list[dict[str, Any]]:
    """Return each level of the objective with its bound and gap."""
    result = json.loads(plan.result or "{}")
    return [
        {
            "name": known(LEVELS, name),
            "value": numbers.show(value, result["units"][name]),
            "bound": numbers.show(result["bound"][name], result["units"][name]),
            "gap": numbers.share(result["gap"][name], decimals=2),
        }
        for name, value in result["objective"].items()
    ]


def measured(plan: PlanRecord) -> list[dict[str, Any]]:
    """Return every measure before and after; the measure never saw the solver."""
    rows = json.loads(plan.measured or "[]")
    if len(rows) != 2:
        return []
    before, after = rows
    return [
        {"name": name, "before": _figure(before[key], unit), "after": _figure(after[key], unit)}
        for key, (name, unit) in MEASURES.items()
    ]


def settings_in_words(plan: PlanRecord) -> list[tuple[Text, Text]]:
    """Return what was asked for."""
    given = json.loads(plan.settings)
    none = Text("无", "none")
    found = [
        (Text("学段", "stage"), label_of("stage", given["stage"])),
        (
            Text("最多改换学校的学生", "most pupils moved"),
            Text("不限", "no limit") if given["max_moved"] is None else Text.same(str(given["max_moved"])),
        ),
        (Text("固定", "locked"), _pairs(given["locked"]) or none),
        (Text("禁止", "forbidden"), _pairs(given["forbidden"]) or none),
        (Text("最长计算时间", "longest time"), Text(f"{given['seconds']} 秒", f"{given['seconds']} s")),
        (Text("随机种子", "seed"), Text.same(str(given["seed"]))),
    ]
    if plan.result is not None:
        stopped = json.loads(plan.result)["stopped_by"]
        found.append((Text("结束原因", "ended by"), known(STOPPED_BY, stopped)))
    return found


def problems(job: Job) -> list[dict[str, Any]]:
    """Return why nothing came of a job, problem by problem."""
    return [described(one) for one in json.loads(job.problems)]


def _pairs(given: list[list[str]]) -> Text | None:
    return Text.same(", ".join(f"{home}={school}" for home, school in given)) if given else None


def _figure(value: float | None, unit: str) -> str:
    return numbers.share(value) if unit == "percent" else numbers.show(value, unit)


def _names(frame: Any, key: str) -> dict[str, str]:
    rows = zip(frame[key].to_list(), frame["name"].to_list(), strict=True)
    return {code: name or code for code, name in rows}
