"""Letters and lists after a draw: each family once, by name, with its own outcome."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.report.admission.contacts import contacts_book, message, pupils_books
from junheng.report.admission.family import Family, by_school
from junheng.report.admission.letters import family_letters
from junheng.text import Text

WHERE = "https://example.cn/family/"
PLACED = Family(
    number="26100000001",
    child="王小明",
    guardian="王建国",
    phone="13800138000",
    status="placed",
    school="S1",
    school_name="第一小学",
    rule=Text("户籍、住房均在学区", "registered and living in the zone"),
    waiting=(),
    refill=0,
    lines=(
        Text("某区招生", "Admission"),
        Text("报名号……", "Applicant …"),
        Text("录取学校：第一小学", "School: S1"),
    ),
)
NAMELESS = replace(PLACED, number="26100000002", child="", guardian="", phone="", refill=1)
WAITING = replace(
    PLACED,
    number="26100000003",
    child="=1+1",
    status="unplaced",
    school="",
    school_name="",
    rule=None,
    waiting=(("第二小学", 3),),
)
GONE = replace(WAITING, number="26100000004", status="withdrawn", waiting=())
ALL = (GONE, WAITING, NAMELESS, PLACED)


@pytest.fixture(scope="module")
def district() -> District:
    return example("town")


def test_families_stand_by_school_and_those_without_a_place_come_last() -> None:
    found = [(school, [one.number for one in own]) for school, own in by_school(ALL)]
    assert found == [("S1", [PLACED.number, NAMELESS.number]), ("", [WAITING.number, GONE.number])]


def test_each_family_has_a_page_of_its_own_in_its_schools_document(district: District) -> None:
    found = dict(family_letters(ALL, district, where=WHERE))
    assert list(found) == ["S1-第一小学.docx", "未录取.docx"]
    paragraphs = found["S1-第一小学.docx"].paragraphs
    out = io.BytesIO()
    found["S1-第一小学.docx"].save(out)
    assert [one.text for one in docx.Document(out).paragraphs] == [one.text for one in paragraphs]
    texts = [one.text for one in paragraphs]
    assert [one for one in texts if one.endswith("：")] == ["王小明小朋友的家长 王建国：", "学生家长："]
    assert texts.count("录取学校：第一小学") == 2
    assert [one.paragraph_format.page_break_before for one in paragraphs].count(True) == 1
    assert all(GONE.number not in one.text for one in found["未录取.docx"].paragraphs)


def test_the_workbook_has_every_family_once(district: District) -> None:
    book = openpyxl.load_workbook(io.BytesIO(contacts_book(ALL, district, where=WHERE, language="zh")))
    assert book.sheetnames == ["通知名单"]
    rows = list(book["通知名单"].values)
    assert [row[0] for row in rows[1:]] == [one.number for one in (PLACED, NAMELESS, WAITING, GONE)]
    assert rows[1][1:6] == ("王小明", "王建国", "13800138000", "按志愿录取", "第一小学")
    assert [row[8] for row in rows[1:3]] == ["摇号", "第 1 次递补"]
    assert book["通知名单"]["B4"].data_type == "s", "a name is never a formula"


def test_a_school_gets_a_file_with_its_own_pupils_and_nobody_else(district: District) -> None:
    other = replace(PLACED, number="26100000009", school="S2", school_name="第二小学")
    books = dict(pupils_books([*ALL, other], district, language="zh"))
    assert list(books) == ["S1-第一小学-新生名册.xlsx", "S2-第二小学-新生名册.xlsx"]
    (sheet,) = openpyxl.load_workbook(io.BytesIO(books["S1-第一小学-新生名册.xlsx"])).worksheets
    assert [row[1] for row in list(sheet.values)[1:]] == [PLACED.number, NAMELESS.number]


def test_a_message_says_the_outcome_and_where_to_look() -> None:
    assert message(PLACED, where=WHERE) == (
        "王小明（报名号26100000001）招生结果：按志愿录取，学校：第一小学。"
        f"理由和摇号核验请凭报名号、查询码查看：{WHERE}"
    )
    assert "第二小学候补第3位" in message(WAITING, where=WHERE)
