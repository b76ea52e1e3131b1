"""Limits on visitors: who is counted, together with whom, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
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
    from junheng.web.counts.models import Count

    asked("lookup", "192.0.2.1")
    kept, shared = list(cache._cache), [str(one) for one in Count.objects.all()]
    assert kept
    assert shared
    assert not any("192.0.2.1" in key for key in (*kept, *shared))


@pytest.mark.parametrize(("times", "processes"), [(3, 2), (240, 2), (240, 3), (600, 2)])
def test_processes_count_together_and_let_through_at_most_a_twentieth_each_more(
    times: int, processes: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS = {"lookup": (times, 3600)}
    monkeypatch.setattr("junheng.web.limits.time.time", lambda: 1_800_000_000)
    memories = [LocMemCache(f"{times} of {processes}, {n}", {}) for n in range(processes)]
    passed = 0
    for turn in range(processes * times):
        monkeypatch.setattr("junheng.web.limits.cache", memories[turn % processes])
        passed += asked("lookup", "192.0.2.1") == 0
    assert times <= passed <= times + processes * max(1, times // 20)


def test_a_family_that_asks_a_few_times_writes_nothing(
    settings: Any, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    settings.LIMITS = {"lookup": (240, 60)}
    with django_assert_num_queries(0):
        assert {asked("lookup", "192.0.2.1") for _ in range(11)} == {0}


def test_counts_of_a_window_that_ended_are_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from junheng.web.counts.models import Count

    for later in (0, 60):
        monkeypatch.setattr("junheng.web.limits.time.time", lambda now=1_800_000_000 + later: now)
        asked("lookup", "192.0.2.1")
        assert Count.objects.count() == 1


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
