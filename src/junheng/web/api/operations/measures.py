"""Schools and the assessment of a year's records."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from junheng.measure.assessment import Assessment
from junheng.web.api.operations.asking import YearAsked, by, found_year
from junheng.web.api.shapes import SchoolOut, SchoolWhole
from junheng.web.overview.facts import measured
from junheng.web.permissions import schools_open
from junheng.web.registry.names import school_names
from junheng.web.registry.names import schools as school_facts

router = Router(tags=["measures"])


@router.get(
    "/schools",
    url_name="schools",
    response=list[SchoolOut],
    summary="Schools stage by stage; a school or group sees its own · 学校",
)
def schools(request: HttpRequest, year: YearAsked = None) -> list[SchoolOut]:
    found = found_year(year)
    return _stages(measured(found.year), schools_open(by(request), "overview:school"))


@router.get(
    "/schools/{str:school}",
    url_name="school",
    response=SchoolWhole,
    summary="A school: its indicators, places and rolls · 一所学校",
)
def school(request: HttpRequest, school: str, year: YearAsked = None) -> SchoolWhole:
    found = found_year(year)
    facts = school_facts(found.year).get(school)
    if facts is None:
        raise Http404
    assessment = measured(found.year)
    return SchoolWhole(
        school=school,
        name=facts["name"],
        year=found.year,
        facts=facts,
        stages=_stages(assessment, frozenset({school})),
        indicators=_of(assessment.balance.indicators, school),
        places=_of(assessment.places.schools, school),
        rolls=_of(assessment.places.rolls, school),
    )


@router.get(
    "/assessment",
    url_name="assessment",
    response=dict[str, Any],
    summary="The records of a year measured against the standard · 测算结果",
    description="What `junheng assess --json` prints.",
)
def assessment(request: HttpRequest, year: YearAsked = None) -> HttpResponse:
    found = measured(found_year(year).year).as_dict()
    return HttpResponse(
        json.dumps(found, ensure_ascii=False, allow_nan=False, default=str), content_type="application/json"
    )


def _stages(found: Assessment, opened: frozenset[str] | None) -> list[SchoolOut]:
    names = school_names(found.district.facts["year"])
    places = {(row["school"], row["stage"]): row for row in found.places.schools.iter_rows(named=True)}
    result = []
    for row in found.balance.stages.iter_rows(named=True):
        if opened is not None and row["school"] not in opened:
            continue
        own = places.get((row["school"], row["stage"]), {})
        share = own.get("utilisation")
        result.append(
            SchoolOut(
                school=row["school"],
                name=names.get(row["school"], row["school"]),
                stage=row["stage"],
                verdict=row["verdict"],
                indicators_met=row["n_met"],
                indicators_not_met=row["n_near"] + row["n_below"],
                pupils=row["pupils"],
                places=own.get("capacity"),
                utilisation_percent=None if share is None else 100 * share,
            )
        )
    return result


def _of(frame: pl.DataFrame, school: str) -> list[dict[str, Any]]:
    return frame.filter(pl.col("school") == school).to_dicts()
