"""A round of the small example, led through its life by the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from junheng.web.admissions.models import Round

DICE = {"dice": "3 1 4 1 5 2 6 5 3 5"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget what was computed: a test's rows go, and the next one's may get the same keys."""
    from junheng.web.admissions import drawing, files, later, records

    for module in (records, files, drawing, later):
        module.clear_cache()


@pytest.fixture
def example_round() -> Round:
    """Return the round that came with the example: open, a few applications with problems."""
    return Round.objects.get(is_example=True)


@pytest.fixture
def led(person: Callable[[str], Any]) -> Callable[[Round, str], Round]:
    """Return a function that leads a round to a state, as planners do who make no mistake."""

    def lead(found: Round, state: str) -> Round:
        from led_rounds import lead_to

        return lead_to(found, state, by=person("planner"))

    return lead
