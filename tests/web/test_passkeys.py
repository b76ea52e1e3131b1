"""Passkeys: made, used in the place of a code or of name and password, refused, removed, reset."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web_passkeys import PRESENT, Device

from junheng.web.accounts import services, totp
from junheng.web.accounts.models import Account, Passkey
from junheng.web.audit.models import Event
from junheng.web.gate import PASSED

PASSWORD = "a-password-for-tests"
HERE = {"HTTP_HOST": "localhost"}
OWN, FACTOR = "/accounts/own/passkeys/", "/accounts/code/"
FACTOR_PASSKEY, SIGN_IN = "/accounts/code/passkey/", "/accounts/sign-in/passkey/"
AccountOf = Callable[[str], Account]


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def planner(account: AccountOf) -> Client:
    """Return the planner's browser, under an address that browsers trust."""
    client = Client(**HERE)
    client.force_login(account("planner"), backend="junheng.web.accounts.backend.AccountBackend")
    return client


def asked(client: Client, path: str) -> str:
    """Return the question that a page puts to the device."""
    page = client.get(path)
    question = page.context["question"] if path != FACTOR else page.context["passkey"]["question"]
    assert isinstance(question, str)
    return question


def add(client: Client, device: Device, **more: str) -> Any:
    answer = device.make(asked(client, OWN))
    return client.post(OWN, {"name": "办公室电脑", "present": PASSWORD, "answer": answer, **more})


def with_password(name: str = "demo-planner") -> Client:
    client = Client(**HERE)
    client.post("/accounts/sign-in/", {"username": name, "password": PASSWORD})
    return client


def test_a_passkey_is_added_with_the_password_and_leaves_an_event(
    planner: Client, device: Device, account: AccountOf
) -> None:
    assert add(planner, device).headers["Location"] == OWN
    page = planner.get(OWN).content.decode()
    assert "办公室电脑" in page
    assert planner.get("/").status_code == 200, "who added it need not sign at once"
    event = Event.objects.first()
    assert event is not None
    assert (event.action, event.subject_id) == ("passkey-added", str(account("planner").pk))
    assert event.changed == {"name": "办公室电脑"}


def test_without_the_password_nobody_adds_one_at_a_desk_that_was_left_alone(
    planner: Client, device: Device
) -> None:
    assert add(planner, device, present="wrong-wrong").status_code == 422
    assert not Passkey.objects.exists()


