"""The next school year, and where a year's zones come from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from junheng.web.api.operations.asking import by, found_year
from junheng.web.api.operations.settings import NotValidError
from junheng.web.api.shapes import Asked, Line
from junheng.web.planning import inforce
from junheng.web.planning.models import PlanRecord, ZonesInForce

router = Router(tags=["records"])
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]


class NextYearIn(Asked):
    """The day by which returns are due, and the approved catchment plans whose zones the new year begins with."""

    due: date
    plans: Annotated[list[Key], Field(max_length=20)] = Field(default_factory=list)


class NextYearOut(Schema):
    """What came of it; a year that was open already stays as it is."""

    year: int
    is_new: bool
    rows: int
    returns: int


class ZonesOut(Schema):
    """A stage whose zones in the records of a year were written by a plan."""

    stage: str
    plan: int
    at: datetime
    by: str
    homes_changed: int
    homes_not_in_plan: int


class YearZones(Schema):
    """Plans in force, and the approved plans for the year by stage."""

    in_force: list[ZonesOut]
    approved: dict[str, list[int]]
    has_returns: bool


class PlanChosen(Asked):
    plan: Key


class StageChosen(Asked):
    stage: Line


@router.post(
    "/years/{int:year}/next",
    url_name="year_next",
    response={200: NextYearOut, 201: NextYearOut},
    summary="Open the school year after the newest · 开放下一学年",
)
def open_next(request: HttpRequest, year: int, given: NextYearIn) -> Status[NextYearOut]:
    found = found_year(year).year
    plans = [_plan(key) for key in given.plans]
    opened = inforce.open_next_year_with(by=by(request), since=found, due=given.due, plans=plans)
    told = NextYearOut(year=opened.year, is_new=opened.is_new, rows=opened.n_rows, returns=opened.n_returns)
    return Status(201 if opened.is_new else 200, told)


@router.get(
    "/years/{int:year}/zones",
    url_name="year_zones",
    response=YearZones,
    summary="Where the zones of a year come from · 学区的依据",
)
def zones(request: HttpRequest, year: int) -> YearZones:
    return _zones(found_year(year).year)


@router.post(
    "/years/{int:year}/zones",
    url_name="year_zones",
    response=YearZones,
    summary="Write an approved plan's zones into the records of its year · 写入方案的学区",
)
def put_in_force(request: HttpRequest, year: int, given: PlanChosen) -> YearZones:
    found = found_year(year).year
    inforce.put_in_force(by=by(request), plan=_plan(given.plan), year=found)
    return _zones(found)


@router.post(
    "/years/{int:year}/zones/take-back",
    url_name="year_zones_back",
    response=YearZones,
    summary="Take a plan's zones back, before a school files · 撤回方案的学区",
)
def take_back(request: HttpRequest, year: int, given: StageChosen) -> YearZones:
    found = found_year(year).year
    inforce.take_back(by=by(request), year=found, stage=given.stage)
    return _zones(found)


def _plan(key: int) -> PlanRecord:
    found = PlanRecord.objects.select_related("snapshot").filter(pk=key).first()
    if found is None:
        raise NotValidError({"plan": ["没有此方案 there is no such plan"]})
    return found


def _zones(year: int) -> YearZones:
    return YearZones(
        in_force=[_told(one) for one in inforce.in_force(year)],
        approved={stage: [one.pk for one in plans] for stage, plans in inforce.approved_for(year).items()},
        has_returns=inforce.has_returns(year),
    )


def _told(one: ZonesInForce) -> ZonesOut:
    return ZonesOut(
        stage=one.stage,
        plan=one.plan_id,
        at=one.at,
        by=one.by_name,
        homes_changed=one.n_changed,
        homes_not_in_plan=one.n_unplanned,
    )
