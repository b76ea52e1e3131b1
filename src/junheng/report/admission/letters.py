"""The letters to families as Word documents, each on a page of its own, to print and seal, school by school."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from junheng.admission.explanation import CHOICE_RESULTS
from junheng.district.model import District
from junheng.report.admission.family import Family, by_school
from junheng.report.paper import blank, close, file_name, line, title
from junheng.text import Text

if TYPE_CHECKING:
    from docx.document import Document

_WITHOUT = Text("未录取", "not placed")
_POINTS, _LINE_POINTS = 12, 18
"""Smaller than in other letters: four choices with all their reasons fit on one page."""
_LATER = CHOICE_RESULTS["not_reached"].zh
"""What is said of a choice after the place: it changes nothing, and is on the pages for families."""


def family_letters(
    families: Iterable[Family], district: District, *, where: str
) -> Iterator[tuple[str, Document]]:
    """Yield a document for each school, and one for families without a place, with the file name it should have.

    Letters are official documents of a Chinese bureau: they are in Chinese whatever the user's language. The day and
    the seal are left for the office to add. A family that has withdrawn gets none.

    Parameters
    ----------
    where
        Where a family looks at its result and checks the draw: the address of the pages for families.
    """
    for school, own in by_school(one for one in families if one.status != "withdrawn"):
        letter = blank(points=_POINTS, line_points=_LINE_POINTS)
        for n, family in enumerate(own):
            _write(letter, family, where=where, is_first=n == 0)
            close(letter, district)
        yield file_name(f"{school}-{own[0].school_name}" if school else _WITHOUT.zh), letter


def _write(letter: Document, family: Family, *, where: str, is_first: bool) -> None:
    title(letter, "招生结果通知书", on_next_page=not is_first)
    line(letter, f"{_addressed(family)}：")
    for text in family.lines:
        if _LATER not in text.zh:
            line(letter, text.zh)
    line(letter, f"凭报名号和查询码，可在 {where} 查看每个志愿的情况并自行核验摇号。")


def _addressed(family: Family) -> str:
    if not family.child:
        return "学生家长"
    return f"{family.child}小朋友的家长{f' {family.guardian}' if family.guardian else ''}"
