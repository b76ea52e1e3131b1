"""An approved plan is what is expected of a later snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from web_plans import approved_zones

from junheng.web.planning.models import PlanRecord
from junheng.web.registry.models import Row, Year
from junheng.web.registry.snapshots import district_of, make_snapshot


@pytest.fixture
def approved(person: Callable[[str], Any], year: int) -> PlanRecord:
    """Return an approved plan that gives the first home of a primary zone to another school."""
    return approved_zones(person("planner"), year)


def _page(client: Client, plan: PlanRecord, query: str = "") -> str:
    answer = client.get(f"/plans/{plan.pk}/expected/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_without_a_later_snapshot_the_page_says_what_to_wait_for(
    approved: PlanRecord, client_of: Callable[[str], Client]
) -> None:
    assert "批准之后还没有制作快照" in _page(client_of("inspector"), approved)
    PlanRecord.objects.filter(pk=approved.pk).update(state="draft")
    assert "尚未批准" in _page(client_of("inspector"), approved)


def test_a_home_that_stayed_is_named_until_the_records_follow_the_plan(
    approved: PlanRecord, client_of: Callable[[str], Client], person: Callable[[str], Any], year: int
) -> None:
    client = client_of("officer")
    make_snapshot(by=person("planner"), year=year, name="照旧")
    district = district_of(approved.snapshot_id)
    home = district.table("catchments").filter(stage="primary")["home"][0]
    page = _page(client, approved)
    assert home in page
    assert "符合预期" in page

    action = json.loads(str(approved.result))["actions"][0]
    row = Row.objects.get(year=year, table="catchments", key=json.dumps(["primary", home]))
    row.values = json.dumps({**json.loads(row.values), "school": action["school"]})
    row.save()
    Year.objects.filter(pk=year).update(revision="after")
    followed = make_snapshot(by=person("planner"), year=year, name="照办")
    assert home not in _page(client, approved, f"?snapshot={followed.pk}")
    assert home in _page(client, approved, f"?snapshot={followed.pk - 1}")


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30])
def test_a_snapshot_that_is_not_there_is_not_found(
    asked: str, approved: PlanRecord, client_of: Callable[[str], Client]
) -> None:
    assert client_of("planner").get(f"/plans/{approved.pk}/expected/?snapshot={asked}").status_code == 404


def test_an_earlier_snapshot_is_nothing_to_compare_with(
    approved: PlanRecord, client_of: Callable[[str], Client]
) -> None:
    path = f"/plans/{approved.pk}/expected/?snapshot={approved.snapshot_id}"
    assert client_of("planner").get(path).status_code == 404


def test_both_tables_can_be_had_as_workbooks(
    approved: PlanRecord, client_of: Callable[[str], Client], person: Callable[[str], Any], year: int
) -> None:
    make_snapshot(by=person("planner"), year=year, name="照旧")
    for name in ("schools", "homes"):
        answer = client_of("planner").get(f"/plans/{approved.pk}/expected/?{name}-export=xlsx")
        assert answer.headers["Content-Type"].startswith("application/vnd")
