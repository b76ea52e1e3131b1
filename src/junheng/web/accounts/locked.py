"""What someone sees who typed a wrong password too often."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None, *_: Any, **__: Any
) -> HttpResponse:
    """Return the page; it says the same whether the account exists or not."""
    return render(request, "accounts/locked.html", status=429)
