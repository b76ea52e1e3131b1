"""The pages of the desk, as the admissions department uses them, and what others find of them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from junheng.web.admissions import persons
from junheng.web.admissions.models import Application, Round, RoundFile
from junheng.web.admissions.records import rules_of
from junheng.web.audit.models import Event

Lead = Callable[[Round, str], Round]


def at(name: str, *arguments: object) -> str:
    return reverse(f"admissions:{name}", args=arguments)


def workbook(officer: Client, found: Round) -> openpyxl.Workbook:
    response = officer.get(at("template", found.pk))
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.content))


def upload(officer: Client, found: Round, book: openpyxl.Workbook) -> Any:
    out = io.BytesIO()
    book.save(out)
    given = SimpleUploadedFile("报名.xlsx", out.getvalue())
    return officer.post(at("import", found.pk), {"file": given})


def column(sheet: Any, label: str) -> int:
    return next(n for n, cell in enumerate(sheet[1], start=1) if str(cell.value).startswith(label))


def test_other_departments_and_inspectors_see_where_a_round_stands_and_no_child(
    client_of: Callable[[str], Client], example_round: Round
) -> None:
    number = example_round.applications.values_list("number", flat=True)[0]
    for member in ("officer", "inspector"):
        client = client_of(member)
        assert client.get(at("round", example_round.pk)).status_code == 200
        for name, arguments in (
            ("applications", ()),
            ("application", (number,)),
            ("problems", ()),
            ("results", ()),
            ("files", ()),
        ):
            assert client.get(at(name, example_round.pk, *arguments)).status_code == 403
        assert "applications/" not in client.get(at("round", example_round.pk)).content.decode()


def test_the_admissions_department_sets_up_a_round_from_a_snapshot(
    officer: Client, example_round: Round
) -> None:
    given = {
        "stage": "junior",
        "year": 2026,
        "code": "2026-junior",
        "snapshot": example_round.snapshot_id,
        "rules": "example",
    }
    response = officer.post(at("new"), given)
    made = Round.objects.get(code="2026-junior")
    assert response.headers["Location"] == at("rules", made.pk)
    assert (made.state, rules_of(made.rules).stage) == ("draft", "junior")
    again = officer.post(at("new"), given)
    assert again.status_code == 422
    assert "2026-junior" in again.content.decode()


def test_a_rules_file_for_another_stage_is_taken_for_this_rounds_name_only(
    officer: Client, example_round: Round
) -> None:
    broken = SimpleUploadedFile("rules.yaml", b"round: [")
    given = {
        "stage": "primary",
        "year": 2026,
        "code": "other",
        "snapshot": example_round.snapshot_id,
        "rules": "file",
    }
    assert officer.post(at("new"), {**given, "file": broken}).status_code == 422
    assert officer.post(at("new"), given).status_code == 422
    not_text = SimpleUploadedFile("rules.yaml", b"\xff\xfe\x00")
    assert officer.post(at("new"), {**given, "file": not_text}).status_code == 422
    assert not Round.objects.filter(code="other").exists()


def test_rules_are_said_in_plain_words_and_a_share_is_changed_in_a_field(
    officer: Client, example_round: Round
) -> None:
    page = officer.get(at("rules", example_round.pk))
    assert "住在该校学区，且户籍在该校学区" in page.content.decode()
    form = page.context["form"]
    given = {
        name: "" if form.initial.get(name, field.initial) is None else form.initial.get(name, field.initial)
        for name, field in form.fields.items()
    }
    given = {name: value for name, value in given.items() if value is not False}
    response = officer.post(at("set_rules", example_round.pk), {**given, "migrant-floor": "12"})
    assert response.status_code == 302
    example_round.refresh_from_db()
    rules = rules_of(example_round.rules)
    assert {one.id: one.floor_percent for one in rules.reserves}["migrant"] == 12
    assert next(one.id for one in rules.classes["public"]) == "register_and_home"
    assert rules.is_example


def test_rules_that_ask_for_an_examination_are_refused_with_the_law(
    officer: Client, example_round: Round
) -> None:
    text = example_round.rules.replace("{entitled: true}", "{exam_score: true}")
    assert text != example_round.rules
    response = officer.post(at("set_rules_text", example_round.pk), {"text": text})
    assert response.status_code == 422
    assert "免试入学" in response.content.decode()
    before = example_round.rules
    example_round.refresh_from_db()
    assert example_round.rules == before


def test_a_schools_floors_cannot_add_up_to_more_than_its_places(
    officer: Client, example_round: Round, own_school: str
) -> None:
    address = at("offer", example_round.pk, own_school)
    wrong = officer.post(address, {"classes": 1, "places": 20, "migrant-floor": 15, "sibling-floor": 6})
    assert wrong.status_code == 422
    assert "21" in wrong.content.decode()
    assert officer.post(address, {"classes": 1, "places": 40, "migrant-floor": 15}).status_code == 302
    example_round.refresh_from_db()
    plan = json.loads(example_round.plan)
    assert {"school": own_school, "reserve": "migrant", "floor": 15} in plan["place_reserves"]
    assert {"school": own_school, "classes": 1, "places": 40} in plan["places"]
    assert "至少 15" in officer.get(at("plan", example_round.pk)).content.decode()


def test_the_workbook_that_was_downloaded_comes_back_without_a_change(
    officer: Client, example_round: Round
) -> None:
    before = dict(example_round.applications.values_list("number", "values"))
    response = upload(officer, example_round, workbook(officer, example_round))
    assert response.status_code == 302, response.context["table"].rows[:5]
    assert dict(example_round.applications.values_list("number", "values")) == before
    assert set(example_round.applications.values_list("version", flat=True)) == {1}


def test_a_workbook_with_an_error_is_refused_as_a_whole_with_sheet_row_and_column(
    officer: Client, example_round: Round
) -> None:
    book = workbook(officer, example_round)
    sheet = book["志愿"]
    sheet.cell(3, column(sheet, "学校代码"), "9999")
    children = book["报名"]
    children.cell(2, column(children, "出生日期"), "去年")
    response = upload(officer, example_round, book)
    assert response.status_code == 422
    rows = response.context["table"].rows
    assert {(row["sheet"], row["row"], row["column"]) for row in rows} >= {
        ("志愿", 3, "学校代码"),
        ("报名", 2, "出生日期"),
    }
    assert not Event.objects.filter(action="applications-imported", by_name__contains="招生").exists()


def test_a_workbook_with_a_score_is_refused_with_the_notice_that_forbids_it(
    officer: Client, example_round: Round
) -> None:
    book = workbook(officer, example_round)
    sheet = book["报名"]
    sheet.cell(1, sheet.max_column + 1, "面试成绩")
    sheet.cell(2, sheet.max_column, 95)
    response = upload(officer, example_round, book)
    assert response.status_code == 422
    assert "免试入学" in response.content.decode()


def test_a_changed_row_makes_a_new_version_and_keeps_the_old_one(
    officer: Client, example_round: Round
) -> None:
    book = workbook(officer, example_round)
    sheet = book["报名"]
    number = str(sheet.cell(2, column(sheet, "报名号")).value)
    sheet.cell(2, column(sheet, "服从调剂"), "否")
    assert upload(officer, example_round, book).status_code == 302
    one = example_round.applications.get(number=number)
    assert (one.version, json.loads(one.values)["applicants"]["adjust"]) == (2, "no")
    assert [step.version for step in one.steps.all()] == [1, 2]


def test_a_number_that_a_family_uses_online_is_not_taken_from_a_workbook(
    officer: Client, example_round: Round
) -> None:
    number = example_round.applications.values_list("number", flat=True)[0]
    Application.objects.filter(round=example_round, number=number).update(origin="online")
    response = upload(officer, example_round, workbook(officer, example_round))
    assert response.status_code == 422
    assert [row["key"] for row in response.context["table"].rows] == [number]


def test_a_file_that_is_no_workbook_is_an_answer_and_no_failure(
    officer: Client, example_round: Round
) -> None:
    for name, content in (("a.xlsx", b"nonsense"), ("a.csv", b"1,2"), ("a.xlsx", b"PK\x03\x04")):
        given = SimpleUploadedFile(name, content)
        assert officer.post(at("import", example_round.pk), {"file": given}).status_code == 422


def test_an_error_is_signed_for_by_name_and_reason_and_one_that_nobody_may_sign_for_is_not(
    officer: Client, example_round: Round
) -> None:
    page = officer.get(at("problems", example_round.pk))
    located, _, _ = page.context["errors"][0]
    given = {"check": located.problem.code, "key": located.problem.place.key}
    officer.post(at("waive", example_round.pk), {**given, "reason": " "})
    assert not example_round.waivers.exists()
    officer.post(at("waive", example_round.pk), {**given, "reason": "原件已核"})
    waiver = example_round.waivers.get()
    assert (waiver.by_name, waiver.reason) == ("示例招生科员", "原件已核")
    after = officer.get(at("problems", example_round.pk))
    assert after.context["n_errors"] == page.context["n_errors"] - 1
    officer.post(at("waive", example_round.pk), {"check": "no-places", "key": "x", "reason": "x"})
    assert example_round.waivers.count() == 1
    officer.post(at("take_back", example_round.pk, waiver.pk))
    assert not example_round.waivers.exists()


def test_an_error_is_gone_once_the_document_is_accepted(officer: Client, example_round: Round) -> None:
    page = officer.get(at("problems", example_round.pk))
    (number,) = page.context["errors"][0][0].numbers
    officer.post(
        at("check_document", example_round.pk, number),
        {"kind": "household_register", "checked": "no", "remark": ""},
    )
    assert officer.get(at("problems", example_round.pk)).context["n_errors"] == page.context["n_errors"]
    officer.post(
        at("check_document", example_round.pk, number), {"kind": "household_register", "checked": "yes"}
    )
    assert officer.get(at("problems", example_round.pk)).context["n_errors"] == page.context["n_errors"] - 1


def test_mending_says_why_keeps_what_was_there_and_puts_no_value_into_the_audit(
    officer: Client, example_round: Round
) -> None:
    one = example_round.applications.all()[0]
    page = officer.get(at("application", example_round.pk, one.number))
    form = page.context["form"]
    given = {name: form.initial.get(name) or "" for name in form.fields} | {"born": "2019-12-31"}
    assert officer.post(at("mend", example_round.pk, one.number), given).status_code == 422
    given["why"] = "出生日期录入有误"
    assert officer.post(at("mend", example_round.pk, one.number), given).status_code == 302
    before, (one.version, one.values) = one.values, (0, "")
    one.refresh_from_db()
    assert one.version == 2
    assert json.loads(one.values)["applicants"]["born"] == "2019-12-31"
    assert [step.values for step in one.steps.all()] == [before, one.values]
    event = Event.objects.filter(action="application-mended").latest("pk")
    assert event.changed["fields"] == ["born"]
    assert "2019" not in event.changes


def test_a_mended_application_takes_no_school_that_does_not_exist(
    officer: Client, example_round: Round
) -> None:
    one = example_round.applications.all()[0]
    form = officer.get(at("application", example_round.pk, one.number)).context["form"]
    given = {name: form.initial.get(name) or "" for name in form.fields} | {"choices": "nowhere", "why": "x"}
    response = officer.post(at("mend", example_round.pk, one.number), given)
    assert response.status_code == 422
    assert "nowhere" in response.content.decode()


def test_a_child_is_found_by_its_identity_number_which_stands_nowhere_in_the_clear(
    officer: Client, example_round: Round
) -> None:
    identity = "110101202001011239"
    one = example_round.applications.all()[3]
    Application.objects.filter(pk=one.pk).update(
        identity_hash=persons.identity_hash(identity),
        sealed=persons.seal(persons.PersonFacts(name="王小明", identity=identity)),
    )
    found = officer.post(at("search", example_round.pk), {"identity": identity})
    assert found.headers["Location"] == at("application", example_round.pk, one.number)
    page = officer.get(found.headers["Location"]).content.decode()
    assert "王小明" in page
    assert identity not in page
    for nothing in ("", "110101202001011247"):
        missed = officer.post(at("search", example_round.pk), {"identity": nothing})
        assert missed.headers["Location"] == at("applications", example_round.pk)


def test_the_public_sees_the_commitment_before_the_draw_and_no_result_before_the_publication(
    client: Client, example_round: Round, led: Lead
) -> None:
    slug = example_round.code
    assert client.get(at("public_files", slug)).status_code == 404
    found = led(example_round, "committed")
    page = client.get(at("public_round", slug)).content.decode()
    assert found.commitment in page
    led(found, "verified")
    for name in ("results.csv", "ranks.csv", "seed.json"):
        assert client.get(at("public_file", slug, name)).status_code == 404
    assert client.get(at("public_file", slug, "round.json")).status_code == 404
    led(found, "published")
    archive = zipfile.ZipFile(io.BytesIO(client.get(at("public_files", slug)).content))
    assert "results.csv" in archive.namelist()
    one = client.get(at("public_file", slug, "results.csv"))
    assert one.headers["Content-Disposition"].startswith("attachment")
    assert one.content == archive.read("results.csv")


def test_a_round_that_is_being_set_up_is_not_public(client: Client, example_round: Round) -> None:
    Round.objects.filter(pk=example_round.pk).update(state="draft")
    assert client.get(at("public_round", example_round.code)).status_code == 404
    assert example_round.code not in client.get(at("public_rounds")).content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_a_published_round_opens_in_both_languages(
    officer: Client, example_round: Round, led: Lead, language: str
) -> None:
    from junheng.web.accounts.models import Account

    Account.objects.filter(username="demo-officer-admissions").update(language=language)
    found = led(example_round, "published")
    number = found.applications.values_list("number", flat=True)[0]
    pages = [(name, ()) for name in ("round", "rules", "plan", "applications", "problems", "results")]
    pages += [(name, ()) for name in ("later", "whatif", "files", "letters", "folders")]
    pages += [("application", (number,)), ("letter", (number,))]
    for name, arguments in pages:
        response = officer.get(at(name, found.pk, *arguments))
        assert response.status_code == 200, name
    letter = officer.get(at("letter", found.pk, number)).content.decode()
    assert "报名号" in letter
    assert f"Applicant {number}" in letter
    for table in ("schools", "children", "waiting"):
        assert officer.get(at("results", found.pk) + f"?{table}-export=1").content[:2] == b"PK"


def test_the_folders_are_those_of_the_command_line(officer: Client, example_round: Round, led: Lead) -> None:
    found = led(example_round, "frozen")
    archive = zipfile.ZipFile(io.BytesIO(officer.get(at("folders", found.pk)).content))
    names = set(archive.namelist())
    assert {"frozen/round.json", "frozen/rules.yaml", "frozen/ballot/applications.csv"} <= names
    file = RoundFile.objects.get(round=found, name="round.json")
    assert officer.get(at("file", found.pk, file.pk)).content == archive.read("frozen/round.json")


def test_a_what_if_says_who_gains_from_one_more_class(
    officer: Client, example_round: Round, led: Lead
) -> None:
    from led_rounds import do_jobs

    found = led(example_round, "frozen")
    school = json.loads(found.plan)["places"][0]["school"]
    form = officer.get(at("whatif", found.pk)).context["form"]
    given = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    nothing = officer.post(at("ask_whatif", found.pk), {**given, "name": "不变"})
    assert nothing.status_code == 422
    wrong = officer.post(at("ask_whatif", found.pk), {**given, "name": "x", "places": "nowhere=3"})
    assert wrong.status_code == 422
    asked = officer.post(
        at("ask_whatif", found.pk), {**given, "name": "少一半", "places": f"{school}=-10", "draws": 2}
    )
    assert asked.status_code == 302
    do_jobs()
    page = officer.get(asked.headers["Location"])
    everybody = page.context["table"].rows[0]
    assert everybody["children"] == found.applications.count()
    assert everybody["loses"] > 0


def test_a_late_child_comes_after_everybody_and_gets_a_letter_at_the_refill(
    officer: Client, example_round: Round, led: Lead
) -> None:
    from led_rounds import do_jobs

    last = example_round.applications.order_by("-number")[0]
    Application.objects.filter(pk=last.pk).update(is_late=True)
    found = led(example_round, "published")
    assert officer.get(at("letter", found.pk, last.number)).status_code == 404
    officer.post(at("admit_late", found.pk, last.number), {"why": "新迁入"})
    unknown = officer.post(at("note", found.pk), {"kind": "withdraw", "applicant": "0", "why": "x"})
    assert unknown.status_code == 422
    officer.post(at("refill", found.pk), {"why": "第一次递补"})
    do_jobs()
    found.refresh_from_db()
    assert found.job is not None
    assert found.job.state == "done", found.job.message_zh
    assert officer.get(at("letter", found.pk, last.number)).status_code == 200
    assert officer.get(at("results", found.pk)).context["n_children"] == found.applications.count()


def test_a_form_that_is_missing_its_witnesses_draws_nothing(
    officer: Client, example_round: Round, led: Lead
) -> None:
    found = led(example_round, "committed")
    source = json.loads(found.sources)[0]["id"]
    response = officer.post(at("draw", found.pk), {f"value-{source}": "1 2 3"})
    assert response.status_code == 422
    found.refresh_from_db()
    assert (found.values, found.job) == ("{}", None)
