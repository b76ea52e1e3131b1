"""From a computed plan to actions that a clerk can carry out, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from junheng.district.model import District
from junheng.measure.seven import COMPULSORY
from junheng.planners.compliance.candidate import Candidate
from junheng.planners.compliance.explain import Reason, teacher_reason, thing_reason
from junheng.planners.compliance.kinds import KINDS, RECRUITED, Kind
from junheng.planners.compliance.objective import move_yuan, recruit_yuan, thing_yuan
from junheng.plans.action import Action
from junheng.plans.actions.add_premises import WORKS, AddPremises
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.priced import PricedAction
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.actions.teachers import DEGREES, SUBJECTS

RECRUITED_DEGREE = "teachers_bachelor"
"""The lowest degree that counts at both stages: what a recruit has at least."""
RECRUITED_SUBJECT = "pe_teachers"
"""The course of a recruit who must teach PE or arts: the school may choose another of the four."""


def actions_of(
    district: District, plan: Candidate, *, parts: Mapping[int, Candidate] | None = None
) -> tuple[Action, ...]:
    """Return what is to be done: recruits, moves, works; each in the order of the district's tables.

    Parameters
    ----------
    plan
        The whole plan: reasons tell what becomes of an indicator in the end.
    parts
        What of it is done in which year; all of it, without years, if not given.
    """
    left = _Left(district)
    by_year: Mapping[int | None, Candidate] = {None: plan} if parts is None else dict(parts.items())
    found: list[Action] = []
    for year, part in by_year.items():
        found += [
            replace(action, year=year)
            for action in (*_recruits(plan, part), *_moves(plan, part, left), *_works(plan, part))
        ]
    return tuple(found)


def _recruits(plan: Candidate, part: Candidate) -> Iterator[PricedAction]:
    problem, yuan = plan.problem, recruit_yuan(plan.problem.costs)
    for i in range(problem.n_stages):
        for position, k in enumerate(RECRUITED):
            n = int(part.recruits[position, i])
            if n:
                yield RecruitTeachers(
                    school=problem.schools[problem.school[i]],
                    stage=COMPULSORY[problem.stage[i]],
                    n=n,
                    degree=RECRUITED_DEGREE,
                    is_backbone=KINDS[k].backbone,
                    subject=RECRUITED_SUBJECT if KINDS[k].pe_arts else None,
                    yuan=n * float(yuan[position]),
                    **_why(teacher_reason(plan, k, i, is_recruit=True)),
                )


def _moves(plan: Candidate, part: Candidate, left: _Left) -> Iterator[PricedAction]:
    """Yield the moves; teachers of one kind are taken from the column that has most of them."""
    problem, moves = plan.problem, part.moves
    yuan = move_yuan(problem, moves)
    order = sorted(range(len(moves)), key=lambda p: (moves.receiver[p], moves.kind[p], moves.sender[p]))
    for p in order:
        k, a, b = int(moves.kind[p]), int(moves.sender[p]), int(moves.receiver[p])
        sender, stage = problem.schools[problem.school[a]], COMPULSORY[problem.stage[a]]
        for (degree, subject), n in left.take(sender, stage, KINDS[k], int(part.n_moved[p])).items():
            yield MoveTeachers(
                stage=stage,
                sender=sender,
                receiver=problem.schools[problem.school[b]],
                n=n,
                degree=degree,
                is_backbone=KINDS[k].backbone,
                subject=subject,
                yuan=n * float(yuan[p]),
                **_why(teacher_reason(plan, k, b, is_recruit=False)),
            )


def _works(plan: Candidate, part: Candidate) -> Iterator[PricedAction]:
    problem, yuan = plan.problem, thing_yuan(plan.problem.costs)
    for school, code in enumerate(problem.schools):
        for thing, work in enumerate(WORKS):
            amount = float(part.things[thing, school])
            if amount > 0:
                yield AddPremises(
                    school=code,
                    work=work,
                    amount=amount,
                    yuan=amount * float(yuan[thing]),
                    **_why(thing_reason(plan, thing, school)),
                )


def _why(reason: Reason) -> dict[str, Any]:
    return {"reason": reason.code, "text": reason.text, "numbers": reason.numbers}


class _Left:
    """How many teachers each column of each school stage still has while moves are written down."""

    def __init__(self, district: District) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {
            (row["school"], row["stage"]): dict(row) for row in district.table("stages").iter_rows(named=True)
        }

    def take(
        self, school: str, stage: str, kind: Kind, n: int
    ) -> Mapping[tuple[str | None, str | None], int]:
        """Take teachers one by one, each from the degree and the subject with most left."""
        row = self._rows[school, stage]
        taken: dict[tuple[str | None, str | None], int] = {}
        for _ in range(n):
            columns = (
                _fullest(row, _degrees(stage, is_qualified=kind.qualified)),
                _fullest(row, SUBJECTS) if kind.pe_arts else None,
            )
            for column in columns:
                if column is not None:
                    row[column] -= 1
            taken[columns] = taken.get(columns, 0) + 1
        return taken


def _degrees(stage: str, *, is_qualified: bool) -> tuple[str, ...]:
    """Return the columns of degrees above (or not above) what a stage requires."""
    required = 0 if stage == COMPULSORY[0] else 1
    return DEGREES[required:] if is_qualified else DEGREES[:required]


def _fullest(row: Mapping[str, Any], columns: tuple[str, ...]) -> str | None:
    found = [column for column in columns if row[column] is not None and row[column] > 0]
    return max(found, key=lambda column: int(row[column])) if found else None
