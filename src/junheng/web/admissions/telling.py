"""Telling families what became of their applications: who they are, put beside their last notice for the office."""

from __future__ import annotations

import io
import json
from typing import Any

from django.db import transaction

from junheng.errors import UsageError
from junheng.report.admission.contacts import contacts_book, pupils_books
from junheng.report.admission.family import Family
from junheng.report.admission.letters import family_letters
from junheng.text import Language, Text
from junheng.web.admissions.files import zipped
from junheng.web.admissions.models import Notice, Round
from junheng.web.admissions.persons import unseal
from junheng.web.admissions.states import DECIDED
from junheng.web.audit.services import record
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person


@transaction.atomic
def contacts(*, by: Person, found: Round, where: str, language: Language) -> bytes:
    """Return the workbook of families to tell, and write down who took it.

    Parameters
    ----------
    where
        Where families look at their results.

    Raises
    ------
    UsageError
        Before the draw is verified.
    """
    families = _families(found)
    _record("contacts", by=by, found=found, n=len(families))
    return contacts_book(families, district_of(found.snapshot_id), where=where, language=language)


@transaction.atomic
def by_schools(*, by: Person, found: Round, where: str, language: Language) -> bytes:
    """Return what goes out school by school, as one zip, and write down who took it.

    It is each school's list of its own new pupils, and the letters for printing: a Word document a school, and one for
    families without a place.

    Raises
    ------
    UsageError
        Before the draw is verified.
    """
    families, district = _families(found), district_of(found.snapshot_id)
    _record("letters", by=by, found=found, n=len(families))
    letters = {name: _bytes(one) for name, one in family_letters(families, district, where=where)}
    return zipped({**letters, **dict(pupils_books(families, district, language=language))})


def _families(found: Round) -> list[Family]:
    if found.state not in DECIDED:
        raise UsageError(Text("摇号核验之后才有结果", "there are results once the draw is verified"))
    query = Notice.objects.filter(application__round=found, edition=found.edition).order_by("turn")
    latest = {one.application_id: one for one in query.select_related("application")}
    return [_family(one) for one in latest.values()]


def _family(notice: Notice) -> Family:
    told: dict[str, Any] = json.loads(notice.explanation)
    facts = unseal(notice.application.sealed)
    return Family(
        number=notice.application.number,
        child=facts.name,
        guardian=facts.guardian,
        phone=facts.phone,
        status=notice.status,
        school=notice.school,
        school_name=told["school_name"] or "",
        rule=None if told["rule"] is None else Text(**told["rule"]),
        waiting=tuple((one["school_name"], one["waiting"]) for one in told["choices"] if one["waiting"]),
        refill=notice.turn,
        lines=tuple(Text(**line) for line in json.loads(notice.lines)),
    )


def _record(what: str, *, by: Person, found: Round, n: int) -> None:
    facts = {"what": what, "families": n}
    record("families-listed", by=by, subject="round", subject_id=found.code, changes=facts)


def _bytes(letter: Any) -> bytes:
    out = io.BytesIO()
    letter.save(out)
    return out.getvalue()
