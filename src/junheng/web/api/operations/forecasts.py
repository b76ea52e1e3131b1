"""Places against the pupils to come, on a snapshot."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.responses import Status

from junheng.forecast.alerts import COLOURS
from junheng.web.api.operations.asking import by
from junheng.web.api.operations.plans import job_told
from junheng.web.api.shapes import JobOut, Words, one_of, words
from junheng.web.overview import forecasting
from junheng.web.overview.models import Outlook
from junheng.web.overview.outlook import notices
from junheng.web.registry.models import Snapshot

router = Router(tags=["measures"])
_ONE = "/snapshots/{int:snapshot}/forecast"


class ForecastYearOut(Schema):
    """One year to come: pupils, and the alert where the places are recorded."""

    mean: float
    low: float
    high: float
    over: float | None
    colour: Annotated[str, one_of(*COLOURS)] | None
    entrants: Annotated[str, one_of(*COLOURS)] | None


class StageOut(Schema):
    """A stage of a school: places, pupils now, and the years in their order."""

    school: str
    stage: str
    places: float | None
    now: float | None
    years: list[ForecastYearOut]


class ForecastOut(Schema):
    """The forecast of a snapshot; ``made_at`` is null until it is there, and ``job`` says how far it is.

    ``notices`` are what a reader should know, such as births that could not be used.
    """

    snapshot: int
    made_at: datetime | None
    years: list[int]
    notices: list[Words]
    rows: list[StageOut]
    job: JobOut | None


@router.get(
    _ONE,
    url_name="forecast",
    response=ForecastOut,
    summary="Places against the pupils to come · 学位预测",
)
def one(request: HttpRequest, snapshot: int) -> ForecastOut:
    return _told(_found(snapshot), request)


@router.post(
    _ONE,
    url_name="forecast",
    response={202: ForecastOut},
    summary="Have a snapshot forecast; a job computes it · 预测学位",
)
def ask(request: HttpRequest, snapshot: int) -> Status[ForecastOut]:
    found = _found(snapshot)
    forecasting.ask(by=by(request), snapshot=found)
    return Status(202, _told(found, request))


def _found(snapshot: int) -> Snapshot:
    return get_object_or_404(Snapshot.objects.defer("content"), pk=snapshot)


def _told(snapshot: Snapshot, request: HttpRequest) -> ForecastOut:
    outlook = Outlook.objects.filter(snapshot=snapshot).first()
    content: forecasting.Content = (
        {"years": [], "rows": []} if outlook is None else json.loads(outlook.content)
    )
    job = forecasting.job_of(snapshot)
    return ForecastOut(
        snapshot=snapshot.pk,
        made_at=None if outlook is None else outlook.made_at,
        job=None if job is None else job_told(job, by(request)),
        years=content["years"],
        notices=[words(one) for one in notices(content, None)],
        rows=content["rows"],
    )
