"""Checks of what comes after the draw: late children and changed lists are checked as any others were."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from junheng.admission.intake.kit import Intake
from junheng.admission.intake.run import registry
from junheng.admission.rounds.events import Event
from junheng.admission.rounds.replay import extended
from junheng.admission.rounds.result import RoundResult
from junheng.district.checks.run import check
from junheng.district.source import sources_of
from junheng.errors import InputError, Place, Problem
from junheng.standards.lookup import StandardOnDate

LATER = (
    "child-twice",
    "too-young",
    "identity-number",
    "home-used-twice",
    "register-home-missing",
    "claim-contradicts",
    "twins-apart",
    "twins-born-apart",
)
"""Checks that late children must pass too. Documents are looked at before a child is entered."""


def problems_of_events(
    result: RoundResult, events: Sequence[Event], standard: StandardOnDate
) -> list[Problem]:
    """Return every error that late children bring into the round."""
    late = [str(event.applicant) for event in events if event.kind == "late"]
    if not late:
        return []
    district = extended(result.arrays.frozen.district, result.rules.stage, events)
    sources = sources_of(district)
    intake = Intake(sources, result.rules, standard)
    found = [problem for one in registry() if one.code in LATER for problem in one.problems(intake)]
    found += [problem for problem in check(district) if problem.severity == "error"]
    at = dict(district.table("applicants").with_row_index("at").select("applicant", "at").iter_rows())
    rows = {int(at[child]) + 2: child for child in late}
    sheet = sources["applicants"].place().sheet
    named = (
        (problem, _child_of(problem, late, rows if problem.place.sheet == sheet else {})) for problem in found
    )
    # They stand in the log, not in a sheet: what matters is whose they are.
    return [
        replace(problem, place=Place(column=problem.place.column, key=key))
        for problem, key in named
        if key is not None
    ]


def _child_of(problem: Problem, late: Collection[str], rows: Mapping[int, str]) -> str | None:
    """Return whom a problem names, if it is a late child; a group stands as ``1+2``."""
    key = problem.place.key or ""
    if not set(key.split("+")).isdisjoint(late):
        return key
    return None if problem.place.row is None else rows.get(problem.place.row)


def require_sound_events(result: RoundResult, events: Sequence[Event], standard: StandardOnDate) -> None:
    """Stop if late children bring errors into the round.

    Raises
    ------
    InputError
        With every error.
    """
    problems = problems_of_events(result, events, standard)
    if problems:
        raise InputError(problems)
