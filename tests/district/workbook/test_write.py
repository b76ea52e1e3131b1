"""Workbooks that we write, seen through another program's eyes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from junheng.district.columns import table, tables
from junheng.district.files import read, write
from junheng.district.model import District
from junheng.district.workbook import template
from junheng.district.workbook.layout import REQUIRED_COLOUR, SYNTHETIC_COLOUR
from junheng.errors import UsageError

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", '=HYPERLINK("http://x")']


def district_of(**changes: pl.DataFrame) -> District:
    facts = {"district": ["d"], "name": ["区"], "year": [2026], "crs": ["WGS-84"], "synthetic": ["no"]}
    schools = {"school": ["1"], "name": ["一小"], "kind": ["primary"], "lon": [117.1], "lat": [36.7]}
    return District.of({"district": pl.DataFrame(facts), "schools": pl.DataFrame(schools), **changes})


def test_sheets_and_headers_are_the_labels_of_the_language_required_ones_marked(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        write(district_of(), tmp_path / "a.xlsx", language=language)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert book.sheetnames == [table(name).label.in_(language) for name in ("district", "schools")]
        sheet = book[table("schools").label.in_(language)]
        header = {cell.value: cell for cell in sheet[1]}
        assert list(header) == [column.label.in_(language) for column in table("schools")]
        marked = {
            value for value, cell in header.items() if cell.fill.fgColor.rgb.endswith(REQUIRED_COLOUR[1:])
        }
        assert marked == {column.label.in_(language) for column in table("schools") if column.is_required}
        assert sheet.freeze_panes == "B2"


def test_each_header_has_a_comment_with_range_unit_note_and_official_return(tmp_path: Path) -> None:
    write(district_of(premises=pl.DataFrame({"school": ["1"]})), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["校舍装备"]
    comments = {cell.value: cell.comment.text for cell in sheet[1]}
    assert "数字，0 至 1000000000（元）" in comments["教学仪器设备值"]
    assert "报表单位为万元" in comments["教学仪器设备值"]
    assert "教基5176 D19" in comments["教学仪器设备值"]
    assert "必填" in comments["学校代码"]


def test_every_choice_and_range_is_offered_by_the_cells(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        template.write(tmp_path / "a.xlsx", language=language)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        for one in tables().values():
            sheet = book[one.label.in_(language)]
            rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
            for cell, column in zip(sheet[1], one, strict=True):
                rule = rules.get(f"{cell.column_letter}2:{cell.column_letter}1048576")
                if column.type == "enum":
                    labels = ",".join(choice.text.in_(language) for choice in column.choices)
                    assert rule.formula1 == f'"{labels}"'
                elif (
                    column.type in ("integer", "number")
                    and column.minimum is not None
                    and column.unit.code != "degree"
                ):
                    assert (float(rule.formula1), float(rule.formula2)) == (column.minimum, column.maximum)
                else:
                    assert rule is None


def test_no_text_is_ever_a_formula_or_a_link(tmp_path: Path) -> None:
    schools = pl.DataFrame({"school": FORMULAS, "name": FORMULAS, "kind": ["primary"] * len(FORMULAS)})
    write(district_of(schools=schools), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
        styles = archive.read("xl/styles.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for row, text in enumerate(FORMULAS, start=2):
        cell = book["学校"].cell(row, 2)
        assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)
    assert styles.count(b'quotePrefix="1"') == 1


def test_codes_are_text_cells_so_that_typed_ones_keep_their_zeros(tmp_path: Path) -> None:
    template.write(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet3.xml").decode()
    first = re.search(r'<col min="1" max="1" width="[\d.]+" style="(\d+)"', sheet)
    assert first is not None
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book["学校"].column_dimensions["A"].number_format == "@"


def test_numbers_are_written_to_the_last_digit(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1 / 3, 117.12345678901235, 5e-324, 1e22, 12.0]
    rules = {"rule": [str(n) for n in range(6)], "value": values, "evidence": ["x"] * 6}
    write(district_of(declarations=pl.DataFrame(rules)), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("xl/worksheets/sheet3.xml").decode()
    numbers = re.findall(r'<c r="C\d+" s="\d+"><v>([^<]+)</v>', text)
    assert [float(number) for number in numbers] == values
    assert numbers[-1] == "12"


def test_a_synthetic_district_is_marked_for_all_to_see(tmp_path: Path) -> None:
    facts = district_of().tables["district"].with_columns(synthetic=pl.lit("yes"))
    write(district_of(district=facts), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {sheet.sheet_properties.tabColor.rgb[2:] for sheet in book} == {SYNTHETIC_COLOUR[1:]}
    assert book.worksheets[0]["I2"].value == "是"
    assert "模拟" in book.properties.description
    write(district_of(), tmp_path / "b.xlsx")
    assert all(
        sheet.sheet_properties.tabColor is None for sheet in openpyxl.load_workbook(tmp_path / "b.xlsx")
    )


def test_what_no_cell_can_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    write(district_of(), tmp_path / "a.xlsx")
    before = (tmp_path / "a.xlsx").read_bytes()
    bad = [
        {"name": ["长" * 32_768]},
        {"name": ["😀" * 16_384]},
        {"name": ["\ufffe"]},
        {"lon": [float("inf")]},
        {"lon": [float("nan")]},
    ]
    for change in bad:
        schools = district_of().tables["schools"].with_columns(**{k: pl.Series(v) for k, v in change.items()})
        with pytest.raises(UsageError):
            write(district_of(schools=schools), tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_the_longest_text_of_a_cell_reads_back(tmp_path: Path) -> None:
    schools = district_of().tables["schools"].with_columns(name=pl.lit("长" * 32_767))
    write(district_of(schools=schools), tmp_path / "a.xlsx")
    result = read(tmp_path / "a.xlsx")
    assert result.district is not None
    assert result.district.table("schools")["name"][0] == "长" * 32_767


def test_coordinates_that_are_not_wgs84_are_not_written(tmp_path: Path) -> None:
    facts = district_of().tables["district"].with_columns(crs=pl.lit("GCJ-02"))
    with pytest.raises(UsageError, match="WGS-84"):
        write(district_of(district=facts), tmp_path / "a.xlsx")


def test_the_template_as_it_is_has_no_rows_and_no_other_problem(tmp_path: Path) -> None:
    for language in ("zh", "en"):
        template.write(tmp_path / "a.xlsx", language=language)
        result = read(tmp_path / "a.xlsx")
        labels = [table(name).label.in_(language) for name in ("district", "schools")]
        assert [(problem.code, problem.place.sheet) for problem in result.problems] == [
            ("no-rows", label) for label in labels
        ]


def test_the_template_explains_every_column(tmp_path: Path) -> None:
    template.write(tmp_path / "a.xlsx")
    guide = openpyxl.load_workbook(tmp_path / "a.xlsx")["说明"]
    cells = {(row[0].value, row[1].value) for row in guide.iter_rows()}
    assert {(one.label.zh, column.label.zh) for one in tables().values() for column in one} <= cells


def test_a_filled_template_is_read(tmp_path: Path) -> None:
    template.write(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for name, values in {
        "区县": ["370100", "高新区", 2026, "WGS-84"],
        "学校": ["0012", "一小", "小学"],
    }.items():
        for position, value in enumerate(values, start=1):
            book[name].cell(2, position, value)
    book.save(tmp_path / "b.xlsx")
    result = read(tmp_path / "b.xlsx")
    assert result.errors == ()
    assert result.district is not None
    assert result.district.table("schools")["school"][0] == "0012"
    assert result.district.has("schools")
    assert not result.district.has("rolls")


def test_every_sheet_prints_on_a4_with_its_header_on_each_page(tmp_path: Path) -> None:
    template.write(tmp_path / "template.xlsx")
    write(district_of(), tmp_path / "district.xlsx")
    for name in ("template", "district"):
        for sheet in openpyxl.load_workbook(tmp_path / f"{name}.xlsx"):
            assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0), sheet.title
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.print_title_rows == (None if sheet.title == "说明" else "$1:$1")


def test_columns_are_wide_enough_for_their_values_a_number_that_has_no_room_is_not_shown(
    tmp_path: Path,
) -> None:
    schools = pl.DataFrame(
        {
            "school": ["37019900000000000001"],
            "name": ["经济技术开发区第一实验小学南校区"],
            "kind": ["primary"],
        }
    )
    premises = pl.DataFrame({"school": ["37019900000000000001"], "equipment_yuan": [987654321.5]})
    write(district_of(schools=schools, premises=premises), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for sheet, value, least in (
        ("学校", "37019900000000000001", 20),
        ("学校", schools["name"][0], 32),
        ("校舍装备", 987654321.5, 9),
    ):
        (cell,) = [cell for row in book[sheet].iter_rows() for cell in row if cell.value == value]
        assert book[sheet].column_dimensions[cell.column_letter].width > least
