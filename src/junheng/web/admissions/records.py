"""What the core computes with: the rules, the standard and the records of a round, read from the database."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db.models import Max

from junheng.admission.intake.run import Taken, check_round
from junheng.admission.intake.waivers import Waiver as SignedWaiver
from junheng.admission.rules import Rules, load_rules
from junheng.district.checks.run import check
from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import Problem
from junheng.standards.standard import Standard
from junheng.web.admissions.models import Application, ApplicationState, Document, Round, Step
from junheng.web.registry.snapshots import district_of
from junheng.web.registry.store import frame_of
from junheng.web.remember import made_once
from junheng.web.standard import standard_with

Rows = list[dict[str, Any]]
_BATCH = 2000


@made_once(maxsize=16)
def rules_of(text: str) -> Rules:
    """Read the text of a rules file.

    Raises
    ------
    InputError
        With every problem of it.
    """
    with tempfile.TemporaryDirectory(prefix="junheng-rules-") as folder:
        path = Path(folder) / "rules.yaml"
        path.write_bytes(text.encode())
        return load_rules(path)


def standard_of(found: Round) -> Standard:
    """Return the standard that holds for a round: the national one with the overlays that were chosen."""
    return standard_with(tuple(json.loads(found.overlays)))


def in_draw(found: Round) -> Iterator[Application]:
    """Yield the applications that take part: neither withdrawn nor late, in the order of their numbers."""
    query = found.applications.filter(is_late=False).exclude(state=ApplicationState.WITHDRAWN)
    yield from query.order_by("number").iterator(chunk_size=_BATCH)


def district_of_round(found: Round) -> District:
    """Return the records of a round: its snapshot with the present applications and plan in the place of others."""
    rows: dict[str, Rows] = {"applicants": [], "choices": [], "kin": [], "documents": _documents(found)}
    for application in in_draw(found):
        for name, own in rows_of(application.number, found.stage, json.loads(application.values)).items():
            rows[name] += own
    plan = json.loads(found.plan)
    for name in ("places", "place_reserves"):
        rows[name] = [{**row, "stage": found.stage} for row in plan.get(name, ())]
    return district_of(found.snapshot_id).replace(
        **{name: frame_of(name, listed) for name, listed in rows.items()}
    )


def rows_of(number: str, stage: str, values: dict[str, Any]) -> dict[str, Rows]:
    """Return the rows of the tables of a round that one version of an application stands for."""
    return {
        "applicants": [{**values["applicants"], "applicant": number, "stage": stage}],
        "choices": [
            {"applicant": number, "rank": rank, "school": school}
            for rank, school in enumerate(values["choices"], start=1)
        ],
        "kin": [{**row, "applicant": number} for row in values["kin"]],
    }


def _documents(found: Round) -> Rows:
    """Return the documents that somebody has looked at; the others are not there yet."""
    query = Document.objects.filter(application__round=found, application__is_late=False)
    query = query.exclude(application__state=ApplicationState.WITHDRAWN).exclude(checked="")
    return [
        {"applicant": number, "document": kind, "checked": checked}
        for number, kind, checked in query.order_by("application__number", "kind").values_list(
            "application__number", "kind", "checked"
        )
    ]


def taken(found: Round) -> Taken:
    """Check a round as it is now: across tables, then as a round; what somebody signed for is set aside.

    Raises
    ------
    InputError
        If the rules cannot be read.
    """
    last = Step.objects.filter(application__round=found).aggregate(last=Max("pk"))["last"]
    return _taken(found.pk, found.revision, last or 0)


@made_once(maxsize=4)
def _taken(pk: int, revision: str, last_step: int) -> Taken:
    """Check; the later arguments only keep an older answer from being taken for the present one."""
    found = Round.objects.get(pk=pk)
    district, rules = district_of_round(found), rules_of(found.rules)
    waivers = tuple(
        SignedWaiver(
            check=one.check_code,
            key=one.key,
            by=one.by_name,
            reason=one.reason,
            on=one.at.date(),
        )
        for one in found.waivers.all()
    )
    checked = check_round(district, rules, standard_of(found), waivers=waivers)
    return replace(checked, problems=(*_across(district), *checked.problems))


_OURS = ("applicants", "choices", "kin", "documents", "places", "place_reserves", "feeders", "home_seats")


def _across(district: District) -> Iterable[Problem]:
    """Return what the checks across tables find: every error, and of the warnings those about tables of a round."""
    sheets = {table(name).label.zh for name in _OURS}
    return [
        problem for problem in check(district) if problem.severity == "error" or problem.place.sheet in sheets
    ]


def clear_cache() -> None:
    """Forget what was checked."""
    _taken.cache_clear()
