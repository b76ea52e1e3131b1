"""The plan as a workbook: a summary, every move, and a sheet a school with its before and after. It names persons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.measure.staffing import ATTRIBUTES, category_text
from junheng.planners.exchange.planner import Exchanged
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.report.exchange.sides import SHOWN, Sides, sides_of
from junheng.report.words import LEVELS, known
from junheng.text import Language, Text
from junheng.units import UNITS

if TYPE_CHECKING:
    import xlsxwriter

PERSONAL = Text(
    "本工作簿含个人信息，仅供有权人员使用，不得公开。",
    "This workbook names persons: for those entitled to it, not for publication.",
)
_SHEET_LENGTH = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_MOVE_HEADER = (
    Text("教师编号", "teacher"),
    Text("姓名", "name"),
    Text("学科", "subject"),
    Text("类型", "kind"),
    Text("从", "from"),
    Text("到", "to"),
    Text("返回学年", "returns in"),
    Text("原因", "reason"),
)


def write_workbook(done: Exchanged, district: District, path: Path, *, language: Language) -> None:
    """Write the workbook, whole or not at all.

    Sheets: the objective with its bounds, every move with its reason, then one sheet for each school that somebody
    leaves or joins.
    """
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is asked for

    sides = sides_of(done.plan, district)
    with whole_file(path) as part:
        # Text that begins like a formula stays text: names come from the users' files.
        book = xlsxwriter.Workbook(str(part), {"strings_to_formulas": False, "strings_to_urls": False})
        try:
            writer = _Writer(book, sides, language)
            writer.summary(done)
            writer.all_moves()
            for school in sides.schools:
                writer.school(school)
        finally:
            book.close()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, sides: Sides, language: Language) -> None:
        self.book = book
        self.sides = sides
        self.language = language
        self.bold = book.add_format({"bold": True})

    def summary(self, done: Exchanged) -> None:
        """Write the objective, level by level."""
        sheet = self.book.add_worksheet(Text("汇总", "summary").in_(self.language))
        header = (
            Text("目标（依次）", "objective, in order"),
            Text("方案", "plan"),
            Text("已证下界", "bound"),
            Text("单位", "unit"),
        )
        rows = [
            [
                known(LEVELS, name),
                round(level.value, 3),
                None if level.bound is None else round(level.bound, 3),
                UNITS[level.unit].text,
            ]
            for name, level in done.plan.objective.items()
        ]
        at = self._table(sheet, 0, header, rows)
        sheet.write_string(at + 1, 0, PERSONAL.in_(self.language))
        sheet.set_column(0, 0, 34)

    def all_moves(self) -> None:
        """Write every move with its reason."""
        sheet = self.book.add_worksheet(Text("调动名单", "moves").in_(self.language))
        self._table(sheet, 0, _MOVE_HEADER, (self._move(move) for move in self.sides.moves))
        sheet.freeze_panes(1, 0)
        sheet.set_column(4, 5, 26)
        sheet.set_column(7, 7, 80)

    def school(self, school: str) -> None:
        """Write one school: who comes, who goes, and the staff before and after."""
        name = f"{school} {self.sides.names.get(school, '')}".translate(_FORBIDDEN)[:_SHEET_LENGTH]
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, self.sides.names.get(school, school), self.bold)
        at = 2
        for title, moves in (
            (Text("调入", "comes"), self.sides.arrivals(school)),
            (Text("调出", "goes"), self.sides.departures(school)),
        ):
            sheet.write_string(at, 0, title.in_(self.language), self.bold)
            at = self._table(sheet, at + 1, _MOVE_HEADER, (self._move(move) for move in moves)) + 1
        header = (
            Text("学段", "stage"),
            Text("项目", "what"),
            Text("类别", "category"),
            Text("前", "before"),
            Text("后", "after"),
        )
        self._table(sheet, at, header, self._changes(school))
        sheet.set_column(0, 6, 14)
        sheet.set_column(7, 7, 80)

    def _changes(self, school: str) -> Iterable[Sequence[object]]:
        own = self.sides.changes.filter(pl.col("school") == school)
        order = {attribute: i for i, attribute in enumerate(SHOWN)}
        rows = sorted(own.iter_rows(named=True), key=lambda row: (row["stage"], order[row["attribute"]]))
        for row in rows:
            yield (
                label_of("stage", row["stage"]),
                ATTRIBUTES[row["attribute"]],
                category_text(row["attribute"], row["category"]),
                row["before"],
                row["after"],
            )

    def _move(self, move: MoveTeacher) -> list[object]:
        row = self.sides.teachers[move.teacher]
        names = self.sides.names
        return [
            move.teacher,
            row["name"],
            label_of("subject", str(row["subject"])),
            MOVES.get(move.move, Text.same(move.move)),
            None if move.before is None else names.get(move.before, move.before),
            names.get(move.school, move.school),
            move.return_year,
            move.text,
        ]

    def _table(self, sheet: Any, at: int, header: Sequence[Text], rows: Iterable[Sequence[object]]) -> int:
        """Write a table from a row on and return the first free row."""
        for column, text in enumerate(header):
            sheet.write_string(at, column, text.in_(self.language), self.bold)
        for row in rows:
            at += 1
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell.in_(self.language) if isinstance(cell, Text) else cell)
        return at + 1
