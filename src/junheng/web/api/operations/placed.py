"""What became of a round: places, letters, what happens after the publication, refills, files."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.responses import Status

from junheng.admission.rounds.tables import named_row
from junheng.text import Text
from junheng.web.admissions import freezing, later
from junheng.web.admissions.files import folders_of, zipped
from junheng.web.admissions.forms.later import LaterForm
from junheng.web.admissions.models import LaterEvent, LaterKind, RoundFile
from junheng.web.admissions.notices import latest_notice
from junheng.web.admissions.states import DECIDED
from junheng.web.admissions.views.common import found_round
from junheng.web.api import admission_shapes as shapes
from junheng.web.api.operations.applications import found_application
from junheng.web.api.operations.asking import by
from junheng.web.api.operations.rounds import ONE
from junheng.web.api.operations.settings import refuse_form
from junheng.web.api.shapes import words

router = Router(tags=["admissions"])
_ZIP = "application/zip"


@router.get(
    f"{ONE}/results",
    url_name="round_results",
    response=list[shapes.ChildOut],
    summary="Who got which place, as the round stands; none before the draw is verified · 录取结果",
)
def results(request: HttpRequest, round_id: int) -> list[shapes.ChildOut]:
    found = found_round(round_id)
    if found.state not in DECIDED:
        return []
    result, _ = later.standing(found)
    rows = [named_row(row, result) for row in result.children.iter_rows(named=True)]
    return [
        shapes.ChildOut(
            number=row["applicant"],
            status=row["status"],
            school=row["school"],
            choice=row["rank"],
            by_class=row["class"],
            reserve=row["reserve"],
            draw=row["draw"],
        )
        for row in rows
    ]


@router.get(
    f"{ONE}/letters/{{str:number}}",
    url_name="round_letter",
    response=shapes.LetterOut,
    summary="What a family is told, and its receipt · 一户的通知",
)
def letter(request: HttpRequest, round_id: int, number: str) -> shapes.LetterOut:
    application = found_application(round_id, number)
    told = latest_notice(application)
    if told is None:
        raise Http404
    drawn_as = application.drawn_as
    salt, receipt = freezing.salt_and_receipt(application.round, drawn_as) if drawn_as else ("", "")
    return shapes.LetterOut(
        number=number,
        status=told.status,
        refill=told.turn,
        lines=[words(Text(**line)) for line in json.loads(told.lines)],
        drawn_as=drawn_as,
        salt=salt,
        receipt=receipt,
    )


@router.get(
    f"{ONE}/later",
    url_name="round_later",
    response=list[shapes.LaterOut],
    summary="What happened after the publication · 摇号之后的登记",
)
def log(request: HttpRequest, round_id: int) -> list[shapes.LaterOut]:
    return [_entry(one) for one in found_round(round_id).later.all()]


@router.post(
    f"{ONE}/later",
    url_name="round_later",
    response={201: shapes.LaterOut},
    summary="Enter what happens: withdrawals, enrolments, changed lists, places · 登记退出、改报、加学位",
)
def note(request: HttpRequest, round_id: int, given: shapes.LaterIn) -> Status[shapes.LaterOut]:
    entered = given.model_dump(exclude={"entry", "why"})
    refuse_form(
        LaterForm({**entered, "choices": " ".join(given.choices), "kind": given.entry, "why": given.why})
    )
    made = later.note(
        by=by(request), found=found_round(round_id), kind=LaterKind(given.entry), reason=given.why, **entered
    )
    return Status(201, _entry(made))


@router.post(
    f"{ONE}/applications/{{str:number}}/enter",
    url_name="application_enter",
    response={201: shapes.LaterOut},
    summary="Enter a late application into the log · 登记补报",
)
def enter_late(
    request: HttpRequest, round_id: int, number: str, given: shapes.WhyIn
) -> Status[shapes.LaterOut]:
    application = found_application(round_id, number)
    if not application.is_late:
        raise Http404
    return Status(201, _entry(later.enter_late(by=by(request), application=application, reason=given.why)))


@router.post(
    f"{ONE}/refill",
    url_name="round_refill",
    response={202: None},
    summary="Refill and publish; a job does it · 递补",
)
def refill(request: HttpRequest, round_id: int, given: shapes.WhyIn) -> Status[None]:
    later.ask_refill(by=by(request), found=found_round(round_id), reason=given.why)
    return Status(202, None)


@router.get(
    f"{ONE}/files",
    url_name="round_files",
    response=list[shapes.FileOut],
    summary="Files of a round, of every edition · 轮次的文件",
)
def files(request: HttpRequest, round_id: int) -> list[shapes.FileOut]:
    return [
        shapes.FileOut(
            id=one.pk,
            folder=one.folder,
            name=one.name,
            edition=one.edition,
            refill=one.turn,
            sha256=one.sha256,
            at=one.at,
        )
        for one in found_round(round_id).files.defer("content")
    ]


@router.get(
    f"{ONE}/files/{{int:file}}",
    url_name="round_file",
    summary="One file of a round · 轮次的一个文件",
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def file(request: HttpRequest, round_id: int, file: int) -> HttpResponse:
    found = get_object_or_404(RoundFile, pk=file, round=round_id)
    return HttpResponse(bytes(found.content), content_type="application/octet-stream")


@router.get(
    f"{ONE}/folders",
    url_name="round_folders",
    summary="The whole round in the folders of the command line · 整个轮次",
    openapi_extra={
        "responses": {
            200: {"description": "OK", "content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def folders(request: HttpRequest, round_id: int) -> HttpResponse:
    content = folders_of(found_round(round_id))
    if not content:
        raise Http404
    return HttpResponse(zipped(content), content_type=_ZIP)


def _entry(one: LaterEvent) -> shapes.LaterOut:
    return shapes.LaterOut(
        number=one.number,
        on=one.on,
        entry=one.kind,
        applicant=one.applicant,
        choices=json.loads(one.choices),
        school=one.school,
        places=one.places,
        why=one.reason,
        by=one.by_name,
    )
