"""Pages for what went wrong; they need no database, so that they work when it does not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "pages/failed.html", {"code": 400}, status=400)


def no_right(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "pages/no_right.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "pages/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/failed.html", {"code": 500}, status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that is too old, or whose file was cut off because it is too large."""
    is_too_large = request.META.get("junheng.too_large") == "yes"
    return render(
        request,
        "pages/form_refused.html",
        {"is_too_large": is_too_large},
        status=413 if is_too_large else 403,
    )
