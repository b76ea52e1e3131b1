"""The fixed cast of the web tests, in a small example district that is loaded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

PASSWORD = "a-password-for-tests"

CAST = (
    "visitor",
    "parent",
    "teacher",
    "clerk",
    "principal",
    "other_principal",
    "group_lead",
    "officer",
    "inspector",
    "planner",
    "administrator",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the example once; each test's own writes are rolled back."""
    with django_db_blocker.unblock():
        load_cast()


def load_cast() -> None:
    from junheng.web.accounts import services
    from junheng.web.accounts.models import Account
    from junheng.web.registry.demo import load_example
    from junheng.web.registry.names import school_names
    from junheng.web.roles import Role

    first = services.first_run(username="administrator", name="管理员", password="a-very-long-first-password")
    services.take_post(by=first.person(), post=first.posts.get(role=Role.PLANNER))
    by = Account.objects.get(pk=first.pk).person()
    load_example(by=by, size="town")
    other = services.open_demo_account(
        by=by, username="demo-other-principal", name="他校校长", encoded=make_password(PASSWORD)
    )
    services.give_post(by=by, account=other, role=Role.PRINCIPAL, school=list(school_names())[-1])
    Account.objects.update(password=make_password(PASSWORD), must_change_password=False)


@pytest.fixture(autouse=True)
def _own_database(db: None) -> None:
    """Every test of the web may use the database, and leaves it as it was."""
    from junheng.web.registry.snapshots import clear_cache

    cache.clear()
    clear_cache()


@pytest.fixture(scope="module")
def records_of_the_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let what a module's own fixtures write stand for all of its tests, and take it away after the last of them."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def one_of_each(records_of_the_module: None, account: Callable[[str], Any]) -> dict[str, Any]:
    """Return one of each thing that an address may name, by the argument's name."""
    from web_objects import objects

    return objects(account)


def username(member: str) -> str:
    if member == "administrator":
        return member
    return "demo-officer-quality" if member == "officer" else f"demo-{member.replace('_', '-')}"


@pytest.fixture(scope="session")
def account() -> Callable[[str], Any]:
    """Return a function from a member of the cast to its account."""
    from junheng.web.accounts.models import Account

    return lambda member: Account.objects.get(username=username(member))


@pytest.fixture(scope="session")
def person(account: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a function from a member of the cast to the person."""
    return lambda member: account(member).person()


@pytest.fixture(scope="session")
def client_of(account: Callable[[str], Any]) -> Callable[[str], Client]:
    """Return a function from a member of the cast to a browser that is signed in."""

    def signed_in(member: str) -> Client:
        client = Client()
        if member != "visitor":
            client.force_login(account(member), backend="junheng.web.accounts.backend.AccountBackend")
        return client

    return signed_in


@pytest.fixture
def officer() -> Client:
    """Return a browser in which the admissions department is signed in."""
    from junheng.web.accounts.models import Account

    client = Client()
    client.force_login(
        Account.objects.get(username="demo-officer-admissions"),
        backend="junheng.web.accounts.backend.AccountBackend",
    )
    return client


@pytest.fixture
def year() -> int:
    from junheng.web.registry.names import latest

    found = latest()
    assert found is not None
    return found


@pytest.fixture
def own_school() -> str:
    """Return the school of principal, clerk and teacher: the first, whose return is a draft."""
    from junheng.web.registry.names import school_names

    return next(iter(school_names()))


@pytest.fixture
def other_school() -> str:
    """Return a school of nobody in the cast but the other principal."""
    from junheng.web.registry.names import school_names

    return list(school_names())[-1]
