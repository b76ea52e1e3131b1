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
from junheng.report.exchange.sides import Sides, sides_of
from junheng.report.paper import blank, close, file_name, heading, line, table, title
from junheng.text import Text

if TYPE_CHECKING:
    from docx.document import Document

_WIDTHS_MM = (28, 16, 20, 24, 14, 54)
"""Of the columns; the reasons are the longest."""


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
    for text, moves in (("一、调入", arrivals), ("二、调出", departures)):
        heading(letter, text)
        if moves:
            _table(letter, sides, moves, is_arrival=moves is arrivals)
        else:
            line(letter, "无。")
    close(letter, district)
    return letter


def _table(letter: Document, sides: Sides, moves: list[MoveTeacher], *, is_arrival: bool) -> None:
    """Write who moves: of those who come whence, of those who go whereto."""
    other = "从" if is_arrival else "到"
    rows = [_row(sides, move, is_arrival=is_arrival) for move in moves]
    table(letter, ("教师", "学科", "类型", other, "返回学年", "原因"), rows, widths_mm=_WIDTHS_MM)


def _row(sides: Sides, move: MoveTeacher, *, is_arrival: bool) -> tuple[str, ...]:
    row = sides.teachers[move.teacher]
    other = move.before if is_arrival else move.school
    return (
        f"{row['name'] or ''}\n（{move.teacher}）",
        label_of("subject", str(row["subject"])).zh,
        MOVES.get(move.move, Text.same(move.move)).zh,
        "—" if other is None else sides.names.get(other, other),
        "—" if move.return_year is None else str(move.return_year),
        move.text.zh,
    )
