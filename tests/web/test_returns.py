"""The life of a return: a bad workbook, every problem by its place, a good one, sent back, accepted."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_workbooks import saved

from junheng.errors import UsageError
from junheng.web.registry import returns
from junheng.web.registry.models import AnnualReturn, FieldChange, Filing
from junheng.web.registry.reading import read_return, safe_name, write_return
from junheng.web.registry.store import give

PersonOf = Callable[[str], Any]


@pytest.fixture
def annual_return(own_school: str, year: int) -> AnnualReturn:
    return AnnualReturn.objects.get(year=year, school=own_school)


@pytest.fixture
def workbook(client_of: Callable[[str], Client], own_school: str, year: int) -> openpyxl.Workbook:
    """Return what the clerk downloads."""
    response = client_of("clerk").get(reverse("registry:return_workbook", args=[year, own_school]))
    return openpyxl.load_workbook(io.BytesIO(response.content))


def column(sheet: Any, header: str) -> int:
    return next(cell.column for cell in sheet[1] if header in str(cell.value))


def file(
    person: Any, annual_return: AnnualReturn, book: openpyxl.Workbook, name: str = "年报.xlsx"
) -> Filing:
    return returns.file_workbook(by=person, annual_return=annual_return, name=name, content=saved(book))


def test_the_download_holds_the_schools_own_rows_and_nobody_elses(
    workbook: openpyxl.Workbook, own_school: str
) -> None:
    assert set(workbook.sheetnames) >= {"学校", "学段年报", "校舍装备", "班级", "在校生"}
    for name in ("学校", "学段年报", "校舍装备", "班级", "在校生"):
        codes = {row[0].value for row in workbook[name].iter_rows(min_row=2) if row[0].value is not None}
        assert codes == {own_school}


def test_the_download_comes_back_without_a_problem(
    workbook: openpyxl.Workbook, annual_return: AnnualReturn, own_school: str, year: int
) -> None:
    found = read_return(year, own_school, name="r.xlsx", content=saved(workbook))
    assert found.errors == []
    assert found.rows is not None
    assert found.rows["schools"] == give(year).table("schools").filter(school=own_school).to_dicts()


def test_every_problem_is_told_with_sheet_row_and_column(
    workbook: openpyxl.Workbook, person: PersonOf, annual_return: AnnualReturn
) -> None:
    stages, classes = workbook["学段年报"], workbook["班级"]
    stages.cell(2, column(stages, "在校生"), "很多")
    classes.cell(3, column(classes, "人数"), 999)
    classes.cell(4, column(classes, "学校代码"), "9999999999")
    filing = file(person("clerk"), annual_return, workbook)
    problems = [one for one in json.loads(filing.problems) if one["severity"] == "error"]
    places = {(one["sheet"], one["row"], one["column"].strip("* ").split("（")[0]) for one in problems}
    assert {("学段年报", 2, "在校生数"), ("班级", 3, "人数"), ("班级", 4, "学校代码")} <= places
    assert filing.rows is None
    assert all(one["file"] in ("年报.xlsx", None) for one in problems)


def test_nothing_of_a_bad_workbook_is_taken_and_it_cannot_be_submitted(
    workbook: openpyxl.Workbook, person: PersonOf, annual_return: AnnualReturn, year: int
) -> None:
    before = give(year)
    workbook["班级"].cell(3, column(workbook["班级"], "人数"), -1)
    file(person("clerk"), annual_return, workbook)
    assert give(year).equals(before)
    with pytest.raises(UsageError, match="without errors"):
        returns.submit(by=person("clerk"), annual_return=annual_return)


def test_a_return_goes_from_draft_to_accepted_and_only_then_into_the_records(
    workbook: openpyxl.Workbook, person: PersonOf, annual_return: AnnualReturn, own_school: str, year: int
) -> None:
    premises = workbook["校舍装备"]
    place = column(premises, "多媒体")
    before = premises.cell(2, place).value
    premises.cell(2, place, before + 3)
    others = give(year).table("premises").filter(school=own_school).height
    file(person("clerk"), annual_return, workbook)
    returns.submit(by=person("clerk"), annual_return=annual_return)
    assert give(year).table("premises").filter(school=own_school)["multimedia_rooms"].to_list() == [before]
    changed = returns.accept(by=person("officer"), annual_return=annual_return)
    assert (changed.added, changed.removed, changed.fields) == (0, 0, 1)
    assert give(year).table("premises").filter(school=own_school)["multimedia_rooms"].to_list() == [
        before + 3
    ]
    assert give(year).table("premises").filter(school=own_school).height == others
    change = FieldChange.objects.get()
    assert (change.table, change.column, change.by_name) == (
        "premises",
        "multimedia_rooms",
        person("officer").name,
    )
    assert (change.before, change.after) == (str(before), str(before + 3))
    assert person("clerk").name in change.why


def test_before_it_is_accepted_both_sides_see_what_it_would_change_and_who_did_what(
    workbook: openpyxl.Workbook,
    person: PersonOf,
    client_of: Callable[[str], Client],
    annual_return: AnnualReturn,
    own_school: str,
    year: int,
) -> None:
    premises = workbook["校舍装备"]
    place = column(premises, "多媒体")
    before = premises.cell(2, place).value
    premises.cell(2, place, before + 3)
    file(person("clerk"), annual_return, workbook)
    returns.submit(by=person("clerk"), annual_return=annual_return)
    path = reverse("registry:return", args=[year, own_school])
    for member in ("clerk", "officer"):
        context = client_of(member).get(path).context
        (only,) = context["differing"].rows
        assert (only["before"], only["after"]) == (str(before), str(before + 3))
        assert [one["by"] for one in context["steps"].rows] == [person("clerk").name] * 2
    returns.send_back(by=person("officer"), annual_return=annual_return, remarks="请附验收单")
    last = client_of("clerk").get(path).context["steps"].rows[-1]
    assert (last["by"], last["why"]) == (person("officer").name, "请附验收单")
    returns.submit(by=person("clerk"), annual_return=annual_return)
    returns.accept(by=person("officer"), annual_return=annual_return)
    assert client_of("officer").get(path).context["differing"] is None


def test_accepting_an_unchanged_return_changes_no_record(
    workbook: openpyxl.Workbook, person: PersonOf, annual_return: AnnualReturn, year: int
) -> None:
    before = give(year)
    file(person("clerk"), annual_return, workbook)
    returns.submit(by=person("clerk"), annual_return=annual_return)
    assert returns.accept(by=person("officer"), annual_return=annual_return).is_nothing
    assert give(year).equals(before)


def test_a_return_is_sent_back_only_with_a_reason_and_can_be_filed_again(
    workbook: openpyxl.Workbook, person: PersonOf, annual_return: AnnualReturn
) -> None:
    file(person("clerk"), annual_return, workbook)
    returns.submit(by=person("clerk"), annual_return=annual_return)
    with pytest.raises(UsageError, match="mended"):
        returns.send_back(by=person("officer"), annual_return=annual_return, remarks="  ")
    returns.send_back(by=person("officer"), annual_return=annual_return, remarks="请核实班级数")
    annual_return.refresh_from_db()
    assert (annual_return.state, annual_return.remarks) == ("returned", "请核实班级数")
    file(person("clerk"), annual_return, workbook)
    returns.submit(by=person("clerk"), annual_return=annual_return)
    assert annual_return.filings.count() == 2


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_what_is_with_the_bureau_cannot_be_filed_again(
    state: str, workbook: openpyxl.Workbook, person: PersonOf, year: int
) -> None:
    found = AnnualReturn.objects.filter(year=year, state=state).first()
    assert found is not None
    with pytest.raises(UsageError, match="cannot be done"):
        file(person("clerk"), found, workbook)


def test_a_second_click_on_accept_finds_it_accepted(
    workbook: openpyxl.Workbook, person: PersonOf, annual_return: AnnualReturn
) -> None:
    file(person("clerk"), annual_return, workbook)
    returns.submit(by=person("clerk"), annual_return=annual_return)
    returns.accept(by=person("officer"), annual_return=annual_return)
    with pytest.raises(UsageError):
        returns.accept(by=person("officer"), annual_return=annual_return)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.xlsx", b""),
        ("r.xlsx", b"PK\x03\x04 not a workbook"),
        ("r.xls", b"\xd0\xcf\x11\xe0"),
        ("r.exe", b"MZ"),
        ("../../etc/passwd", b"root"),
        ("", b"x"),
        ("r.xlsx", b"\x00" * 5000),
    ],
)
def test_any_other_file_is_refused_as_a_whole_with_a_reason(
    name: str, content: bytes, own_school: str, year: int
) -> None:
    found = read_return(year, own_school, name=name, content=io.BytesIO(content))
    assert found.rows is None
    assert found.errors
    assert all(problem.remedy.zh for problem in found.errors)


@pytest.mark.parametrize(
    "name", ["../../x.xlsx", "..\\..\\x.xlsx", "a" * 400 + ".xlsx", ".xlsx", "年报\x00.xlsx", "/"]
)
def test_a_file_name_never_leaves_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert Path(safe).name == safe
    assert len(safe) < 100
    assert safe not in ("", ".", "..")


def test_the_school_sees_the_problems_on_its_page(
    workbook: openpyxl.Workbook, client_of: Callable[[str], Client], own_school: str, year: int
) -> None:
    workbook["班级"].cell(3, column(workbook["班级"], "人数"), 999)
    client = client_of("clerk")
    given = SimpleUploadedFile("年报.xlsx", saved(workbook).getvalue())
    page = client.post(
        reverse("registry:return_upload", args=[year, own_school]), {"file": given}, follow=True
    )
    text = page.content.decode()
    assert "未被采用" in text
    assert "999" in text
    assert "班级" in text


def test_a_school_finds_only_its_own_return_in_the_list(
    client_of: Callable[[str], Client], own_school: str, other_school: str
) -> None:
    text = client_of("clerk").get(reverse("registry:returns")).content.decode()
    assert own_school in text
    assert other_school not in text
    everything = client_of("officer").get(reverse("registry:returns")).content.decode()
    assert own_school in everything
    assert other_school in everything


def test_overdue_is_what_is_still_with_the_school_after_the_day(annual_return: AnnualReturn) -> None:
    today = date(2026, 10, 1)
    assert returns.is_overdue(annual_return, due=today - timedelta(days=1), today=today)
    assert not returns.is_overdue(annual_return, due=today, today=today)
    assert not returns.is_overdue(annual_return, due=None, today=today)
    annual_return.state = "submitted"
    assert not returns.is_overdue(annual_return, due=today - timedelta(days=1), today=today)


def test_opening_returns_twice_adds_nobody_twice(person: PersonOf, year: int) -> None:
    due = timezone.localdate()
    assert returns.open_returns(by=person("planner"), year=year, due=due) == 0


def test_the_workbook_after_an_upload_holds_what_was_filed_last(
    workbook: openpyxl.Workbook,
    person: PersonOf,
    annual_return: AnnualReturn,
    client_of: Any,
    own_school: str,
    year: int,
) -> None:
    premises = workbook["校舍装备"]
    place = column(premises, "多媒体")
    premises.cell(2, place, 77)
    file(person("clerk"), annual_return, workbook)
    again = client_of("clerk").get(reverse("registry:return_workbook", args=[year, own_school]))
    book = openpyxl.load_workbook(io.BytesIO(again.content))
    assert book["校舍装备"].cell(2, place).value == 77


def test_a_workbook_can_be_had_in_english(own_school: str, year: int, tmp_path: Path) -> None:
    write_return(year, own_school, tmp_path / "r.xlsx", language="en")
    assert "premises" in openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames
