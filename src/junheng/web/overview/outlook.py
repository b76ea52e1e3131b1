"""Places against the forecast (学位预警) as pages show it: the newest forecast of a year, its alerts, its table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from junheng.forecast.alerts import COLOURS
from junheng.report import numbers
from junheng.report.facts import stage_label
from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.overview.facts import SCHOOL_AND_STAGE, Card
from junheng.web.overview.forecasting import Content, job_of
from junheng.web.overview.models import Outlook
from junheng.web.registry.models import Snapshot
from junheng.web.registry.store import give
from junheng.web.remember import made_once
from junheng.web.schoolyears import year_text

TONES = {"red": "bad", "orange": "orange", "yellow": "near", "green": "ok"}
"""The colour of an alert on a page; its wording says the same."""
_URGENT = {colour: position for position, colour in enumerate(COLOURS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the forecast of a year stands.

    Attributes
    ----------
    snapshot
        The newest snapshot of the year; `None` before the first.
    outlook
        The newest forecast, of this snapshot or of an earlier one.
    job
        The last job that forecasts the newest snapshot.
    is_stale
        Whether the records changed after what was forecast.
    """

    snapshot: Snapshot | None
    outlook: Outlook | None
    job: Job | None
    is_stale: bool

    @property
    def is_computing(self) -> bool:
        """Whether the newest snapshot is being forecast."""
        return self.job is not None and not self.job.is_ended

    @property
    def failure(self) -> Text | None:
        """Why there is no forecast of the newest snapshot."""
        return self.message if self.job is not None and self.job.state == "failed" else None

    @property
    def message(self) -> Text:
        """How far the job is."""
        return Text.same("") if self.job is None else Text(self.job.message_zh, self.job.message_en)

    @property
    def may_be_asked(self) -> bool:
        """Whether the newest snapshot has no forecast, and none is on its way."""
        if self.snapshot is None or self.is_computing:
            return False
        return self.outlook is None or self.outlook.snapshot_id != self.snapshot.pk

    @property
    def content(self) -> Content | None:
        """What was forecast."""
        return None if self.outlook is None else _content(self.outlook.pk, self.outlook.made_at)


def standing(year: int) -> Standing:
    """Return where the forecast of a year stands."""
    snapshot = Snapshot.objects.filter(year=year).defer("content").first()
    outlooks = Outlook.objects.filter(snapshot__year=year).select_related("snapshot")
    outlook = outlooks.defer("content", "snapshot__content").order_by("-snapshot_id").first()
    return Standing(
        snapshot=snapshot,
        outlook=outlook,
        job=None if snapshot is None else job_of(snapshot),
        is_stale=outlook is not None and outlook.snapshot.hash != give(year).hash,
    )


@made_once(maxsize=8)
def _content(outlook: int, made_at: datetime) -> Content:
    """Return a forecast; the second argument only keeps another of the same number from being taken for it."""
    content: Content = json.loads(Outlook.objects.values_list("content", flat=True).get(pk=outlook))
    return content


def rows_of(content: Content, opened: frozenset[str] | None) -> list[Mapping[str, Any]]:
    """Return the rows of the schools that a person sees."""
    return [row for row in content["rows"] if opened is None or row["school"] in opened]


def notices(content: Content, opened: frozenset[str] | None) -> list[Text]:
    """Return what a reader should know of the forecast of the district; whoever sees some schools alone sees none.

    A forecast that was kept before notices were has none.
    """
    return [Text(**one) for one in content.get("notices", ())] if opened is None else []


def cards(content: Content, opened: frozenset[str] | None) -> list[Card]:
    """Return how many school stages have which alert, next year and at the worst of the years."""
    rows = [row for row in rows_of(content, opened) if row["places"] is not None]
    ahead = Counter(row["years"][0]["colour"] for row in rows)
    worst = Counter(min((one["colour"] for one in row["years"]), key=_URGENT.__getitem__) for row in rows)
    first, last = content["years"][0], content["years"][-1]
    return [
        Card(
            Text("{colour}预警", "{colour} alert").format(colour=COLOURS[colour]),
            str(ahead[colour]),
            str(len(rows)),
            TONES[colour],
            Text(
                "{first}；至 {last} 最重为此色的 {n} 个", "in {first}; at the worst up to {last}: {n}"
            ).format(first=year_text(first), last=year_text(last), n=worst[colour]),
        )
        for colour in COLOURS
    ]


def table(
    request: HttpRequest, content: Content, names: Mapping[str, Link | str], *, opened: frozenset[str] | None
) -> Listing:
    """Return one row a school stage, the most urgent first, with the alert of every year."""
    years = content["years"]
    columns = (
        *SCHOOL_AND_STAGE,
        Column("places", Text("核定学位", "places"), "pupil"),
        Column("now", Text("在校生", "pupils"), "pupil"),
        *(Column(f"y{year}", year_text(year)) for year in years),
        Column("entrants", Text("起始年级最重预警", "first grade, at the worst")),
    )
    rows = sorted(rows_of(content, opened), key=_urgency)
    return Listing(
        request,
        name="alerts",
        title=Text("学位预警：各校各学年", "alerts of places by school and year"),
        columns=columns,
        rows=[_row(row, years, names) for row in rows],
        empty=Text("没有预测", "nothing is forecast"),
    )


def _urgency(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Sort by the worst colour, then by how early it comes, then by how many are without a place."""
    colours = [_URGENT.get(one["colour"], len(_URGENT)) for one in row["years"]]
    over = max((one["over"] for one in row["years"] if one["over"] is not None), default=0.0)
    return min(colours), colours.index(min(colours)), -over, row["school"], row["stage"]


def _row(row: Mapping[str, Any], years: list[int], names: Mapping[str, Link | str]) -> dict[str, Any]:
    entrants = [one["entrants"] for one in row["years"] if one["entrants"] is not None]
    worst = min(entrants, key=_URGENT.__getitem__, default=None)
    return {
        "name": names.get(row["school"], row["school"]),
        "stage": stage_label(row["stage"]),
        "places": row["places"],
        "now": row["now"],
        **{f"y{year}": _mark(one) for year, one in zip(years, row["years"], strict=True)},
        "entrants": None if worst is None else Mark(COLOURS[worst], TONES[worst]),
    }


def _mark(one: Mapping[str, Any]) -> Mark | Text:
    """Return the forecast pupils, with the colour where the places are recorded."""
    pupils = numbers.show(one["mean"], "pupil")
    if one["colour"] is None:
        return Text.same(pupils)
    return Mark(
        Text("{colour} {n} 人", "{colour} {n}").format(colour=COLOURS[one["colour"]], n=pupils),
        TONES[one["colour"]],
    )
