"""Every operation of the interface, as a program of every member of the cast: what the page opens, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web_access import CAST, EXPECTED, arguments
from web_objects import parts
from web_programs import program, programs

from junheng.web.api.obeys import API
from junheng.web.permissions import RULES, answer
from junheng.web.rule import Answer, Scope

CODES = {"sign-in": 401, "no": 403, "absent": 404}


def _operations() -> Iterator[tuple[str, str, str]]:
    for name, verbs in API.items():
        for verb, obeyed in verbs.items():
            whose = ("[own]", "[other]") if RULES[obeyed].scope is Scope.SCHOOL else ("",)
            yield from ((name, verb, one) for one in whose)


@pytest.fixture
def places(
    own_school: str, other_school: str, year: int, one_of_each: dict[str, Any]
) -> Callable[[str, str], dict[str, Any]]:
    known = parts(one_of_each, year=year, school=own_school)

    def kwargs(name: str, whose: str) -> dict[str, Any]:
        school = other_school if whose == "[other]" else own_school
        return {one: {**known, "school": school}[one] for one in arguments(name)}

    return kwargs


@pytest.mark.parametrize(("name", "verb", "whose"), list(_operations()))
def test_a_program_gets_what_its_person_gets_on_the_page(
    name: str,
    verb: str,
    whose: str,
    places: Callable[[str, str], dict[str, Any]],
    account: Callable[[str], Any],
) -> None:
    path = reverse(name, kwargs=places(name, whose))
    expected, found = {}, {}
    client_of = programs(account)
    for member in CAST:
        response = client_of(member).generic(verb, path, b"{}", content_type="application/json")
        assert response.status_code < 500, response.content[:2000]
        said = EXPECTED[f"{API[name][verb]}{whose}", member]
        expected[member] = 401 if member == "visitor" else CODES.get(said, 200)
        found[member] = response.status_code if response.status_code in (401, 403, 404) else 200
    assert found == expected


def test_every_operation_obeys_a_row_that_names_the_same_parts_of_the_address() -> None:
    for name, verbs in API.items():
        for obeyed in verbs.values():
            if RULES[obeyed].scope is not Scope.ALL:
                assert RULES[obeyed].scope.value in arguments(name), name


def test_an_operation_that_changes_something_is_no_get() -> None:
    changing = {name for name, rule in RULES.items() if rule.methods == ("POST",)}
    assert not [name for name, verbs in API.items() if verbs.get("GET") in changing]


def test_a_token_that_only_reads_changes_nothing_whoever_holds_it(
    account: Callable[[str], Any], year: int
) -> None:
    client = program(account("planner"), is_read_only=True)
    assert client.get(f"/api/v1/years/{year}/snapshots").status_code == 200
    refused = client.post(f"/api/v1/years/{year}/snapshots", {"name": "x"}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:junheng:problem:read-only"


def test_a_person_who_loses_a_post_loses_it_for_every_token(account: Callable[[str], Any]) -> None:
    planner = account("planner")
    client = program(planner)
    assert client.get("/api/v1/plans").status_code == 200
    planner.posts.all().delete()
    assert client.get("/api/v1/plans").status_code == 403


def test_a_signed_in_browser_opens_nothing_here(client_of: Callable[[str], Client]) -> None:
    response = client_of("planner").get("/api/v1/years")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_rosters_open_to_programs_as_to_their_persons(account: Callable[[str], Any], year: int) -> None:
    path = f"/api/v1/years/{year}/tables/teachers"
    found = {one: program(account(one)).get(path).status_code for one in ("officer", "inspector", "planner")}
    assert found == {"officer": 404, "inspector": 404, "planner": 200}
    listed = program(account("inspector")).get(f"/api/v1/years/{year}").json()["tables"]
    assert "teachers" not in {one["table"] for one in listed}


def test_the_table_knows_no_role_that_pages_do_not_know(person: Callable[[str], Any]) -> None:
    assert answer(person("parent"), API["api:audit"]["GET"]) is Answer.NO_RIGHT
