"""The letter to each teacher who moves, as a Word document: from where, to where, since when and until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.report.paper import blank, close, line, next_page, title
from junheng.text import Text

if TYPE_CHECKING:
    from docx.document import Document


def teacher_letters(moves: Sequence[MoveTeacher], district: District) -> Document:
    """Return the letters about some moves as one document, each on a page of its own.

    They are in Chinese whatever the user's language; the day and the seal are left for the office to add.

    Raises
    ------
    KeyError
        For a teacher who is not in the roster of the District that the plan was made on.
    """
    roster = district.table("teachers").select("teacher", "name", "subject")
    teachers = {teacher: (name, subject) for teacher, name, subject in roster.iter_rows()}
    names = dict(district.table("schools").select("school", "name").iter_rows())
    letter = blank()
    for n, move in enumerate(moves):
        if n:
            next_page(letter)
        name, subject = teachers[move.teacher]
        _write(letter, move, name=name or "", subject=subject, names=names)
        close(letter, district)
    return letter


def _write(letter: Document, move: MoveTeacher, *, name: str, subject: str, names: dict[str, str]) -> None:
    title(letter, f"{move.year}—{move.year + 1}学年教师交流通知")
    line(letter, f"{name}（{move.teacher}）：")
    line(letter, _decision(move, names))
    line(letter, f"学段、学科：{label_of('stage', move.stage).zh}、{label_of('subject', subject).zh}。")
    line(letter, f"类型：{MOVES.get(move.move, Text.same(move.move)).zh}。")
    line(letter, f"理由：{move.text.zh}")
    line(letter, "请按规定时间办理交接并到任。如有异议，可按规定程序书面提出。")


def _decision(move: MoveTeacher, names: dict[str, str]) -> str:
    origin = "" if move.before is None else f"由{names.get(move.before, move.before)}"
    target = names.get(move.school, move.school)
    text = f"经统筹安排，你自{move.year}—{move.year + 1}学年起{origin}到{target}任教"
    if move.return_year is None:
        return f"{text}。"
    if move.base_school is None:
        return f"{text}，至{move.return_year}年期满后在集团内流动。"
    return f"{text}，{move.return_year}年期满后返回{names.get(move.base_school, move.base_school)}。"