def test_a_passkey_stands_in_the_place_of_the_code(planner: Client, device: Device) -> None:
    add(planner, device)
    client = with_password()
    assert client.get("/").headers["Location"] == FACTOR
    answer = device.sign(asked(client, FACTOR))
    assert client.post(FACTOR_PASSKEY, {"answer": answer}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_passkey_signs_in_without_name_and_password(
    planner: Client, device: Device, account: AccountOf
) -> None:
    add(planner, device)
    client = Client(**HERE)
    question = json.loads(asked(client, SIGN_IN))
    assert question["allowCredentials"] == [], "a visitor learns of nobody's passkeys"
    assert client.post(SIGN_IN, {"answer": device.sign(json.dumps(question))}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.session["_auth_user_id"] == str(account("planner").pk)


def test_somebody_elses_passkey_is_no_second_factor(planner: Client, device: Device) -> None:
    add(planner, device)
    clerk, other = with_password("demo-clerk"), Device()
    add(clerk, other)
    client = with_password()
    client.post(FACTOR_PASSKEY, {"answer": other.sign(asked(client, FACTOR))})
    assert not client.session.get(PASSED)
    assert client.get("/").headers["Location"] == FACTOR


def test_the_password_alone_neither_adds_a_passkey_nor_binds_a_code(
    planner: Client, device: Device, account: AccountOf
) -> None:
    add(planner, device)
    thief = with_password()
    assert thief.get(OWN).headers["Location"] == FACTOR
    assert thief.post(OWN, {"name": "x", "present": PASSWORD, "answer": "{}"}).headers["Location"] == FACTOR
    assert thief.get("/accounts/code/set-up/").headers["Location"] == FACTOR
    passkey = Passkey.objects.get()
    assert thief.post(f"{OWN}{passkey.pk}/remove/").headers["Location"] == FACTOR
    assert Passkey.objects.count() == 1
    assert not account("planner").has_code


def test_a_code_and_a_passkey_each_open_the_account(
    planner: Client, device: Device, account: AccountOf
) -> None:
    add(planner, device)
    secret = services.begin_second_factor(account=account("planner"))
    code = totp.code(secret, int(time.time()) // 30)
    assert services.pass_second_factor(by=account("planner").person(), account=account("planner"), given=code)
    page = with_password().get(FACTOR)
    assert page.context["form"] is not None
    assert page.context["passkey"]["question"]


@pytest.mark.parametrize(
    "wrong",
    [
        Device("https://junheng.example.com"),
        Device("http://localhost:8001"),
        Device(flags=PRESENT),
        Device(flags=0),
    ],
    ids=["copied page", "other port", "owner not recognised", "nobody there"],
)
def test_an_answer_of_another_site_or_of_nobody_is_refused(
    planner: Client, device: Device, wrong: Device
) -> None:
    assert add(planner, wrong).status_code == 422
    add(planner, device)
    device.origin, device.flags = wrong.origin, wrong.flags
    client = with_password()
    client.post(FACTOR_PASSKEY, {"answer": device.sign(asked(client, FACTOR))})
    assert client.get("/").headers["Location"] == FACTOR


def test_an_answer_opens_once_and_a_copied_key_nothing(planner: Client, device: Device) -> None:
    add(planner, device)
    client = with_password()
    answer = device.sign(asked(client, FACTOR))
    client.post(FACTOR_PASSKEY, {"answer": answer})
    second = with_password()
    second.post(FACTOR_PASSKEY, {"answer": answer})
    asked(second, FACTOR)
    second.post(FACTOR_PASSKEY, {"answer": answer})
    assert second.get("/").headers["Location"] == FACTOR
    device.count = 0  # the copy began to count when it was made
    second.post(FACTOR_PASSKEY, {"answer": device.sign(asked(second, FACTOR))})
    assert second.get("/").headers["Location"] == FACTOR


def test_a_question_is_too_old_after_five_minutes(
    planner: Client, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(planner, device)
    client = with_password()
    answer = device.sign(asked(client, FACTOR))
    session = client.session
    session["passkey_asked"] = [session["passkey_asked"][0], int(time.time()) - 301]
    session.save()
    client.post(FACTOR_PASSKEY, {"answer": answer})
    assert client.get("/").headers["Location"] == FACTOR


def test_one_device_is_added_once_and_ten_at_most(planner: Client, device: Device) -> None:
    add(planner, device)
    assert add(planner, device).status_code == 422
    question = json.loads(asked(planner, OWN))
    assert len(question["excludeCredentials"]) == 1, "the browser says so before"
    for _ in range(9):
        assert add(planner, Device()).status_code == 302
    assert add(planner, Device()).status_code == 422
    assert Passkey.objects.count() == 10


def test_what_was_removed_or_reset_opens_nothing(planner: Client, account: AccountOf, person: Any) -> None:
    first, second = Device(), Device()
    add(planner, first)
    add(planner, second)
    own = Passkey.objects.order_by("pk")[0]
    assert Client(**HERE).post(f"{OWN}{own.pk}/remove/").status_code == 302
    clerk = with_password("demo-clerk")
    assert clerk.post(f"{OWN}{own.pk}/remove/").status_code == 404
    planner.post(f"{OWN}{own.pk}/remove/")
    assert _signs_in(second)
    assert not _signs_in(first)
    services.reset(by=person("administrator"), account=account("planner"))
    assert not _signs_in(second)


def test_a_closed_account_is_not_opened_by_its_passkey(
    planner: Client, device: Device, account: AccountOf, person: Any
) -> None:
    add(planner, device)
    services.set_active(by=person("administrator"), account=account("planner"), is_active=False)
    assert not _signs_in(device)


def test_staff_who_need_a_second_factor_may_begin_with_a_passkey(device: Device, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    Account.objects.filter(username="demo-planner").update(is_demo=False)
    client = with_password()
    assert client.get("/").headers["Location"] == reverse("accounts:enrol_second_factor")
    assert OWN in client.get("/accounts/code/set-up/").content.decode()
    add(client, device)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]:8000"])
def test_under_a_bare_number_the_page_says_why_there_are_none(account: AccountOf, host: str) -> None:
    client = Client(HTTP_HOST=host)
    client.force_login(account("planner"), backend="junheng.web.accounts.backend.AccountBackend")
    page = client.get(OWN)
    assert page.context["site"] is None
    assert "http://localhost" in page.content.decode()
    assert "data-question" not in page.content.decode()


def test_without_encryption_only_this_machine_has_them(account: AccountOf, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["junheng.example.cn"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for scheme, has in (("http", False), ("https", True)):
        page = Client(HTTP_HOST="junheng.example.cn", HTTP_X_FORWARDED_PROTO=scheme).get(SIGN_IN)
        assert (page.context["site"] is not None) is has


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "x" * 30_000,
        '{"id": 1}',
        '{"id":"é","rawId":"%%","type":"public-key","response":{}}',
    ],
)
def test_nonsense_is_refused_and_no_failure(planner: Client, answer: str) -> None:
    asked(planner, OWN)
    assert planner.post(OWN, {"name": "x", "present": PASSWORD, "answer": answer}).status_code == 422
    visitor = Client(**HERE)
    asked(visitor, SIGN_IN)
    assert visitor.post(SIGN_IN, {"answer": answer}).status_code == 422


def test_a_broken_answer_is_refused_wherever_it_is_broken(planner: Client, device: Device) -> None:
    add(planner, device)
    client = Client(**HERE)
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for broken in ("", "AAAA", "=", "☃", 7, None):
            answer = json.loads(device.sign(asked(client, SIGN_IN)))
            if part == "userHandle" and broken is None:
                continue  # devices may leave it out
            answer["response"][part] = broken
            assert client.post(SIGN_IN, {"answer": json.dumps(answer)}).status_code == 422, (part, broken)
    for broken in ("", "AAAA", "=", 7):
        answer = json.loads(Device().make(asked(planner, OWN)))
        answer["response"]["attestationObject"] = broken
        given = {"name": "x", "present": PASSWORD, "answer": json.dumps(answer)}
        assert planner.post(OWN, given).status_code == 422, broken


def _signs_in(device: Device) -> bool:
    client = Client(**HERE)
    client.post(SIGN_IN, {"answer": device.sign(asked(client, SIGN_IN))})
    return "_auth_user_id" in client.session
