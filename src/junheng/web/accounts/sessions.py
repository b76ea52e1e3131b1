"""Rules of a session: it ends twelve hours after signing in, and after two hours in which nothing was opened."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

STARTED = "started"
SEEN = "seen"
_EVERY_SECONDS = 60


class SessionRules:
    """Signs out a session that is too old or was left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            seen = request.session.setdefault(SEEN, now)
            if now - started > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen > _EVERY_SECONDS and not request.headers.get("HX-Request"):
                # A page that asks for progress by itself does not mean that somebody sits there.
                request.session[SEEN] = now
        return self.get_response(request)
