"""The empty workbook that a bureau fills in, generated from the column table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from junheng.district.atomic import whole_file
from junheng.district.columns import Column, Table, tables
from junheng.district.intake.wording import expectation
from junheng.district.workbook.layout import TITLE_POINTS, Styles
from junheng.district.workbook.paper import set_up_paper
from junheng.district.workbook.read import GUIDE
from junheng.district.workbook.widths import row_height
from junheng.district.workbook.write import add_sheet, open_workbook
from junheng.text import Language, Text

_STAMP = date(2026, 1, 1)
"""Date of creation in the file's properties: the same for everyone, so that equal templates are equal files."""

_TITLE = Text("均衡：区县数据工作簿", "Junheng: workbook of a district")
_LINES = (
    Text(
        "每张表一个工作表；表和列的顺序可变，列名中文、英文均可。",
        "One sheet a table; sheets and columns in any order.",
    ),
    Text(
        "深蓝色标题为必填列，灰色为选填列；鼠标停在标题上可看说明。",
        "Dark blue headers are required, grey ones optional; each has a comment.",
    ),
    Text(
        "没有数据就留空；只有确实为零才填 0。",
        "Leave a cell empty where there is no figure; write 0 only if it is zero.",
    ),
    Text(
        "不要合并单元格，不要在标题上方加行；数字单元格里不写单位。",
        "No merged cells, no rows above the headers, no units in number cells.",
    ),
    Text(
        "整张表没有数据时，可以留空或删除该工作表（区县、学校两表除外）。",
        "A sheet without data may stay empty or go, but for district and schools.",
    ),
    Text("多余的列不会丢失，另存一旁，不参与计算。", "Columns of your own are kept aside and not used."),
)
_TABLE_HEADER = (Text("工作表", "sheet"), Text("说明", "note"))
_COLUMN_HEADER = (
    Text("工作表", "sheet"),
    Text("列", "column"),
    Text("必填", "required"),
    Text("填写内容", "what to write"),
    Text("单位", "unit"),
    Text("说明", "note"),
    Text("国家报表", "official return"),
)
_WIDTHS = (16, 26, 12, 60, 14, 60, 28)


def write(path: str | Path, *, language: Language = "zh") -> None:
    """Write the empty workbook: a guide sheet, then a sheet for every table of the column table.

    Read as it is, it gives the problems "no rows", and nothing else.

    Parameters
    ----------
    path
        The .xlsx file to write; it appears whole or not at all.
    language
        Language of sheet names, headers, lists and the guide.
    """
    with (
        whole_file(Path(path)) as partial,
        open_workbook(partial, created=_STAMP, language=language) as (book, styles),
    ):
        _write_guide(book, styles, language)
        for one in tables().values():
            add_sheet(book, one, styles=styles, language=language, values={})


def _write_guide(book: Any, styles: Styles, language: Language) -> None:
    sheet = book.add_worksheet(GUIDE.in_(language))
    set_up_paper(sheet, _WIDTHS, headers=0)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width, styles.wrapped)
    sheet.set_row(0, TITLE_POINTS)
    sheet.write_string(0, 0, _TITLE.in_(language), styles.title)
    for row, (texts, style) in enumerate(_guide(styles), start=1):
        for position, text in enumerate(texts):
            sheet.write_string(row, position, text.in_(language), style)
        if style is styles.wrapped:
            sheet.set_row(
                row,
                row_height((text.in_(language), width) for text, width in zip(texts, _WIDTHS, strict=True)),
            )


def _guide(styles: Styles) -> Iterator[tuple[tuple[Text, ...], Any]]:
    for line in _LINES:
        yield (line,), styles.text
    yield (), None
    yield _TABLE_HEADER, styles.required
    for one in tables().values():
        yield (one.label, one.note), styles.text
    yield (), None
    yield _COLUMN_HEADER, styles.required
    for one in tables().values():
        for column in one:
            yield _explained(one, column), styles.wrapped


def _explained(one: Table, column: Column) -> tuple[Text, ...]:
    return (
        one.label,
        column.label,
        Text("必填", "yes") if column.is_required else Text("", ""),
        expectation(column),
        column.unit.text,
        column.note,
        Text.same(column.official_return),
    )
