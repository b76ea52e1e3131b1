"""Shapes of what is asked and answered about teachers: wishes, and what people say of an exchange."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from junheng.web.api.shapes import NO_NUL, Asked, Line, Words, one_of
from junheng.web.people.reviews import RULINGS, VERDICTS
from junheng.web.people.wishes import MOST_SCHOOLS, REASONS

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=NO_NUL)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]


def _of(*codes: str) -> str:
    return f"^({'|'.join(codes)})$"


class WindowIn(Asked):
    """The days in which wishes are taken, and the years in one school from which a teacher is to move."""

    opens_on: date
    closes_on: date
    teacher_years: Annotated[int, Field(ge=1, le=40)] | None = None


class WindowOut(Schema):
    year: int
    opens_on: date
    closes_on: date
    teacher_years: int | None
    is_open: bool


class WishIn(Asked):
    """What a teacher wishes; one who would stay names no school and no year."""

    is_willing: bool
    from_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    schools: Annotated[list[Code], Field(max_length=MOST_SCHOOLS)] = Field(default_factory=list)
    most_km: Annotated[float, Field(ge=0.1, le=1000)] | None = None
    reason: Annotated[str, Field(pattern=_of("", *REASONS))] = ""


class WishOut(Schema):
    teacher: str
    version: int
    at: datetime
    is_willing: bool
    from_year: int | None
    schools: list[str]
    most_km: float | None
    reason: str


class TakenOut(Schema):
    """How much the wishes changed in the records."""

    added: int
    removed: int
    fields: int


class Ruling(Schema):
    ruling: Annotated[str, one_of(*RULINGS)]
    reply: str
    at: datetime
    by: str


class AnswerOut(Schema):
    """What a school says of a move, or the teacher where ``school`` is empty; ``stands`` from an earlier plan."""

    id: int
    school: str
    verdict: Annotated[str, one_of(*VERDICTS)]
    reason: str
    at: datetime
    by: str
    stands: bool
    ruling: Ruling | None


class MoveOut(Schema):
    """One move; a school is not told why, and ``since`` compares with the plan that this one was made from."""

    teacher: str
    stage: str
    before: str | None
    school: str
    year: int
    return_year: int | None
    why: Words | None
    since: Annotated[str, one_of("same", "changed", "new")] | None
    answers: list[AnswerOut]


class ExchangeOut(Schema):
    """An exchange plan, until when people are asked about it, and how far they are."""

    plan: int
    name: str
    state: Annotated[str, one_of("draft", "submitted", "sent_back", "approved")]
    made_from: int | None
    due: date | None
    is_open: bool
    moves: int
    answers: int
    objections: int


class ExchangeWhole(ExchangeOut):
    moves_of_teachers: list[MoveOut]


class ReviewIn(Asked):
    due: date


class AnswerIn(Asked):
    verdict: Annotated[str, Field(pattern=_of(*VERDICTS))]
    reason: Reason = ""


class RulingIn(Asked):
    ruling: Annotated[str, Field(pattern=_of(*RULINGS))]
    reply: Reason = ""


class ReplanIn(Asked):
    name: Line
    keeps_agreed: bool = True


class Agreed(Schema):
    agreed: int
