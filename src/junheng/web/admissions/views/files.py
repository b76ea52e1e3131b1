"""The bytes of a round: what is frozen, public and decided, for download by the desk."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from junheng.text import Text
from junheng.web.admissions.files import folders_of, zipped
from junheng.web.admissions.models import Folder, Round, RoundFile
from junheng.web.admissions.views.common import found_round, head
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.pages.templatetags.words import moment

_FOLDERS: dict[str, Text] = {
    Folder.FROZEN: Text("封存的轮次（留存教育局）", "the frozen round (stays with the bureau)"),
    Folder.BALLOT: Text("交摇号的名单（留存教育局）", "the list for the lottery (stays with the bureau)"),
    Folder.PUBLIC: Text("公布文件（不含报名号）", "published files (no applicant numbers)"),
    Folder.RESULT: Text(
        "录取结果（含报名号，留存教育局）", "results (with applicant numbers: stay with the bureau)"
    ),
}

_COLUMNS = (
    Column("name", Text("文件", "file")),
    Column("folder", Text("文件夹", "folder")),
    Column("edition", Text("第几次封存", "edition"), "count"),
    Column("state", Text("状态", "state")),
    Column("turn", Text("第几次递补", "refill"), "count"),
    Column("sha256", Text.same("SHA-256")),
    Column("at", Text("写入", "written")),
)
_IN_FORCE, _CALLED_BACK = (
    Mark(Text("现行", "in force"), "ok"),
    Mark(Text("已撤回", "called back"), "none"),
)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    files = found.files.defer("content").order_by("-edition", "folder", "turn", "name")
    table = Listing(
        request,
        name="files",
        title=Text("轮次的文件", "files of the round"),
        columns=_COLUMNS,
        rows=[_row(found, one) for one in files],
        empty=Text(
            "封存名单之后，这里有轮次的全部文件。",
            "Once the list is frozen, every file of the round is here.",
        ),
    )
    known = {**head(request, found, "admissions:files"), "table": table}
    return table.export() if table.wants_export else render(request, "admissions/files.html", known)


def _row(found: Round, one: RoundFile) -> dict[str, Any]:
    is_in_force = one.edition == found.edition and bool(found.frozen_hash)
    return {
        "name": Link(one.name, reverse("admissions:file", args=[found.pk, one.pk])),
        "folder": _FOLDERS[one.folder],
        "edition": one.edition,
        "state": _IN_FORCE if is_in_force else _CALLED_BACK,
        "turn": one.turn or None,
        "sha256": one.sha256,
        "at": moment(one.at),
    }


def one(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    found = get_object_or_404(RoundFile, pk=file, round=pk)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


def folders(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the whole round in the folders that the command line reads: one zip."""
    found = get_object_or_404(Round, pk=pk)
    content = folders_of(found)
    if not content:
        raise Http404
    response = HttpResponse(zipped(content), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-folders.zip"'
    return response
