"""What everybody may see of a round: rules from the opening, the commitment before the draw, results after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from junheng.district.columns import label_of
from junheng.text import Text
from junheng.web.admissions.files import LISTED_IN_PUBLIC, files_of, zipped
from junheng.web.admissions.freezing import sources_of
from junheng.web.admissions.models import Folder, Round, RoundState
from junheng.web.admissions.records import rules_of
from junheng.web.admissions.states import STATES, TONES
from junheng.web.admissions.views.common import title_of
from junheng.web.admissions.wording import classes_in_words, reserves_in_words
from junheng.web.limits import limited
from junheng.web.listing import Column, Link, Listing, Mark

_BEFORE_DRAW = frozenset({"commitment.json", "applications.csv", "rules.json", "verify.py"})
_FILES = (
    Column("name", Text("文件", "file")),
    Column("what", Text("是什么", "what it is")),
    Column("bytes", Text("字节", "bytes"), "count"),
)
_HIDDEN = (RoundState.DRAFT,)


@limited("lookup")
def listing(request: HttpRequest) -> HttpResponse:
    rounds = [
        {
            "title": title_of(one),
            "stage": label_of("stage", one.stage),
            "state": Mark(_said_in_public(one), TONES[one.state]),
            "round": one,
        }
        for one in Round.objects.exclude(state__in=_HIDDEN).defer("secret", "findings")
    ]
    return render(request, "admissions/public_list.html", {"rounds": rounds})


@limited("lookup")
def one(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(slug)
    own = rules_of(found.rules)
    files = public_files(found)
    table = _files(request, found, files)
    known: dict[str, Any] = {
        "round": found,
        "title_of_round": own.title,
        "rules": own,
        "stage_text": label_of("stage", found.stage),
        "state": Mark(_said_in_public(found), TONES[found.state]),
        "sectors": [(_SECTORS[sector], classes_in_words(own_)) for sector, own_ in own.classes.items()],
        "reserves": reserves_in_words(own),
        "files": table,
        "sources": sources_of(found) if found.is_committed else [],
        "is_published": found.state == RoundState.PUBLISHED,
        "is_open": found.takes_applications(timezone.now()),
        "edition": found.edition,
        "values": _values(found) if found.state == RoundState.PUBLISHED else [],
    }
    return table.export() if table.wants_export else render(request, "admissions/public.html", known)


def _files(request: HttpRequest, found: Round, files: Mapping[str, bytes]) -> Listing:
    rows = [
        {
            "name": Link(name, reverse("admissions:public_file", args=[found.code, name])),
            "what": LISTED_IN_PUBLIC.get(name) or _later(name),
            "bytes": len(content),
        }
        for name, content in files.items()
    ]
    title = Text("公布的文件", "published files")
    return Listing(request, name="files", title=title, columns=_FILES, rows=rows)


def _values(found: Round) -> list[tuple[str, str]]:
    """Return what each source of the seed gave."""
    values = json.loads(found.values)
    return [(source.what, values.get(source.id, "")) for source in sources_of(found)]


_SECTORS = {"public": Text("公办学校", "public schools"), "private": Text("民办学校", "private schools")}


@limited("lookup")
def file(request: HttpRequest, slug: str, file_name: str) -> HttpResponse:
    """Give one published file as it is; browsers keep it and never run it."""
    files = public_files(_found(slug))
    if file_name not in files:
        raise Http404
    response = HttpResponse(files[file_name], content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@limited("lookup")
def every_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Give everything that is published of a round in one zip: what the verifier takes."""
    found = _found(slug)
    files = public_files(found)
    if not files:
        raise Http404
    response = HttpResponse(zipped(files), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.zip"'
    return response


def public_files(found: Round) -> dict[str, bytes]:
    """Return what is public at this moment: nothing before the commitment, no result before the publication."""
    if not found.is_committed:
        return {}
    files = files_of(found, Folder.PUBLIC)
    if found.state == RoundState.PUBLISHED:
        return files
    return {name: content for name, content in files.items() if name in _BEFORE_DRAW}


def _found(code: str) -> Round:
    return get_object_or_404(Round.objects.exclude(state__in=_HIDDEN), code=code)


def _said_in_public(found: Round) -> Text:
    """Return the state as it is said outside: what the bureau has drawn but not checked is not yet a result."""
    if found.state in (RoundState.DRAWN, RoundState.VERIFIED):
        return Text("摇号后核验中", "drawn, being verified")
    return STATES[found.state]


def _later(name: str) -> Text:
    """Return what a file of a refill is."""
    if name.startswith("published-"):
        return Text("递补后的结果，按回执", "results after a refill, by receipt")
    if name.startswith("refill-"):
        return Text("递补前退出的回执", "receipts that left before a refill")
    return Text("递补结果（供核验程序）", "results of a refill, for the verifier")
