"""Chinese first, English by a switch: kept with the account, or in a cookie for those without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import lazystr

from junheng.text import Language, Text

COOKIE = "junheng_language"
_DJANGO: dict[Language, str] = {"zh": "zh-hans", "en": "en"}


def current() -> Language:
    """Return the language of this request."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def said(text: Text) -> str:
    """Return the wording in the language of this request."""
    return text.in_(current())


class Later:
    """A wording that is chosen when it is shown: labels of forms are made before anyone asks for a page."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __str__(self) -> str:
        return said(self.text)


def say(zh: str, en: str) -> str:
    """Return a wording in two languages that is chosen when it is shown."""
    return cast(str, lazystr(Later(Text(zh, en))))


class LanguageMiddleware:
    """Chooses the language of a request: of the account, else of the cookie, else Chinese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _DJANGO[_language(request)]
        with translation.override(chosen):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response


def _language(request: HttpRequest) -> Language:
    account = getattr(request, "user", None)
    wanted = (
        account.language if account is not None and account.is_authenticated else request.COOKIES.get(COOKIE)
    )
    return "en" if wanted == "en" else "zh"
