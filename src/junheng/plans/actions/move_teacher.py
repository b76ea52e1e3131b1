"""Move a teacher of the roster to another school: the roster's row changes, and the annual returns of both schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.district.roster import COUNTED, flags
from junheng.errors import InputError, Place, Problem
from junheng.plans.actions.reasoned import REASON, ReasonedAction
from junheng.plans.parts import Reader, text, text_or_none, whole, whole_or_none
from junheng.text import Text

ROTATION = "rotation"
MOVES = {
    ROTATION: Text("交流轮岗", "rotation"),
    "returns": Text("期满返回", "return to the base school"),
    "first_stop_ends": Text("首站期满流动", "onward from the first stop"),
    "recruit": Text("首站安排", "first school of a recruit"),
    "researcher": Text("教研员到校任教", "researcher's year in a school"),
    "locked_move": Text("指定调动", "move that people fixed"),
}
"""Kinds of move."""
NOT_COUNTED = ("returns", "recruit")
"""Moves that are not a rotation of the teacher's own: they do not add to past rotations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTeacher(ReasonedAction):
    """Move one teacher.

    Attributes
    ----------
    teacher
        Number in the roster.
    stage, school
        The new post.
    year
        First school year there.
    before
        The school until now, or `None` for one who had none.
    move
        Which kind of move, a key of `MOVES`.
    base_school, return_year
        Where and in which school year the teacher returns; a year alone means moving on in the group.
    reason
        Why, by a stable code.
    text
        The same in words: why this teacher, why there, what else was possible.
    numbers
        The figures behind the reason.
    """

    kind: ClassVar[str] = "move_teacher"
    readers: ClassVar[Mapping[str, Reader]] = {
        "teacher": text,
        "stage": text,
        "school": text,
        "year": whole,
        "before": text_or_none,
        "move": text,
        "base_school": text_or_none,
        "return_year": whole_or_none,
        **REASON,
    }

    teacher: str
    stage: str
    school: str
    year: int
    before: str | None = None
    move: str = ROTATION
    base_school: str | None = None
    return_year: int | None = None

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the moved rows of the roster and the counts of both schools changed alike.

        The annual return's staff, teachers and their parts (degrees, backbone, PE and arts) lose one at the old school
        and gain one at the new one; a figure that is absent stays absent, and so do those for which the teacher's own
        record is absent.
        """
        _refuse(actions, district)
        moved = _moved(actions, district)
        return district.replace(teachers=_roster(district, moved), stages=_stages(district, moved))


def _moved(actions: Sequence[MoveTeacher], district: District) -> pl.DataFrame:
    """Return one row a moved teacher: the old row's school, stage and what the teacher counts for, and the new ones."""
    new = pl.DataFrame(
        {
            "teacher": [action.teacher for action in actions],
            "new_school": [action.school for action in actions],
            "new_stage": [action.stage for action in actions],
            "new_year": [action.year for action in actions],
            "new_base": [action.base_school for action in actions],
            "new_return": [action.return_year for action in actions],
            "is_counted": [action.move not in NOT_COUNTED for action in actions],
        },
        schema_overrides={"new_base": pl.String, "new_return": pl.Int64},
    )
    flagged = district.table("teachers").with_columns(flags(district.year.start))
    return flagged.select("teacher", "school", "stage", *COUNTED).join(
        new, on="teacher", maintain_order="right"
    )


def _roster(district: District, moved: pl.DataFrame) -> pl.DataFrame:
    changed = moved.drop("school", "stage", *COUNTED)
    joined = district.table("teachers").join(changed, on="teacher", how="left", maintain_order="left")
    is_moved = pl.col("new_school").is_not_null()

    def new(column: str, source: str) -> pl.Expr:
        return pl.when(is_moved).then(pl.col(source)).otherwise(pl.col(column)).alias(column)

    return joined.with_columns(
        new("school", "new_school"),
        new("stage", "new_stage"),
        new("joined_year", "new_year"),
        new("base_school", "new_base"),
        new("return_year", "new_return"),
        rotations=pl.col("rotations")
        + (is_moved & pl.col("is_counted")).fill_null(value=False).cast(pl.Int64),
    ).drop("new_school", "new_stage", "new_year", "new_base", "new_return", "is_counted")


def _stages(district: District, moved: pl.DataFrame) -> pl.DataFrame:
    """Return the annual returns with every count changed by those who left and those who came."""
    counted = ["staff", "teachers", *COUNTED]
    one = moved.with_columns(staff=pl.lit(value=True), teachers=pl.lit(value=True))
    left = one.filter(pl.col("school").is_not_null()).select(
        "school", "stage", *(-pl.col(name).cast(pl.Int64) for name in counted)
    )
    came = one.select(
        school="new_school", stage="new_stage", **{name: pl.col(name).cast(pl.Int64) for name in counted}
    )
    change = (
        pl.concat([left, came])
        .group_by("school", "stage")
        .agg(pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in counted)
        .with_columns(is_changed=pl.lit(value=True))
    )
    joined = district.table("stages").join(
        change, on=["school", "stage"], how="left", suffix="_change", maintain_order="left"
    )
    return joined.with_columns(
        pl.when(pl.col("is_changed"))
        .then(pl.col(name) + pl.col(f"{name}_change"))
        .otherwise(pl.col(name))
        .alias(name)
        for name in counted
    ).drop("is_changed", *(f"{name}_change" for name in counted))


def _refuse(actions: Sequence[MoveTeacher], district: District) -> None:
    known = set(district.table("teachers")["teacher"].to_list())
    offered = set(district.table("stages").select("school", "stage").iter_rows())
    problems: list[Problem] = []
    seen: set[str] = set()
    for action in actions:
        problems += _wrong(action, known=known, offered=offered, seen=seen)
        seen.add(action.teacher)
    if problems:
        raise InputError(problems)


def _wrong(
    action: MoveTeacher, *, known: set[str], offered: set[tuple[str, str]], seen: set[str]
) -> Iterator[Problem]:
    if action.teacher not in known:
        yield _problem("unknown-teacher", action, Text("名册中没有这位教师", "no such teacher in the roster"))
    if (action.school, action.stage) not in offered:
        yield _problem("no-such-stage", action, Text("该校没有这个学段", "the school has no such stage"))
    if action.teacher in seen:
        yield _problem("moved-twice", action, Text("重复调动", "the teacher is moved twice"))


def _problem(code: str, action: MoveTeacher, found: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=f"{action.teacher} → {action.school}/{action.stage}"),
        found=found,
        expected=Text(
            "名册中的教师各调动一次，调往设有该学段的学校",
            "each teacher of the roster once, to a school of that stage",
        ),
        remedy=Text("请改正方案或补全数据", "Mend the plan, or add the record"),
    )
