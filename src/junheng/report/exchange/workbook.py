"""The plan as a workbook: a summary, every move, and a sheet a school with its before and after. It names persons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.district.workbook.sheets import Block, Cell, Numbers, Sheets, of_unit
from junheng.district.workbook.write import open_workbook
from junheng.measure.staffing import ATTRIBUTES, category_rank, category_text
from junheng.planners.exchange.planner import Exchanged
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.report.exchange.sides import SHOWN, Sides, sides_of
from junheng.report.words import LEVELS, known
from junheng.text import Language, Text
from junheng.units import UNITS

PERSONAL = Text(
    "本工作簿含个人信息，仅供有权人员使用，不得公开。",
    "This workbook names persons: for those entitled to it, not for publication.",
)
_LEVELS = (
    Text("目标（依次）", "objective, in order"),
    Text("方案", "plan"),
    Text("已证下界", "bound"),
    Text("单位", "unit"),
)
_MOVES = (
    Text("教师编号", "teacher"),
    Text("姓名", "name"),
    Text("学科", "subject"),
    Text("类型", "kind"),
    Text("从", "from"),
    Text("到", "to"),
    Numbers(Text("返回学年", "returns in"), of_unit("calendar year")),
    Text("原因", "reason"),
)
_CHANGES = (
    Text("学段", "stage"),
    Text("项目", "what"),
    Text("类别", "category"),
    Numbers(Text("前", "before"), of_unit("person")),
    Numbers(Text("后", "after"), of_unit("person")),
)


def write_workbook(done: Exchanged, district: District, path: Path, *, language: Language) -> None:
    """Write the workbook, whole or not at all; same plan, same bytes.

    Sheets: the objective with its bounds, every move with its reason, then one sheet for each school that somebody
    leaves or joins. Each printed page says that it names persons.
    """
    sides = sides_of(done.plan, district)
    with (
        whole_file(path) as partial,
        open_workbook(partial, created=district.year.first_day, language=language) as (book, styles),
    ):
        sheets = Sheets(book, styles, language, notice=PERSONAL)
        sheets.add(Text("汇总", "summary"), [_levels(done)])
        sheets.add(Text("调动名单", "moves"), [Block(_MOVES, _moved(sides, sides.moves))])
        for school in sides.schools:
            name = sides.names.get(school, "")
            sheets.add(Text.same(f"{school} {name}"), _school(sides, school, name))


def _levels(done: Exchanged) -> Block:
    """Return the objective, level by level."""
    rows = [
        (
            known(LEVELS, name),
            round(level.value, 3),
            None if level.bound is None else round(level.bound, 3),
            UNITS[level.unit].text,
        )
        for name, level in done.plan.objective.items()
    ]
    return Block(_LEVELS, rows, PERSONAL)


def _school(sides: Sides, school: str, name: str) -> list[Block]:
    """Return who comes to a school, who goes, and the staff before and after."""
    whole = Text.same(name or school)
    return [
        Block(_MOVES, _moved(sides, sides.arrivals(school)), whole.joined(" ", Text("调入", "comes"))),
        Block(_MOVES, _moved(sides, sides.departures(school)), Text("调出", "goes")),
        Block(_CHANGES, _changed(sides, school), Text("前后对照", "before and after")),
    ]


def _changed(sides: Sides, school: str) -> list[Sequence[Cell]]:
    own = sides.changes.filter(pl.col("school") == school)
    order = {attribute: i for i, attribute in enumerate(SHOWN)}
    rows = sorted(
        own.iter_rows(named=True),
        key=lambda row: (
            row["stage"],
            order[row["attribute"]],
            category_rank(row["attribute"], row["category"]),
        ),
    )
    return [
        (
            label_of("stage", row["stage"]),
            ATTRIBUTES[row["attribute"]],
            category_text(row["attribute"], row["category"]),
            row["before"],
            row["after"],
        )
        for row in rows
    ]


def _moved(sides: Sides, moves: Sequence[MoveTeacher]) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for move in moves:
        teacher = sides.teachers[move.teacher]
        rows.append(
            (
                move.teacher,
                teacher["name"],
                label_of("subject", str(teacher["subject"])),
                MOVES.get(move.move, Text.same(move.move)),
                None if move.before is None else sides.names.get(move.before, move.before),
                sides.names.get(move.school, move.school),
                move.return_year,
                move.text,
            )
        )
    return rows
