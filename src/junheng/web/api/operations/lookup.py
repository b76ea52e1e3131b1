"""“Which school for my home?” for programs: what the pages for families tell anybody."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Query, Router

from junheng.web.api import admission_shapes as shapes
from junheng.web.api.shapes import words
from junheng.web.families import announced
from junheng.web.families.zones import MOST_FOUND, zones_or_404

router = Router(tags=["admissions"])
Typed = Annotated[
    str,
    Query(
        min_length=1, max_length=40, description="part of a name, initials or a code 名称、拼音首字母或代码"
    ),
]


@router.get(
    "/homes",
    url_name="homes",
    response=list[shapes.HomeFound],
    summary=f"Homes that fit what was typed, {MOST_FOUND} at most · 查找住址",
)
def find(request: HttpRequest, q: Typed) -> list[shapes.HomeFound]:
    return [shapes.HomeFound(home=one.code, name=one.name) for one in zones_or_404().search(q)[:MOST_FOUND]]


@router.get(
    "/homes/{str:home}",
    url_name="home",
    response=shapes.HomeSchools,
    summary="The schools of a home by the newest records · 住址对应的学校",
)
def home(request: HttpRequest, home: str) -> shapes.HomeSchools:
    found = zones_or_404()
    own = found.homes.get(home)
    if own is None:
        raise Http404
    return shapes.HomeSchools(
        home=own.code,
        name=own.name,
        year=found.year,
        schools=[
            shapes.SchoolOfHome(
                stage=one.stage,
                school=one.school.code,
                name=one.school.name,
                sector=words(one.school.sector),
                distance_km=one.distance_km,
                places=one.places,
            )
            for one in announced.serving(found, own.code)
        ],
    )
