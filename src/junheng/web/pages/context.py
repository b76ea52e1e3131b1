"""What every template knows: who asks, in which language, and what the menu offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from junheng.text import Text
from junheng.web.gate import PASSED, person_of
from junheng.web.language import current
from junheng.web.pages.menu import FAMILY_MENU, FAMILY_PAGES, MENU
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
    match = request.resolver_match
    is_family = match is not None and match.view_name in FAMILY_PAGES
    facts = district_facts() if person.is_signed_in or is_family else {}
    return {
        "district": {"name": facts.get("name"), "is_synthetic": facts.get("synthetic") == "yes"},
        "person": person,
        "language": current(),
        "menu": _menu_of(request, is_family=is_family),
    }


def _menu_of(request: HttpRequest, *, is_family: bool) -> list[Entry]:
    if is_family:
        return _menu(request, FAMILY_MENU)
    return _menu(request, MENU) if person_of(request).is_signed_in and not _is_waiting(request) else []


def _is_waiting(request: HttpRequest) -> bool:
    account = request.user
    return bool(account.is_authenticated and not request.session.get(PASSED) and account.has_second_factor)


def _menu(request: HttpRequest, menu: tuple[tuple[Text, str, tuple[str, ...]], ...]) -> list[Entry]:
    here = request.resolver_match.view_name if request.resolver_match is not None else ""
    return [
        Entry(text, reverse(name), here in (name, *more))
        for text, name, more in menu
        if may(person_of(request), name)
    ]
