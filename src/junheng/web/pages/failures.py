"""What is said of what went wrong, on a page or to a program."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from junheng.text import Text
from junheng.web.api.guard import not_found as not_found_for_programs
from junheng.web.api.problems import is_for_programs, problem
from junheng.web.language import current
from junheng.web.permissions import RULES

_UNREADABLE = Text("请求无法读取", "the request cannot be read")
_FAILED = Text(
    "未保存任何半截内容；如仍出错，请将时间告知系统管理员",
    "nothing was half-saved; if it stays, tell the administrator when it happened",
)

_BUSY = Text(
    "数据库正忙或没有应答，未保存任何半截内容；请稍候再发一次",
    "the database is busy or does not answer, and nothing was half-saved; send it again in a moment",
)
_BUSY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_for_programs(request):
        return problem(request, "bad-request", _UNREADABLE)
    return _bare(400)


def no_right(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "pages/no_right.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_for_programs(request):
        return not_found_for_programs(request)
    return render(request, "pages/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer a failure; where the database was too busy or gone, as what is worth trying again."""
    if isinstance(sys.exception(), OperationalError):
        answer = problem(request, "busy", _BUSY) if is_for_programs(request) else _bare(503)
        answer.headers["Retry-After"] = str(_BUSY_SECONDS)
        return answer
    if is_for_programs(request):
        return problem(request, "failed", _FAILED)
    return _bare(500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that is too old, or whose file was cut off because it is too large."""
    is_too_large = request.META.get("junheng.too_large") == "yes"
    match = request.resolver_match
    is_page = match is not None and match.view_name in RULES and "GET" in RULES[match.view_name].methods
    return render(
        request,
        "pages/form_refused.html",
        {"is_too_large": is_too_large, "is_page": is_page},
        status=413 if is_too_large else 403,
    )


def _bare(code: int) -> HttpResponse:
    """Return a page that asks nothing of the database or the session: they may be what failed."""
    known = {"code": code, "language": current(), "at": timezone.now()}
    return HttpResponse(render_to_string("pages/failed.html", known), status=code)
