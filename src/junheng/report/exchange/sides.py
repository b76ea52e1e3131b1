"""Before and after of every school: subjects, tiers and ages, and who comes and goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.staffing import structure
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.plan import Plan

SHOWN = ("subject", "tier", "age", "degree", "title", "gender")
"""What is shown before and after, in this order."""


@dataclass(frozen=True, eq=False)
class Sides:
    """Everything that reports of a plan look up.

    Attributes
    ----------
    names
        Name by school.
    teachers
        Row of the roster by teacher.
    changes
        ``school, stage, attribute, category, before, after``; 0 where a category is absent on one side.
    moves
        The plan's moves in its order.
    """

    names: dict[str, str]
    teachers: dict[str, dict[str, Any]]
    changes: pl.DataFrame
    moves: tuple[MoveTeacher, ...]

    def arrivals(self, school: str) -> list[MoveTeacher]:
        """Return who comes to a school."""
        return [move for move in self.moves if move.school == school]

    def departures(self, school: str) -> list[MoveTeacher]:
        """Return who leaves a school."""
        return [move for move in self.moves if move.before == school]

    @property
    def schools(self) -> list[str]:
        """Schools that somebody leaves or joins, in the order of their codes."""
        return sorted(
            {school for move in self.moves for school in (move.before, move.school) if school is not None}
        )


def sides_of(plan: Plan, district: District) -> Sides:
    """Count both sides of a plan from the roster before and after it."""
    after = plan.apply(district)
    key = ["key", "stage", "attribute", "category"]
    counted = [
        structure(one).filter(pl.col("by") == "school").select(*key, n=pl.col("n"))
        for one in (district, after)
    ]
    joined = counted[0].join(counted[1], on=key, how="full", coalesce=True, suffix="_after", nulls_equal=True)
    schools = district.table("schools")
    return Sides(
        names=dict(schools.select("school", "name").iter_rows()),
        teachers={row["teacher"]: row for row in district.table("teachers").iter_rows(named=True)},
        changes=joined.select(
            school="key",
            stage="stage",
            attribute="attribute",
            category="category",
            before=pl.col("n").fill_null(0),
            after=pl.col("n_after").fill_null(0),
        ).sort("school", "stage", "attribute", "category", nulls_last=True),
        moves=plan.of(MoveTeacher),
    )
