"""The letter to each school as a Word document: who comes, who goes, since when and until when. It names persons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.planners.exchange.planner import Exchanged
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.report.exchange.sides import Sides, sides_of
from junheng.text import Text

if TYPE_CHECKING:
    from docx.document import Document

_HEADER = ("教师", "学科", "类型", "从", "到", "返回学年", "原因")
_LAYOUT_MM = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""Margins of official documents (GB/T 9704-2012)."""
_BODY_POINTS, _TITLE_POINTS, _TABLE_POINTS, _LINE_POINTS = 16, 22, 10.5, 29
_BODY_FONT, _TITLE_FONT = "仿宋", "黑体"


def write_letters(done: Exchanged, district: District, folder: Path) -> None:
    """Write one letter for each school that somebody leaves or joins, named by the school's code.

    Letters are official documents of a Chinese bureau: they are in Chinese whatever the user's language. The day and
    the seal are left for the office to add.
    """
    sides = sides_of(done, district)
    folder.mkdir(parents=True, exist_ok=True)
    for school in sides.schools:
        letter = _letter(sides, district, school)
        letter.save(str(folder / f"{_file_name(school)}.docx"))


def _file_name(school: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in school)


def _letter(sides: Sides, district: District, school: str) -> Document:
    import docx  # noqa: PLC0415 - only where letters are asked for

    letter = docx.Document()
    _lay_out(letter)
    year = district.year.start + 1
    _title(letter, f"关于{year}—{year + 1}学年教师交流安排的函")
    _line(letter, f"{sides.names.get(school, school)}：")
    arrivals, departures = sides.arrivals(school), sides.departures(school)
    _line(
        letter,
        f"经统筹安排，{year}—{year + 1}学年调入你校教师{len(arrivals)}人，调出{len(departures)}人，名单如下。"
        "如有异议，请于收到之日起按规定程序书面提出。",
    )
    for title, moves in (("一、调入", arrivals), ("二、调出", departures)):
        _line(letter, title)
        if moves:
            _table(letter, sides, moves)
        else:
            _line(letter, "无。")
    if district.is_synthetic:
        _line(letter, "（模拟数据）")
    _line(letter, "（本函含个人信息，请妥善保管，不得公开。）")
    return letter


def _lay_out(letter: Document) -> None:
    from docx.shared import Mm, Pt  # noqa: PLC0415

    section = letter.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, mm in _LAYOUT_MM.items():
        setattr(section, name, Mm(mm))
    normal = letter.styles["Normal"]
    normal.font.size = Pt(_BODY_POINTS)
    normal.paragraph_format.line_spacing = Pt(_LINE_POINTS)
    _set_font(normal, _BODY_FONT)


def _set_font(of: Any, name: str) -> None:
    """Set the font for Latin and for Chinese letters, which Word keeps apart."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    of.font.name = name
    of.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _title(letter: Document, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = letter.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size = Pt(_TITLE_POINTS)
    _set_font(run, _TITLE_FONT)


def _line(letter: Document, text: str) -> None:
    letter.add_paragraph(text)


def _table(letter: Document, sides: Sides, moves: list[MoveTeacher]) -> None:
    from docx.shared import Pt  # noqa: PLC0415

    table = letter.add_table(rows=1, cols=len(_HEADER))
    table.style = "Table Grid"
    rows = [_HEADER, *(_row(sides, move) for move in moves)]
    for i, row in enumerate(rows):
        cells = table.rows[0].cells if i == 0 else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
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
