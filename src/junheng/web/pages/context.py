"""What every template knows: who asks, in which language, and what the menu offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from junheng.text import Text
from junheng.web.gate import PASSED, person_of
from junheng.web.language import current
from junheng.web.pages.menu import MENU
from junheng.web.permissions import may
from junheng.web.registry.names import district_facts


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu."""

    text: Text
    href: str
    is_here: bool


def around(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs."""
    person = person_of(request)
    facts = district_facts() if person.is_signed_in else {}
    return {
        "district": {"name": facts.get("name"), "is_synthetic": facts.get("synthetic") == "yes"},
        "person": person,
        "language": current(),
        "menu": _menu(request) if person.is_signed_in and not _is_waiting(request) else [],
    }


def _is_waiting(request: HttpRequest) -> bool:
    account = request.user
    return bool(account.is_authenticated and account.has_second_factor and not request.session.get(PASSED))


def _menu(request: HttpRequest) -> list[Entry]:
    here = request.resolver_match.view_name if request.resolver_match is not None else ""
    return [
        Entry(text, reverse(name), here in (name, *more))
        for text, name, more in MENU
        if may(person_of(request), name)
    ]
