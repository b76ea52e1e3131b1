"""Workbooks as bureaus keep them are read, and everything wrong is named by sheet, row and column."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from junheng.district.columns import table, tables
from junheng.district.files import ReadResult, TablesRead, read, read_tables
from junheng.errors import Problem

DISTRICT = [["区县代码", "名称", "学年起始年", "坐标系"], ["370100", "高新区", 2026, "WGS-84"]]
SCHOOLS = [["学校代码", "学校名称", "办学类型"], ["0012", "一小", "小学"], ["0013", "二中", "初级中学"]]


def saved(
    path: Path, change: Callable[[openpyxl.Workbook], None] | None = None, **sheets: list[list[Any]]
) -> Path:
    """Write sheets with openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {"区县": DISTRICT, "学校": SCHOOLS, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    book.save(path / "a.xlsx")
    return path / "a.xlsx"


@pytest.fixture
def read_rows(tmp_path: Path) -> Callable[..., ReadResult]:
    """Return a function that writes sheets with openpyxl and reads the workbook."""

    def run(
        change: Callable[[openpyxl.Workbook], None] | None = None, **sheets: list[list[Any]]
    ) -> ReadResult:
        return read(saved(tmp_path, change, **sheets))

    return run


def found(result: ReadResult | TablesRead, code: str) -> list[tuple[str | None, int | None, str | None]]:
    """Return sheet, row and column of every problem with a code."""
    return [(p.place.sheet, p.place.row, p.place.column) for p in result.problems if p.code == code]


def only(result: ReadResult | TablesRead, code: str) -> Problem:
    (problem,) = [problem for problem in result.problems if problem.code == code]
    return problem


def rolls(*values: Any) -> list[list[Any]]:
    """Return a sheet of rolls whose pupils are the given values, a grade each."""
    rows = [["0012", "小学", grade, 2026, value] for grade, value in enumerate(values, start=1)]
    return [["学校代码", "学段", "年级", "学年起始年", "人数"], *rows]


def test_a_plain_workbook_is_read(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows()
    assert result.errors == ()
    assert result.district is not None
    assert result.district.table("schools")["school"].to_list() == ["0012", "0013"]
    assert result.district.table("schools")["kind"].to_list() == ["primary", "junior"]
    assert not result.district.has("rolls")


def test_sheets_and_headers_are_known_in_either_language_in_any_order_and_width(
    read_rows: Callable[..., ReadResult],
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.move_sheet("学校", -1)
        book["学校"].title = " ＳCHOOLS "

    result = read_rows(change, 学校=[["kind", " School　Name ", "学校代码"], ["211", "一小", "0012"]])
    assert result.errors == ()
    assert result.district is not None
    assert result.district.table("schools").select("school", "name", "kind").row(0) == (
        "0012",
        "一小",
        "primary",
    )


@pytest.mark.parametrize("name", list(tables()))
@pytest.mark.parametrize("language", ["zh", "en", "name"])
def test_every_sheet_and_header_is_known_by_its_label_and_by_its_name(
    tmp_path: Path, name: str, language: str
) -> None:
    one = table(name)
    wording = {
        "zh": lambda it: it.label.zh,
        "en": lambda it: it.label.en.upper(),
        "name": lambda it: it.name,
    }[language]

    def change(book: openpyxl.Workbook) -> None:
        if one.label.zh in ("区县", "学校"):
            book.remove(book[one.label.zh])

    # the space keeps openpyxl from renaming a sheet that is there twice
    result = read_tables(
        saved(tmp_path, change, **{f"{wording(one)} ": [[wording(column) for column in one]]})
    )
    assert found(result, "unknown-sheet") == []
    assert found(result, "extra-column") == []
    assert found(result, "missing-column") == []


def test_unknown_sheets_give_a_notice_and_the_guide_none(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(说明=[["x"]], Guide=[["x"]], 在校生数据=[["x"]], 备注=[["x"]])
    assert found(result, "unknown-sheet") == [("在校生数据", None, None), ("备注", None, None)]
    assert {problem.code for problem in result.notices} == {"unknown-sheet"}
    assert "在校生" in next(p for p in result.notices if p.place.sheet == "在校生数据").remedy.zh
    assert result.district is not None


def test_two_sheets_of_one_table_are_an_error(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(schools=SCHOOLS)
    assert found(result, "duplicate-sheet") == [("schools", None, None)]
    assert result.district is None


def test_required_tables_must_be_there(read_rows: Callable[..., ReadResult]) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.remove(book["学校"])

    problem = only(read_rows(change), "missing-table")
    assert "学校" in problem.found.zh
    assert "schools" in problem.found.en


def test_a_district_has_one_row(read_rows: Callable[..., ReadResult]) -> None:
    assert found(read_rows(区县=[*DISTRICT, DISTRICT[1]]), "district-row") == [("区县", 3, None)]


def test_a_missing_required_column_is_an_error_that_names_the_likely_header(
    read_rows: Callable[..., ReadResult],
) -> None:
    result = read_rows(学校=[["学校代码", "学校名", "办学类型"], ["0012", "一小", "小学"]])
    assert found(result, "missing-column") == [("学校", 1, None)]
    assert "“学校名”" in only(result, "missing-column").remedy.zh
    assert "“学校名称”" in only(result, "extra-column").remedy.zh
    assert found(result, "missing-table") == []


def test_a_header_twice_is_an_error_even_in_two_languages(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(学校=[[*SCHOOLS[0], "school"], [*SCHOOLS[1], "0012"]])
    assert found(result, "duplicate-header") == [("学校", 1, "school")]


def test_extra_columns_are_kept_aside_with_the_key(read_rows: Callable[..., ReadResult]) -> None:
    rows = [
        [*SCHOOLS[0], "电话", "备注", "备注"],
        [*SCHOOLS[1], 8888.0, None, True],
        [*SCHOOLS[2], None, "x", 1.5],
    ]
    result = read_rows(学校=rows)
    assert found(result, "extra-column") == [
        ("学校", 1, "电话"),
        ("学校", 1, "备注"),
        ("学校", 1, "备注 (F)"),
    ]
    assert result.aside["schools"].to_dict(as_series=False) == {
        "school": ["0012", "0013"],
        "电话": ["8888", None],
        "备注": [None, "x"],
        "备注 (F)": ["TRUE", "1.5"],
    }
    assert result.district is not None


def test_data_without_a_header_is_warned_of_and_kept(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(学校=[[*SCHOOLS[0], None, None], [*SCHOOLS[1], "x", None]])
    assert "D" in only(result, "column-without-header").found.zh
    assert result.aside["schools"]["无标题列 D"].to_list() == ["x"]
    assert result.district is not None


def test_a_title_above_the_headers_is_named_with_the_row_of_the_headers(
    read_rows: Callable[..., ReadResult],
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["学校"].merge_cells("A1:C1")

    result = read_rows(change, 学校=[["高新区学校一览表", None, None], *SCHOOLS])
    assert found(result, "merged-header") == [("学校", 1, None)]
    assert "第 2 行" in only(result, "no-header").remedy.zh


def test_merged_cells_in_the_data_are_an_error_with_their_rows(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(lambda book: book["学校"].merge_cells("C2:C3"))
    problem = only(result, "merged-cells")
    assert problem.place.row == 2
    assert "2-3" in problem.found.zh


def test_blank_rows_are_skipped_with_a_warning_and_row_numbers_stay(
    read_rows: Callable[..., ReadResult],
) -> None:
    blank = [None, None, None]
    result = read_rows(
        学校=[SCHOOLS[0], SCHOOLS[1], blank, [None, "  ", None], ["0014", None, "小学"], *[blank] * 50]
    )
    assert "3-4" in only(result, "blank-rows").found.zh
    assert found(result, "required-empty") == [("学校", 5, "学校名称")]
    assert len(result.problems) == 2


def test_blank_rows_above_the_headers_and_columns_left_of_them_do_not_matter(
    read_rows: Callable[..., ReadResult],
) -> None:
    result = read_rows(
        学校=[[None], [None], *[[None, None, *row] for row in SCHOOLS], [None, None, "1", None, "?"]]
    )
    assert found(result, "required-empty") == [("学校", 6, "学校名称")]
    assert found(result, "unknown-choice") == [("学校", 6, "办学类型")]


@pytest.mark.parametrize(
    ("value", "code", "remedy"),
    [
        ("45人", "text-in-number", "45"),
        ("约300", "text-in-number", "300"),
        ("１２", "text-in-number", "12"),
        ("1,234", "text-in-number", "1234"),
        ("40-45", "text-in-number", "填写数字"),
        ("无", "text-in-number", "留空"),
        ("—", "text-in-number", "留空"),
        ("N/A", "text-in-number", "留空"),
        ("nan", "text-in-number", "填写数字"),
        ("inf", "text-in-number", "填写数字"),
        ("2026-09-01", "date-as-text", "日期"),
        ("2026年9月", "date-as-text", "日期"),
        ("#DIV/0!", "formula-error", "公式"),
        (datetime.date(2026, 9, 1), "date-in-number", "日期"),
        (datetime.datetime(2026, 9, 1, 8, 30), "date-in-number", "日期"),  # noqa: DTZ001 - as in a cell
        (datetime.time(8, 30), "date-in-number", "日期"),
        (True, "true-false-in-number", "数字"),
        (1.5, "not-whole", "整数"),
        (-1, "out-of-range", "核对"),
        (10001, "out-of-range", "核对"),
        (None, "required-empty", "必填"),
    ],
)
def test_what_is_no_count_is_refused_with_the_way_to_mend_it(
    tmp_path: Path, value: Any, code: str, remedy: str
) -> None:
    result = read_tables(saved(tmp_path, 在校生=rolls(30, value, 0)))
    assert found(result, code) == [("在校生", 3, "人数")]
    assert remedy in only(result, code).remedy.zh
    assert len(result.problems) == 1


def test_the_range_is_said_with_its_unit(read_rows: Callable[..., ReadResult]) -> None:
    problem = only(read_rows(在校生=rolls(-1)), "out-of-range")
    assert problem.found.zh == "“-1”"
    assert problem.expected.zh == "整数，0 至 10000（人）"
    assert problem.expected.en == "a whole number from 0 to 10000 (pupils)"


def test_plain_numbers_stored_as_text_are_read_with_one_warning(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(在校生=rolls("45", 30, " 46 ", "4.5e1"))
    problem = only(result, "number-as-text")
    assert problem.severity == "warning"
    assert "3 个单元格（第 2, 4-5 行）" in problem.found.zh
    assert result.district is not None
    assert result.district.table("rolls")["pupils"].to_list() == [45, 30, 46, 45]


def test_a_school_year_written_out_is_refused_with_its_first_year(
    read_rows: Callable[..., ReadResult],
) -> None:
    result = read_rows(区县=[DISTRICT[0], ["370100", "高新区", "2026-2027学年", "WGS-84"]])
    assert only(result, "text-in-number").remedy.zh == "只写起始年：2026"


def test_choices_are_known_by_code_label_and_official_code(read_rows: Callable[..., ReadResult]) -> None:
    words = ["primary", "小学", "Primary School", 211, "211", " ｐrimary "]
    rows = [SCHOOLS[0], *[[f"00{n}", "x", word] for n, word in enumerate(words)]]
    result = read_rows(学校=rows)
    assert result.district is not None
    assert set(result.district.table("schools")["kind"]) == {"primary"}


def test_an_unknown_choice_is_refused_with_the_nearest(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(学校=[SCHOOLS[0], ["1", "a", "小学校"], ["2", "b", True], ["3", "c", 999]])
    assert found(result, "unknown-choice") == [("学校", row, "办学类型") for row in (2, 3, 4)]
    assert "“小学”" in next(p for p in result.problems if p.place.row == 2).remedy.zh


def test_true_and_false_are_yes_and_no(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(区县=[[*DISTRICT[0], "模拟数据"], [*DISTRICT[1], True]])
    assert result.district is not None
    assert result.district.is_synthetic


def test_true_is_not_taken_for_the_official_code_1(read_rows: Callable[..., ReadResult]) -> None:
    rows = [[*SCHOOLS[0], "举办者"], [*SCHOOLS[1], 1], [*SCHOOLS[2], True]]
    assert found(read_rows(学校=rows), "unknown-choice") == [("学校", 3, "举办者")]


def test_codes_typed_as_numbers_become_their_digits(read_rows: Callable[..., ReadResult]) -> None:
    rows = [SCHOOLS[0], [3701000001, "一小", "小学"], [3701000002.0, "二小", "小学"]]
    result = read_rows(学校=rows)
    assert [problem.code for problem in result.problems] == []
    assert result.district is not None
    assert result.district.table("schools")["school"].to_list() == ["3701000001", "3701000002"]


def test_a_lost_leading_zero_and_lost_digits_are_warned_of(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(
        学校=[SCHOOLS[0], ["0012", "一小", "小学"], [13, "二小", "小学"], [1234, "三小", "小学"]]
    )
    assert found(result, "code-lost-zero") == [("学校", 3, "学校代码")]
    long = [3701000001, 3701000002, 370100003]
    result = read_rows(学校=[SCHOOLS[0], *[[code, "x", "小学"] for code in long]])
    assert found(result, "code-lost-zero") == [("学校", 4, "学校代码")]
    result = read_rows(学校=[SCHOOLS[0], [1234567890123456, "x", "小学"], ["3.7E+09", "x", "小学"]])
    assert found(result, "code-lost-digits") == [("学校", 2, "学校代码")]
    assert found(result, "code-in-scientific-notation") == [("学校", 3, "学校代码")]
    assert result.district is None


def test_small_local_numbers_are_no_lost_zeros(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(学校=[SCHOOLS[0], *[[n, "x", "小学"] for n in range(1, 12)]])
    assert result.warnings == ()


def test_a_class_that_became_a_date_is_refused(read_rows: Callable[..., ReadResult]) -> None:
    header = ["学校代码", "学段", "年级", "班级", "人数"]
    rows = [header, ["0012", "小学", 1, 1, 40], ["0012", "小学", 1, datetime.date(2026, 1, 2), 40]]
    result = read_rows(班级=[*rows, ["0012", "小学", 1, False, 40]])
    assert found(result, "date-in-text") == [("班级", 3, "班级")]
    assert found(result, "true-false-in-text") == [("班级", 4, "班级")]
    assert "文本" in only(result, "date-in-text").remedy.zh


def test_failed_formulas_are_named_although_the_reader_shows_them_empty(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    for name, rows in {"区县": DISTRICT, "学校": SCHOOLS, "在校生": rolls(30, 31, 32)}.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 4, "=15+16", None, 31)
    sheet.write_formula(5, 0, "=VLOOKUP(1,A:A,9)", None, "#REF!")
    book.close()
    result = read(tmp_path / "a.xlsx")
    assert found(result, "formula-error") == [("在校生", 6, "学校代码"), ("在校生", 2, "人数")]
    assert [p.found.zh for p in result.problems if p.code == "formula-error"] == ["#REF!", "#DIV/0!"]
    assert found(result, "required-empty") == [
        ("在校生", 6, column) for column in ("学段", "年级", "学年起始年", "人数")
    ]


def test_a_last_row_of_nothing_but_failed_formulas_is_not_lost(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("在校生")
    for number, row in enumerate(rolls(30)):
        sheet.write_row(number, 0, row)
    sheet.write_formula(3, 0, "=NA()", None, "#N/A")
    book.close()
    result = read_tables(tmp_path / "a.xlsx")
    assert found(result, "formula-error") == [("在校生", 4, "学校代码")]
    assert found(result, "blank-rows") == [("在校生", 3, None)]


def test_formulas_without_a_stored_result_are_named(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(在校生=rolls(30, "=15+16"))
    assert found(result, "formula-not-computed") == [("在校生", 3, "人数")]
    assert "保存" in only(result, "formula-not-computed").remedy.zh


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="E2" t="e"><v>#N/A</v></c>',
        "<c  t = 'e' r='E2' ><f>NA()</f><v>#N/A</v></c>",
        '<c t="e"><v>#N/A</v></c>',
    ],
)
def test_failed_formulas_are_found_however_the_xml_is_written(tmp_path: Path, cell: str) -> None:
    book = openpyxl.Workbook()
    book.active.title = "在校生"
    for row in rolls(30):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(rb'<c r="E2".*?</c>', cell.encode(), text)
            new.writestr(name, text)
    result = read_tables(tmp_path / "a.xlsx")
    assert [(p.code, p.place.row, p.place.column, p.found.zh) for p in result.problems] == [
        ("formula-error", 2, "人数", "#N/A")
    ]


def test_polygons_are_checked(read_rows: Callable[..., ReadResult]) -> None:
    header = ["居住单元代码", "边界"]
    good = "POLYGON ((117 36, 117.1 36, 117.1 36.1, 117 36))"
    bad = [
        "POINT (117 36)",
        "117,36",
        "POLYGON EMPTY",
        "POLYGON ((117 36, 117.1 36))",
        "POLYGON ((1 nan, 2 2, 3 3, 1 nan))",
    ]
    bow = "POLYGON ((117 36, 117.1 36.1, 117.1 36, 117 36.1, 117 36))"
    rows = [[f"h{n}", text] for n, text in enumerate([good, *bad, bow, None])]
    result = read_rows(居住单元=[header, *rows])
    assert found(result, "bad-geometry") == [("居住单元", row, "边界") for row in range(3, 8)]
    assert found(result, "invalid-polygon") == [("居住单元", 8, "边界")]


def test_all_problems_of_all_sheets_come_at_once(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(学校=[SCHOOLS[0], ["1", None, "小学"]], 在校生=rolls("x"), 区县=[["名称"], ["高新区"]])
    assert {"required-empty", "text-in-number", "missing-column"} <= {
        problem.code for problem in result.errors
    }


def test_of_a_million_wrong_cells_every_row_is_named_but_not_every_cell_described(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("在校生")
    for number, row in enumerate([rolls()[0], *[["0012", "小学", 1, 2026, "x"]] * 5000]):
        sheet.write_row(number, 0, row)
    book.close()
    problems = [p for p in read_tables(tmp_path / "a.xlsx").problems if p.code == "text-in-number"]
    assert [problem.place.row for problem in problems] == [*range(2, 2002), 2002]
    assert "3000 个单元格（第 2002-5001 行）" in problems[-1].found.zh


def test_an_empty_sheet_of_a_known_table_counts_as_absent(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(在校生=[])
    assert found(result, "empty-sheet") == [("在校生", None, None)]
    assert result.district is not None
    assert "rolls" not in result.district.tables


def test_the_cells_of_a_sheet_of_errors_do_not_hide_the_rest(read_rows: Callable[..., ReadResult]) -> None:
    result = read_rows(学校=[["x", "y"], ["1", "2"]])
    problem = only(result, "no-header")
    assert "学校代码" in problem.expected.zh
    assert problem.place.row == 1
