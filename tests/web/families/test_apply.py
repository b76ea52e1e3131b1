"""Applying, changing, withdrawing: right input is taken once, wrong input is named whole, and nobody gets in late."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from web_families import (
    CHILD,
    CODE,
    GUARDIAN,
    MISTYPED,
    OTHER_GUARDIAN,
    OTHER_KEY,
    PHOTO,
    SECOND_CHILD,
    TOO_YOUNG,
    photo,
)

Send = Callable[..., Any]


def applications() -> list[Any]:
    from junheng.web.admissions.models import Application

    return list(Application.objects.filter(round__code=CODE).order_by("pk"))


def test_a_family_applies_and_gets_number_and_code(typed: dict[str, str], send: Send) -> None:
    client = Client()
    page = client.get(send(typed, client).headers["Location"]).content.decode()
    (one,) = applications()
    assert one.number in page
    assert 'id="code"' in page
    values = json.loads(one.values)
    assert values["choices"] == [typed["choice_1"]]
    assert values["applicants"]["born"] == "2020-03-07"
    assert values["applicants"]["home"] == values["applicants"]["register_home"] == typed["home"]
    assert values["applicants"]["register"] == "district"
    assert [step.kind for step in one.steps.all()] == ["submitted"]


def test_number_and_code_open_it_again_and_nothing_else_does(typed: dict[str, str], send: Send) -> None:
    from junheng.web.families.services import code_of

    send(typed)
    (one,) = applications()
    code = code_of(one)
    for wrong in ("", "AAAABBBBCCCC", code[:-1], code[::-1], "\x00"):
        assert Client().post("/family/enter/", {"number": one.number, "code": wrong}).status_code == 422
    assert Client().post("/family/enter/", {"number": f"{one.number}\x00", "code": code}).status_code == 422
    client = Client()
    shown = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    assert client.post("/family/enter/", {"number": f" {one.number} ", "code": shown}).status_code == 302
    page = client.get("/family/application/").content.decode()
    assert "王小明" in page
    assert CHILD not in page
    assert code not in page.replace("-", "")
    client.post("/family/leave/")
    assert client.get("/family/application/").status_code == 302


def test_the_same_form_sent_again_gives_the_same_receipt(typed: dict[str, str], send: Send) -> None:
    pages = []
    for _ in range(3):
        client = Client()
        pages.append(client.get(send(typed, client).headers["Location"]).content.decode())
    assert len(applications()) == 1
    numbers = {page.split('id="number">')[1].split("<")[0] for page in pages}
    codes = {page.split('id="code">')[1].split("<")[0] for page in pages}
    assert len(numbers) == len(codes) == 1


def test_a_child_is_applied_for_once_in_a_round(typed: dict[str, str], send: Send) -> None:
    send(typed)
    again = send({**typed, "key": OTHER_KEY})
    assert again.status_code == 422
    assert "已经报过名" in again.content.decode()
    assert len(applications()) == 1


def test_who_withdrew_may_apply_anew(typed: dict[str, str], send: Send) -> None:
    client = Client()
    send(typed, client)
    client.post("/family/application/withdraw/")
    assert applications()[0].state == "submitted"
    client.post("/family/application/withdraw/", {"sure": "yes"})
    assert applications()[0].state == "withdrawn"
    client.post("/family/application/withdraw/", {"sure": "yes"})
    assert send({**typed, "key": OTHER_KEY}).status_code == 302
    assert [one.state for one in applications()] == ["withdrawn", "submitted"]


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_kept(
    typed: dict[str, str], send: Send
) -> None:
    wrong = {
        **typed,
        "child_name": "",
        "child_id": MISTYPED,
        "guardian_id": "",
        "phone": "no",
        "dwelling": "",
        "tenure": "castle",
        "register": "",
        "choice_1": "",
        "choice_2": "0000000000",
        "consent": "",
    }
    answer = send(wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in wrong.keys() - {"key", "home", "guardian_name", "adjust", "choice_1"}:
        assert f'href="#{field}"' in page, field
        assert f'id="{field}"' in page, field
    assert "王建国" in page
    assert applications() == []


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"child_id": TOO_YOUNG}, "child_id", "不到入学年龄"),
        ({"child_id": GUARDIAN, "guardian_id": GUARDIAN}, "guardian_id", "与孩子的号码相同"),
        ({"home": "nowhere"}, "home", "请先查到"),
        ({"home": "none"}, "register", "没有选定本区住址"),
        ({"register": "district", "register_home": "没有这个地方"}, "register_home", "没有找到"),
        ({"migrant": "yes"}, "migrant", "不是随迁子女"),
        ({"twin": "26100000000"}, "twin", "没有找到"),
        ({"twin": "2610\x00000"}, "twin", "只有数字"),
        ({"sibling_school": "0000000000"}, "sibling_school", "请选择"),
        ({"child_name": "王" * 200}, "child_name", "姓名"),
        ({"child_name": "\x00王"}, "child_name", "姓名"),
        ({"phone": "1" * 40}, "phone", "电话"),
    ],
)
def test_each_mistake_is_refused_with_its_remedy(
    change: dict[str, str], field: str, says: str, typed: dict[str, str], send: Send
) -> None:
    answer = send({**typed, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert says in page
    assert applications() == []


def test_a_school_is_chosen_once(typed: dict[str, str], send: Send) -> None:
    answer = send({**typed, "choice_3": typed["choice_1"]})
    assert answer.status_code == 422
    assert "与前面的志愿重复" in answer.content.decode()


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space and more than twenty"])
def test_a_form_without_its_key_is_not_taken(key: str, typed: dict[str, str], send: Send) -> None:
    assert send({**typed, "key": key}).status_code == 422
    assert applications() == []


def test_who_the_child_is_stands_nowhere_in_the_clear(
    typed: dict[str, str], send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    from junheng.web.admissions.models import Application, Step
    from junheng.web.admissions.persons import unseal
    from junheng.web.audit.models import Event

    with caplog.at_level(logging.DEBUG, logger="junheng"):
        send(typed)
        send({**typed, "child_id": MISTYPED, "key": OTHER_KEY})
    rows = [
        json.dumps(row, default=str, ensure_ascii=False)
        for model in (Application, Step, Event)
        for row in model.objects.values()
    ]
    for secret in (CHILD, GUARDIAN, "王小明", "王建国", "13800138000", "3号楼2单元501", typed["key"]):
        assert not [row for row in rows if secret in row], secret
        assert secret not in caplog.text
    facts = unseal(applications()[0].sealed)
    assert (facts.name, facts.identity, facts.guardian, facts.phone) == (
        "王小明",
        CHILD,
        "王建国",
        "13800138000",
    )


def test_children_of_one_guardian_and_one_door_share_their_digests(typed: dict[str, str], send: Send) -> None:
    send(typed)
    other = {**typed, "key": OTHER_KEY, "child_id": SECOND_CHILD}
    send({**other, "child_name": "王小红", "twin": applications()[0].number})
    first, second = (json.loads(one.values) for one in applications())
    for name in ("family", "dwelling"):
        assert first["applicants"][name] == second["applicants"][name]
    assert first["applicants"]["person"] != second["applicants"]["person"]
    assert second["kin"] == [{"relation": "twin", "other": applications()[0].number}]


def test_nobody_links_a_child_to_another_family(typed: dict[str, str], send: Send) -> None:
    send(typed)
    stranger = {**typed, "key": OTHER_KEY, "child_id": SECOND_CHILD}
    answer = send({**stranger, "guardian_id": OTHER_GUARDIAN, "twin": applications()[0].number})
    assert answer.status_code == 422
    assert len(applications()) == 1


def test_a_change_is_a_new_version_and_the_old_one_stays(
    typed: dict[str, str], send: Send, found: Any
) -> None:
    from junheng.web.families.faces import face

    client = Client()
    send(typed, client)
    other = next(code for code in face(found).offering if code != typed["choice_1"])
    form = client.get("/family/application/change/").content.decode()
    assert "王小明" in form
    assert CHILD not in form
    changed = {**typed, "version": "1", "dwelling": "", "choice_1": other, "choice_2": typed["choice_1"]}
    for _ in range(2):  # sending the same change twice is one change
        assert client.post("/family/application/change/", changed).status_code == 302
    (one,) = applications()
    assert (one.version, one.state) == (2, "changed")
    values = json.loads(one.values)
    assert values["choices"] == [other, typed["choice_1"]]
    assert values["applicants"]["dwelling"]
    assert [json.loads(step.values)["choices"] for step in one.steps.all()] == [
        [typed["choice_1"]],
        [other, typed["choice_1"]],
    ]


def test_a_change_of_the_telephone_alone_is_kept(typed: dict[str, str], send: Send) -> None:
    from junheng.web.admissions.persons import unseal

    client = Client()
    send(typed, client)
    changed = {**typed, "version": "1", "dwelling": "", "phone": "13900139000"}
    for _ in range(2):  # sending the same change twice is one change
        assert client.post("/family/application/change/", changed).status_code == 302
    (one,) = applications()
    assert (one.version, unseal(one.sealed).phone) == (2, "13900139000")


def test_a_change_with_a_scan_sent_twice_is_one_change(typed: dict[str, str], send: Send) -> None:
    client = Client()
    send(typed, client)
    for _ in range(2):
        changed = {**typed, "version": "1", "dwelling": "", "document_birth": photo()}
        assert client.post("/family/application/change/", changed).status_code == 302
    (one,) = applications()
    assert (one.version, one.documents.count()) == (2, 1)


def test_a_change_of_an_old_version_is_refused(typed: dict[str, str], send: Send, found: Any) -> None:
    from junheng.web.families.faces import face

    client = Client()
    send(typed, client)
    others = [code for code in face(found).offering if code != typed["choice_1"]]
    client.post("/family/application/change/", {**typed, "version": "1", "choice_1": others[0]})
    late = client.post("/family/application/change/", {**typed, "version": "1", "choice_1": others[1]})
    assert late.status_code == 422
    assert "已在别处改过" in late.content.decode()
    assert json.loads(applications()[0].values)["choices"] == [others[0]]


@pytest.mark.parametrize("state", ["closed", "frozen", "late", "early"])
def test_outside_its_time_nothing_is_taken(state: str, typed: dict[str, str], send: Send, found: Any) -> None:
    client = Client()
    send(typed, client)
    now = timezone.now()
    if state == "late":
        found.closes_at = now - timedelta(seconds=1)
    elif state == "early":
        found.opens_at = now + timedelta(hours=1)
    elif state == "frozen":
        found.state, found.frozen_hash, found.frozen_at, found.edition = "frozen", "f" * 64, now, 1
    else:
        found.state = "closed"
    found.save()
    other = {**typed, "key": OTHER_KEY, "child_id": SECOND_CHILD}
    assert send(other).status_code == 409
    client.post("/family/application/withdraw/", {"sure": "yes"})
    client.post("/family/application/change/", {**typed, "version": "1", "choice_1": "", "tenure": "rented"})
    client.post("/family/application/document/", {"document_birth": photo()})
    (one,) = applications()
    assert (one.state, one.version, one.documents.count()) == ("submitted", 1, 0)


def test_a_round_that_closes_while_a_form_is_on_its_way_takes_it_no_more(
    typed: dict[str, str], found: Any
) -> None:
    """The round that the page looked at is open still; the one in the database is not."""
    from junheng.errors import UsageError
    from junheng.web.admissions.models import Round
    from junheng.web.families.faces import face
    from junheng.web.families.reading import Form
    from junheng.web.families.services import FAMILY, apply

    asked = Form(face(found), typed, files={}, today=timezone.localdate()).read()
    assert asked is not None
    Round.objects.filter(pk=found.pk).update(state="closed")
    with pytest.raises(UsageError, match="no applications"):
        apply(by=FAMILY, found=found, asked=asked, key=typed["key"], now=timezone.now())
    assert applications() == []


def test_documents_come_with_the_form_or_later_and_are_sealed(typed: dict[str, str], send: Send) -> None:
    from junheng.web.admissions.papers import scan_of

    client = Client()
    send(typed, client, document_birth=photo())
    (one,) = applications()
    document = one.documents.get()
    assert (document.kind, document.file_name, document.content_type) == ("birth", "birth.jpg", "image/jpeg")
    assert PHOTO not in bytes(document.content)
    assert scan_of(document) == PHOTO
    png = b"\x89PNG\r\n\x1a\n" + b"another"
    client.post("/family/application/document/", {"document_birth": photo("x.exe", png)})
    document.refresh_from_db()
    assert (document.file_name, scan_of(document)) == ("birth.png", png)
    assert one.documents.count() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"MZ\x90\x00 a program", "不是照片或 PDF"),
        (b"<html><script>alert(1)</script>", "不是照片或 PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "不是照片或 PDF"),
        (b"PK\x03\x04 a zip", "不是照片或 PDF"),
        (b" %PDF-1.4 not at its beginning", "不是照片或 PDF"),
        (b"\x00\x00\x00\x18ftypheic....", "HEIC"),
        (b"\xff\xd8\xff" + b"x" * (8 * 2**20), "超过 8 MB"),
    ],
)
def test_a_file_is_judged_by_what_is_in_it(
    content: bytes, says: str, typed: dict[str, str], send: Send
) -> None:
    answer = send(typed, document_birth=photo("photo.jpg", content))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert applications() == []


def test_a_document_that_nobody_asked_for_is_refused(typed: dict[str, str], send: Send) -> None:
    assert send(typed, document_passwd=photo()).status_code == 422
    client = Client()
    send(typed, client)
    client.post("/family/application/document/", {"document_../../etc": photo()})
    client.post("/family/application/document/", {})
    assert applications()[0].documents.count() == 0


def test_applying_takes_a_few_queries_and_no_session(typed: dict[str, str], send: Send) -> None:
    send(typed)  # what is made once is made
    other = {**typed, "key": OTHER_KEY, "child_id": SECOND_CHILD}
    with CaptureQueriesContext(connection) as caught:
        answer = send(other)
    assert answer.status_code == 302
    assert len(caught) <= 12, [one["sql"][:80] for one in caught]
    assert "junheng_session" not in answer.cookies


def test_a_cookie_that_was_made_up_opens_nothing(typed: dict[str, str], send: Send) -> None:
    send(typed)
    client = Client()
    client.cookies["junheng_family"] = "eyJhcHBsaWNhdGlvbiI6MX0:x:y"
    assert client.get("/family/application/").status_code == 302
    assert client.post("/family/application/withdraw/", {"sure": "yes"}).status_code == 302
    assert applications()[0].state == "submitted"
