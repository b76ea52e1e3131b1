"""Forecasting a snapshot: asked for once, computed by a job, kept with the snapshot."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from junheng.district.model import District
from junheng.progress import Progress
from junheng.standards.standard import Standard
from junheng.text import Text
from junheng.web.jobs.kinds import Finish
from junheng.web.jobs.models import ENDED, Job
from junheng.web.jobs.services import enqueue
from junheng.web.overview.models import Outlook
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person
from junheng.web.standard import standard

KIND = "forecast"
Content = dict[str, Any]


@transaction.atomic
def ask(*, by: Person, snapshot: Snapshot) -> None:
    """Have a snapshot forecast; one that is, or is being, stays as it is."""
    Snapshot.objects.select_for_update().only("pk").get(pk=snapshot.pk)
    job = job_of(snapshot)
    is_under_way = job is not None and job.state not in ENDED
    if not is_under_way and not Outlook.objects.filter(snapshot=snapshot).exists():
        enqueue(by=by, kind=KIND, subject=snapshot.pk)


def job_of(snapshot: Snapshot) -> Job | None:
    """Return the last job that forecasts a snapshot."""
    return Job.objects.filter(kind=KIND, subject=snapshot.pk).first()


def compute(subject: int, finish: Finish, progress: Progress) -> None:
    """Forecast the snapshot of a job."""
    progress(Text("读取快照", "reading the snapshot"))
    content = json.dumps(content_of(district_of(subject), standard(), progress=progress), allow_nan=False)
    finish(lambda: _keep(subject, content))


def content_of(district: District, norms: Standard, *, progress: Progress) -> Content:
    """Return the forecast as pages need it.

    ``years``; ``notices``, in both languages; ``rows``, one a school stage: ``school, stage, places, now`` and
    ``years``, in their order, each with ``mean, low, high``, and ``over, colour, entrants`` where the places are
    recorded.
    """
    from junheng.forecast.alerts import alerts  # noqa: PLC0415 - only the worker forecasts
    from junheng.forecast.make import forecast  # noqa: PLC0415

    made = forecast(district, norms, progress=progress)
    found = {
        (row["school"], row["stage"], row["year"], row["of"]): row
        for row in alerts(made, made.standard).iter_rows(named=True)
    }
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in made.schools.sort("school", "stage", "year").iter_rows(named=True):
        code, stage, year = row["school"], row["stage"], row["year"]
        own = rows.setdefault(
            (code, stage),
            {
                "school": code,
                "stage": stage,
                "places": row["capacity"],
                "now": row["pupils_now"],
                "years": [],
            },
        )
        alert, entrants = (found.get((code, stage, year, of), {}) for of in ("stage", "entrants"))
        own["years"].append(
            {
                **{name: round(row[name], 1) for name in ("mean", "low", "high")},
                "over": None if alert.get("over") is None else round(alert["over"], 1),
                "colour": alert.get("colour"),
                "entrants": entrants.get("colour"),
            }
        )
    notices = [notice.describe()._asdict() for notice in made.notices]
    return {"years": list(made.years), "notices": notices, "rows": list(rows.values())}


def _keep(snapshot: int, content: str) -> None:
    Outlook.objects.get_or_create(snapshot_id=snapshot, defaults={"content": content})
