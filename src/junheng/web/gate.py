"""The gate: no view runs unless the table of permissions says yes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from junheng.web.accounts.models import Account
from junheng.web.api.guard import admit
from junheng.web.api.obeys import API
from junheng.web.permissions import RULES, answer
from junheng.web.roles import VISITOR, Person
from junheng.web.rule import Answer

_LARGEST_KEY = 2**63 - 1
PASSED = "second_factor_passed"
"""In the session: the one-time code was entered, or a passkey has signed."""
WANTED = "wanted"
"""In the session: the page that was asked for before signing in, for when the second factor was passed."""


class Gate:
    """Asks the table, then lets the view run."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if person_of(request).is_signed_in:
            # Records must not stay in a shared computer's cache after its user has left.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        _refuse_impossible(request, kwargs)
        if name in API:
            return admit(request, name, kwargs)
        rule = RULES[name]
        person = person_of(request)
        said = answer(person, name, kwargs)
        if said is Answer.NOT_THERE:
            raise Http404
        if said is Answer.SIGN_IN:
            return _to_sign_in(request)
        if not rule.before_second_factor and person.is_signed_in:
            step = _next_step(request)
            if step is not None:
                return redirect(step)
        if said is Answer.NO_RIGHT:
            return render(request, "pages/no_right.html", status=403)
        if request.method not in (*rule.methods, "HEAD"):
            page = render(request, "pages/not_this_way.html")
            return HttpResponseNotAllowed(rule.methods, content=page.content)
        return None


def _refuse_impossible(request: HttpRequest, kwargs: Mapping[str, Any]) -> None:
    """Answer what no record can have with "not there", before a database is asked that cannot even hold it."""
    if any(isinstance(one, int) and one > _LARGEST_KEY for one in kwargs.values()):
        raise Http404
    if any("\x00" in str(one) for one in kwargs.values()) or "%00" in request.META.get("QUERY_STRING", ""):
        raise Http404


def person_of(request: HttpRequest) -> Person:
    """Return who asks; read once a request."""
    known = getattr(request, "person", None)
    if known is None:
        account = getattr(request, "user", None)
        known = VISITOR if account is None or not account.is_authenticated else account.person()
        request.person = known  # type: ignore[attr-defined]
    return known


def account_of(request: HttpRequest) -> Account:
    """Return the account of whoever asks for a page that is only for those who are signed in."""
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 - the table lets nobody else in
    return account


def _next_step(request: HttpRequest) -> str | None:
    """Return the page that an account must see first: its one-time code, or a new password."""
    account = request.user
    if not isinstance(account, Account):
        return None
    has_second_factor = account.has_second_factor
    if has_second_factor and not request.session.get(PASSED):
        return reverse("accounts:second_factor")
    if not has_second_factor and settings.SECOND_FACTOR_REQUIRED and account.needs_second_factor:
        return reverse("accounts:enrol_second_factor")
    if account.must_change_password and request.path != reverse("accounts:password"):
        return reverse("accounts:password")
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    asked: dict[str, str] = {}
    if request.method != "GET":
        asked = _unsaved(request)
    elif request.path != "/":
        asked = {"next": request.get_full_path()}
    address = reverse("accounts:sign_in") + (f"?{urlencode(asked)}" if asked else "")
    if request.headers.get("HX-Request"):
        # A part of a page cannot show the sign-in page inside itself.
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _unsaved(request: HttpRequest) -> dict[str, str]:
    """Return what the sign-in page is told of a form that came too late: that it is lost, and where it stood."""
    if request.path == reverse("accounts:sign_out"):
        return {}
    came_from = urlsplit(request.headers.get("Referer", ""))
    return {"unsaved": "yes", "next": came_from._replace(scheme="", netloc="", fragment="").geturl() or "/"}


def url_names() -> list[str]:
    """Return the full name of every URL."""
    return sorted(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += _names(pattern.url_patterns, inner)
        else:
            found.append(f"{prefix}{pattern.name}")
    return found


@register()
def every_url_has_a_rule(**_: object) -> list[Error]:
    """Refuse to start with a URL that the table does not know, or a row without a URL."""
    names = set(url_names())
    known = RULES.keys() | API.keys()
    return [
        *(
            Error(f"the URL {name} has no row in junheng.web.permissions", id="junheng.E001")
            for name in sorted(names - known)
        ),
        *(Error(f"the rule {name} has no URL", id="junheng.E002") for name in sorted(known - names)),
        *(
            Error(f"{name} obeys {obeyed}, which is no row", id="junheng.E003")
            for name, verbs in API.items()
            for obeyed in verbs.values()
            if obeyed not in RULES
        ),
    ]
