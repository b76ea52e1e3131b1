"""Limits on visitors: so many requests a window and address, whichever process answers.

A process counts in its memory, and adds to the count of all in the database once in a twentieth of the limit, so that
a family's few look-ups write nothing; n processes let through at most n twentieths more. No address is kept: it is
counted under a keyed hash that goes with its window.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from junheng.web import vault
from junheng.web.counts.models import add

View = Callable[..., HttpResponseBase]
_STEPS = 20
"""Times at which a process that comes to the limit by itself tells the others."""


def limited(what: str, *methods: str) -> Callable[[View], View]:
    """Answer 429 to an address that asked more often than ``settings.LIMITS[what]``, a pair of times and seconds.

    Parameters
    ----------
    what
        Name of the limit; views that share it are counted together.
    methods
        Verbs that count; GET if none are named.
    """
    counted = methods or ("GET",)

    def wrap(view: View) -> View:
        @wraps(view)
        def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in counted:
                wait = asked(what, client_address(request))
                if wait:
                    page = render(request, "pages/too_often.html", {"wait": wait}, status=429)
                    page.headers["Retry-After"] = str(wait)
                    return page
            return view(request, *args, **kwargs)

        return within

    return wrap


def asked(what: str, whose: str) -> int:
    """Count one request; return 0, or after how many seconds one may ask again."""
    times, seconds = settings.LIMITS[what]
    now = int(time.time())
    key = f"{what}:{now // seconds}:{vault.fingerprint(whose, purpose='limits')}"
    step = max(1, times // _STEPS)
    since = _count(key, seconds) % step
    if since == 0:
        cache.set(f"all:{key}", add(key, step, now=now, ends_at=now - now % seconds + seconds), seconds)
    n = cache.get(f"all:{key}", 0) + since
    return 0 if n <= times else seconds - now % seconds


def _count(key: str, seconds: int) -> int:
    """Count one request in the memory of this process."""
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # its window ended between the two calls
        return 1


def client_address(request: HttpRequest) -> str:
    """Return who asks: the other end of the connection, or what our own proxies say that they saw.

    Each proxy adds the address that it saw to the end of ``X-Forwarded-For``. With n proxies of our own the nth entry
    from the end is the family's; what stands before it anybody may have written.
    """
    own = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return own
    seen = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    return seen[-settings.PROXIES] if len(seen) >= settings.PROXIES else own
