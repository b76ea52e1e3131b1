"""Pages about the interface: the OpenAPI document, and the same for people to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.text import Text
from junheng.web.api.document import as_text, operations
from junheng.web.api.problems import PREFIX
from junheng.web.listing import Column, Listing

_COLUMNS = (
    Column("address", Text("地址", "address")),
    Column("verb", Text("方法", "verb")),
    Column("what", Text("用途", "what for")),
    Column("obeys", Text("权限同", "who may, as for")),
    Column("takes", Text("参数", "takes")),
)


def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(as_text(), content_type="application/json")


def docs(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "address": one.address.removeprefix(PREFIX.rstrip("/")),
            "verb": one.verb,
            "what": one.what,
            "obeys": one.obeys,
            "takes": ", ".join(one.takes) or None,
        }
        for one in operations()
    ]
    table = Listing(request, name="operations", title=Text("操作", "operations"), columns=_COLUMNS, rows=rows)
    if table.wants_export:
        return table.export()
    return render(request, "api/docs.html", {"table": table, "server": request.build_absolute_uri("/")})
