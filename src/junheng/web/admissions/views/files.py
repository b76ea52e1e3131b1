"""The bytes of a round: what is frozen, public and decided, for download by the desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from junheng.text import Text
from junheng.web.admissions.files import zipped
from junheng.web.admissions.models import Folder, Round, RoundFile
from junheng.web.admissions.views.common import found_round, head

_FOLDERS: dict[str, Text] = {
    Folder.FROZEN: Text("封存的轮次（留存教育局）", "the frozen round (stays with the bureau)"),
    Folder.BALLOT: Text("交摇号的名单（留存教育局）", "the list for the lottery (stays with the bureau)"),
    Folder.PUBLIC: Text("公布文件（不含报名号）", "published files (no applicant numbers)"),
    Folder.RESULT: Text(
        "录取结果（含报名号，留存教育局）", "results (with applicant numbers: stay with the bureau)"
    ),
}


def page(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    files = list(found.files.defer("content").order_by("-edition", "folder", "turn", "name"))
    editions = sorted({one.edition for one in files}, reverse=True)
    known = {
        **head(request, found, "admissions:files"),
        "editions": [
            (
                edition,
                [
                    (text, folder, [one for one in files if one.edition == edition and one.folder == folder])
                    for folder, text in _FOLDERS.items()
                    if any(one.edition == edition and one.folder == folder for one in files)
                ],
            )
            for edition in editions
        ],
    }
    return render(request, "admissions/files.html", known)


def one(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    found = get_object_or_404(RoundFile, pk=file, round=pk)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


def folders(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the whole round in the folders that the command line reads: one zip."""
    found = get_object_or_404(Round, pk=pk)
    files = found.files.filter(edition=found.edition)
    if not files.exists():
        raise Http404
    content = {
        f"{one.folder}{f'-{one.turn}' if one.folder == Folder.RESULT and one.turn else ''}/{one.name}": bytes(
            one.content
        )
        for one in files
    }
    response = HttpResponse(zipped(content), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-folders.zip"'
    return response
