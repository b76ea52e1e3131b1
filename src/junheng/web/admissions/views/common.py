"""What every page of a round shows: where it stands, what comes next, and the way to its other pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from junheng.errors import InputError, Problem, UsageError
from junheng.text import Text
from junheng.web.admissions.models import Round, RoundState
from junheng.web.admissions.records import rules_of
from junheng.web.admissions.states import STATES, STEPS, TONES
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Mark
from junheng.web.permissions import may
from junheng.web.registry.filing import SEVERITIES

PAGES: tuple[tuple[str, Text], ...] = (
    ("admissions:round", Text("进程", "progress")),
    ("admissions:rules", Text("细则", "rules")),
    ("admissions:plan", Text("招生计划", "places")),
    ("admissions:applications", Text("报名", "applications")),
    ("admissions:problems", Text("检查", "checks")),
    ("admissions:results", Text("录取", "results")),
    ("admissions:later", Text("摇号之后", "after the draw")),
    ("admissions:whatif", Text("假设分析", "what if")),
    ("admissions:files", Text("文件", "files")),
)
_SHOWN = 8
"""So many problems are named in a message; the page of checks has them all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: its place, wording, and whether it is done, present or still to come."""

    number: int
    text: Text
    standing: str


def found_round(pk: int) -> Round:
    """Return a round, or say that there is none."""
    return get_object_or_404(
        Round.objects.select_related("snapshot", "job").defer("snapshot__content"), pk=pk
    )


def head(request: HttpRequest, found: Round, here: str) -> dict[str, Any]:
    """Return what the head of every page of a round shows."""
    person = person_of(request)
    return {
        "round": found,
        "title_of_round": title_of(found),
        "state": Mark(STATES[found.state], TONES[found.state]),
        "way": way(found),
        "pages": [
            {"text": text, "href": reverse(name, args=[found.pk]), "is_here": name == here}
            for name, text in PAGES
            if may(person, name)
        ],
    }


def title_of(found: Round) -> Text:
    """Return the title of a round by its rules, or its name where they cannot be read."""
    try:
        return rules_of(found.rules).title
    except InputError:
        return Text.same(found.code)


def way(found: Round) -> list[Step]:
    """Return the steps of a round; what is done stands before the present one."""
    at = [state for state, _ in STEPS].index(RoundState(found.state))
    is_over = found.state == RoundState.PUBLISHED
    return [
        Step(n + 1, text, "done" if n < at or is_over else "now" if n == at else "ahead")
        for n, (_, text) in enumerate(STEPS)
    ]


def do(
    request: HttpRequest, found: Round, work: Callable[[], object], *, to: str = "admissions:round"
) -> HttpResponse:
    """Do something to a round, say what came of it, and go on."""
    try:
        work()
    except InputError as error:
        messages.error(request, said(shown_problems(error.problems)))
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(Text("已办理", "done")))
    return redirect(to, found.pk)


def shown_problems(problems: tuple[Problem, ...]) -> Text:
    """Return the first problems in one message."""
    lines = [problem.describe() for problem in problems[:_SHOWN]]
    text = Text("共 {n} 个问题：", "{n} problems: ").format(n=len(problems))
    for line in lines:
        text = text.joined(" ", line)
    return text if len(problems) <= _SHOWN else text.joined(" ", Text("……", "…"))


FOUND_COLUMNS = (
    Column("severity", Text("级别", "severity")),
    Column("sheet", Text("表", "sheet")),
    Column("key", Text("记录", "record")),
    Column("found", Text("发现", "found")),
    Column("expected", Text("应为", "expected")),
    Column("remedy", Text("怎样改正", "how to mend it")),
)
"""Problems of records in the database: they have a key, and no row of any file."""


def problem_row(problem: Problem) -> dict[str, Any]:
    """Return one problem for a listing."""
    return {
        "severity": SEVERITIES[problem.severity],
        "sheet": problem.place.sheet,
        "key": problem.place.key,
        "row": problem.place.row,
        "column": problem.place.column,
        "found": problem.found,
        "expected": problem.expected,
        "remedy": problem.remedy,
    }
