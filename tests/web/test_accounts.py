"""Signing in, locking out, one-time codes, sessions, passwords, posts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from junheng.errors import UsageError
from junheng.web import vault
from junheng.web.accounts import services, sessions, totp
from junheng.web.accounts.models import Account
from junheng.web.audit.models import Event
from junheng.web.gate import PASSED
from junheng.web.roles import Role

PASSWORD = "a-password-for-tests"
SIGN_IN = "/accounts/sign-in/"
AccountOf = Callable[[str], Account]


def sign_in(client: Client, name: str, password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"username": name, "password": password})


def enrol(account: Account) -> str:
    secret = services.begin_second_factor(account=account)
    step = int(time.time()) // 30
    assert services.pass_second_factor(
        by=account.person(), account=account, given=totp.code(secret, step - 1)
    )
    account.refresh_from_db()
    return secret


def test_the_right_password_opens_the_home_page(client: Client) -> None:
    assert sign_in(client, "demo-planner").headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_name_may_be_typed_in_any_case(client: Client) -> None:
    assert sign_in(client, "DEMO-Planner").status_code == 302


def test_after_signing_in_one_gets_where_one_wanted_to_go_but_never_to_another_site(client: Client) -> None:
    there = client.post(SIGN_IN, {"username": "demo-planner", "password": PASSWORD, "next": "/returns/"})
    assert there.headers["Location"] == "/returns/"
    elsewhere = Client().post(
        SIGN_IN, {"username": "demo-planner", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert elsewhere.headers["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_look_the_same(client: Client) -> None:
    known, unknown = sign_in(client, "demo-planner", "wrong-wrong"), sign_in(client, "nobody", "wrong-wrong")
    assert known.status_code == unknown.status_code == 422
    assert list(known.context["form"].non_field_errors()) == list(unknown.context["form"].non_field_errors())


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one(client: Client) -> None:
    for _ in range(4):
        assert sign_in(client, "demo-planner", "wrong-wrong").status_code == 422
    assert sign_in(client, "demo-planner", "wrong-wrong").status_code == 429
    locked = sign_in(client, "demo-planner")
    assert locked.status_code == 429
    assert "15" in locked.content.decode()
    assert sign_in(Client(), "demo-clerk").status_code == 302, "others are not locked out"


def test_a_closed_account_is_out_at_once_and_does_not_come_in(
    client_of: Callable[[str], Client], account: AccountOf, person: Any
) -> None:
    client = client_of("clerk")
    services.set_active(by=person("administrator"), account=account("clerk"), is_active=False)
    assert client.get("/").headers["Location"].startswith(SIGN_IN)
    assert sign_in(Client(), "demo-clerk").status_code == 422


def test_a_session_ends_after_two_hours_without_use(client_of: Callable[[str], Client]) -> None:
    client = client_of("planner")
    assert client.get("/").status_code == 200
    session = client.session
    session[sessions.SEEN] = int(time.time()) - 2 * 3600 - 1
    session.save()
    assert client.get("/").status_code == 302


def test_a_session_ends_after_twelve_hours_whatever_its_use(client_of: Callable[[str], Client]) -> None:
    client = client_of("planner")
    client.get("/")
    session = client.session
    session[sessions.STARTED] = int(time.time()) - 12 * 3600 - 1
    session.save()
    assert client.get("/").status_code == 302


def test_a_page_that_asks_for_progress_by_itself_keeps_no_session_awake(
    client_of: Callable[[str], Client],
) -> None:
    client = client_of("planner")
    client.get("/")
    session = client.session
    long_ago = session[sessions.SEEN] = int(time.time()) - 3600
    session.save()
    client.get("/", headers={"HX-Request": "true"})
    assert client.session[sessions.SEEN] == long_ago
    client.get("/")
    assert client.session[sessions.SEEN] > long_ago


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Client, account: AccountOf) -> None:
    secret = enrol(account("planner"))
    sign_in(client, "demo-planner")
    assert client.get("/").headers["Location"] == reverse("accounts:second_factor")
    wrong = client.post(reverse("accounts:second_factor"), {"code": "000000"})
    assert wrong.status_code == 200
    assert not client.session.get(PASSED)
    code = totp.code(secret, int(time.time()) // 30)
    assert client.post(reverse("accounts:second_factor"), {"code": code}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_with_a_second_factor_too_one_gets_where_one_wanted_to_go(client: Client, account: AccountOf) -> None:
    secret = enrol(account("planner"))
    client.post(SIGN_IN, {"username": "demo-planner", "password": PASSWORD, "next": "/returns/"})
    code = totp.code(secret, int(time.time()) // 30)
    assert client.post(reverse("accounts:second_factor"), {"code": code}).headers["Location"] == "/returns/"


def test_a_form_that_is_sent_after_the_session_ended_is_told_to_be_lost(client: Client) -> None:
    came_from = {"referer": "http://testserver/records/2026/tables/homes/row/?key=x#top"}
    answer = client.post("/plans/1/comment/", {"text": "x"}, headers=came_from)
    page = client.get(answer.headers["Location"])
    assert "没有保存" in page.content.decode()
    assert page.context["next"] == "/records/2026/tables/homes/row/?key=x"
    for elsewhere in ({"referer": "https://evil.example//evil.example/"}, {}):
        answer = client.post("/plans/1/comment/", {"text": "x"}, headers=elsewhere)
        assert client.get(answer.headers["Location"]).context["next"] == "/"
    left = client.post(reverse("accounts:sign_out"))
    assert "没有保存" not in client.get(left.headers["Location"]).content.decode()


def test_a_used_code_opens_nothing_again(client: Client, account: AccountOf) -> None:
    secret = enrol(account("planner"))
    used = totp.code(secret, account("planner").totp_last_step)
    sign_in(client, "demo-planner")
    client.post(reverse("accounts:second_factor"), {"code": used})
    assert client.get("/").status_code == 302


def test_codes_cannot_be_tried_one_after_another(client: Client, account: AccountOf) -> None:
    secret = enrol(account("planner"))
    sign_in(client, "demo-planner")
    for _ in range(5):
        client.post(reverse("accounts:second_factor"), {"code": "000000"})
    sign_in(client, "demo-planner")  # the right password in between does not clear the count
    right = totp.code(secret, int(time.time()) // 30)
    assert client.post(reverse("accounts:second_factor"), {"code": right}).status_code == 429


def test_staff_must_set_up_a_code_where_the_installation_asks_for_it(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    Account.objects.filter(username="demo-planner").update(is_demo=False)
    sign_in(client, "demo-planner")
    assert client.get("/").headers["Location"] == reverse("accounts:enrol_second_factor")
    sign_in(parent := Client(), "demo-parent")
    assert parent.get("/").status_code == 200, "families need none"


def test_the_secret_is_not_in_the_clear_in_the_database(account: AccountOf) -> None:
    secret = enrol(account("planner"))
    stored = account("planner").totp_secret
    assert secret not in stored
    assert vault.decrypt(stored, purpose="totp") == secret


def test_what_is_sealed_for_one_purpose_does_not_open_for_another() -> None:
    sealed = vault.encrypt("371302201801010011", purpose="identity")
    with pytest.raises(UsageError, match="decrypt"):
        vault.decrypt(sealed, purpose="totp")
    assert vault.fingerprint("x", purpose="identity") == vault.fingerprint("x", purpose="identity")
    assert vault.fingerprint("x", purpose="identity") != vault.fingerprint("x", purpose="telephone")


@pytest.mark.parametrize("weak", ["short1", "1234567890123", "password12", "demo-planner1"])
def test_weak_passwords_are_refused(weak: str, account: AccountOf, person: Any) -> None:
    with pytest.raises(ValidationError):
        services.change_password(by=person("planner"), account=account("planner"), password=weak)


def test_a_reset_password_must_be_changed_before_anything_else(
    client: Client, account: AccountOf, person: Any
) -> None:
    password = services.reset(by=person("administrator"), account=account("clerk"))
    sign_in(client, "demo-clerk", password)
    assert client.get("/").headers["Location"] == reverse("accounts:password")
    new = "a-quite-different-one"
    client.post(reverse("accounts:password"), {"present": password, "password": new, "again": new})
    assert client.get("/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(client_of: Callable[[str], Client]) -> None:
    here, there = client_of("clerk"), client_of("clerk")
    new = "a-quite-different-one"
    here.post(reverse("accounts:password"), {"present": PASSWORD, "password": new, "again": new})
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_the_first_run_makes_one_administrator_and_never_a_second(client: Client) -> None:
    wanted = {
        "username": "boss",
        "name": "王管理",
        "password": "a-long-password-1",
        "again": "a-long-password-1",
    }
    assert client.post(reverse("pages:first_run"), wanted).status_code == 404
    with pytest.raises(UsageError, match="already"):
        services.first_run(username="boss", name="x", password="a-long-password-1")


def test_the_last_administrator_cannot_be_lost(account: AccountOf, person: Any) -> None:
    last = account("administrator")
    with pytest.raises(UsageError, match="administrator"):
        services.take_post(by=person("administrator"), post=last.posts.get())
    with pytest.raises(UsageError, match="administrator"):
        services.set_active(by=person("administrator"), account=last, is_active=False)


def test_a_post_names_what_its_role_needs_and_nothing_else(account: AccountOf, person: Any) -> None:
    by, clerk = person("administrator"), account("clerk")
    for wrong in ({"role": Role.PRINCIPAL}, {"role": Role.PLANNER, "school": "x"}, {"role": Role.OFFICER}):
        with pytest.raises(UsageError, match="principal"):
            services.give_post(by=by, account=clerk, **wrong)
    with pytest.raises(UsageError, match="already"):
        services.give_post(by=by, account=clerk, role=Role.CLERK, school=clerk.posts.get().school)


def test_every_deed_leaves_an_event_with_who_and_what(account: AccountOf, person: Any) -> None:
    by = person("administrator")
    services.give_post(by=by, account=account("parent"), role=Role.INSPECTOR)
    event = Event.objects.first()
    assert event is not None
    assert (event.action, event.by_id, event.subject_id) == (
        "post-given",
        by.account_id,
        str(account("parent").pk),
    )
    assert event.changed["role"] == "inspector"


def test_an_event_is_neither_changed_nor_deleted() -> None:
    event = Event.objects.first()
    assert event is not None
    with pytest.raises(UsageError):
        event.save()
    with pytest.raises(UsageError):
        event.delete()


def test_no_event_holds_a_password(account: AccountOf, person: Any) -> None:
    password = services.reset(by=person("administrator"), account=account("clerk"))
    assert not Event.objects.filter(changes__contains=password).exists()
    assert not Event.objects.filter(why__contains=password).exists()


def test_the_language_is_kept_with_the_account(client_of: Callable[[str], Client]) -> None:
    client = client_of("planner")
    assert "您好" in client.get("/").content.decode()
    client.post(reverse("pages:language"), {"language": "en", "next": "/"})
    page = client.get("/")
    assert "Good day" in page.content.decode()
    assert page.headers["Content-Language"] == "en"


def test_a_visitor_keeps_the_language_in_a_cookie(client: Client) -> None:
    client.post(reverse("pages:language"), {"language": "en", "next": "/accounts/sign-in/"})
    assert "Sign in" in client.get(SIGN_IN).content.decode()
