"""Admissions for programs: the same services as on the pages, a whole round by requests alone, and no names."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from led_rounds import DICE, do_jobs
from web_families import CHILD, GUARDIAN, filled_in, make_round
from web_programs import V1, program

from junheng.web.admissions import drawing, files, later, records
from junheng.web.admissions.models import Application, Round
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import make_snapshot

SIX_DICE = {"dice1": DICE["dice"]}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    for module in (records, files, drawing, later):
        module.clear_cache()


@pytest.fixture
def officer(account: Callable[[str], Any]) -> Client:
    return program(account("planner"))


def _post(client: Client, path: str, content: object = None) -> Any:
    return client.post(V1 + path, content or {}, content_type="application/json")


def _fails(client: Client, path: str, content: object, status: int) -> Any:
    response = _post(client, path, content)
    assert response.status_code == status, response.content
    return response.json()


def _does(client: Client, path: str, content: object = None, status: int = 200) -> Any:
    return _fails(client, path, content, status)


def test_a_program_leads_a_round_from_its_checks_to_a_refill(officer: Client) -> None:
    found = Round.objects.get(is_example=True)
    one = f"/rounds/{found.pk}"
    told = officer.get(V1 + one).json()
    assert (told["state"], told["code"]) == ("open", found.code)
    assert told["applications"] == found.applications.count()
    _fails(officer, f"{one}/freeze", {}, 409)
    _does(officer, f"{one}/close")
    checks = officer.get(f"{V1}{one}/problems").json()
    errors = [problem for problem in checks["problems"] if problem["severity"] == "error"]
    assert errors
    assert all(problem["may_be_waived"] for problem in errors)
    for problem in errors:
        signed = {"check": problem["code"], "key": problem["key"], "reason": "原件已核"}
        _does(officer, f"{one}/waivers", signed, 201)
    assert len(_does(officer, f"{one}/freeze")["frozen_hash"]) == 64
    _does(officer, f"{one}/commit", {"sources": [{"kind": "dice", "what": "十次，家长代表当众掷骰"}]})
    assert officer.get(f"{V1}{one}/results").json() == []
    _does(officer, f"{one}/draw", {"values": SIX_DICE, "witnesses": "王、李"}, 202)
    do_jobs()
    _does(officer, f"{one}/verify", status=202)
    do_jobs()
    assert _does(officer, f"{one}/publish")["state"] == "published"
    results = officer.get(f"{V1}{one}/results").json()
    assert len(results) == found.applications.count()
    placed = next(child for child in results if child["status"] == "placed")
    letter = officer.get(f"{V1}{one}/letters/{placed['number']}").json()
    assert placed["number"] in letter["lines"][2]["zh"]
    public = zipfile.ZipFile(io.BytesIO(officer.get(f"{V1}{one}/folders").content))
    assert letter["receipt"] in public.read("public/applications.csv").decode()
    _does(officer, f"{one}/later", {"entry": "withdraw", "applicant": placed["number"], "why": "迁出"}, 201)
    assert _fails(officer, f"{one}/later", {"entry": "add_places", "why": "x"}, 422)["errors"]
    _post(officer, f"{one}/refill", {"why": "第一次递补"})
    do_jobs()
    again = {child["number"]: child["status"] for child in officer.get(f"{V1}{one}/results").json()}
    assert again[placed["number"]] == "withdrawn"
    assert [one["entry"] for one in officer.get(f"{V1}{one}/later").json()] == ["withdraw", "refill"]


def test_a_round_is_set_up_by_requests_and_refused_with_every_reason(
    officer: Client, person: Callable[[str], Any], year: int
) -> None:
    snapshot = make_snapshot(by=person("planner"), year=year, name="x").pk
    asked = {"code": "by-program", "stage": "primary", "year": year, "snapshot": snapshot}
    assert "snapshot" in _fails(officer, "/rounds", {**asked, "snapshot": 10**6}, 422)["errors"][0]["field"]
    assert "overlays" in _fails(officer, "/rounds", {**asked, "overlays": ["x"]}, 422)["errors"][0]["field"]
    made = _does(officer, "/rounds", asked, 201)
    assert (made["state"], made["is_example"]) == ("draft", False)
    _fails(officer, "/rounds", asked, 409)
    one = f"/rounds/{made['id']}"
    rules = officer.get(f"{V1}{one}/rules").json()["text"]
    wrong = rules.replace("lottery: single", "lottery: interview")
    assert _fails(officer, f"{one}/rules", {"text": wrong}, 409)["problems"]
    _does(officer, f"{one}/rules", {"text": rules})
    school = Round.objects.get(is_example=True).plan
    code = json.loads(school)["places"][0]["school"]
    offer = _does(officer, f"{one}/places/{code}", {"classes": 2, "places": 90})
    assert (offer["school"], offer["places"]) == (code, 90)
    assert _fails(officer, f"{one}/places/{code}", {"places": 1, "reserves": {"none": {}}}, 422)["errors"]
    hours = {"opens_at": "2030-06-01T08:00:00+08:00", "closes_at": "2030-06-02T08:00:00+08:00"}
    assert _does(officer, f"{one}/hours", hours)["opens_at"].startswith("2030-06-01")
    assert _does(officer, f"{one}/open")["state"] == "open"


def test_a_program_sees_applications_by_number_and_never_who_it_is(
    officer: Client, person: Callable[[str], Any], year: int
) -> None:
    found = make_round(person("planner"), year)
    assert Client().post(f"/family/apply/{found.code}/", filled_in(found)).status_code == 302
    number = Application.objects.get(round=found).number
    one = f"{V1}/rounds/{found.pk}/applications"
    answers = [officer.get(one), officer.get(f"{one}/{number}")]
    assert answers[0].json()[0]["number"] == number
    assert answers[1].json()["steps"][0]["kind"] == "submitted"
    for answer in answers:
        text = answer.content.decode()
        assert not [
            secret for secret in ("王小明", "王建国", CHILD, GUARDIAN, "13800138000") if secret in text
        ]


def test_an_application_is_mended_and_a_document_asked_for_again(officer: Client) -> None:
    own = Application.objects.filter(round__is_example=True).first()
    assert own is not None
    one = f"/rounds/{own.round_id}/applications/{own.number}"
    told = officer.get(V1 + one).json()
    new = {"facts": told["facts"], "choices": told["choices"][:1], "kin": told["kin"], "why": "家长申请"}
    assert _does(officer, f"{one}/mend", new)["choices"] == told["choices"][:1]
    unknown = {**new, "facts": {**told["facts"], "score": 100}}
    assert _fails(officer, f"{one}/mend", unknown, 422)["errors"][0]["field"] == "score"
    _fails(officer, f"{one}/documents/birth", {"is_accepted": False}, 409)
    remarked = _does(officer, f"{one}/documents/birth", {"is_accepted": False, "remark": "看不清"})
    assert remarked["documents"]["birth"] == "no"


def test_a_workbook_of_applications_goes_out_and_comes_back_by_requests(officer: Client) -> None:
    found = Round.objects.get(is_example=True)
    one = f"{V1}/rounds/{found.pk}"
    book = officer.get(f"{one}/workbook").content
    came = officer.post(f"{one}/imports", {"file": SimpleUploadedFile("a.xlsx", book)}).json()
    assert (came["n_errors"], came["same"]) == (0, found.applications.count())
    broken = officer.post(f"{one}/imports", {"file": SimpleUploadedFile("a.xlsx", b"no")}).json()
    assert (broken["n_errors"], broken["new"]) == (1, 0)


def test_homes_are_found_and_answered_for_programs_of_any_account(
    account: Callable[[str], Any], year: int
) -> None:
    client = program(account("parent"))
    (first, *_) = client.get(f"{V1}/homes", {"q": "H0001"}).json()
    told = client.get(f"{V1}/homes/{first['home']}").json()
    assert (told["home"], told["year"]) == ("H0001", year)
    assert {one["stage"] for one in told["schools"]} == {"primary", "junior"}
    assert client.get(f"{V1}/homes/none").status_code == 404


def test_a_proposal_of_zones_is_brought_in_or_refused_home_by_home(
    officer: Client, person: Callable[[str], Any], year: int
) -> None:
    from junheng.web.registry.snapshots import district_of

    snapshot = make_snapshot(by=person("planner"), year=year, name="x")
    zones = district_of(snapshot.pk).table("catchments").filter(stage="primary")
    own = dict(zones.select("home", "school").head(3).iter_rows())
    asked = {"name": "专家提案", "snapshot": snapshot.pk, "stage": "primary", "zones": own}
    refused = _fails(officer, "/proposals", {**asked, "zones": {"nowhere": "2199000001"}}, 409)
    assert refused["problems"]
    made = _does(officer, "/proposals", asked, 202)
    assert PlanRecord.objects.get(pk=made["id"]).kind == "catchments"
