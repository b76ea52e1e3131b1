"""What waits for a person: shown on the home page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from junheng.text import Text
from junheng.web.admissions.models import FROZEN_STATES, Round
from junheng.web.admissions.states import OPEN_TO_CHANGE
from junheng.web.admissions.states import STATES as ROUND_STATES
from junheng.web.admissions.states import TONES as ROUND_TONES
from junheng.web.people.waiting import waiting
from junheng.web.permissions import may, schools_open
from junheng.web.planning.models import PlanRecord, PlanState
from junheng.web.planning.services import STATES as PLAN_STATES
from junheng.web.planning.services import TONES as PLAN_TONES
from junheng.web.registry.models import AnnualReturn, ReturnState, Year
from junheng.web.registry.names import school_names
from junheng.web.registry.returns import OPEN_STATES, STATES, TONES, is_overdue
from junheng.web.roles import Person

_LATE = Text("逾期", "overdue")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do."""

    text: Text
    href: str
    tag: Text | None = None
    tone: str = ""


def tasks(person: Person) -> list[Task]:
    """Return what waits for a person, most urgent kind first."""
    year = Year.objects.first()
    if year is None:
        return []
    people = waiting(person, year=year.year, today=timezone.localdate())
    return [
        *_to_file(person, year),
        *_to_judge(person, year),
        *_to_chase(person, year),
        *_to_decide(person),
        *_to_mend(person),
        *(Task(text, href) for text, href in people),
        *_to_admit(person),
    ]


def _to_file(person: Person, year: Year) -> list[Task]:
    opened = schools_open(person, "registry:return_upload")
    if not opened:
        return []
    names = school_names(year.year)
    found = AnnualReturn.objects.filter(year=year, school__in=opened, state__in=OPEN_STATES)
    today = timezone.localdate()
    return [
        Task(
            Text("填报{name}的年报", "file the return of {name}").format(
                name=names.get(one.school, one.school)
            ),
            reverse("registry:return", args=[year.year, one.school]),
            _LATE if is_overdue(one, due=year.returns_due, today=today) else STATES[one.state],
            "bad" if is_overdue(one, due=year.returns_due, today=today) else TONES[one.state],
        )
        for one in found
    ]


def _to_judge(person: Person, year: Year) -> list[Task]:
    opened = schools_open(person, "registry:return_accept")
    n = AnnualReturn.objects.filter(year=year, state=ReturnState.SUBMITTED).count()
    if opened is not None or not n:
        return []
    return [Task(Text("{n} 份年报待审", "{n} returns to look at").format(n=n), reverse("registry:returns"))]


def _to_chase(person: Person, year: Year) -> list[Task]:
    """Return that schools are late, for whoever sees to the returns."""
    late = year.returns_due is not None and timezone.localdate() > year.returns_due
    if not late or not may(person, "registry:open_returns", year=year.pk):
        return []
    n = AnnualReturn.objects.filter(year=year, state__in=OPEN_STATES).count()
    text = Text("{n} 所学校的年报逾期未报", "{n} schools are late with their returns").format(n=n)
    return [Task(text, reverse("registry:returns"), _LATE, "bad")] if n else []


def _to_decide(person: Person) -> list[Task]:
    if not may(person, "planning:approve", plan=0):
        return []
    found = PlanRecord.objects.filter(state=PlanState.SUBMITTED).only("pk", "name")
    return [
        Task(
            Text("方案“{name}”待批准", "the plan “{name}” to decide").format(name=plan.name),
            reverse("planning:plan", args=[plan.pk]),
        )
        for plan in found
    ]


def _to_mend(person: Person) -> list[Task]:
    """Return the plans that were sent back, with the reason, for whoever makes plans."""
    if not may(person, "planning:submit", plan=0):
        return []
    found = PlanRecord.objects.filter(state=PlanState.SENT_BACK).only("pk", "name", "state", "remarks")
    return [
        Task(
            Text("方案“{name}”被退回：{why}", "the plan “{name}” was sent back: {why}").format(
                name=plan.name, why=plan.remarks
            ),
            reverse("planning:plan", args=[plan.pk]),
            PLAN_STATES[plan.state],
            PLAN_TONES[plan.state],
        )
        for plan in found
    ]


def _to_admit(person: Person) -> list[Task]:
    """Return the rounds that wait for whoever runs them: to be checked, or to be led on."""
    if not may(person, "admissions:freeze"):
        return []
    waiting = (*OPEN_TO_CHANGE, *FROZEN_STATES[:-1])
    return [
        Task(
            Text("招生轮次“{code}”", "the admission round “{code}”").format(code=one.code),
            reverse("admissions:round", args=[one.pk]),
            ROUND_STATES[one.state],
            ROUND_TONES[one.state],
        )
        for one in Round.objects.filter(state__in=waiting).only("pk", "code", "state")
    ]
