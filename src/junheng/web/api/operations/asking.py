"""What several operations share: who asks, which year, which part of a long list."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from junheng.web.registry.models import Year
from junheng.web.roles import Person

YearAsked = Annotated[int | None, Query(ge=1, le=9999, description="the newest if not given 不填为最新学年")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=5000)]
Before = Annotated[
    int | None, Query(ge=1, le=2**63 - 1, description="only those with a smaller id 只取编号更小的")
]
Wording = Annotated[str, Field(pattern="^(zh|en)$")]


def by(request: HttpRequest) -> Person:
    """Return the person in whose name the program asks; the guard has set it."""
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def found_year(year: int | None = None) -> Year:
    """Return a school year, the newest if not given; one that is not there is a 404."""
    found = Year.objects.first() if year is None else Year.objects.filter(pk=year).first()
    if found is None:
        raise Http404
    return found
