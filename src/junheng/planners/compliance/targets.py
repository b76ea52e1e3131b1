"""What a plan means for each school's staff: the table that a teacher exchange can take as its targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from junheng.measure.seven import RESOURCES
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.plan import Plan

SCHEMA = {
    "school": pl.String,
    "stage": pl.String,
    "arriving": pl.Int64,
    "leaving": pl.Int64,
    "recruited": pl.Int64,
    "qualified": pl.Int64,
    "backbone": pl.Int64,
    "pe_arts": pl.Int64,
}
"""``arriving``, ``leaving`` and ``recruited`` count teachers; the last three say by how many a school stage's teachers
above the required degree (R1), backbone teachers (R2) and PE or arts teachers (R3) change in all."""

_QUALIFIED = {stage: {column for _, column in columns} for stage, columns in RESOURCES[0].plus.items()}


def targets(plan: Plan) -> pl.DataFrame:
    """Return one row per school stage whose teachers change, by school and stage; columns as in `SCHEMA`."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    for school, stage, what, by, action in _changes(plan):
        own = sums.setdefault((school, stage), Counter())
        own[what] += abs(by)
        own["qualified"] += by * (action.degree in _QUALIFIED[stage])
        own["backbone"] += by * action.is_backbone
        own["pe_arts"] += by * (action.subject is not None)
    rows = [
        {"school": school, "stage": stage, **{name: own[name] for name in list(SCHEMA)[2:]}}
        for (school, stage), own in sorted(sums.items())
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _changes(plan: Plan) -> Iterator[tuple[str, str, str, int, MoveTeachers | RecruitTeachers]]:
    for move in plan.of(MoveTeachers):
        yield move.receiver, move.stage, "arriving", move.n, move
        yield move.sender, move.stage, "leaving", -move.n, move
    for recruit in plan.of(RecruitTeachers):
        yield recruit.school, recruit.stage, "recruited", recruit.n, recruit
