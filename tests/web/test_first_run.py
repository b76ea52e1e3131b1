"""An empty installation: the first page makes the administrator, one click loads the example."""

from __future__ import annotations

import pytest
from django.test import Client

from junheng.web.accounts.models import Account, Post
from junheng.web.admissions.models import Application, Document, Round, Step
from junheng.web.audit.models import Event
from junheng.web.people.models import Statement, Window
from junheng.web.registry.models import AnnualReturn, Filing, Row, Snapshot, Year
from junheng.web.roles import ROLES


@pytest.fixture
def _empty() -> None:
    for kept in (Step, Document, Application, Round, Snapshot, Statement, Window):
        kept.objects.all().delete()
    Account.objects.all().delete()
    Filing.objects.all().delete()
    AnnualReturn.objects.all().delete()
    Row.objects.all().delete()
    Year.objects.all().delete()


@pytest.mark.usefixtures("_empty")
def test_whoever_comes_first_is_led_to_the_first_run_and_becomes_administrator(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/accounts/sign-in/"
    assert client.get("/accounts/sign-in/").headers["Location"] == "/start/"
    wanted = {"username": "王老师", "name": "王", "password": "long-enough-1", "again": "long-enough-1"}
    assert client.post("/start/", wanted).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Event.objects.filter(action="first-run").count() >= 1
    assert client.get("/start/").status_code == 404


@pytest.mark.usefixtures("_empty")
def test_the_first_password_keeps_the_rules_too(client: Client) -> None:
    wanted = {"username": "boss", "name": "x", "password": "1234567890", "again": "1234567890"}
    response = client.post("/start/", wanted)
    assert response.context["form"].errors.keys() == {"password"}
    short = client.post("/start/", {**wanted, "password": "kq7-x", "again": "kq7-x"})
    assert short.context["form"].errors["password"] == ["口令太短，至少 10 个字符"]
    differing = client.post("/start/", {**wanted, "password": "long-enough-1", "again": "long-enough-2"})
    assert differing.context["form"].errors.keys() == {"again"}
    assert not Account.objects.exists()


def test_the_example_has_an_account_for_every_role_and_returns_in_every_state() -> None:
    assert set(Post.objects.values_list("role", flat=True)) == {role.value for role in ROLES}
    assert set(AnnualReturn.objects.values_list("state", flat=True)) == {
        "draft",
        "submitted",
        "returned",
        "accepted",
    }
    clerk = Post.objects.get(role="clerk", account__is_demo=True)
    assert AnnualReturn.objects.get(school=clerk.school).state == "draft"
