"""Tokens: made with the password, shown once, kept as a keyed hash, ended at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from web_programs import program

from junheng.errors import UsageError
from junheng.web.accounts import services
from junheng.web.accounts.models import Token
from junheng.web.accounts.tokens import MOST, make_token, revoke_token, token_of
from junheng.web.audit.models import Event

PAGE = "/accounts/own/tokens/"
PASSWORD = "a-password-for-tests"


def _form(**changes: str) -> dict[str, str]:
    last_day = timezone.localdate() + timedelta(days=30)
    return {"name": "统计脚本", "last_day": last_day.isoformat(), "present": PASSWORD} | changes


def _made(page: Any) -> str:
    return re.search(r'id="new-token">(junheng_[\w-]{43})<', page.content.decode()).group(1)


def test_a_token_is_shown_once_and_stands_nowhere_in_the_database(client_of: Callable[[str], Client]) -> None:
    client = client_of("planner")
    text = _made(client.post(PAGE, _form()))
    assert text not in client.get(PAGE).content.decode()
    token = Token.objects.get()
    assert text not in {str(value) for value in vars(token).values()}
    assert text[len(token.hint) :] not in Event.objects.get(action="token-made").changes
    told = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/me").json()["token"]
    assert (told["name"], told["is_read_only"]) == ("统计脚本", True)
    assert told["expires_at"].startswith(token.expires_at.isoformat()[:19])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"present": "wrong"}, "现口令不对"),
        ({"last_day": "2001-01-01"}, "有效期须在"),
        ({"last_day": (timezone.localdate() + timedelta(days=400)).isoformat()}, "有效期须在"),
        ({"last_day": "9999-12-31"}, "有效期须在"),
        ({"name": ""}, "请先改正"),
    ],
)
def test_a_form_that_is_wrong_makes_no_token(
    changes: dict[str, str], said: str, client_of: Callable[[str], Client]
) -> None:
    page = client_of("planner").post(PAGE, _form(**changes))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Token.objects.exists()


def test_an_ended_token_opens_nothing_from_that_moment_on(
    account: Callable[[str], Any], client_of: Callable[[str], Client]
) -> None:
    client = program(account("planner"))
    assert client.get("/api/v1/me").status_code == 200
    token = Token.objects.get()
    client_of("planner").post(f"{PAGE}{token.pk}/revoke/")
    assert client.get("/api/v1/me").status_code == 401
    assert Event.objects.filter(action="token-revoked", by_id=account("planner").pk).count() == 1
    revoke_token(by=account("planner").person(), token=token)
    assert Event.objects.filter(action="token-revoked").count() == 1


def test_nobody_ends_the_token_of_somebody_else(
    account: Callable[[str], Any], client_of: Callable[[str], Client]
) -> None:
    program(account("planner"))
    token = Token.objects.get()
    assert client_of("administrator").post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert Token.objects.get().is_live


def test_a_token_ends_with_its_day(account: Callable[[str], Any]) -> None:
    client = program(account("planner"))
    Token.objects.update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
    )
    assert client.get("/api/v1/me").status_code == 401


def test_a_closed_account_a_new_password_and_a_reset_end_its_tokens(
    account: Callable[[str], Any], person: Callable[[str], Any]
) -> None:
    by = person("administrator")
    client = program(account("planner"))
    services.set_active(by=by, account=account("planner"), is_active=False)
    assert client.get("/api/v1/me").status_code == 401
    services.set_active(by=by, account=account("planner"), is_active=True)
    assert client.get("/api/v1/me").status_code == 200
    services.change_password(by=person("planner"), account=account("planner"), password="another-long-word-9")
    assert client.get("/api/v1/me").status_code == 401
    client = program(account("planner"))
    services.reset(by=by, account=account("planner"))
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_is_no_way_around_the_one_time_code_or_a_temporary_password(
    account: Callable[[str], Any], settings: Any
) -> None:
    planner, boss = account("planner"), account("administrator")
    client = program(boss)
    settings.SECOND_FACTOR_REQUIRED = True
    refused = client.get("/api/v1/me")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith(":account-not-ready")
    settings.SECOND_FACTOR_REQUIRED = False
    assert client.get("/api/v1/me").status_code == 200
    client = program(planner)
    planner.must_change_password = True
    planner.save()
    assert client.get("/api/v1/me").status_code == 403


def test_one_account_has_only_so_many_live_tokens(account: Callable[[str], Any]) -> None:
    parent = account("parent")
    for _ in range(MOST):
        program(parent)
    with pytest.raises(UsageError, match="end those"):
        program(parent)
    revoke_token(by=parent.person(), token=Token.objects.first())
    program(parent)


def test_the_day_of_the_last_use_is_kept_and_costs_one_write_a_day(
    account: Callable[[str], Any], django_assert_num_queries: Any
) -> None:
    _, text = make_token(
        by=account("planner").person(),
        account=account("planner"),
        name="x",
        last_day=timezone.localdate(),
        is_read_only=True,
    )
    assert token_of(text) is not None
    assert Token.objects.get().last_used_on == timezone.localdate()
    with django_assert_num_queries(2):
        token_of(text)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Bearer junheng_x",
        "Bearer \x00",
        "Bearer 均衡",
        "Bearer " + "x" * 9000,
    ],
)
def test_anything_that_is_no_token_is_a_401_that_says_what_to_send(header: str, client: Client) -> None:
    response = client.get("/api/v1/years", headers={"Authorization": header.encode().decode("latin-1")})
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail_in"].keys() == {"zh", "en"}


def test_whoever_tries_tokens_is_stopped_and_told_for_how_long(client: Client, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "wrong-token": (3, 60)}
    headers = {"Authorization": "Bearer junheng_guess"}
    found = [client.get("/api/v1/me", headers=headers) for _ in range(8)]
    assert {one.status_code for one in found} == {401, 429}
    assert 1 <= int(found[-1].headers["Retry-After"]) <= 60


def test_a_program_that_asks_too_often_waits(account: Callable[[str], Any], settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "program": (2, 60)}
    client, other = program(account("planner")), program(account("officer"))
    found = [client.get("/api/v1/me").status_code for _ in range(6)]
    assert found[0] == 200
    assert found[-1] == 429
    assert other.get("/api/v1/me").status_code == 200
