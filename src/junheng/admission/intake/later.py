"""Checks of what comes after the draw: late children and changed lists are checked as any others were."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from junheng.admission.intake.kit import Intake
from junheng.admission.intake.run import registry
from junheng.admission.rounds.events import Event
from junheng.admission.rounds.replay import extended
from junheng.admission.rounds.result import RoundResult
from junheng.district.checks.run import check
from junheng.district.source import sources_of
from junheng.errors import InputError, Problem
from junheng.standards.lookup import StandardOnDate

LATER = (
    "child-twice",
    "too-young",
    "identity-number",
    "home-used-twice",
    "register-home-missing",
    "claim-contradicts",
    "kin-incomplete",
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
    rows = {int(at[child]) + 2 for child in late}
    sheet = sources["applicants"].place().sheet
    return [
        problem
        for problem in found
        if _is_about(problem, late) or (problem.place.sheet == sheet and problem.place.row in rows)
    ]


def _is_about(problem: Problem, children: Collection[str]) -> bool:
    """Say whether one of these children is named; a group stands as ``1+2``."""
    return not set((problem.place.key or "").split("+")).isdisjoint(children)


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
