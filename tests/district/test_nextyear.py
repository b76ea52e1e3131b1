"""The next school year: what goes on goes on whole, and no figure of a year is taken for a figure of the next."""

from __future__ import annotations

import polars as pl
import pytest

from junheng.district.columns import table, tables
from junheng.district.examples import example
from junheng.district.model import District
from junheng.district.nextyear import begun, beside, carried, next_year

FILED = ("schools", "stages", "premises", "classes", "rolls")


@pytest.fixture(scope="module")
def before() -> District:
    return example("town")


@pytest.fixture(scope="module")
def now(before: District) -> District:
    return next_year(before)


def test_the_year_is_the_next_and_the_place_the_same(before: District, now: District) -> None:
    assert now.year.start == before.year.start + 1
    assert (now.code, now.name, now.is_synthetic) == (before.code, before.name, before.is_synthetic)


@pytest.mark.parametrize(
    "name", ["schools", "homes", "neighbours", "catchments", "candidates", "groups", "leaders"]
)
def test_what_stays_until_it_changes_goes_on_exactly(name: str, before: District, now: District) -> None:
    assert now.table(name).equals(before.table(name))


@pytest.mark.parametrize(
    "name", ["stages", "premises", "classes", "declarations", "posts", "wishes", "demand"]
)
def test_what_is_counted_every_year_is_absent_and_not_empty(
    name: str, before: District, now: District
) -> None:
    assert before.has(name)
    assert name not in now.tables


def test_past_years_stay_and_the_new_one_has_no_figure(before: District, now: District) -> None:
    for name in ("rolls", "children", "births"):
        assert now.table(name).equals(before.table(name))
    assert now.year.start not in now.table("rolls")["year"]
    assert now.year.start not in now.table("children")["year"]


def test_a_roster_goes_on_without_what_was_said_for_one_round(before: District, now: District) -> None:
    old, new = before.table("teachers"), now.table("teachers")
    said = ["willing", "graduating"]
    assert new.drop(said).equals(old.drop(said))
    assert new.select(said).null_count().row(0) == (old.height, old.height)
    assert old.select(said).null_count().row(0) != (old.height, old.height)


def test_a_kindergarten_keeps_what_it_is_and_none_of_its_numbers_of_the_year(now: District) -> None:
    frame, land = now.table("kindergartens"), "most_classes"
    assert frame[land].null_count() == 0
    numbers = [column.name for column in table("kindergartens") if column.type in ("integer", "number")]
    numbers.remove(land)
    assert frame.height > 0
    assert frame.select(numbers).null_count().sum_horizontal().item() == frame.height * len(numbers)
    assert frame.select("name", "nature").null_count().row(0) == (0, 0)


@pytest.mark.parametrize("name", list(tables()))
def test_no_key_is_emptied_and_every_emptied_column_is_one(name: str) -> None:
    found = carried(name)
    assert set(found.emptied) <= {column.name for column in table(name) if not column.is_key}
    assert bool(found.emptied) == (found.how == "part")
    assert found.why.zh
    assert found.why.en


def test_a_return_begins_with_last_years_keys_and_no_figure(before: District, now: District) -> None:
    school = before.table("stages")["school"][0]
    rows = begun(now, before, school=school, names=FILED)
    assert rows["schools"].equals(before.table("schools").filter(school=school))
    last = before.table("stages").filter(school=school)
    assert rows["stages"].select("school", "stage").equals(last.select("school", "stage"))
    figures = rows["stages"].drop("school", "stage")
    assert figures.null_count().sum_horizontal().item() == figures.height * figures.width
    year = now.year.start
    grades = before.table("rolls").filter(school=school, year=year - 1).select("stage", "grade")
    opened = rows["rolls"].filter(pl.col("year") == year)
    assert opened.select("stage", "grade").equals(grades)
    assert opened["pupils"].null_count() == opened.height > 0
    assert rows["rolls"].filter(pl.col("year") < year).equals(before.table("rolls").filter(school=school))


def test_what_the_year_has_already_is_not_begun_again(before: District, now: District) -> None:
    school = before.table("stages")["school"][0]
    counted = before.table("stages").filter(school=school).with_columns(pupils=pl.lit(7, dtype=pl.Int64))
    rows = begun(now.replace(stages=counted), before, school=school, names=("stages",))
    assert rows["stages"].equals(counted)


def test_last_years_figures_stand_beside_their_own_cells_alone(before: District, now: District) -> None:
    school = before.table("stages")["school"][0]
    rows = begun(now, before, school=school, names=FILED)
    notes = beside(rows, before)
    assert notes["schools"] == {}
    last = before.table("stages").filter(school=school).row(0, named=True)
    assert notes["stages"][0, "pupils"].en == f"{before.year}: {last['pupils']}"
    absent = [name for name, value in last.items() if value is None]
    assert all((0, name) not in notes["stages"] for name in (*absent, "school", "stage"))
    rolls = rows["rolls"]
    assert {i for i, _ in notes["rolls"]} == set(
        rolls.with_row_index().filter(pl.col("year") == now.year.start)["index"].to_list()
    )
    for (i, name), text in notes["rolls"].items():
        row = rolls.row(i, named=True)
        then = before.table("rolls").filter(
            school=school, stage=row["stage"], grade=row["grade"], year=row["year"] - 1
        )
        assert (name, text.zh) == ("pupils", f"{before.year}：{then['pupils'].item()}")


def test_fractions_are_told_as_they_were_written(before: District) -> None:
    premises = before.table("premises").head(1).with_columns(land_m2=pl.lit(12345678.25))
    notes = beside({"premises": premises}, before.replace(premises=premises))
    assert notes["premises"][0, "land_m2"].en.endswith(": 12345678.25")
