"""What came of a plan, as people read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from junheng.report import numbers
from junheng.report.facts import Names
from junheng.report.words import LEVELS, STOPPED_BY, known
from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.listing import Column, Listing
from junheng.web.permissions import may_see_persons
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.kinds.kind import Figure
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.reading import described
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person

_MEASURED = (
    Column("name", Text("指标", "measure")),
    Column("before", Text("现状", "now"), "none"),
    Column("after", Text("方案", "plan"), "none"),
)
_LEVELS = (
    Column("name", Text("目标（依次）", "level, in this order")),
    Column("value", Text("方案", "plan"), "none"),
    Column("bound", Text("任何方案不低于", "no plan is below"), "none"),
    Column("gap", Text("差距", "gap"), "none"),
)


NO_PROOF = Text("没有证明", "nothing is proven")
UNPROVEN = Text("未证明（可延长计算时间）", "not proven (give it more time)")


def sees_all(person: Person, plan: PlanRecord) -> bool:
    """Say whether nothing of a plan is hidden from a person: it names nobody, or the person sees the rosters."""
    return KINDS[plan.kind].personal is None or may_see_persons(person)


def levels_of(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each level of a plan's objective, from its JSON, with its bound and gap.

    A bound of nothing under a plan that costs something says nothing: it is told as not proven.
    """
    return [
        {
            "name": known(LEVELS, name),
            "value": numbers.show(value, result["units"][name]),
            **_proof(result["bound"][name], result["gap"][name], result["units"][name]),
        }
        for name, value in result["objective"].items()
    ]


def _proof(bound: float | None, gap: float | None, unit: str) -> dict[str, Any]:
    if is_proven(gap):
        return {"is_proven": True, "bound": numbers.show(bound, unit), "gap": numbers.share(gap, decimals=2)}
    return {"is_proven": False, "bound": None, "gap": NO_PROOF if bound is None else UNPROVEN}


def is_proven(gap: float | None) -> bool:
    """Say whether anything was proven: a gap as large as the value itself, or larger, is none."""
    return gap is not None and gap < 1


def measured(plan: PlanRecord) -> list[Figure]:
    """Return every measure before and after; the measure never saw the solver."""
    return KINDS[plan.kind].figures(json.loads(plan.measured or "[]"))


def measured_table(request: HttpRequest, plan: PlanRecord) -> Listing:
    """Return what was measured as a table."""
    return Listing(
        request,
        name="measured",
        title=Text("前后对比（独立复测）", "before and after, measured independently"),
        columns=_MEASURED,
        rows=[{"name": one.name, "before": one.before, "after": one.after} for one in measured(plan)],
    )


def levels_table(request: HttpRequest, plan: PlanRecord) -> Listing:
    """Return the proof as a table; empty for what a person decided."""
    return Listing(
        request,
        name="levels",
        title=Text("目标与证明", "objective and proof"),
        columns=_LEVELS,
        rows=levels_of(json.loads(plan.result or "{}")),
        empty=Text(
            "方案由人工给定，没有求解，也没有证明；以上数字由独立复测得出。",
            "Given by hand: nothing was solved and nothing is proven. The figures above are measured independently.",
        ),
    )


def notices(plan: PlanRecord) -> list[Text]:
    """Return what the plan takes for granted: a person must look at each."""
    return KINDS[plan.kind].notices(json.loads(plan.result or "{}"))


def settings_in_words(plan: PlanRecord, person: Person) -> list[tuple[Text, Text]]:
    """Return what was asked for, as far as the person may see it."""
    kind, given = KINDS[plan.kind], json.loads(plan.settings)
    if not sees_all(person, plan):
        given = {name: None if name in (kind.personal or ()) else value for name, value in given.items()}
    found = list(kind.words(given, Names.of(district_of(plan.snapshot_id))))
    if plan.result is not None:
        stopped = json.loads(plan.result)["stopped_by"]
        found.append((Text("结束原因", "ended by"), known(STOPPED_BY, stopped)))
    return found


def problems(job: Job) -> list[dict[str, Any]]:
    """Return why nothing came of a job, problem by problem."""
    return [described(one) for one in json.loads(job.problems)]
