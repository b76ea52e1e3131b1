"""The letter to each school as a Word document: who comes, who goes, since when and until when. It names persons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.planners.exchange.planner import Exchanged
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.plans.plan import Plan
from junheng.report.exchange.paper import blank, close, file_name, line, title
from junheng.report.exchange.sides import Sides, sides_of
from junheng.text import Text

if TYPE_CHECKING:
    from docx.document import Document

_HEADER = ("教师", "学科", "类型", "从", "到", "返回学年", "原因")
_TABLE_POINTS = 10.5


def write_letters(done: Exchanged, district: District, folder: Path) -> None:
    """Write the letters of `school_letters` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, letter in school_letters(done.plan, district):
        letter.save(str(folder / name))


def school_letters(plan: Plan, district: District) -> Iterator[tuple[str, Document]]:
    """Yield the letter to each school that somebody leaves or joins, with the file name that it should have.

    Letters are official documents of a Chinese bureau: they are in Chinese whatever the user's language. The day and
    the seal are left for the office to add.
    """
    sides = sides_of(plan, district)
    for school in sides.schools:
        yield file_name(school), _letter(sides, district, school)


def _letter(sides: Sides, district: District, school: str) -> Document:
    year = district.year.start + 1
    letter = blank()
    title(letter, f"关于{year}—{year + 1}学年教师交流安排的函")
    line(letter, f"{sides.names.get(school, school)}：")
    arrivals, departures = sides.arrivals(school), sides.departures(school)
    line(
        letter,
        f"经统筹安排，{year}—{year + 1}学年调入你校教师{len(arrivals)}人，调出{len(departures)}人，名单如下。"
        "如有异议，请于收到之日起按规定程序书面提出。",
    )
    for heading, moves in (("一、调入", arrivals), ("二、调出", departures)):
        line(letter, heading)
        if moves:
            _table(letter, sides, moves)
        else:
            line(letter, "无。")
    close(letter, district)
    return letter


def _table(letter: Document, sides: Sides, moves: list[MoveTeacher]) -> None:
    from docx.shared import Pt  # noqa: PLC0415

    rows = [_HEADER, *(_row(sides, move) for move in moves)]
    table = letter.add_table(rows=len(rows), cols=len(_HEADER))
    table.style = "Table Grid"
    for row, written in zip(rows, table.rows, strict=True):
        for cell, text in zip(written.cells, row, strict=True):
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(_TABLE_POINTS)
            cell.paragraphs[0].paragraph_format.line_spacing = None


def _row(sides: Sides, move: MoveTeacher) -> tuple[str, ...]:
    row = sides.teachers[move.teacher]
    name = f"{row['name'] or ''}（{move.teacher}）"
    return (
        name,
        label_of("subject", str(row["subject"])).zh,
        MOVES.get(move.move, Text.same(move.move)).zh,
        "—" if move.before is None else sides.names.get(move.before, move.before),
        sides.names.get(move.school, move.school),
        "—" if move.return_year is None else str(move.return_year),
        move.text.zh,
    )
