"""What the desk does about what the checks found: mend an application, sign for a problem."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from junheng.admission.intake.run import registry
from junheng.errors import Problem, UsageError
from junheng.text import Text
from junheng.web.admissions.models import (
    Application,
    ApplicationState,
    Origin,
    Round,
    Step,
    StepKind,
    Waiver,
)
from junheng.web.admissions.states import OPEN_TO_CHANGE, locked, touch
from junheng.web.admissions.taking import as_text
from junheng.web.audit.services import record
from junheng.web.roles import Person

CHECKS = {one.code: one for one in registry()}
"""The checks of a round by code; only they may be waived."""


@dataclass(frozen=True, slots=True)
class Found:
    """One problem as the desk shows it: whose applications it is about, and whether somebody may sign for it."""

    problem: Problem
    numbers: tuple[str, ...]

    @property
    def may_be_waived(self) -> bool:
        """Whether a person may decide otherwise."""
        check = CHECKS.get(self.problem.code)
        is_error = self.problem.severity == "error" and bool(self.problem.place.key)
        return is_error and check is not None and check.waived is not None


def located(problem: Problem, numbers: frozenset[str]) -> Found:
    """Return a problem with the applications that its key names: one, several kept together, or none."""
    key = (problem.place.key or "").split("/")[0]
    return Found(problem, tuple(part for part in key.split("+") if part in numbers))


@transaction.atomic
def waive(*, by: Person, found: Round, check: str, key: str, reason: str) -> Waiver:
    """Sign, with a reason, for one problem that a check found.

    Raises
    ------
    UsageError
        Without a reason, for a check that nobody may waive, or in a round that is frozen.
    """
    own = locked(found, OPEN_TO_CHANGE)
    known = CHECKS.get(check)
    if known is None or known.waived is None:
        raise UsageError(Text("这类问题不得豁免，须改正", "nobody may waive this: it must be mended"))
    if not reason.strip() or not key:
        raise UsageError(Text("请写明豁免的理由", "say why it is waived"))
    try:
        with transaction.atomic():
            made = Waiver.objects.create(
                round=own,
                check_code=check,
                key=key,
                reason=reason.strip(),
                by_name=by.name,
                by_id=by.account_id,
            )
    except IntegrityError as error:
        raise UsageError(Text("已经豁免", "it is waived already")) from error
    touch(own)
    own.save()
    record(
        "problem-waived",
        by=by,
        subject="round",
        subject_id=own.code,
        why=reason.strip(),
        changes={"check": check, "key": key},
    )
    return made


@transaction.atomic
def take_back(*, by: Person, waiver: Waiver) -> None:
    """Take a signature back before the freeze."""
    own = locked(waiver.round, OPEN_TO_CHANGE)
    facts = {"check": waiver.check_code, "key": waiver.key}
    waiver.delete()
    touch(own)
    own.save()
    record("waiver-taken-back", by=by, subject="round", subject_id=own.code, changes=facts)


@transaction.atomic
def mend(
    *,
    by: Person,
    application: Application,
    facts: Mapping[str, Any],
    choices: list[str],
    kin: list[dict[str, Any]],
    why: str,
) -> None:
    """Give an application another version, saying why.

    Parameters
    ----------
    facts
        Columns of the table ``applicants``; absent where empty.
    choices, kin
        School codes in order; rows of the table ``kin`` without ``applicant``.

    Raises
    ------
    UsageError
        Without a reason, for an application that was withdrawn, or in a round that is frozen.
    """
    locked(application.round, OPEN_TO_CHANGE)
    own = Application.objects.select_for_update().get(pk=application.pk)
    if own.state == ApplicationState.WITHDRAWN:
        raise UsageError(Text("该报名已撤回", "the application was withdrawn"))
    if not why.strip():
        raise UsageError(Text("请写明更正的原因", "say why it is mended"))
    present = {name: value for name, value in facts.items() if value not in (None, "")}
    text = as_text(applicant=present, choices=choices, kin=kin)
    if text == own.values:
        return
    fields = _changed_fields(json.loads(own.values), json.loads(text))
    own.values, own.version, own.changed_at = text, own.version + 1, timezone.now()
    own.save(update_fields=["values", "version", "changed_at"])
    add_step(own, StepKind.MENDED, by=by, why=why.strip(), values=text)
    record(
        "application-mended",
        by=by,
        subject="application",
        subject_id=own.number,
        why=why.strip(),
        changes={"round": own.round.code, "fields": fields, "version": own.version},
    )


def add_step(
    application: Application, kind: StepKind, *, by: Person, why: str = "", values: str | None = None
) -> Step:
    """Write down what was done to an application, with its values where that made another version."""
    return Step.objects.create(
        application=application,
        kind=kind,
        version=application.version,
        values=values,
        by_name=by.name,
        by_id=by.account_id,
        why=why,
    )


def _changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of what changed: the audit, whose readers may not see persons, holds no values."""
    old, new = before["applicants"], after["applicants"]
    fields = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    return fields + [name for name in ("choices", "kin") if before[name] != after[name]]


ORIGINS: dict[str, Text] = {
    Origin.ONLINE: Text("网上", "online"),
    Origin.WORKBOOK: Text("工作簿", "workbook"),
    Origin.DESK: Text("窗口", "at the desk"),
}
APPLICATION_STATES: dict[str, Text] = {
    ApplicationState.SUBMITTED: Text("已报名", "submitted"),
    ApplicationState.CHANGED: Text("已修改", "changed"),
    ApplicationState.WITHDRAWN: Text("已撤回", "withdrawn"),
}
STEP_KINDS: dict[str, Text] = {
    StepKind.SUBMITTED: Text("报名", "submitted"),
    StepKind.CHANGED: Text("修改", "changed"),
    StepKind.MENDED: Text("教育局更正", "mended by the bureau"),
    StepKind.WITHDRAWN: Text("撤回", "withdrawn"),
    StepKind.DOCUMENT_ADDED: Text("上传材料", "document handed in"),
    StepKind.DOCUMENT_CHECKED: Text("核验材料", "document checked"),
}
