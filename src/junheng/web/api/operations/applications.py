"""Applications of a round, for the admissions department: by number and column, and by nothing that says who it is."""

from __future__ import annotations

import json
from typing import Annotated, Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Router
from ninja.files import UploadedFile
from ninja.responses import Status

from junheng.text import Language
from junheng.web.admissions import documents, importing, intake
from junheng.web.admissions.forms.applications import ApplicationForm
from junheng.web.admissions.models import Application, Waiver
from junheng.web.admissions.records import taken
from junheng.web.admissions.views.common import found_round
from junheng.web.api import admission_shapes as shapes
from junheng.web.api.operations.asking import Limit, Offset, by
from junheng.web.api.operations.rounds import ONE
from junheng.web.api.operations.settings import refuse_form
from junheng.web.api.shapes import ProblemOut
from junheng.web.listing import XLSX
from junheng.web.registry.snapshots import district_of

router = Router(tags=["admissions"])
_ALL = f"{ONE}/applications"
_APPLICATION = f"{_ALL}/{{str:number}}"


@router.get(
    _ALL,
    url_name="applications",
    response=list[shapes.ApplicationOut],
    summary="Applications by number · 报名名单",
)
def listing(
    request: HttpRequest, round_id: int, offset: Offset = 0, limit: Limit = 1000
) -> list[shapes.ApplicationOut]:
    query = found_round(round_id).applications.defer("sealed").order_by("number")
    return [_told(one) for one in query.prefetch_related("documents")[offset : offset + limit]]


@router.get(
    f"{ONE}/workbook",
    url_name="round_workbook",
    summary="The workbook of applications, to fill in and to import · 下载报名工作簿",
    openapi_extra={
        "responses": {
            200: {"description": "OK", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def workbook(request: HttpRequest, round_id: int, language: Language = "zh") -> HttpResponse:
    return HttpResponse(importing.workbook_of(found_round(round_id), language=language), content_type=XLSX)


@router.post(
    f"{ONE}/imports",
    url_name="round_import",
    response={201: shapes.ImportedOut},
    summary="Import a workbook of applications; the answer lists every problem · 导入报名",
    description="With any error nothing is taken: mend what `problems` names and import the workbook again.",
)
def take(
    request: HttpRequest, round_id: int, file: Annotated[UploadedFile, File()]
) -> Status[shapes.ImportedOut]:
    came = importing.import_workbook(
        by=by(request), found=found_round(round_id), name=file.name or "", content=cast(BinaryIO, file)
    )
    told = shapes.ImportedOut(
        new=came.new,
        changed=came.changed,
        same=came.same,
        n_errors=came.errors,
        problems=[ProblemOut(**problem.as_dict()) for problem in came.problems],
    )
    return Status(201, told)


@router.get(
    _APPLICATION,
    url_name="application",
    response=shapes.ApplicationWhole,
    summary="One application and its history · 一份报名及其历史",
)
def one(request: HttpRequest, round_id: int, number: str) -> shapes.ApplicationWhole:
    return _whole(found_application(round_id, number))


@router.post(
    f"{_APPLICATION}/mend",
    url_name="application_mend",
    response=shapes.ApplicationWhole,
    summary="Mend an application; the old version stays · 更正报名",
)
def mend(request: HttpRequest, round_id: int, number: str, given: shapes.MendIn) -> shapes.ApplicationWhole:
    found = found_application(round_id, number)
    schools = set(district_of(found.round.snapshot_id).table("schools")["school"])
    data: dict[str, Any] = dict(given.facts)
    data["choices"] = "\n".join(given.choices)
    data["kin"] = "\n".join(f"{row.relation} {row.school or row.other or ''}" for row in given.kin)
    data["why"] = given.why
    form = ApplicationForm(data, values=json.loads(found.values), schools=schools)
    refuse_form(form, known=given.facts)
    intake.mend(
        by=by(request),
        application=found,
        facts=form.facts(),
        choices=form.cleaned_data["choices"],
        kin=form.cleaned_data["kin"],
        why=form.cleaned_data["why"],
    )
    return _whole(found_application(round_id, number))


@router.post(
    f"{_APPLICATION}/documents/{{str:kind}}",
    url_name="application_document",
    response=shapes.ApplicationWhole,
    summary="Accept a document, or ask for it again · 核验材料",
)
def check_document(
    request: HttpRequest, round_id: int, number: str, kind: str, given: shapes.VerdictIn
) -> shapes.ApplicationWhole:
    found = found_application(round_id, number)
    documents.check_document(by=by(request), application=found, kind=kind, **given.model_dump())
    return _whole(found_application(round_id, number))


@router.get(
    f"{ONE}/problems",
    url_name="round_problems",
    response=shapes.ChecksOut,
    summary="What the checks find, and what somebody signed for · 报名检查",
)
def problems(request: HttpRequest, round_id: int) -> shapes.ChecksOut:
    found = found_round(round_id)
    numbers = frozenset(found.applications.values_list("number", flat=True))
    located = [intake.located(problem, numbers) for problem in taken(found).problems]
    return shapes.ChecksOut(
        problems=[
            shapes.RoundProblem(
                **one.problem.as_dict(), applications=list(one.numbers), may_be_waived=one.may_be_waived
            )
            for one in located
        ],
        waivers=[_waiver(one) for one in found.waivers.all()],
    )


@router.post(
    f"{ONE}/waivers",
    url_name="round_waivers",
    response={201: shapes.WaiverOut},
    summary="Sign for one problem, with a reason · 署名豁免",
)
def waive(request: HttpRequest, round_id: int, given: shapes.WaiverIn) -> Status[shapes.WaiverOut]:
    made = intake.waive(by=by(request), found=found_round(round_id), **given.model_dump())
    return Status(201, _waiver(made))


@router.post(
    f"{ONE}/waivers/{{int:waiver}}/take-back",
    url_name="round_waiver_back",
    response={204: None},
    summary="Take a signature back · 撤销豁免",
)
def take_back(request: HttpRequest, round_id: int, waiver: int) -> Status[None]:
    intake.take_back(by=by(request), waiver=get_object_or_404(Waiver, pk=waiver, round=round_id))
    return Status(204, None)


def found_application(round_id: int, number: str) -> Application:
    """Return an application of a round; one that is not there is a 404."""
    return get_object_or_404(Application.objects.select_related("round"), round=round_id, number=number)


def _told(one: Application) -> shapes.ApplicationOut:
    values = json.loads(one.values)
    return shapes.ApplicationOut(
        number=one.number,
        state=one.state,
        origin=one.origin,
        is_late=one.is_late,
        version=one.version,
        home=values["applicants"].get("home"),
        choices=values["choices"],
        documents={paper.kind: paper.checked for paper in one.documents.all()},
        submitted_at=one.submitted_at,
        changed_at=one.changed_at,
    )


def _whole(one: Application) -> shapes.ApplicationWhole:
    values = json.loads(one.values)
    return shapes.ApplicationWhole(
        **_told(one).model_dump(),
        facts=values["applicants"],
        kin=[shapes.KinOut(**row) for row in values["kin"]],
        steps=[
            shapes.StepOut(kind=step.kind, version=step.version, at=step.at, by=step.by_name, why=step.why)
            for step in one.steps.defer("values")
        ],
    )


def _waiver(one: Waiver) -> shapes.WaiverOut:
    return shapes.WaiverOut(
        id=one.pk, check=one.check_code, key=one.key, reason=one.reason, by=one.by_name, at=one.at
    )
