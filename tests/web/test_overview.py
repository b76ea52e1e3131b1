"""The overview shows what the measure says, to those who may see it, of the records as they are now."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from junheng.measure.assessment import assess
from junheng.web.overview import facts
from junheng.web.registry.editing import set_row
from junheng.web.registry.models import Row
from junheng.web.registry.store import give, take
from junheng.web.standard import standard


def test_the_cards_are_the_measures_own_figures(year: int, client_of: Callable[[str], Client]) -> None:
    found = assess(give(year), standard())
    cards = {card.label.en: (card.figure, card.whole) for card in facts.cards(facts.measured(year))}
    for one in found.balance.passing:
        stage = {"primary": "primary school", "junior": "junior"}.get(one.stage, one.stage)
        own = next(
            figures for label, figures in cards.items() if label.startswith(stage.split(maxsplit=1)[0])
        )
        assert own == (str(one.n_pass), str(one.n))
    page = client_of("inspector").get(reverse("overview:district")).content.decode()
    assert all(card.figure in page for card in facts.cards(facts.measured(year)))


def test_an_edit_is_seen_at_once(year: int, own_school: str, person: Any) -> None:
    row = Row.objects.get(year=year, table="premises", school=own_school)
    values = {name: value for name, value in json.loads(row.values).items() if name != "school"}
    set_row(by=person("planner"), row=row, values={**values, "multimedia_rooms": 0}, why="test")
    lacking = [one for one in facts.indicator_rows(facts.measured(year), own_school) if one["code"] == "R7"]
    assert lacking
    assert all(one["verdict"].tone == "bad" and one["missing"] is not None for one in lacking)


def test_a_schools_indicators_stand_beside_last_years_where_there_are_any(
    year: int, own_school: str, person: Any, client_of: Callable[[str], Client]
) -> None:
    path = reverse("overview:school", args=[own_school])
    assert "上学年" not in client_of("principal").get(path).content.decode()
    now = give(year)
    rooms = pl.when(pl.col("school") == own_school).then(1).otherwise(pl.col("multimedia_rooms"))
    last = now.replace(
        district=now.table("district").with_columns(year=pl.lit(year - 1, pl.Int64)),
        premises=now.table("premises").with_columns(multimedia_rooms=rooms.cast(pl.Int64)),
    )
    take(last, by=person("planner"), why="上学年")
    table = client_of("principal").get(path).context["indicators"]
    differ = {row["code"] for row in table.rows if row["last"] != row["value"]}
    assert differ == {"R7"}
    assert "last" in {one.key for one in table.columns}


@pytest.mark.parametrize("member", ["principal", "clerk"])
def test_a_school_sees_its_own_row_alone(
    member: str, client_of: Callable[[str], Client], own_school: str, year: int
) -> None:
    table = client_of(member).get(reverse("overview:schools")).context["table"]
    names = {row["school"] for row in table.rows}
    assert names == {own_school}


def test_a_group_lead_sees_the_group_and_no_other_school(
    client_of: Callable[[str], Client], account: Any
) -> None:
    from junheng.web.registry.names import group_schools

    table = client_of("group_lead").get(reverse("overview:schools")).context["table"]
    members = group_schools(account("group_lead").posts.get().group)
    assert {row["school"] for row in table.rows} <= members
    assert len(members) >= 2


def test_every_school_has_a_page_whatever_its_kind(client_of: Callable[[str], Client], year: int) -> None:
    client = client_of("inspector")
    for code in give(year).table("schools")["school"].to_list():
        assert client.get(reverse("overview:school", args=[code])).status_code == 200


def test_a_school_that_does_not_exist_is_not_found(client_of: Callable[[str], Client]) -> None:
    assert client_of("inspector").get(reverse("overview:school", args=["nowhere"])).status_code == 404


def test_the_report_of_the_assessment_runs_in_a_sandbox(client_of: Callable[[str], Client]) -> None:
    response = client_of("inspector").get(reverse("overview:report"))
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert "<!DOCTYPE html>" in response.content.decode()


def test_the_money_of_the_year_is_shown_where_it_is_recorded(year: int) -> None:
    district = give(year)
    money = pl.DataFrame(
        {"year": [year - 1, year, year + 1], "yuan": [1.0, 1234567.0, 2.0], "building_yuan": [3.0, None, 4.0]}
    )
    shown = [
        (card.label.en, card.figure, None if card.note is None else card.note.en)
        for card in facts.budget_cards(assess(district.replace(budgets=money), standard()))
    ]
    assert shown == [
        ("this year for meeting the standard (10,000 yuan)", "123.5", "budgets of later years: 1")
    ]
    assert facts.budget_cards(assess(district.replace(budgets=money.clear()), standard())) == []
