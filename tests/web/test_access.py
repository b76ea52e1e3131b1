"""Every page and action, as every member of the cast: what the table opens is what people get, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from web_access import CAST, EXPECTED, arguments
from web_objects import parts

from junheng.web.api.obeys import API
from junheng.web.gate import every_url_has_a_rule, url_names
from junheng.web.permissions import RULES, answer
from junheng.web.roles import BUREAU, Department, Held, Person, Role
from junheng.web.rule import Answer, Scope

ROWS = sorted({row for row, _ in EXPECTED})
QUERIES: dict[str, Callable[[str], str]] = {
    name: lambda school: "?" + urlencode({"key": json.dumps([school])})
    for name in ("registry:row", "registry:edit", "registry:remove")
} | {"families:home": lambda school: "?home=H0001"}


@pytest.fixture
def places(
    own_school: str, other_school: str, year: int, one_of_each: dict[str, Any]
) -> Callable[[str], Any]:
    """Return a function from a row of the golden file to the arguments of its address."""

    def kwargs(row: str) -> tuple[str, dict[str, Any]]:
        name, _, whose = row.partition("[")
        wanted = arguments(name)
        known = parts(one_of_each, year=year, school=other_school if whose == "other]" else own_school)
        return name, {argument: known[argument] for argument in wanted}

    return kwargs


@pytest.mark.parametrize("row", ROWS)
def test_each_of_the_cast_gets_what_the_golden_table_says(
    row: str, places: Callable[[str], Any], client_of: Callable[[str], Client], own_school: str
) -> None:
    name, kwargs = places(row)
    path = reverse(name, kwargs=kwargs) + QUERIES.get(name, lambda school: "")(own_school)
    verb = RULES[name].methods[0]
    found = {member: _outcome(client_of(member), verb, path) for member in CAST}
    assert found == {member: EXPECTED[row, member] for member in CAST}


def test_the_golden_table_has_every_page_for_ones_own_and_for_another_school() -> None:
    wanted = set()
    for name, rule in RULES.items():
        wanted |= {f"{name}[own]", f"{name}[other]"} if rule.scope is Scope.SCHOOL else {name}
    assert set(ROWS) == wanted


def test_every_url_has_a_rule_and_every_rule_a_url() -> None:
    assert every_url_has_a_rule() == []
    assert set(url_names()) == set(RULES) | set(API)


def test_an_url_with_a_school_in_it_is_tied_to_that_school() -> None:
    loose = [name for name in RULES if "school" in arguments(name) and RULES[name].scope is not Scope.SCHOOL]
    assert loose == []


def test_a_post_opens_its_own_school_only_for_its_own_role() -> None:
    both = Person(1, "x", (Held(Role.TEACHER, frozenset({"A"})), Held(Role.CLERK, frozenset({"B"}))))
    assert answer(both, "registry:return_upload", {"year": 2026, "school": "B"}) is Answer.YES
    assert answer(both, "registry:return_upload", {"year": 2026, "school": "A"}) is Answer.NOT_THERE


def test_a_planner_who_is_also_a_clerk_files_for_the_clerks_school_alone() -> None:
    both = Person(1, "x", (Held(Role.PLANNER), Held(Role.CLERK, frozenset({"B"}))))
    assert answer(both, "registry:return_upload", {"year": 2026, "school": "A"}) is Answer.NOT_THERE
    assert answer(both, "registry:return", {"year": 2026, "school": "A"}) is Answer.YES


def test_a_role_of_a_school_without_any_school_opens_nothing() -> None:
    assert (
        answer(Person(1, "x", (Held(Role.GROUP_LEAD),)), "registry:return", {"school": "A"})
        is Answer.NOT_THERE
    )


def test_someone_without_any_post_opens_only_the_own_account() -> None:
    nobody = Person(1, "x")
    opened = {name for name, rule in RULES.items() if rule.roles != frozenset() and rule.roles is not None}
    kwargs = {"school": "A", "year": 2026}
    assert {name for name in opened if answer(nobody, name, kwargs) is not Answer.NO_RIGHT} == set()


def test_bureau_roles_are_those_without_a_school() -> None:
    assert {Role.PRINCIPAL, Role.CLERK, Role.TEACHER, Role.GROUP_LEAD, Role.PARENT} & BUREAU == set()
    assert set(Department) == {"staff", "admissions", "building", "quality", "funds"}


def _outcome(client: Client, verb: str, path: str) -> str:
    response = client.generic(verb, path) if verb == "GET" else client.post(path, {})
    if response.status_code == 302 and response.headers["Location"].startswith("/accounts/sign-in/"):
        return "sign-out" if path == "/accounts/sign-out/" else "sign-in"
    if response.status_code == 403:
        return "no"
    if response.status_code == 404:
        return "absent"
    assert response.status_code < 500, response.content[:2000]
    return "yes"


def test_rosters_open_to_the_staff_department_and_planners_alone(
    client_of: Callable[[str], Client], year: int
) -> None:
    from junheng.web.accounts.models import Account

    path = reverse("registry:table", args=[year, "teachers"])
    staff = Client()
    staff.force_login(
        Account.objects.get(username="demo-officer-staff"),
        backend="junheng.web.accounts.backend.AccountBackend",
    )
    found = {
        member: client_of(member).get(path).status_code for member in ("officer", "inspector", "planner")
    }
    assert found == {"officer": 404, "inspector": 404, "planner": 200}
    assert staff.get(path).status_code == 200
    assert (
        "tables/teachers/"
        not in client_of("inspector").get(reverse("registry:year", args=[year])).content.decode()
    )


def test_every_table_about_persons_is_on_the_list_of_such_tables() -> None:
    from junheng.district.columns import tables
    from junheng.web.permissions import PERSONAL_TABLES

    persons = {"teacher", "leader", "applicant", "family"}
    assert {name for name, one in tables().items() if persons & set(one.key)} == set(PERSONAL_TABLES)


@pytest.mark.parametrize(
    ("table", "department"), [("leaders", Department.STAFF), ("applicants", Department.ADMISSIONS)]
)
def test_a_table_about_persons_opens_to_its_own_department(table: str, department: Department) -> None:
    kwargs = {"year": 2026, "table": table}
    opened = {
        one
        for one in Department
        if answer(Person(1, "x", (Held(Role.OFFICER, department=one),)), "registry:table", kwargs)
        is Answer.YES
    }
    assert opened == {department}
