"""Shapes of what is asked and answered about admission rounds. None of them says who a child is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints

from junheng.admission.rounds.result import STATUSES
from junheng.web.admissions.models import ApplicationState, LaterKind, Origin, RoundState
from junheng.web.api.shapes import (
    NO_NUL,
    Asked,
    JobOut,
    Line,
    ProblemOut,
    Prose,
    Setting,
    Stage,
    Words,
    one_of,
)

Code = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]
RulesText = Annotated[str, StringConstraints(min_length=1, max_length=400_000, pattern=NO_NUL)]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
Amount = Annotated[int, Field(ge=0, le=10_000)]
_KINDS = [one.value for one in LaterKind if one not in (LaterKind.LATE, LaterKind.REFILL)]


class HomeFound(Schema):
    """A residential unit that fits what was typed."""

    home: str
    name: str


class SchoolOfHome(Schema):
    """A school that a home belongs to; ``places`` is null where they are not announced."""

    stage: str
    school: str
    name: str
    sector: Words
    distance_km: float | None
    places: int | None


class HomeSchools(HomeFound):
    year: int
    schools: list[SchoolOfHome]


class SourceOut(Schema):
    id: str
    kind: str
    what: str


class RoundOut(Schema):
    id: int
    code: str
    title: Words
    stage: str
    year: int
    snapshot: int
    state: Annotated[str, one_of(*RoundState.values)]
    is_example: bool
    opens_at: datetime | None
    closes_at: datetime | None
    applications: int
    withdrawn: int
    late: int
    edition: int
    frozen_hash: str
    commitment: str
    sources: list[SourceOut]
    seed_values: dict[str, str]
    drawn_at: datetime | None
    published_at: datetime | None
    findings: dict[str, Any]
    job: JobOut | None


class RoundIn(Asked):
    """A new round; without ``rules`` it begins with the example's, which are no real place's."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{2,60}$")]
    stage: Stage
    year: Annotated[int, Field(ge=2000, le=2199)]
    snapshot: Annotated[int, Field(ge=1, le=2**63 - 1)]
    rules: RulesText | None = None
    overlays: list[Line] = Field(default_factory=list)


class RulesOut(Schema):
    """The rules file of a round, as YAML."""

    text: str


class RulesIn(Asked):
    text: RulesText


class HoursIn(Asked):
    """From when to when families may apply; null is no limit."""

    opens_at: Moment | None = None
    closes_at: Moment | None = None


class WhyIn(Asked):
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)] = ""


class Range(Schema):
    """At least and at most so many places of a reserve; null as the rules have it."""

    floor: Amount | None = None
    ceiling: Amount | None = None


class OfferIn(Asked):
    """What a school offers; without places it takes nobody in this round."""

    classes: Annotated[int, Field(ge=0, le=200)] | None = None
    places: Amount | None = None
    reserves: dict[str, Range] = Field(default_factory=dict)


class OfferOut(OfferIn):
    school: str
    name: str


class ApplicationOut(Schema):
    number: str
    state: Annotated[str, one_of(*ApplicationState.values)]
    origin: Annotated[str, one_of(*Origin.values)]
    is_late: bool
    version: int
    home: str | None
    choices: list[str]
    documents: dict[str, str]
    submitted_at: datetime
    changed_at: datetime


class KinOut(Schema):
    relation: str
    school: str | None = None
    other: str | None = None


class StepOut(Schema):
    """One thing that was done to an application, and by whom; of families it says only that it was one."""

    kind: str
    version: int
    at: datetime
    by: str
    why: str


class ApplicationWhole(ApplicationOut):
    """An application by the columns of the tables of a round: no names, identity numbers, telephones or scans."""

    facts: dict[str, Any]
    kin: list[KinOut]
    steps: list[StepOut]


class MendIn(Asked):
    """Another version of an application: what is given takes the place of all that is there."""

    facts: dict[str, Setting]
    choices: Annotated[list[Code], Field(max_length=50)]
    kin: list[KinOut] = Field(default_factory=list)
    why: Prose


class VerdictIn(Asked):
    """Whether a document is accepted; where it is asked for again the family reads the remark."""

    is_accepted: bool
    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)] = ""


class ImportedOut(Schema):
    """What came of a workbook; with any error nothing of it was taken."""

    new: int
    changed: int
    same: int
    n_errors: int
    problems: list[ProblemOut]


class RoundProblem(ProblemOut):
    """A problem of the round: which applications it is about, and whether somebody may sign for it."""

    applications: list[str]
    may_be_waived: bool


class WaiverIn(Asked):
    check: Line
    key: Line
    reason: Prose


class WaiverOut(Schema):
    id: int
    check: str
    key: str
    reason: str
    by: str
    at: datetime


class ChecksOut(Schema):
    problems: list[RoundProblem]
    waivers: list[WaiverOut]


class SourceIn(Asked):
    """Where the seed will come from, so exactly that nobody can argue later."""

    kind: Literal["dice", "public"]
    what: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=NO_NUL)
    ]


class CommitIn(Asked):
    sources: Annotated[list[SourceIn], Field(min_length=1, max_length=3)]


class DrawIn(Asked):
    """What each source gave, by its id, and who witnessed it. It is entered once."""

    values: dict[str, Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]]
    witnesses: Prose


class ChildOut(Schema):
    """What became of one application; ``by_class`` and ``reserve`` are ids of the rules."""

    number: str
    status: Annotated[str, one_of(*STATUSES)]
    school: str | None
    choice: int | None
    by_class: str | None
    reserve: str | None
    draw: int | None


class LetterOut(Schema):
    """What the family is told, and with what it finds and checks its line of the published list."""

    number: str
    status: str
    refill: int
    lines: list[Words]
    drawn_as: str
    salt: str
    receipt: str


class LaterIn(Asked):
    """Something that happened after the publication; it counts from the next refill on."""

    entry: Annotated[str, Field(pattern=f"^({'|'.join(_KINDS)})$")]
    applicant: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    choices: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)
    school: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""
    places: Annotated[int, Field(ge=1, le=1000)] | None = None
    why: Prose


class LaterOut(Schema):
    number: int
    on: date
    entry: Annotated[str, one_of(*LaterKind.values)]
    applicant: str
    choices: list[str]
    school: str
    places: int | None
    why: str
    by: str


class FileOut(Schema):
    """A file of a round, which neither changes nor goes."""

    id: int
    folder: str
    name: str
    edition: int
    refill: int
    sha256: str
    at: datetime
