"""Annual returns: a school's own workbook, what is wrong with it, and the bureau's decisions."""

from __future__ import annotations

import json
from typing import Annotated, BinaryIO, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile
from ninja.responses import Status

from junheng.text import Language
from junheng.web.api import shapes
from junheng.web.api.operations.asking import by, found_year
from junheng.web.listing import XLSX
from junheng.web.permissions import schools_open
from junheng.web.registry import returns
from junheng.web.registry.filing import filled_workbook
from junheng.web.registry.models import AnnualReturn, Filing
from junheng.web.registry.names import school_names

router = Router(tags=["returns"])
_ONE = "/years/{int:year}/returns/{str:school}"


@router.get(
    "/years/{int:year}/returns",
    url_name="returns",
    response=list[shapes.ReturnOut],
    summary="Returns of a year; a school sees its own · 年报",
)
def listing(request: HttpRequest, year: int) -> list[shapes.ReturnOut]:
    opened = schools_open(by(request), "registry:return")
    query = found_year(year).returns.select_related("year")
    found = query.all() if opened is None else query.filter(school__in=opened)
    return [_told(one) for one in found]


@router.post(
    "/years/{int:year}/returns",
    url_name="returns",
    response=shapes.ReturnsOpened,
    summary="Open the returns, or set the day by which they are due · 开放填报",
)
def open_year(request: HttpRequest, year: int, given: shapes.ReturnsIn) -> shapes.ReturnsOpened:
    n = returns.open_returns(by=by(request), year=found_year(year).year, due=given.due)
    return shapes.ReturnsOpened(opened=n, due=given.due)


@router.get(
    _ONE, url_name="return", response=shapes.ReturnWhole, summary="A school's return · 一所学校的年报"
)
def one(request: HttpRequest, year: int, school: str) -> shapes.ReturnWhole:
    return _whole(_found(year, school))


@router.get(
    f"{_ONE}/workbook",
    url_name="return_workbook",
    summary="The school's workbook, filled with what is known · 下载学校工作簿",
    openapi_extra={
        "responses": {
            200: {"description": "OK", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def workbook(request: HttpRequest, year: int, school: str, language: Language = "zh") -> HttpResponse:
    content = filled_workbook(_found(year, school), language=language)
    return HttpResponse(content, content_type=XLSX)


@router.post(
    f"{_ONE}/filings",
    url_name="return_filings",
    response={201: shapes.FilingOut},
    summary="Upload the school's workbook; the answer lists every problem · 上传学校工作簿",
    description="With any error nothing is taken: mend what `problems` names and upload the workbook again.",
)
def upload(
    request: HttpRequest, year: int, school: str, file: Annotated[UploadedFile, File()]
) -> Status[shapes.FilingOut]:
    found = _found(year, school)
    filing = returns.file_workbook(
        by=by(request), annual_return=found, name=file.name or "", content=cast(BinaryIO, file)
    )
    return Status(201, _filing(filing))


@router.post(
    f"{_ONE}/submit", url_name="return_submit", response=shapes.ReturnWhole, summary="Submit a return · 上报"
)
def submit(request: HttpRequest, year: int, school: str) -> shapes.ReturnWhole:
    returns.submit(by=by(request), annual_return=_found(year, school))
    return _whole(_found(year, school))


@router.post(
    f"{_ONE}/send-back",
    url_name="return_send_back",
    response=shapes.ReturnWhole,
    summary="Send a return back · 退回",
)
def send_back(request: HttpRequest, year: int, school: str, given: shapes.RemarksIn) -> shapes.ReturnWhole:
    returns.send_back(by=by(request), annual_return=_found(year, school), remarks=given.remarks)
    return _whole(_found(year, school))


@router.post(
    f"{_ONE}/accept",
    url_name="return_accept",
    response=shapes.ReturnWhole,
    summary="Accept a return into the records · 接收",
)
def accept(request: HttpRequest, year: int, school: str) -> shapes.ReturnWhole:
    returns.accept(by=by(request), annual_return=_found(year, school))
    return _whole(_found(year, school))


def _found(year: int, school: str) -> AnnualReturn:
    found = AnnualReturn.objects.filter(year=year, school=school).select_related("year").first()
    if found is None:
        raise Http404
    return found


def _told(one: AnnualReturn) -> shapes.ReturnOut:
    today = timezone.localdate()
    return shapes.ReturnOut(
        year=one.year_id,
        school=one.school,
        name=school_names(one.year_id).get(one.school, one.school),
        state=one.state,
        is_overdue=returns.is_overdue(one, due=one.year.returns_due, today=today),
        remarks=one.remarks,
        changed_at=one.changed_at,
        submitted_at=one.submitted_at,
        accepted_at=one.accepted_at,
    )


def _whole(one: AnnualReturn) -> shapes.ReturnWhole:
    latest = returns.latest_filing(one)
    return shapes.ReturnWhole(
        **_told(one).model_dump(), last_filing=None if latest is None else _filing(latest)
    )


def _filing(filing: Filing) -> shapes.FilingOut:
    return shapes.FilingOut(
        number=filing.number,
        at=filing.at,
        by=filing.by_name,
        file_name=filing.file_name,
        sha256=filing.sha256,
        n_errors=filing.n_errors,
        problems=[shapes.ProblemOut(**problem) for problem in json.loads(filing.problems)],
    )
