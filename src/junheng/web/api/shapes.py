"""Shapes of what is asked and answered: they are the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from junheng.measure.seven import COMPULSORY
from junheng.text import Text


def one_of(*codes: str) -> Any:
    """Say in the document which codes there are; what we send comes from our own records."""
    return Field(json_schema_extra={"enum": list(codes)})


NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=NO_NUL)]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=NO_NUL)
]


class Asked(Schema):
    """A body of a request: a field that is not known is an error, not a silence."""

    model_config = ConfigDict(extra="forbid")


class Words(Schema):
    """A wording in both languages."""

    zh: str
    en: str


def words(text: Text) -> Words:
    """Return a wording as it is sent."""
    return Words(zh=text.zh, en=text.en)


class TokenOut(Schema):
    name: str
    expires_at: datetime
    is_read_only: bool


class Post(Schema):
    role: str
    schools: list[str]
    department: str | None


class Me(Schema):
    """Whose token it is, and what its account holds now."""

    name: str
    posts: list[Post]
    token: TokenOut


class YearOut(Schema):
    year: int
    returns_due: date | None


class TableOut(Schema):
    table: str
    label: Words
    rows: int


class YearWhole(YearOut):
    hash: str
    tables: list[TableOut]


class Rows(Schema):
    """Some rows of a table; ``total`` says how many there are."""

    table: str
    total: int
    offset: int
    rows: list[dict[str, Any]]


class Change(Schema):
    """One field that changed; values are JSON texts."""

    id: int
    at: datetime
    by: str
    table: str
    key: str
    column: str
    before: str | None
    after: str | None
    why: str


class SnapshotOut(Schema):
    id: int
    year: int
    name: str
    hash: str
    rows: int
    returns_accepted: int
    returns: int
    made_at: datetime
    made_by: str


class SnapshotIn(Asked):
    name: Line


class SchoolOut(Schema):
    """One stage of a school."""

    school: str
    name: str
    stage: str
    verdict: str
    indicators_met: int
    indicators_not_met: int
    pupils: float | None
    places: float | None
    utilisation_percent: float | None


class SchoolWhole(Schema):
    school: str
    name: str
    year: int
    facts: dict[str, Any]
    stages: list[SchoolOut]
    indicators: list[dict[str, Any]]
    places: list[dict[str, Any]]
    rolls: list[dict[str, Any]]


class ReturnOut(Schema):
    year: int
    school: str
    name: str
    state: Annotated[str, one_of("draft", "submitted", "returned", "accepted")]
    is_overdue: bool
    remarks: str
    changed_at: datetime
    submitted_at: datetime | None
    accepted_at: datetime | None


class ProblemOut(Schema):
    """One thing to mend in a workbook."""

    code: str
    severity: Annotated[str, one_of("error", "warning", "notice")]
    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    key: str | None
    found: Words
    expected: Words
    remedy: Words


class FilingOut(Schema):
    """A workbook that was uploaded; with any error nothing of it was taken."""

    number: int
    at: datetime
    by: str
    file_name: str
    sha256: str
    n_errors: int
    problems: list[ProblemOut]


class ReturnWhole(ReturnOut):
    last_filing: FilingOut | None


class ReturnsIn(Asked):
    due: date


class ReturnsOpened(Schema):
    opened: int
    due: date


class RemarksIn(Asked):
    remarks: Prose


class RemarkIn(Asked):
    remarks: Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)] = ""


class CommentIn(Asked):
    text: Prose


class JobOut(Schema):
    id: int
    kind: str
    plan: int | None
    state: Annotated[str, one_of("queued", "running", "done", "failed", "cancelled")]
    message: Words | None
    fraction: float | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


Stage = Annotated[str, Field(pattern=f"^({'|'.join(COMPULSORY)})$")]
Setting = str | int | float | bool | list[str] | None
"""What a plan may be asked for; several lines may be a list."""


class Option(Schema):
    """One setting that a kind of plan asks for."""

    name: str
    label: str
    help: str
    is_required: bool
    default: Setting
    choices: list[str]


class KindOut(Schema):
    kind: str
    name: Words
    seeks: Words
    settings: list[Option]


class PlanIn(Asked):
    """A plan to compute. A setting of several lines may be given as a list."""

    kind: Line
    name: Line
    snapshot: Annotated[int, Field(ge=1, le=2**63 - 1)]
    settings: dict[str, Setting] = Field(default_factory=dict)


class ProposalIn(Asked):
    """Zones of one stage that somebody drew: the school of each home that is named."""

    name: Line
    snapshot: Annotated[int, Field(ge=1, le=2**63 - 1)]
    stage: Stage
    zones: Annotated[dict[Line, Line], Field(min_length=1)]


class PlanOut(Schema):
    id: int
    kind: str
    name: str
    snapshot: int
    state: Annotated[str, one_of("draft", "submitted", "sent_back", "approved")]
    result_hash: str
    made_at: datetime
    made_by: str
    submitted_at: datetime | None
    submitted_by: str
    decided_at: datetime | None
    decided_by: str
    remarks: str
    job: JobOut | None


class FigureOut(Schema):
    """A measure before and after, by something that never saw the solver."""

    name: Words
    before: Words
    after: Words


class PlanWhole(PlanOut):
    settings_in_words: list[tuple[Words, Words]]
    measured: list[FigureOut]
    notices: list[Words]
    problems: list[ProblemOut]
    is_all_shown: bool


class PointOut(Schema):
    """One plan of a trade-off: its limits, what it comes to, and the plan that was made of it."""

    point: int
    max_moved: int | None
    overflow_allowed: int
    over: float | None
    moved: float | None
    mean_km: float | None
    p95_km: float | None
    apart: float | None
    pupil_km: float
    pupil_km_bound: float
    plan: int | None


class EventOut(Schema):
    id: int
    at: datetime
    by: str
    action: str
    action_in_words: Words
    subject: str
    subject_id: str
    school: str
    why: str
    changes: dict[str, Any]
