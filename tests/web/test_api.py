"""The interface for programs: what it answers, that it does the same as the pages, and how it says what is wrong."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from ninja import Schema
from web_programs import V1, program

from junheng.district.packed import unpacked
from junheng.web.api.document import document
from junheng.web.audit.models import Event
from junheng.web.overview.facts import measured
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.models import Year
from junheng.web.registry.store import give

ProgramOf = Callable[[str], Client]
COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


@pytest.fixture
def program_of(account: Callable[[str], Any]) -> ProgramOf:
    return lambda member: program(account(member))


def _post(client: Client, path: str, content: object = None) -> Any:
    return client.post(V1 + path, content if content is not None else {}, content_type="application/json")


def test_a_program_learns_whose_it_is(program_of: ProgramOf, own_school: str) -> None:
    me = program_of("clerk").get(f"{V1}/me").json()
    assert [(one["role"], one["schools"]) for one in me["posts"]] == [("clerk", [own_school])]


def test_rows_come_as_the_district_has_them_part_by_part(program_of: ProgramOf, year: int) -> None:
    client = program_of("planner")
    whole = give(year).table("stages").to_dicts()
    first = client.get(f"{V1}/years/{year}/tables/stages", {"limit": 5}).json()
    second = client.get(f"{V1}/years/{year}/tables/stages", {"limit": 5, "offset": 5}).json()
    assert first["total"] == len(whole)
    assert first["rows"] + second["rows"] == whole[:10]
    assert client.get(f"{V1}/years/{year}/tables/nothing").status_code == 404
    assert client.get(f"{V1}/years/1999").status_code == 404


def test_a_snapshot_made_by_a_program_is_the_district_with_its_hash(
    program_of: ProgramOf, account: Callable[[str], Any], year: int
) -> None:
    client = program_of("planner")
    made = _post(client, f"/years/{year}/snapshots", {"name": "  开学  "})
    assert made.status_code == 201
    snapshot = made.json()
    assert (snapshot["name"], snapshot["hash"]) == ("开学", give(year).hash)
    assert client.get(f"{V1}/years/{year}/snapshots").json()[0] == snapshot
    assert client.get(f"{V1}/snapshots/{snapshot['id']}").json() == snapshot
    content = client.get(f"{V1}/snapshots/{snapshot['id']}/content")
    assert content.headers["Junheng-District-Hash"] == snapshot["hash"]
    assert unpacked(content.content).equals(give(year))
    event = Event.objects.get(action="snapshot-made", subject_id=str(snapshot["id"]))
    assert event.by_id == account("planner").pk
    assert "script" in event.by_name


def test_the_assessment_is_the_one_of_the_page_and_of_the_library(program_of: ProgramOf, year: int) -> None:
    found = program_of("inspector").get(f"{V1}/assessment").json()
    expected = measured(year).as_dict()
    assert found["verdict"] == expected["verdict"]
    assert found["district"]["hash"] == give(year).hash
    assert len(found["balance"]["indicators"]) == len(expected["balance"]["indicators"])


def test_a_principal_sees_the_own_school_alone(
    program_of: ProgramOf, own_school: str, other_school: str
) -> None:
    client = program_of("principal")
    assert {one["school"] for one in client.get(f"{V1}/schools").json()} == {own_school}
    own = client.get(f"{V1}/schools/{own_school}").json()
    assert own["stages"]
    assert {one["school"] for one in own["indicators"]} == {own_school}
    assert client.get(f"{V1}/schools/{other_school}").status_code == 404


def test_a_return_goes_all_the_way_by_programs(program_of: ProgramOf, own_school: str, year: int) -> None:
    clerk, officer = program_of("clerk"), program_of("officer")
    path = f"/years/{year}/returns/{own_school}"
    workbook = clerk.get(f"{V1}{path}/workbook").content
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book["班级"]
    number = next(cell.column for cell in sheet[1] if "人数" in str(cell.value))
    sheet.cell(3, number, -5)
    out = io.BytesIO()
    book.save(out)
    bad = clerk.post(f"{V1}{path}/filings", {"file": SimpleUploadedFile("年报.xlsx", out.getvalue())})
    assert bad.status_code == 201
    assert bad.json()["n_errors"] > 0
    assert ("班级", 3) in {(one["sheet"], one["row"]) for one in bad.json()["problems"]}
    early = _post(clerk, f"{path}/submit")
    assert early.status_code == 409
    assert "upload" in early.json()["detail_in"]["en"]

    good = clerk.post(f"{V1}{path}/filings", {"file": SimpleUploadedFile("年报.xlsx", workbook)}).json()
    assert (good["n_errors"], good["sha256"]) == (0, hashlib.sha256(workbook).hexdigest())
    assert _post(clerk, f"{path}/submit").json()["state"] == "submitted"
    sent_back = _post(officer, f"{path}/send-back", {"remarks": "请核实"}).json()
    assert (sent_back["state"], sent_back["remarks"]) == ("returned", "请核实")
    _post(clerk, f"{path}/submit")
    assert _post(officer, f"{path}/accept").json()["state"] == "accepted"
    assert clerk.get(V1 + path).json()["last_filing"]["number"] == 2
    assert {one["school"] for one in clerk.get(f"{V1}/years/{year}/returns").json()} == {own_school}


def test_the_bureau_sets_the_day_by_a_program(program_of: ProgramOf, year: int) -> None:
    answer = _post(program_of("officer"), f"/years/{year}/returns", {"due": "2026-10-31"})
    assert answer.json() == {"opened": 0, "due": "2026-10-31"}
    assert str(Year.objects.get(pk=year).returns_due) == "2026-10-31"


def test_a_plan_is_started_followed_submitted_and_approved_by_programs(
    program_of: ProgramOf, year: int
) -> None:
    planner, boss = program_of("planner"), program_of("administrator")
    kinds = {one["kind"]: one for one in planner.get(f"{V1}/plan-kinds").json()}
    assert {"catchments", "feeders", "compliance", "exchange"} <= set(kinds)
    assert "max_moved" in {one["name"] for one in kinds["catchments"]["settings"]}
    snapshot = _post(planner, f"/years/{year}/snapshots", {"name": "x"}).json()["id"]
    asked = {
        "kind": "catchments",
        "name": "2026 小学",
        "snapshot": snapshot,
        "settings": {"stage": "primary", "seconds": 5, "locked": ["H0001=S1", "H0002=S1"]},
    }
    started = _post(planner, "/plans", asked)
    assert started.status_code == 202
    plan = started.json()
    assert plan["job"]["state"] == "queued"
    record = PlanRecord.objects.get(pk=plan["id"])
    settings = json.loads(record.settings)
    assert (settings["locked"], settings["seconds"], settings["seed"]) == (
        [["H0001", "S1"], ["H0002", "S1"]],
        5,
        0,
    )
    path = f"/plans/{plan['id']}"
    assert planner.get(f"{V1}{path}/result").status_code == 404
    assert _post(planner, f"{path}/submit").status_code == 409
    _compute(record)
    assert planner.get(f"{V1}{path}/result").json()["format"].startswith("junheng-plan")
    whole = planner.get(V1 + path).json()
    assert whole["measured"]
    assert whole["is_all_shown"]
    assert _post(planner, f"{path}/comments", {"text": "请会上说明"}).status_code == 204
    assert _post(planner, f"{path}/submit").json()["state"] == "submitted"
    assert _post(boss, f"{path}/approve", {"remarks": "同意"}).json()["state"] == "approved"
    assert _post(boss, f"{path}/send-back", {"remarks": "x"}).status_code == 409
    assert {one["id"] for one in boss.get(f"{V1}/jobs").json()} == {record.job_id}


def _compute(record: PlanRecord) -> None:
    from junheng.web.jobs import services
    from junheng.web.jobs.worker import attempt_work

    settings = json.loads(record.settings) | {"locked": [], "seconds": 2}
    PlanRecord.objects.filter(pk=record.pk).update(settings=json.dumps(settings))
    job = services.claim()
    assert job is not None
    attempt_work(job.pk, job.attempt)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"snapshot": 10**9}, "snapshot"),
        ({"settings": {"stage": "primary", "wings": 2}}, "settings.wings"),
        ({"settings": {"stage": "university"}}, "settings.stage"),
        ({"settings": {"stage": "primary", "seconds": -1}}, "settings.seconds"),
        ({"settings": {"stage": "primary", "locked": ["H0001"]}}, "settings.locked"),
        ({"name": "  "}, "body.given.name"),
        ({"name": "a\x00b"}, "body.given.name"),
        ({"colour": "red"}, "body.given.colour"),
    ],
)
def test_a_plan_that_cannot_be_asked_for_is_told_field_by_field(
    changes: dict[str, Any], field: str, program_of: ProgramOf, year: int
) -> None:
    client = program_of("planner")
    snapshot = _post(client, f"/years/{year}/snapshots", {"name": "x"}).json()["id"]
    asked = {"kind": "catchments", "name": "x", "snapshot": snapshot, "settings": {"stage": "primary"}}
    answer = _post(client, "/plans", asked | changes)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert not PlanRecord.objects.exists()


def test_a_plan_that_names_persons_hides_them_from_programs_too(program_of: ProgramOf, year: int) -> None:
    planner = program_of("planner")
    snapshot = _post(planner, f"/years/{year}/snapshots", {"name": "x"}).json()["id"]
    asked = {"kind": "exchange", "name": "x", "snapshot": snapshot, "settings": {}}
    plan = _post(planner, "/plans", asked).json()["id"]
    PlanRecord.objects.filter(pk=plan).update(result='{"stopped_by": "proven"}', result_hash="0")
    officer = program_of("officer")
    assert officer.get(f"{V1}/plans/{plan}").json()["is_all_shown"] is False
    assert officer.get(f"{V1}/plans/{plan}/result").status_code == 404
    assert planner.get(f"{V1}/plans/{plan}/result").status_code == 200


def test_the_audit_is_read_part_by_part(program_of: ProgramOf) -> None:
    client = program_of("inspector")
    first = client.get(f"{V1}/audit", {"limit": 3}).json()
    rest = client.get(f"{V1}/audit", {"limit": 3, "before": first[-1]["id"]}).json()
    ids = [one["id"] for one in first + rest]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 6
    assert first[0]["action_in_words"]["zh"]


def test_the_history_of_fields_is_there_for_keepers(program_of: ProgramOf, year: int) -> None:
    assert program_of("planner").get(f"{V1}/years/{year}/history").json() == []
    assert program_of("officer").get(f"{V1}/years/{year}/history").status_code == 403


@pytest.mark.parametrize(
    ("language", "word"), [("en-GB,zh;q=0.5", "no right"), ("zh-CN", "没有权限"), ("", "没有权限")]
)
def test_a_problem_speaks_the_language_that_was_asked_for_and_holds_both(
    language: str, word: str, program_of: ProgramOf
) -> None:
    found = program_of("parent").get(f"{V1}/audit", headers={"Accept-Language": language})
    assert found.headers["Content-Type"] == "application/problem+json"
    assert found.json()["title"] == word
    assert found.json()["title_in"] == {"zh": "没有权限", "en": "no right"}


@pytest.mark.parametrize(
    ("verb", "path", "content", "status"),
    [
        ("GET", "/nowhere", "", 404),
        ("GET", "/snapshots/99999999999999999999999", "", 404),
        ("GET", "/schools/%00", "", 404),
        ("GET", "/audit?before=99999999999999999999999", "", 422),
        ("DELETE", "/years", "", 405),
        ("POST", "/plans", "{", 400),
        ("POST", "/plans", "[]", 422),
        ("POST", "/plans", '{"name": "\\ud800"}', 422),
        ("POST", "/plans", "null", 422),
    ],
)
def test_whatever_cannot_be_answered_is_a_problem_of_the_right_kind(
    verb: str, path: str, content: str, status: int, program_of: ProgramOf
) -> None:
    found = program_of("administrator" if "audit" in path else "planner").generic(
        verb, V1 + path, content.encode(), content_type="application/json"
    )
    assert found.status_code == status
    assert found.headers["Content-Type"] == "application/problem+json"
    assert found.json()["status"] == status


def test_what_is_too_large_is_refused_as_such(
    program_of: ProgramOf, own_school: str, year: int, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    file = SimpleUploadedFile("r.xlsx", b"x" * 200_000)
    path = f"{V1}/years/{year}/returns/{own_school}/filings"
    assert program_of("clerk").post(path, {"file": file}).status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    asked = {"kind": "catchments", "name": "x" * 500, "snapshot": 1}
    assert _post(program_of("planner"), "/plans", asked).status_code == 413


def test_a_failure_of_ours_is_a_problem_too(program_of: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(year: int) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("junheng.web.api.operations.measures.measured", fail)
    client = program_of("planner")
    client.raise_request_exception = False
    found = client.get(f"{V1}/assessment")
    assert found.status_code == 500
    assert found.json()["type"] == "urn:junheng:problem:failed"
    assert "mistake" not in found.content.decode()


def test_no_two_shapes_share_a_name() -> None:
    # The document knows them by name alone: the second would stand for both.
    def below(shape: type) -> Iterator[str]:
        for one in shape.__subclasses__():
            if one.__module__.startswith("junheng."):
                yield one.__name__
            yield from below(one)

    shapes = Counter(below(Schema))
    assert [name for name, n in shapes.items() if n > 1] == []
    assert "YearOut" in shapes


def test_the_committed_document_is_the_present_one_and_the_served_one(client: Client) -> None:
    served = client.get(f"{V1}/openapi.json").json()
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == served, "run make docs"


def test_every_operation_is_documented_in_both_languages_with_its_failures() -> None:
    for address, verbs in document()["paths"].items():
        for verb, operation in verbs.items():
            en, _, zh = operation["summary"].partition(" · ")
            assert en.isascii(), address
            assert any("\u4e00" <= letter <= "\u9fff" for letter in zh), address
            assert {401, 403} <= {int(code) for code in operation["responses"]}
            assert operation["x-obeys"], (address, verb)


def test_people_read_the_same_list_without_an_account(client: Client) -> None:
    page = client.get("/api/").content.decode()
    assert "/snapshots/{snapshot}/content" in page
    assert "cdn" not in page.lower()
