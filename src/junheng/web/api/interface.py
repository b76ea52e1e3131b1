"""The operations put together, what is answered when one fails, and the OpenAPI document of all of it."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from junheng.errors import InputError, JunhengError
from junheng.text import Text
from junheng.web.api.guard import not_found
from junheng.web.api.operations import (
    account,
    applications,
    audit,
    exchanges,
    forecasts,
    lookup,
    measures,
    placed,
    plans,
    proposals,
    records,
    returns,
    rounds,
    wishes,
    years,
)
from junheng.web.api.operations.settings import NotValidError
from junheng.web.api.problems import PREFIX, problem

_TOO_LARGE = Text(
    "请求或文件过大；文件不得超过 40 MB", "the request or file is too large; a file is 40 MB at most"
)
_NOT_VALID = Text("请改正 errors 所列各项", "mend what `errors` lists")


class Renderer(JSONRenderer):
    """JSON with Chinese as it is, and no number that is none."""

    json_dumps_params = {"ensure_ascii": False, "allow_nan": False}  # noqa: RUF012 - as the library declares it


api = NinjaAPI(
    title="均衡 Junheng",
    version="1",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    renderer=Renderer(),
)
_ROUTERS = tuple(
    one.router
    for one in (
        account,
        records,
        years,
        measures,
        forecasts,
        returns,
        plans,
        proposals,
        wishes,
        exchanges,
        rounds,
        applications,
        placed,
        lookup,
        audit,
    )
)
for _router in _ROUTERS:
    api.add_router("", _router)


def patterns() -> list[URLPattern | URLResolver]:
    """Return the addresses of the operations, without the library's own root page."""
    return [one for one in api.urls[0] if getattr(one, "name", None) != "api-root"]


def url_names() -> dict[str, str]:
    """Return the URL name of every address as the document writes it: without the types of its parts."""
    return {
        re.sub(r"\{\w+:", "{", path): str(view.url_name)
        for router in _ROUTERS
        for path, view in router.path_operations.items()
    }


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix=PREFIX))


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Exception) -> HttpResponse:
    return not_found(request)


@api.exception_handler(JunhengError)
def _not_now(request: HttpRequest, error: JunhengError) -> HttpResponse:
    problems = error.problems if isinstance(error, InputError) else ()
    return problem(request, "not-now", error.text, problems=problems)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, "too-large", _TOO_LARGE)


@api.exception_handler(NotValidError)
def _not_valid(request: HttpRequest, error: NotValidError) -> HttpResponse:
    errors = [{"field": name, "messages": list(found)} for name, found in error.errors.items()]
    return problem(request, "not-valid", _NOT_VALID, errors=errors)


@api.exception_handler(ValidationError)
def _not_of_its_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if request.META.get("junheng.too_large"):
        return problem(request, "too-large", _TOO_LARGE)
    errors = [
        {"field": ".".join(str(part) for part in one["loc"]), "messages": [one["msg"]]}
        for one in error.errors
    ]
    return problem(request, "not-valid", _NOT_VALID, errors=errors)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, "bad-request", Text.same(error.message))
