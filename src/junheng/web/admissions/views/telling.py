"""What the office takes along to tell families and schools."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from junheng.errors import UsageError
from junheng.web.admissions import telling
from junheng.web.admissions.models import Round
from junheng.web.admissions.views.common import found_round
from junheng.web.gate import person_of
from junheng.web.language import current, said
from junheng.web.listing import XLSX


def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the workbook of families to tell."""
    found, by = found_round(pk), person_of(request)
    return _sent(
        request,
        found,
        lambda: telling.contacts(by=by, found=found, where=_where(request), language=current()),
        kind=XLSX,
        name=f"{found.code}-通知名单.xlsx",
    )


def by_schools(request: HttpRequest, pk: int) -> HttpResponse:
    """Give each school's new pupils and the letters to print."""
    found, by = found_round(pk), person_of(request)
    return _sent(
        request,
        found,
        lambda: telling.by_schools(by=by, found=found, where=_where(request), language=current()),
        kind="application/zip",
        name=f"{found.code}-各校名册与通知书.zip",
    )


def _where(request: HttpRequest) -> str:
    """Return the address of the pages for families: as the public knows it, else as the officer does."""
    address: str = settings.PLACE.public_url + reverse("families:start")
    return request.build_absolute_uri(address)


def _sent(
    request: HttpRequest, found: Round, made: Callable[[], bytes], *, kind: str, name: str
) -> HttpResponse:
    try:
        content = made()
    except UsageError as error:
        messages.error(request, said(error.text))
        return redirect("admissions:results", found.pk)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
