"""Taking rows of the tables of a round into the database: new applications, new versions, documents, the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from junheng.errors import Problem
from junheng.web.admissions.models import Application, Document, Origin, Round, Step, StepKind
from junheng.web.admissions.states import OPEN_TO_CHANGE, locked, touch
from junheng.web.audit.services import record
from junheng.web.roles import Person

OWN = ("applicants", "choices", "documents", "kin")
PLAN = ("places", "place_reserves")
"""What families ask, and what schools offer, by the tables of a workbook."""
Values = dict[str, Any]
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a workbook: how many applications are new, changed or the same; or why none was taken."""

    new: int = 0
    changed: int = 0
    same: int = 0
    has_plan: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> int:
        """How many problems kept it out."""
        return sum(problem.severity == "error" for problem in self.problems)


@transaction.atomic
def take(*, by: Person, found: Round, tables: Mapping[str, list[Values]], file: str) -> Imported:
    """Take in applications that are known to be sound: rows by table, as a workbook has them.

    A number that came so before gets a new version where anything of it differs.

    Raises
    ------
    UsageError
        If the round is frozen.
    """
    own = locked(found, OPEN_TO_CHANGE)
    wanted = values_by_number(tables)
    present = {one.number: one for one in own.applications.filter(number__in=list(wanted))}
    new = [number for number in wanted if number not in present]
    changed = [number for number, one in present.items() if one.values != wanted[number]]
    _add(own, {number: wanted[number] for number in new}, by=by, file=file)
    for number in changed:
        _change(present[number], wanted[number], by=by, file=file)
    documents = _documents(tables)
    _put_documents(own, {number: documents.get(number, {}) for number in wanted})
    has_plan = _put_plan(own, tables)
    touch(own)
    own.save()
    counts = {"new": len(new), "changed": len(changed), "same": len(wanted) - len(new) - len(changed)}
    record(
        "applications-imported",
        by=by,
        subject="round",
        subject_id=own.code,
        why=file,
        changes={**counts, "plan": has_plan},
    )
    return Imported(new=len(new), changed=len(changed), same=counts["same"], has_plan=has_plan)


def values_by_number(tables: Mapping[str, list[Values]]) -> dict[str, str]:
    """Return the values of each application as its record keeps them, by number."""
    choices: dict[str, list[tuple[int, str]]] = {}
    for row in tables.get("choices", ()):
        choices.setdefault(row["applicant"], []).append((row["rank"], row["school"]))
    kin: dict[str, list[Values]] = {}
    for row in tables.get("kin", ()):
        kin.setdefault(row["applicant"], []).append(_without(row, "applicant"))
    return {
        row["applicant"]: as_text(
            applicant=_without(row, "applicant", "stage"),
            choices=[school for _, school in sorted(choices.get(row["applicant"], ()))],
            kin=kin.get(row["applicant"], []),
        )
        for row in tables.get("applicants", ())
    }


def as_text(*, applicant: Mapping[str, Any], choices: list[str], kin: list[Values]) -> str:
    """Return the values of one application as its record keeps them: the same values, the same text."""
    return json.dumps(
        {"applicants": dict(applicant), "choices": choices, "kin": kin},
        ensure_ascii=False,
        sort_keys=True,
        default=str,
    )


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in names}


def _add(own: Round, wanted: Mapping[str, str], *, by: Person, file: str) -> None:
    made = Application.objects.bulk_create(
        [
            Application(
                round=own, number=number, key=f"workbook:{number}"[:64], origin=Origin.WORKBOOK, values=text
            )
            for number, text in wanted.items()
        ],
        batch_size=_BATCH,
    )
    Step.objects.bulk_create(
        [
            Step(
                application=one,
                kind=StepKind.SUBMITTED,
                version=1,
                values=one.values,
                by_name=by.name,
                by_id=by.account_id,
                why=file,
            )
            for one in made
        ],
        batch_size=_BATCH,
    )


def _change(one: Application, text: str, *, by: Person, file: str) -> None:
    one.values, one.version, one.changed_at = text, one.version + 1, timezone.now()
    one.state = one.state if one.state == "withdrawn" else "changed"
    one.save(update_fields=["values", "version", "changed_at", "state"])
    Step.objects.create(
        application=one,
        kind=StepKind.CHANGED,
        version=one.version,
        values=text,
        by_name=by.name,
        by_id=by.account_id,
        why=file,
    )


def _documents(tables: Mapping[str, list[Values]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in tables.get("documents", ()):
        found.setdefault(row["applicant"], {})[row["document"]] = row["checked"]
    return found


def _put_documents(own: Round, wanted: Mapping[str, Mapping[str, str]]) -> None:
    """Make the documents of the workbook's applications those of the workbook; a scan that is there stays."""
    query = Document.objects.filter(application__round=own, application__number__in=list(wanted))
    present = {(one.application.number, one.kind): one for one in query.select_related("application")}
    keys = {(number, kind): checked for number, kinds in wanted.items() for kind, checked in kinds.items()}
    gone = [one.pk for key, one in present.items() if key not in keys and one.content is None]
    Document.objects.filter(pk__in=gone).delete()
    pks = dict(own.applications.filter(number__in=list(wanted)).values_list("number", "pk"))
    now = timezone.now()
    Document.objects.bulk_create(
        [
            Document(application_id=pks[number], kind=kind, checked=checked, checked_at=now)
            for (number, kind), checked in keys.items()
            if (number, kind) not in present
        ],
        batch_size=_BATCH,
    )
    for key, one in present.items():
        if key in keys and one.checked != keys[key]:
            one.checked, one.checked_at = keys[key], now
            one.save(update_fields=["checked", "checked_at"])


def _put_plan(own: Round, tables: Mapping[str, list[Values]]) -> bool:
    """Put the plan of the workbook into the place of the round's, table by table."""
    plan = json.loads(own.plan)
    given = [name for name in PLAN if tables.get(name)]
    for name in given:
        plan[name] = [_without(row, "stage") for row in tables[name]]
    own.plan = json.dumps(plan, ensure_ascii=False)
    return bool(given)
