"""An open round of the example, and a family that fills in its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from web_families import filled_in, make_round


@pytest.fixture
def found(account: Callable[[str], Any], year: int) -> Any:
    """Return a round of the first grade that takes applications."""
    return make_round(account("planner").person(), year)


@pytest.fixture
def typed(found: Any) -> dict[str, str]:
    """Return a form that is filled in without a mistake."""
    return filled_in(found)


@pytest.fixture
def send(found: Any) -> Callable[..., Any]:
    """Return a function that sends the form, from a browser that the family has for itself if none is given."""

    def sent(typed: dict[str, Any], client: Client | None = None, **more: Any) -> Any:
        return (client or Client()).post(f"/family/apply/{found.code}/", {**typed, **more})

    return sent
