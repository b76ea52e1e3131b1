"""Opening the next school year: seen before it is done, done once, and every return begins as an empty draft."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from web_workbooks import saved

from junheng.errors import UsageError
from junheng.web.audit.models import Event
from junheng.web.registry import returns
from junheng.web.registry.models import AnnualReturn, FieldChange, Row, Year
from junheng.web.registry.newyear import open_next_year
from junheng.web.registry.store import give

DUE = date(2027, 10, 15)
ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


@pytest.fixture
def next_year(person: PersonOf, year: int) -> int:
    return open_next_year(by=person("officer"), since=year, due=DUE).year


@pytest.fixture
def workbook(client_of: ClientOf, own_school: str, next_year: int) -> openpyxl.Workbook:
    response = client_of("clerk").get(reverse("registry:return_workbook", args=[next_year, own_school]))
    return openpyxl.load_workbook(io.BytesIO(response.content))


def fill(book: openpyxl.Workbook) -> None:
    """Write into every empty cell what its comment says of last year."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.comment is not None and cell.value is None:
                    text = cell.comment.text.partition("：")[2]
                    cell.value = float(text) if "." in text else int(text)


def test_the_officer_sees_what_goes_on_and_what_does_not_before_anything_is_done(
    client_of: ClientOf, year: int
) -> None:
    answer = client_of("officer").get(reverse("registry:open_year"))
    shown = {row["label"].en: row["how"].text.en for row in answer.context["table"].rows}
    assert (shown["schools"], shown["teachers"], shown["stages"]) == ("yes", "in part", "no")
    assert list(shown) == [one.label.en for one in _tables_of(year)]
    assert not Year.objects.filter(pk=year + 1).exists()
    n_waiting = AnnualReturn.objects.filter(year=year).exclude(state="accepted").count()
    assert f"还有 {n_waiting} 份年报未接收" in answer.content.decode()


def test_a_day_is_needed_and_nothing_is_opened_without_it(client_of: ClientOf, year: int) -> None:
    answer = client_of("officer").post(reverse("registry:open_year"), {"since": year, "due": "soon"})
    assert answer.status_code == 422
    assert not Year.objects.filter(pk=year + 1).exists()


@pytest.mark.parametrize("since", ["", "x", "1999", "99999999999999999999", "-1"])
def test_a_year_that_the_page_did_not_show_is_not_there(since: str, client_of: ClientOf, year: int) -> None:
    answer = client_of("officer").post(reverse("registry:open_year"), {"since": since, "due": "2027-10-15"})
    assert answer.status_code == 404
    assert Year.objects.count() == 1


def test_a_form_sent_twice_opens_one_year(client_of: ClientOf, year: int) -> None:
    officer, sent = client_of("officer"), {"since": year, "due": DUE.isoformat()}
    for _ in range(2):
        answer = officer.post(reverse("registry:open_year"), sent)
        assert answer.headers["Location"] == reverse("registry:year", args=[year + 1])
    assert list(Year.objects.values_list("pk", flat=True)) == [year + 1, year]
    assert Event.objects.filter(action="year-opened").count() == 1


def test_opening_again_changes_no_record_that_came_since(person: PersonOf, next_year: int, year: int) -> None:
    row = Row.objects.filter(year=next_year, table="schools").first()
    assert row is not None
    Row.objects.filter(pk=row.pk).update(values=row.values.replace("小学", "实验小学"))
    again = open_next_year(by=person("officer"), since=year, due=date(2028, 1, 1))
    assert (again.year, again.is_new) == (next_year, False)
    assert "实验小学" in Row.objects.get(pk=row.pk).values
    assert Year.objects.get(pk=next_year).returns_due == DUE


def test_a_year_without_records_cannot_be_carried_on(person: PersonOf) -> None:
    with pytest.raises(UsageError, match="no records"):
        open_next_year(by=person("officer"), since=1999, due=DUE)


def test_every_school_begins_with_a_draft_and_who_opened_it_is_kept(
    person: PersonOf, next_year: int, year: int
) -> None:
    found = AnnualReturn.objects.filter(year=next_year)
    assert set(found.values_list("state", flat=True)) == {"draft"}
    assert set(found.values_list("school", flat=True)) == set(give(year).table("schools")["school"])
    event = Event.objects.get(action="year-opened")
    assert (event.by_name, event.subject_id) == (person("officer").name, str(next_year))
    assert not FieldChange.objects.filter(year=next_year).exists()
    assert give(year).year.start == year, "last year stays as it is"


def test_the_workbook_shows_last_years_figures_beside_empty_cells(
    workbook: openpyxl.Workbook, own_school: str, year: int
) -> None:
    last = give(year).table("stages").filter(school=own_school).row(0, named=True)
    sheet = workbook["学段年报"]
    place = next(cell.column for cell in sheet[1] if "在校生数" in str(cell.value))
    cell = sheet.cell(2, place)
    assert cell.value is None
    assert cell.comment.text.endswith(f"：{last['pupils']}")
    assert sheet.cell(2, 1).value == own_school


def test_what_nobody_filled_in_is_named_cell_by_cell(
    workbook: openpyxl.Workbook, person: PersonOf, own_school: str, next_year: int
) -> None:
    found = AnnualReturn.objects.get(year=next_year, school=own_school)
    filing = returns.file_workbook(
        by=person("clerk"), annual_return=found, name="年报.xlsx", content=saved(workbook)
    )
    places = {(one["sheet"], one["row"]) for one in json.loads(filing.problems) if one["severity"] == "error"}
    assert {("学段年报", 2), ("班级", 2)} <= places


def test_a_return_that_is_filled_in_becomes_the_years_records(
    workbook: openpyxl.Workbook, person: PersonOf, own_school: str, year: int, next_year: int
) -> None:
    fill(workbook)
    found = AnnualReturn.objects.get(year=next_year, school=own_school)
    filing = returns.file_workbook(
        by=person("clerk"), annual_return=found, name="年报.xlsx", content=saved(workbook)
    )
    assert [one for one in json.loads(filing.problems) if one["severity"] == "error"] == []
    returns.submit(by=person("clerk"), annual_return=found)
    returns.accept(by=person("officer"), annual_return=found)
    for name in ("stages", "premises", "classes"):
        then, now = (give(one).table(name).filter(school=own_school) for one in (year, next_year))
        assert now.equals(then)
        assert give(next_year).table(name)["school"].unique().to_list() == [own_school]


PAGES = (
    "pages:home",
    "overview:district",
    "overview:report",
    "overview:schools",
    "maps:page",
    "registry:returns",
    "registry:records",
    "registry:open_year",
    "planning:plans",
    "planning:new",
    "planning:compare",
    "admissions:rounds",
    "families:start",
    "families:find",
)


def test_every_page_opens_while_nothing_is_filed_yet(
    client_of: ClientOf, next_year: int, own_school: str
) -> None:
    client = client_of("planner")
    paths = [
        *(reverse(name) for name in PAGES),
        reverse("overview:school", args=[own_school]),
        reverse("registry:year", args=[next_year]),
        reverse("registry:table", args=[next_year, "schools"]),
        reverse("registry:return", args=[next_year, own_school]),
        reverse("families:home") + "?home=H0001",
        reverse("families:school_page", args=[own_school]),
    ]
    assert {path: client.get(path).status_code for path in paths if client.get(path).status_code >= 400} == {}


def _tables_of(year: int) -> list[Any]:
    from junheng.district.columns import table

    return [table(name) for name in give(year).tables]
