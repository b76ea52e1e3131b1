"""The people desk, the next year and the forecast for programs: the same services, and no more than the page shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from web_exchange import exchange_plan
from web_plans import approved_zones
from web_programs import V1, program

from junheng.web.jobs.models import Job
from junheng.web.overview.models import Outlook
from junheng.web.people.models import Statement
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.models import Year
from junheng.web.registry.snapshots import make_snapshot

Api = Callable[..., Any]


@pytest.fixture
def api(account: Callable[[str], Any]) -> Api:
    """Return a function that asks in the name of a member of the cast; with content it posts."""
    clients: dict[str, Client] = {}

    def ask(member: str, path: str, content: object = None) -> Any:
        client = clients.setdefault(member, program(account(member)))
        if content is None:
            return client.get(V1 + path)
        return client.post(V1 + path, content, content_type="application/json")

    return ask


@pytest.fixture
def exchange(person: Callable[[str], Any], year: int) -> PlanRecord:
    """Return a plan in which the teacher of the cast moves."""
    snapshot = make_snapshot(by=person("planner"), year=year, name="x")
    made: PlanRecord = exchange_plan(snapshot, min(person("teacher").teachers))
    return made


def test_an_exchange_runs_from_the_question_to_the_next_plan(
    api: Api, exchange: PlanRecord, person: Callable[[str], Any], own_school: str
) -> None:
    one, today = f"/exchanges/{exchange.pk}", timezone.localdate().isoformat()
    assert api("principal", f"{one}/schools/{own_school}").status_code == 404, "nobody was asked yet"
    opened = api("planner", f"{one}/review", {"due": today})
    assert (opened.status_code, opened.json()["is_open"]) == (200, True)
    refused = api("teacher", f"{one}/consent", {"verdict": "objected"})
    assert refused.status_code == 409
    told = api("teacher", f"{one}/consent", {"verdict": "objected", "reason": "太远"}).json()
    (own,) = told["moves_of_teachers"]
    assert own["why"] is not None
    assert [one["reason"] for one in own["answers"]] == ["太远"]
    assert api("principal", f"{one}/schools/{own_school}/agree", {}).json() == {"agreed": 1}
    school = api("principal", f"{one}/schools/{own_school}").json()["moves_of_teachers"][0]
    assert [answer["school"] for answer in school["answers"]] == [own_school], "not what the teacher said"
    assert school["why"] is None
    (whole,) = api("planner", one).json()["moves_of_teachers"]
    objection = next(answer for answer in whole["answers"] if answer["verdict"] == "objected")
    ruled = api("planner", f"{one}/answers/{objection['id']}/ruling", {"ruling": "stays"})
    assert ruled.json()["ruling"]["ruling"] == "stays"
    again = api("planner", f"{one}/again", {"name": "重编"})
    assert again.status_code == 202
    assert PlanRecord.objects.get(pk=again.json()["id"]).job is not None
    assert api("teacher", "/moves/own").json()[0]["plan"] == exchange.pk
    assert [plan["answers"] for plan in api("principal", "/exchanges").json()] == [1]


def test_a_teacher_states_and_withdraws_the_own_wish_and_the_bureau_reads_it(
    api: Api, person: Callable[[str], Any], year: int, other_school: str
) -> None:
    wish = {"is_willing": True, "from_year": year + 1, "schools": [other_school], "most_km": 12.5}
    stated = api("teacher", "/wishes/own", wish)
    assert stated.status_code == 200
    assert {name: stated.json()[name] for name in wish} == wish
    number = min(person("teacher").teachers)
    assert number in {one["teacher"] for one in api("planner", "/wishes").json()}
    assert "12.5" not in Statement.objects.filter(teacher=number)[0].sealed
    assert api("teacher", "/wishes/own", {**wish, "schools": ["nowhere"]}).status_code == 409
    assert api("teacher", "/wishes/own", {**wish, "reason": "gossip"}).status_code == 422
    assert api("teacher", "/wishes/own/withdraw", {}).status_code == 204
    assert api("teacher", "/wishes/own").json() is None
    assert api("planner", "/wishes/take", {}).json()["fields"] > 0
    closed = {"opens_on": "2020-01-01", "closes_on": "2020-01-02"}
    assert api("planner", "/wishes/window", closed).json()["is_open"] is False
    assert api("teacher", "/wishes/own", wish).status_code == 409


def test_a_year_is_opened_once_with_the_zones_of_a_plan_and_they_are_taken_back(
    api: Api, person: Callable[[str], Any], year: int
) -> None:
    plan = approved_zones(person("planner"), year)
    given = {"due": "2027-10-15", "plans": [plan.pk]}
    assert api("officer", f"/years/{year}/next", {**given, "plans": [10**9]}).status_code == 422
    later = approved_zones(person("planner"), year, since=year + 5)
    assert api("officer", f"/years/{year}/next", {**given, "plans": [later.pk]}).status_code == 409
    assert not Year.objects.filter(pk=year + 1).exists(), "all of it or nothing"
    first, second = (api("officer", f"/years/{year}/next", given) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["is_new"], second.json()["is_new"]) == (True, False)
    zones = api("inspector", f"/years/{year + 1}/zones").json()
    assert [one["plan"] for one in zones["in_force"]] == [plan.pk]
    assert api("officer", f"/years/{year + 1}/zones", {"plan": plan.pk}).status_code == 409
    back = api("officer", f"/years/{year + 1}/zones/take-back", {"stage": "primary"}).json()
    assert (back["in_force"], back["approved"]) == ([], {"primary": [plan.pk]})


def test_only_the_newest_year_goes_on(api: Api, year: int) -> None:
    Year.objects.create(pk=year + 7, tables='["district"]')
    answer = api("officer", f"/years/{year}/next", {"due": "2027-10-15"})
    assert (answer.status_code, Year.objects.filter(pk=year + 1).exists()) == (409, False)


def test_a_snapshot_is_forecast_by_a_job_that_is_asked_for_once(
    api: Api, person: Callable[[str], Any], year: int
) -> None:
    snapshot = make_snapshot(by=person("planner"), year=year, name="x").pk
    path = f"/snapshots/{snapshot}/forecast"
    assert api("inspector", path).json()["job"] is None
    for _ in range(2):
        asked = api("officer", path, {})
        assert (asked.status_code, asked.json()["job"]["state"]) == (202, "queued")
    assert Job.objects.filter(kind="forecast", subject=snapshot).count() == 1
    assert (asked.json()["rows"], asked.json()["notices"]) == ([], [])
    told = {"zh": "在校生漏报？", "en": "pupils left out?"}
    content = json.dumps({"years": [year + 1], "notices": [told], "rows": []})
    Outlook.objects.create(snapshot_id=snapshot, content=content)
    assert api("inspector", path).json()["notices"] == [told]
