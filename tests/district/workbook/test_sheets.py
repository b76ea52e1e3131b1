"""Tables for people: widths, formats, paper and names, seen through another program's eyes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from junheng.district.workbook.paper import pages_across
from junheng.district.workbook.sheets import Block, Numbers, Sheets, of_unit, sheet_name
from junheng.district.workbook.write import open_workbook
from junheng.text import Language, Text

HEADER = (Text("学校", "school"), Numbers(Text("经费（元）", "yuan"), of_unit("yuan")))
LONG = "因为" * 60


def written(tmp_path: Path, *blocks: Block, language: Language = "zh", **options: Text) -> Worksheet:
    path = tmp_path / "a.xlsx"
    with open_workbook(path, created=date(2026, 9, 1), language=language) as (book, styles):
        Sheets(book, styles, language, **options).add(Text("表", "table"), blocks)
    sheet = openpyxl.load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_columns_are_as_wide_as_chinese_letters_need_and_long_texts_go_on_below(tmp_path: Path) -> None:
    sheet = written(tmp_path, Block(HEADER, [("经开区第一实验小学", 1234567.8), (LONG, None)]))
    assert sheet.column_dimensions["A"].width == pytest.approx(60, abs=1)
    assert sheet["A3"].alignment.wrap_text
    assert sheet["B2"].number_format == "#,##0"
    assert sheet.column_dimensions["B"].width >= len("1,234,568")
    name_only = written(tmp_path, Block(HEADER, [("经开区第一实验小学", 1)]))
    assert 18 <= name_only.column_dimensions["A"].width <= 24  # nine letters, two places each


def test_a_table_alone_keeps_its_header_in_sight_and_on_every_page(tmp_path: Path) -> None:
    sheet = written(tmp_path, Block(HEADER, [("一小", 1)]))
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("A2", "$1:$1", "A1:B2")
    titled = Block(HEADER, [("一小", 1)], Text("调入", "comes"))
    two = written(tmp_path, titled, titled)
    assert (two.freeze_panes, two.print_title_rows, two.auto_filter.ref) == (None, None, None)
    assert [row[0].value for row in two.iter_rows()] == ["调入", "学校", "一小", None, "调入", "学校", "一小"]


def test_a_notice_stands_above_every_printed_page(tmp_path: Path) -> None:
    notice = Text("内部 & 保密", "internal & secret")
    sheet = written(tmp_path, Block(HEADER, [("一小", 1)]), language="en", notice=notice)
    assert sheet.oddHeader.center.text == "internal && secret"


@pytest.mark.parametrize(
    ("widths", "keys", "pages"),
    [([10] * 5, 0, 1), ([10] * 24, 0, 1), ([10] * 25, 0, 2), ([10] * 47, 1, 2), ([10] * 48, 2, 3)],
)
def test_pages_side_by_side_are_as_few_as_letters_of_three_fifths_allow(
    widths: list[float], keys: int, pages: int
) -> None:
    # A landscape page holds 148 letters of the usual size, so 246 of three fifths; the keys stand on each page.
    assert pages_across(widths, keys=keys) == pages


def test_names_of_sheets_are_those_that_programs_take() -> None:
    assert sheet_name("a[b]:c*d?e/f\\g'h") == "a_b__c_d_e_f_g_h"
    assert len(sheet_name("名" * 40)) == 31
    assert sheet_name("HISTORY") != "HISTORY"


def test_a_row_is_as_high_as_its_longest_text_asks(tmp_path: Path) -> None:
    sheet = written(tmp_path, Block(HEADER, [("一小", 1), (LONG, 2), ("甲\n乙", 3)]))
    assert sheet.row_dimensions[2].height is None
    assert sheet.row_dimensions[3].height == 5 * 15  # 240 places of 59 a line
    assert sheet.row_dimensions[4].height == 2 * 15
