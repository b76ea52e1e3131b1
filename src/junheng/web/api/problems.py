"""What went wrong, as RFC 9457 problem details, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse

from junheng.errors import Problem
from junheng.text import Language, Text

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/v1/"

TITLES: dict[str, tuple[int, Text]] = {
    "bad-request": (400, Text("请求有误", "the request cannot be read")),
    "no-token": (401, Text("需要令牌", "a token is needed")),
    "bad-token": (401, Text("令牌无效", "the token opens nothing")),
    "no-right": (403, Text("没有权限", "no right")),
    "read-only": (403, Text("令牌只读", "the token only reads")),
    "account-not-ready": (403, Text("账号尚未就绪", "the account is not ready")),
    "not-found": (404, Text("没有此项", "there is no such thing")),
    "wrong-method": (405, Text("方法不允许", "the address does not answer to this verb")),
    "not-now": (409, Text("现在不能这样做", "that cannot be done now")),
    "too-large": (413, Text("过大", "too large")),
    "not-valid": (422, Text("内容不合要求", "the content is not valid")),
    "too-often": (429, Text("请求过于频繁", "too many requests")),
    "failed": (500, Text("服务器出错", "the server failed")),
    "busy": (503, Text("服务器正忙", "the server is busy")),
}
"""By the code at the end of ``type``."""


def language_of(request: HttpRequest) -> Language:
    """Return the language that the program prefers; Chinese if it does not say."""
    return "en" if request.headers.get("Accept-Language", "").strip().lower().startswith("en") else "zh"


def problem(
    request: HttpRequest,
    code: str,
    detail: Text,
    *,
    problems: Iterable[Problem] = (),
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Return the answer.

    Parameters
    ----------
    code
        A name of `TITLES`.
    detail
        What is wrong this time and how to mend it.
    problems
        Of a workbook or plan, with sheet, row and column.
    errors
        Of single fields of the request: where, and what is wrong.
    """
    status, title = TITLES[code]
    language = language_of(request)
    content = {
        "type": f"urn:junheng:problem:{code}",
        "title": title.in_(language),
        "status": status,
        "detail": detail.in_(language),
        "title_in": title._asdict(),
        "detail_in": detail._asdict(),
        "problems": [one.as_dict() for one in problems],
        "errors": list(errors),
    }
    response = JsonResponse(
        content, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    response.headers["Content-Language"] = "en" if language == "en" else "zh-hans"
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def is_for_programs(request: HttpRequest) -> bool:
    """Say whether a failure is answered to a program, and not on a page."""
    return request.path.startswith(PREFIX)
