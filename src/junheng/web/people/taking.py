"""What teachers said becomes part of the records: wishes into the roster's tables, recognised reasons as exemptions."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from django.db import transaction

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.people.models import Window
from junheng.web.people.wishes import REASONS, Wish, standing_statements, wish_of
from junheng.web.registry.editing import set_row
from junheng.web.registry.names import teacher_row
from junheng.web.registry.store import Changed, give, take
from junheng.web.roles import Person


@transaction.atomic
def take_wishes(*, by: Person, window: Window) -> Changed:
    """Write every wish that stands into the year's records, from which snapshots and plans are made.

    In ``teachers`` the columns ``willing`` (for the coming school year) and ``most_km`` change, in ``wishes`` the
    schools of those who stated something; of everybody else nothing changes.
    """
    district = give(window.year_id)
    known = set(district.table("teachers")["teacher"].to_list())
    stated = {
        teacher: wish
        for teacher, one in standing_statements(window).items()
        if (wish := wish_of(one)) is not None and teacher in known
    }
    after = district.replace(
        teachers=_willing(district.table("teachers"), stated, year=window.year_id + 1),
        wishes=_schools(district.table("wishes"), stated),
    )
    why = "教师交流意愿 wishes of teachers"
    return take(after, by=by, why=why, action="wishes-taken", only=("teachers", "wishes"))


@transaction.atomic
def recognise(*, by: Person, window: Window, teacher: str, until: int | None) -> None:
    """Recognise the reason that a teacher stated: the roster then says exempt, until a school year or without end.

    Raises
    ------
    UsageError
        If the teacher states no reason, or is not in the roster.
    """
    statement = standing_statements(window).get(teacher)
    wish = None if statement is None else wish_of(statement)
    if wish is None or not wish.reason:
        raise UsageError(Text("该教师没有填报需要照顾的原因", "this teacher states no reason"))
    row = teacher_row(window.year_id, teacher)
    if row is None:
        raise UsageError(Text("名册中没有该教师", "this teacher is not in the roster"))
    values: dict[str, Any] = {
        **json.loads(row.values),
        "exemption": REASONS[wish.reason].exemption,
        "exemption_until": until,
    }
    set_row(by=by, row=row, values=values, why="认可暂缓交流的原因 reason recognised")


def _willing(teachers: pl.DataFrame, stated: dict[str, Wish], *, year: int) -> pl.DataFrame:
    flags = {teacher: "yes" if wish.willing_in(year) else "no" for teacher, wish in stated.items()}
    limits = {teacher: wish.most_km for teacher, wish in stated.items()}
    has_stated = pl.col("teacher").is_in(list(stated))

    def said(values: dict[str, Any], dtype: type[pl.DataType]) -> pl.Expr:
        return pl.col("teacher").replace_strict(values, default=None, return_dtype=dtype)

    return teachers.with_columns(
        willing=pl.when(has_stated).then(said(flags, pl.String)).otherwise(pl.col("willing")),
        most_km=pl.when(has_stated).then(said(limits, pl.Float64)).otherwise(pl.col("most_km")),
    )


def _schools(wishes: pl.DataFrame, stated: dict[str, Wish]) -> pl.DataFrame:
    rows = [
        (teacher, school, rank)
        for teacher, wish in sorted(stated.items())
        for rank, school in enumerate(wish.schools, start=1)
    ]
    others = wishes.filter(~pl.col("teacher").is_in(list(stated)))
    return pl.concat([others, pl.DataFrame(rows, schema=wishes.schema, orient="row")])
