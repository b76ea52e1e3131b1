"""What people see when something went wrong: in their language, with what to do next, and without the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client


def heading(response: Any) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode())
    assert found is not None
    return found.group(1)


@pytest.fixture
def planner(client_of: Callable[[str], Client]) -> Client:
    client = client_of("planner")
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(("language", "words"), [("zh", "出错了"), ("en", "Something went wrong")])
def test_a_failure_is_said_in_the_language_of_the_account_with_the_time(
    planner: Client, language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.post("/language/", {"language": language})
    monkeypatch.setattr("junheng.web.overview.views.render", _fail)
    response = planner.get("/overview/")
    assert (response.status_code, heading(response)) == (500, words)
    page = response.content.decode()
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in page
    assert re.search(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", page)
    assert "a secret of the program" not in page


def test_without_its_database_the_server_still_says_what_is_the_matter(planner: Client) -> None:
    def broken(*_: object) -> NoReturn:
        raise DatabaseError("the server is gone")

    with connection.execute_wrapper(broken):
        response = planner.get("/overview/")
    assert (response.status_code, heading(response)) == (500, "出错了")


@pytest.mark.parametrize("path", ["/overview/", "/api/v1/years/"])
def test_a_database_that_is_too_busy_is_worth_another_try(planner: Client, path: str) -> None:
    def busy(*_: object) -> NoReturn:
        raise OperationalError("database is locked")

    with connection.execute_wrapper(busy):
        response = planner.get(path)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "正忙" in response.content.decode()


def test_what_cannot_be_read_is_no_fault_of_the_program(planner: Client) -> None:
    response = planner.post("/plans/new/", {f"field-{n}": "x" for n in range(2100)})
    assert (response.status_code, heading(response)) == (400, "请求无法读取")
    assert Client().get("/", HTTP_HOST="evil.example").status_code == 400


def test_an_address_of_a_button_says_so_to_whoever_opens_it(planner: Client) -> None:
    response = planner.get("/accounts/sign-out/")
    assert (response.status_code, heading(response)) == (405, "不能这样打开")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("path", "leads_to"), [("/accounts/sign-in/", "/accounts/sign-in/"), ("/language/", "/")]
)
def test_a_form_that_is_too_old_leads_back_to_a_page_that_can_be_opened(path: str, leads_to: str) -> None:
    response = Client(enforce_csrf_checks=True).post(path, {"username": "x"})
    assert (response.status_code, heading(response)) == (403, "页面已过期")
    assert f'<a class="button" href="{leads_to}">' in response.content.decode()


def _fail(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("a secret of the program")
