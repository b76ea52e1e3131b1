"""Limits on visitors: who is counted, together with whom, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from junheng.web.limits import asked, client_address


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "lookup": (3, 60)}


def test_an_address_that_asks_too_often_is_told_to_wait_and_others_are_served(client: Client) -> None:
    answers = [client.get("/family/school/", REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert "查询过于频繁" in answers[3].content.decode()
    assert client.get("/family/school/", REMOTE_ADDR="192.0.2.2").status_code == 200


def test_after_its_window_an_address_may_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000
    monkeypatch.setattr("junheng.web.limits.time.time", lambda: now)
    assert [asked("lookup", "192.0.2.1") for _ in range(4)] == [0, 0, 0, 60]
    monkeypatch.setattr("junheng.web.limits.time.time", lambda: now + 60)
    assert asked("lookup", "192.0.2.1") == 0


def test_no_address_is_kept() -> None:
    asked("lookup", "192.0.2.1")
    kept = list(cache._cache)
    assert kept
    assert not any("192.0.2.1" in key for key in kept)


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody of ours stands in front: the header is a stranger's
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what stands before, the family could have written
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_behind_proxies_the_address_is_the_one_that_ours_saw(
    proxies: int, header: str, address: str, settings: Any
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == address
