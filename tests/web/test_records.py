"""Editing one record, loading a workbook, and files that nobody should send."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from junheng.district.examples import example
from junheng.district.files import write
from junheng.errors import UsageError
from junheng.web.accounts.models import Account
from junheng.web.registry.changes import key_text
from junheng.web.registry.editing import remove_row, set_row
from junheng.web.registry.loading import load_district
from junheng.web.registry.models import FieldChange, Row
from junheng.web.registry.reading import read_return, write_return
from junheng.web.registry.store import give

PersonOf = Callable[[str], Any]


@pytest.fixture
def premises(own_school: str, year: int) -> Row:
    return Row.objects.get(year=year, table="premises", school=own_school)


def changed(row: Row, **values: Any) -> dict[str, Any]:
    return {name: value for name, value in {**json.loads(row.values), **values}.items() if name != "school"}


def test_an_edited_field_reaches_the_district_and_its_history(
    premises: Row, person: PersonOf, year: int, own_school: str
) -> None:
    before = give(year)
    set_row(by=person("planner"), row=premises, values=changed(premises, land_m2=12345.5), why="重新丈量")
    after = give(year)
    assert after.table("premises").filter(school=own_school)["land_m2"].to_list() == [12345.5]
    assert after.replace(premises=before.table("premises")).equals(before), "nothing else changed"
    change = FieldChange.objects.get()
    assert (change.column, change.after, change.why) == ("land_m2", "12345.5", "重新丈量")


def test_emptying_a_field_makes_it_absent_and_not_zero(
    premises: Row, person: PersonOf, year: int, own_school: str
) -> None:
    set_row(by=person("planner"), row=premises, values=changed(premises, land_m2=None), why="有误")
    assert give(year).table("premises").filter(school=own_school)["land_m2"].to_list() == [None]
    set_row(by=person("planner"), row=premises, values=changed(premises, land_m2=0.0), why="确为零")
    assert give(year).table("premises").filter(school=own_school)["land_m2"].to_list() == [0.0]


def test_an_edit_needs_a_reason(premises: Row, person: PersonOf) -> None:
    with pytest.raises(UsageError, match="why"):
        set_row(by=person("planner"), row=premises, values=changed(premises, land_m2=1.0), why=" ")


def test_a_reference_must_lead_somewhere(person: PersonOf, year: int, own_school: str) -> None:
    school = Row.objects.get(year=year, table="schools", school=own_school)
    with pytest.raises(UsageError, match="H-nowhere"):
        set_row(by=person("planner"), row=school, values=changed(school, home="H-nowhere"), why="x")
    assert not FieldChange.objects.exists()


def test_the_form_refuses_what_the_column_table_refuses(
    client_of: Callable[[str], Client], year: int, own_school: str
) -> None:
    path = f"{reverse('registry:edit', args=[year, 'premises'])}?key={json.dumps([own_school])}"
    response = client_of("planner").post(path, {"land_m2": "-5", "built_year": "1.5", "why": "x"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"land_m2", "built_year"}


def new_home(code: str = "H-new", **more: str) -> dict[str, str]:
    return {"home": code, "name": "新苑", "why": "新小区交付", **more}


def test_a_row_is_added_by_hand_and_reaches_the_district_and_its_history(
    client_of: Callable[[str], Client], person: PersonOf, year: int
) -> None:
    before = give(year)
    answer = client_of("planner").post(reverse("registry:add", args=[year, "homes"]), new_home())
    assert answer.status_code == 302, answer.context["form"].errors
    after = give(year)
    assert after.table("homes").height == before.table("homes").height + 1
    assert after.table("homes").row(-1, named=True)["name"] == "新苑"
    assert after.replace(homes=before.table("homes")).equals(before), "nothing else changed"
    kept = {(one.column, one.before, one.after, one.by_name, one.why) for one in FieldChange.objects.all()}
    assert ("name", None, '"新苑"', person("planner").name, "新小区交付") in kept
    again = client_of("planner").post(reverse("registry:add", args=[year, "homes"]), new_home())
    assert again.status_code == 422
    assert "已有这条记录" in again.content.decode()


def test_the_history_tells_values_as_people_write_them(client_of: Callable[[str], Client], year: int) -> None:
    planner = client_of("planner")
    planner.post(
        reverse("registry:add", args=[year, "homes"]), new_home(urban_rural="main_urban", dwellings="1200")
    )
    rows = planner.get(reverse("registry:history", args=[year])).context["table"].body
    assert {row[6].text for row in rows} == {"H-new", "新苑", "主城区", "1,200"}


def test_a_row_that_others_refer_to_stays_and_one_that_nobody_needs_goes_with_its_history(
    client_of: Callable[[str], Client], year: int
) -> None:
    planner, before = client_of("planner"), give(year)
    planner.post(reverse("registry:add", args=[year, "homes"]), new_home())
    address = reverse("registry:remove", args=[year, "homes"])
    used = before.table("catchments")["home"][0]
    refused = planner.post(f"{address}?{urlencode({'key': json.dumps([used])})}", {"why": "x"})
    assert refused.status_code == 422
    assert "行用到它" in refused.content.decode()
    path = f"{address}?{urlencode({'key': json.dumps(['H-new'])})}"
    assert planner.post(path, {"why": " "}).status_code == 422
    assert planner.post(path, {"why": "重复登记"}).status_code == 302
    assert give(year).equals(before)
    gone = FieldChange.objects.filter(key=json.dumps(["H-new"]), after=None)
    assert {(one.column, one.why) for one in gone} >= {("name", "重复登记")}


@pytest.mark.parametrize(
    ("fields", "column"), [({"home": ""}, "home"), ({"lon": "500"}, "lon"), ({"why": ""}, "why")]
)
def test_a_new_row_is_refused_field_by_field(
    fields: dict[str, str], column: str, client_of: Callable[[str], Client], year: int
) -> None:
    answer = client_of("planner").post(
        reverse("registry:add", args=[year, "homes"]), {**new_home(), **fields}
    )
    assert answer.status_code == 422
    assert column in answer.context["form"].errors


def test_the_row_of_the_district_is_neither_added_nor_removed(
    client_of: Callable[[str], Client], person: PersonOf, year: int
) -> None:
    assert client_of("planner").get(reverse("registry:add", args=[year, "district"])).status_code == 404
    only = Row.objects.get(year=year, table="district")
    with pytest.raises(UsageError, match="one row"):
        remove_row(by=person("planner"), row=only, why="x")


def test_what_a_change_by_hand_breaks_across_tables_is_found_with_the_way_to_it(
    client_of: Callable[[str], Client], person: PersonOf, year: int
) -> None:
    path = reverse("registry:check", args=[year])
    before = len(client_of("officer").get(path).context["table"].rows)
    row = Row.objects.filter(year=year, table="classes").first()
    assert row is not None
    remove_row(by=person("planner"), row=row, why="误删")
    found = client_of("officer").get(path).context["table"]
    assert len(found.rows) > before
    links = {cell.href for shown in found.body for cell in shown if cell.href}
    assert f"{reverse('registry:row', args=[year, 'stages'])}?" in " ".join(links)


def test_tables_say_the_names_of_what_they_refer_to(
    client_of: Callable[[str], Client], year: int, own_school: str
) -> None:
    page = client_of("planner").get(reverse("registry:table", args=[year, "catchments"]))
    names = {cell.text for row in page.context["table"].body for cell in row}
    assert names & set(give(year).table("schools")["name"])
    form = client_of("planner").get(reverse("registry:add", args=[year, "catchments"])).context["form"]
    assert own_school in dict(form.fields["school"].choices)


def test_the_empty_workbook_is_there_for_who_loads_records(client_of: Callable[[str], Client]) -> None:
    answer = client_of("planner").get(reverse("registry:template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert {"学校", "学段年报", "居住单元"} <= set(book.sheetnames)


def load(person: PersonOf, tmp_path: Path, district: Any) -> Any:
    write(district, tmp_path / "d.xlsx")
    with (tmp_path / "d.xlsx").open("rb") as content:
        return load_district(by=person("planner"), name="d.xlsx", content=content, why="test")


def test_next_year_comes_in_by_its_workbook_beside_this_one(
    person: PersonOf, tmp_path: Path, year: int
) -> None:
    district = give(year)
    facts = district.table("district").with_columns(pl.lit(year + 1).cast(pl.Int64).alias("year"))
    found = load(person, tmp_path, district.replace(district=facts))
    assert found.year == year + 1
    assert give(year).equals(district)
    assert give(year + 1).table("schools").equals(district.table("schools"))


def test_another_district_is_not_loaded_over_this_one(person: PersonOf, tmp_path: Path, year: int) -> None:
    before = give(year)
    facts = before.table("district").with_columns(pl.lit("370000").alias("district"))
    found = load(person, tmp_path, before.replace(district=facts))
    assert found.year is None
    assert found.problems[0].code == "other-district"
    assert give(year).equals(before)


def test_real_records_close_the_accounts_of_the_example(person: PersonOf, tmp_path: Path, year: int) -> None:
    real = give(year).table("district").with_columns(pl.lit("no").alias("synthetic"))
    assert load(person, tmp_path, give(year).replace(district=real)).year == year
    assert not Account.objects.filter(is_demo=True, is_active=True).exists()
    assert Account.objects.filter(username="administrator", is_active=True).exists()


def test_a_workbook_with_an_error_changes_nothing_and_its_problems_are_on_the_page(
    client_of: Callable[[str], Client], tmp_path: Path, year: int
) -> None:
    before = give(year)
    broken = before.table("stages").with_columns(pl.lit("no-school").alias("school"))
    write(before.replace(stages=broken), tmp_path / "d.xlsx")
    given_file = SimpleUploadedFile("d.xlsx", (tmp_path / "d.xlsx").read_bytes())
    response = client_of("planner").post(reverse("registry:load"), {"file": given_file, "why": "x"})
    assert response.status_code == 422
    assert "no-school" in response.content.decode()
    assert give(year).equals(before)


@pytest.fixture(scope="module")
def whole_workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the workbook of a school of another example, for breaking."""
    district = example("town", seed=3)
    code = district.table("schools")["school"][0]
    own = {
        name: district.table(name).filter(pl.col("school") == code)
        for name in ("schools", "stages", "premises")
    }
    path = tmp_path_factory.mktemp("fuzz") / "r.xlsx"
    write(type(district).of({"district": district.table("district"), **own}), path)
    return path.read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=5),
    keep=st.floats(0.2, 1.0),
)
def test_a_broken_workbook_is_refused_and_never_crashes(
    cuts: list[tuple[float, bytes]], keep: float, whole_workbook: bytes, own_school: str, year: int
) -> None:
    content = bytearray(whole_workbook[: int(len(whole_workbook) * keep)])
    for at, junk in cuts:
        place = int(at * max(len(content) - 1, 0))
        content[place : place + len(junk)] = junk
    found = read_return(year, own_school, name="r.xlsx", content=io.BytesIO(bytes(content)))
    assert (found.rows is None) is bool(found.errors)


def test_a_schools_code_in_the_file_name_or_cells_cannot_reach_another_schools_rows(
    own_school: str, other_school: str, year: int, tmp_path: Path
) -> None:
    write_return(year, other_school, tmp_path / "theirs.xlsx", language="zh")
    with (tmp_path / "theirs.xlsx").open("rb") as content:
        found = read_return(year, own_school, name=f"{own_school}.xlsx", content=content)
    assert found.rows is None
    assert {problem.code for problem in found.errors} >= {"other-school"}


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ('["2199000001"]', "2199000001"),
        ('["S1", "primary"]', "S1 / primary"),
        ('["H1", 2026, null]#2', "H1 / 2026 / — (2)"),
    ],
)
def test_keys_are_shown_as_people_read_them(key: str, shown: str) -> None:
    assert key_text(key) == shown
