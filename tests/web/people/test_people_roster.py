"""The roster: each sees the own scope, counted by hand; standing is what the planner itself would say."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from junheng.planners.exchange.standing import DUE, standings
from junheng.planners.exchange.wishes import ExchangeWishes
from junheng.web.people.demo import TEACHER_YEARS
from junheng.web.people.models import Window
from junheng.web.people.rosters import NO_YEARS, standing_of_all
from junheng.web.registry import store
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.standard import standard

ClientOf = Callable[[str], Client]


@pytest.fixture
def roster(year: int) -> pl.DataFrame:
    district = store.give(year)
    return standings(
        district, standard().on(district.year.first_day), ExchangeWishes(teacher_years=TEACHER_YEARS)
    )


def shown(client: Client, **asked: str) -> list[list[Any]]:
    answer = client.get(reverse("people:roster"), {**asked, "roster-export": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return list(book.get_sheet_by_index(0).to_python())[1:]


def test_the_bureau_sees_every_teacher_and_a_school_its_own(
    client_of: ClientOf, roster: pl.DataFrame, own_school: str
) -> None:
    own = roster.filter(school=own_school)["teacher"].to_list()
    assert len(shown(client_of("planner"))) == roster.height
    for member in ("principal", "clerk"):
        assert sorted(row[1] for row in shown(client_of(member))) == sorted(own)


def test_a_school_that_asks_for_another_gets_its_own(client_of: ClientOf, other_school: str) -> None:
    client = client_of("principal")
    assert shown(client, school=other_school) == shown(client) != []


def test_the_roster_is_chosen_by_subject_and_by_who_must_move(
    client_of: ClientOf, roster: pl.DataFrame
) -> None:
    must = roster.filter(pl.col("standing").is_in(list(DUE)))["teacher"].to_list()
    assert sorted(row[1] for row in shown(client_of("planner"), standing="due")) == sorted(must)
    pe = roster.filter(subject="pe").height
    assert len(shown(client_of("planner"), subject="pe")) == pe > 0


def test_a_snapshot_shows_the_roster_as_it_was(
    client_of: ClientOf, person: Callable[[str], Any], year: int
) -> None:
    kept = make_snapshot(by=person("planner"), year=year, name="before")
    district = store.give(year)
    n = district.table("teachers").height
    store.take(district.replace(teachers=district.table("teachers").head(5)), by=person("planner"), why="x")
    assert len(shown(client_of("planner"))) == 5
    assert len(shown(client_of("planner"), **{"from": f"s{kept.pk}"})) == n


@pytest.mark.parametrize("source", ["s999999", "1990", "x", "s", "9" * 30, "-1", "²"])
def test_records_that_are_not_there_are_not_there(source: str, client_of: ClientOf) -> None:
    assert client_of("planner").get(reverse("people:roster"), {"from": source}).status_code == 404


def test_nobody_is_judged_by_years_that_nobody_set(year: int) -> None:
    Window.objects.update(teacher_years=None)
    judged = standing_of_all(store.give(year), None)["standing"].to_list()
    assert NO_YEARS in judged
    assert not {"eligible", "too_few_years"} & set(judged)


def test_home_birth_and_health_are_not_on_the_page(
    client_of: ClientOf, roster: pl.DataFrame, own_school: str
) -> None:
    page = client_of("principal").get(reverse("people:roster")).content.decode()
    row = roster.filter(school=own_school).row(0, named=True)
    assert row["name"] in page
    assert str(row["birth_year"]) not in page
    assert str(row["home"]) not in page
