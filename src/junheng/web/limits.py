"""Limits on what visitors may ask: so many requests a window and address, counted by this server in its memory.

No address is kept: it is counted under a keyed hash that is forgotten with its window. A restart forgets all counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.web import vault

View = Callable[..., HttpResponse]


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
        def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
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
    key = f"limit:{what}:{now // seconds}:{vault.fingerprint(whose, purpose='limits')}"
    if cache.add(key, 1, timeout=seconds):
        return 0
    try:
        n = cache.incr(key)
    except ValueError:  # its window ended between the two calls
        return 0
    return 0 if n <= times else seconds - now % seconds


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
