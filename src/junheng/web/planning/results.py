"""What came of a plan, as people read it."""

from __future__ import annotations

import json
from typing import Any

from junheng.report import numbers
from junheng.report.words import LEVELS, STOPPED_BY, known
from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.permissions import may_see_persons
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.kinds.kind import Figure
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.reading import described
from junheng.web.roles import Person


def sees_all(person: Person, plan: PlanRecord) -> bool:
    """Say whether nothing of a plan is hidden from a person: it names nobody, or the person sees the rosters."""
    return KINDS[plan.kind].personal is None or may_see_persons(person)


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


def measured(plan: PlanRecord) -> list[Figure]:
    """Return every measure before and after; the measure never saw the solver."""
    return KINDS[plan.kind].figures(json.loads(plan.measured or "[]"))


def notices(plan: PlanRecord) -> list[Text]:
    """Return what the plan takes for granted: a person must look at each."""
    return KINDS[plan.kind].notices(json.loads(plan.result or "{}"))


def settings_in_words(plan: PlanRecord, person: Person) -> list[tuple[Text, Text]]:
    """Return what was asked for, as far as the person may see it."""
    kind, given = KINDS[plan.kind], json.loads(plan.settings)
    if not sees_all(person, plan):
        given = {name: None if name in (kind.personal or ()) else value for name, value in given.items()}
    found = list(kind.words(given))
    if plan.result is not None:
        stopped = json.loads(plan.result)["stopped_by"]
        found.append((Text("结束原因", "ended by"), known(STOPPED_BY, stopped)))
    return found


def problems(job: Job) -> list[dict[str, Any]]:
    """Return why nothing came of a job, problem by problem."""
    return [described(one) for one in json.loads(job.problems)]
