"""Letters of an approved exchange plan: all of them for the office, the own one for a teacher."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.report.exchange.letters import school_letters
from junheng.report.exchange.notices import teacher_letters
from junheng.report.paper import file_name
from junheng.web.people.reviews import moves_of, plan_of
from junheng.web.people.views.common import exchange_or_404, own_number
from junheng.web.planning.models import PlanRecord, PlanState
from junheng.web.registry.snapshots import district_of

if TYPE_CHECKING:
    from docx.document import Document

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ZIP = "application/zip"
_TO_TEACHERS = "教师通知.docx"


def bundle(request: HttpRequest, exchange: int) -> HttpResponse:
    """Return every letter of an approved plan: one a school, and those to teachers page by page, to print."""
    plan = _approved(exchange)
    district, made = district_of(plan.snapshot_id), plan_of(plan)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, letter in school_letters(made, district):
            packed.writestr(f"学校/{name}", _bytes(letter))
        packed.writestr(_TO_TEACHERS, _bytes(teacher_letters(made.of(MoveTeacher), district)))
    return _file(out.getvalue(), f"{plan.name}.zip", _ZIP)


def own(request: HttpRequest, exchange: int) -> HttpResponse:
    """Return a teacher's own letter."""
    return _letter(_approved(exchange), own_number(request) or "")


def one(request: HttpRequest, exchange: int, teacher: str) -> HttpResponse:
    """Return the letter to one teacher."""
    return _letter(_approved(exchange), teacher)


def _approved(exchange: int) -> PlanRecord:
    plan = exchange_or_404(exchange)
    if plan.state != PlanState.APPROVED:
        raise Http404
    return plan


def _letter(plan: PlanRecord, teacher: str) -> HttpResponse:
    move = next((one for one in moves_of(plan) if one.teacher == teacher), None)
    if move is None:
        raise Http404
    letter = teacher_letters([move], district_of(plan.snapshot_id))
    return _file(_bytes(letter), file_name(teacher), DOCX)


def _bytes(letter: Document) -> bytes:
    out = io.BytesIO()
    letter.save(out)
    return out.getvalue()


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
