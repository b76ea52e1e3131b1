"""Whatever is asked of the interface, by its document or against it, gets a documented answer, never a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from web_objects import parts
from web_programs import V1, program

_APPLICATION = get_wsgi_application()


def application(environ: Any, start_response: Any) -> list[bytes]:
    """Call the application as a server does: what it opened is closed once the answer is sent."""
    answer = _APPLICATION(environ, start_response)
    try:
        return list(answer)
    finally:
        answer.close()


SCHEMA = schemathesis.openapi.from_wsgi(f"{V1}/openapi.json", application)
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 5


@pytest.fixture
def known(one_of_each: dict[str, Any], year: int, own_school: str) -> dict[str, Any]:
    """Return parts of addresses that lead to something."""
    known = parts(one_of_each, year=year, school=own_school)
    known |= {"kind": "catchments", "settings": {"stage": "primary"}}
    return known | {"applicant": known["number"], "choices": [known["offering"]], "kin": []}


@pytest.fixture
def headers(account: Callable[[str], Any], person: Callable[[str], Any], own_school: str) -> dict[str, str]:
    """Return the header of somebody who may do everything, so that nothing is refused at the gate."""
    from junheng.web.accounts.services import give_post
    from junheng.web.roles import Role

    boss, teacher = account("administrator"), account("teacher").posts.get()
    teacher.delete()
    for role, school, number in (
        (Role.PLANNER, "", ""),
        (Role.CLERK, own_school, ""),
        (Role.PRINCIPAL, own_school, ""),
        (Role.TEACHER, own_school, teacher.teacher),
    ):
        give_post(by=person("administrator"), account=boss, role=role, school=school, teacher=number)
    return {"Authorization": program(account("administrator")).defaults["HTTP_AUTHORIZATION"]}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_is_asked_is_answered_as_documented(
    label: str, known: dict[str, Any], headers: dict[str, str], settings: Any
) -> None:
    settings.LIMITS = {**settings.LIMITS, "program": (10**9, 60)}
    operation = OPERATIONS[label]
    answered = _try(operation, GenerationMode.POSITIVE, known, headers)
    _try(operation, GenerationMode.NEGATIVE, known, headers)
    for mode in GenerationMode:
        _try(operation, mode, {}, headers)
    assert answered & {200, 201, 202, 204, 409}, "nothing got past the first check"


def _try(operation: Any, mode: GenerationMode, known: dict[str, Any], headers: dict[str, str]) -> set[int]:
    """Ask so many times, of what is known where a name fits; return the statuses of the answers."""
    seen = set()

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def ask(case: Any) -> None:
        for part in (case.path_parameters, case.body):
            if isinstance(part, dict):
                part.update({name: known[name] for name in part.keys() & known.keys()})
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        seen.add(response.status_code)

    ask()
    return seen
