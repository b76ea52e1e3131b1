"""The paper of an official letter as a Word document: margins, fonts, title, lines and what stands at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from junheng.district.model import District

if TYPE_CHECKING:
    from docx.document import Document

_LAYOUT_MM = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
"""Margins of official documents (GB/T 9704-2012)."""
_BODY_POINTS, _TITLE_POINTS, _LINE_POINTS, _TABLE_POINTS = 16, 22, 29, 10.5
_CELL_POINTS = 3
"""Between the text of a cell and its lines."""
_BODY_FONT, _TITLE_FONT = "仿宋", "黑体"


def file_name(code: str, *, suffix: str = ".docx") -> str:
    """Return the file name of a letter to whoever has a code: letters and digits of it, whatever else stands in it."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in code) + suffix


def blank(*, points: float = _BODY_POINTS, line_points: float = _LINE_POINTS) -> Document:
    """Return an empty letter on the paper of official documents.

    Parameters
    ----------
    points, line_points
        Size of the letters and height of the lines; smaller where a letter must stay on one page.
    """
    import docx  # noqa: PLC0415 - only where letters are asked for
    from docx.shared import Mm, Pt  # noqa: PLC0415

    letter = docx.Document()
    section = letter.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, mm in _LAYOUT_MM.items():
        setattr(section, name, Mm(mm))
    normal = letter.styles["Normal"]
    normal.font.size = Pt(points)
    normal.paragraph_format.line_spacing = Pt(line_points)
    normal.paragraph_format.space_after = Pt(0)
    _set_font(normal, _BODY_FONT)
    return letter


def title(letter: Document, text: str, *, on_next_page: bool = False) -> None:
    """Write the title, in the middle."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = letter.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.page_break_before = on_next_page
    paragraph.paragraph_format.space_after = Pt(_BODY_POINTS)
    run = paragraph.add_run(text)
    run.font.size = Pt(_TITLE_POINTS)
    _set_font(run, _TITLE_FONT)


def line(letter: Document, text: str) -> None:
    """Write a paragraph."""
    letter.add_paragraph(text)


def heading(letter: Document, text: str) -> None:
    """Write a line that stands on the page of what follows it."""
    letter.add_paragraph(text).paragraph_format.keep_with_next = True


def table(
    letter: Document, header: Sequence[str], rows: Sequence[Sequence[str]], *, widths_mm: Sequence[float]
) -> None:
    """Write a table whose header stands on every page, and of which no row is torn in two."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    grid = letter.add_table(rows=1 + len(rows), cols=len(header))
    grid.style = "Table Grid"
    grid.autofit = False
    for column, mm in zip(grid.columns, widths_mm, strict=True):
        column.width = Mm(mm)  # of the cells alone some programs take no notice
    for texts, written in zip([header, *rows], grid.rows, strict=True):
        written._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, mm in zip(written.cells, texts, widths_mm, strict=True):
            cell.width = Mm(mm)
            cell.text = text
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = 1.0
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(
                _CELL_POINTS
            )
            for run in paragraph.runs:
                run.font.size = Pt(_TABLE_POINTS)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def next_page(letter: Document) -> None:
    """Let what follows begin on a page of its own."""
    from docx.enum.text import WD_BREAK  # noqa: PLC0415

    letter.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)


def close(letter: Document, district: District) -> None:
    """Write what stands at the end of every letter about persons."""
    if district.is_synthetic:
        line(letter, "（模拟数据）")
    line(letter, "（本函含个人信息，请妥善保管，不得公开。）")


def _set_font(of: Any, name: str) -> None:
    """Set the font for Latin and for Chinese letters, which Word keeps apart."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    of.font.name = name
    of.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
