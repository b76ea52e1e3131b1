"""A document at the desk: the scan beside what the family says, and whether it is accepted or asked for again.

What a family sent is shown as nothing but a picture: its type is told by its bytes, the answer may run and load
nothing, and a PDF is handed out as a file because browsers run programs in theirs.
"""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from junheng.district.columns import label_of
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions import documents, persons
from junheng.web.admissions.models import Document
from junheng.web.admissions.papers import type_of
from junheng.web.admissions.states import OPEN_TO_CHANGE
from junheng.web.admissions.views.applications import facts_shown, found_application, paper_address
from junheng.web.admissions.views.common import head
from junheng.web.gate import person_of
from junheng.web.language import said

_UNKNOWN = ("application/octet-stream", "bin")
_SHUT = "default-src 'none'; sandbox"


def page(request: HttpRequest, pk: int, number: str, kind: str) -> HttpResponse:
    """Show one document beside the facts that it proves."""
    paper = _paper(pk, number, kind)
    found, application = paper.application.round, paper.application
    following = documents.next_unchecked(found, after=paper)
    known = {
        **head(request, found, "admissions:applications"),
        "paper": paper,
        "label": label_of("document", kind),
        "application": application,
        "who": persons.unseal(application.sealed),
        "facts": facts_shown(json.loads(application.values), but=("person", "family", "dwelling")),
        "is_picture": paper.content_type.startswith("image/"),
        "is_open": found.state in OPEN_TO_CHANGE and application.state != "withdrawn",
        "following": None if following is None else paper_address(following),
    }
    return render(request, "admissions/paper.html", known)


def scan(request: HttpRequest, pk: int, number: str, kind: str) -> HttpResponse:
    """Give the bytes of a scan; who looked is written down."""
    paper = _paper(pk, number, kind)
    try:
        content = documents.look(by=person_of(request), document=paper)
    except UsageError as error:
        messages.error(request, said(error.text))
        return redirect("admissions:application", pk, number)
    if content is None:
        raise Http404
    content_type, suffix = type_of(content) or _UNKNOWN
    shown = "inline" if content_type.startswith("image/") else "attachment"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'{shown}; filename="{number}-{kind}.{suffix}"',
            "Content-Security-Policy": _SHUT,
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def check(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Accept a document or ask for it again, and go on to the next where one was looked at."""
    found, application = found_application(pk, number)
    kind, seen = request.POST.get("kind", ""), request.POST.get("seen")
    try:
        documents.check_document(
            by=person_of(request),
            application=application,
            kind=kind,
            is_accepted=request.POST.get("checked") == "yes",
            remark=request.POST.get("remark", ""),
            seen=seen,
        )
    except UsageError as error:
        messages.error(request, said(error.text))
        if seen:
            return redirect("admissions:paper", pk, number, kind)
        return redirect("admissions:application", pk, number)
    messages.success(request, said(Text("已登记", "noted")))
    paper = application.documents.filter(kind=kind).defer("content").first()
    following = documents.next_unchecked(found, after=paper) if seen else None
    if following is not None:
        return redirect(paper_address(following))
    return redirect("admissions:application", pk, number)


def _paper(pk: int, number: str, kind: str) -> Document:
    query = Document.objects.select_related("application__round")
    return get_object_or_404(query, application__round=pk, application__number=number, kind=kind)
