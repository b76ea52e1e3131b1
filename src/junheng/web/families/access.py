"""Coming back to an application without an account: a signed cookie of one hour, and no session in the database."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from junheng.web.admissions.models import HEAVY, Application

COOKIE = "junheng_family"
PATH = "/family/"
SECONDS = 3600
_SALT = "junheng.families"


def let_in(response: HttpResponse, application: Application, *, shows_code: bool = False) -> HttpResponse:
    """Give the browser the cookie of an application.

    Parameters
    ----------
    shows_code
        Whether its page shows the code: right after the application was sent, and only until the cookie is renewed.
    """
    value = signing.dumps({"application": application.pk, "code": shows_code}, salt=_SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=SECONDS,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def let_out(response: HttpResponse) -> HttpResponse:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


def opened(request: HttpRequest) -> tuple[Application, bool] | None:
    """Return the application whose page this browser may see, and whether the page shows the code."""
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    query = Application.objects.select_related("round").defer(*(f"round__{name}" for name in HEAVY))
    try:
        return query.get(pk=value["application"]), bool(value["code"])
    except Application.DoesNotExist:
        return None
