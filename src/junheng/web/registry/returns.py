"""The life of an annual return: opened, filled in, submitted, sent back with remarks or accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.services import record
from junheng.web.registry.models import AnnualReturn, Filing, ReturnState, Year
from junheng.web.registry.names import schools
from junheng.web.registry.reading import read_return
from junheng.web.registry.store import Changed, put_school
from junheng.web.roles import Person

STATES: dict[str, Text] = {
    ReturnState.DRAFT: Text("待填报", "to be filed"),
    ReturnState.SUBMITTED: Text("已上报", "submitted"),
    ReturnState.RETURNED: Text("退回修改", "sent back"),
    ReturnState.ACCEPTED: Text("已接收", "accepted"),
}
TONES: dict[str, str] = {"draft": "none", "submitted": "near", "returned": "bad", "accepted": "ok"}
OPEN_STATES = (ReturnState.DRAFT, ReturnState.RETURNED)
"""In these the school may file."""


@transaction.atomic
def open_returns(*, by: Person, year: int, due: date, only: Iterable[str] | None = None) -> int:
    """Open a return for every school of a year that has none, and set the day by which they are due."""
    found = Year.objects.select_for_update().get(pk=year)
    wanted = set(schools(year)) if only is None else set(only)
    missing = sorted(wanted - set(AnnualReturn.objects.filter(year=year).values_list("school", flat=True)))
    AnnualReturn.objects.bulk_create([AnnualReturn(year=found, school=school) for school in missing])
    found.returns_due = due
    found.save(update_fields=["returns_due"])
    facts = {"opened": len(missing), "due": due.isoformat()}
    record("returns-opened", by=by, subject="year", subject_id=year, changes=facts)
    return len(missing)


@transaction.atomic
def file_workbook(*, by: Person, annual_return: AnnualReturn, name: str, content: BinaryIO) -> Filing:
    """Read a school's workbook and keep what was found: its problems, or its rows where there is no error.

    Raises
    ------
    UsageError
        If the return is with the bureau already.
    """
    locked = _locked(annual_return, OPEN_STATES)
    found = read_return(locked.year_id, locked.school, name=name, content=content)
    last = locked.filings.order_by("-number").values_list("number", flat=True).first()
    filing = Filing.objects.create(
        annual_return=locked,
        number=1 if last is None else last + 1,
        by_name=by.name,
        by_id=by.account_id,
        file_name=found.file_name,
        sha256=found.sha256,
        problems=json.dumps([problem.as_dict() for problem in found.problems], ensure_ascii=False),
        n_errors=len(found.errors),
        rows=None if found.rows is None else json.dumps(found.rows, ensure_ascii=False),
    )
    facts = {"file": found.file_name, "sha256": found.sha256, "errors": filing.n_errors}
    record("return-filed", by=by, subject="return", subject_id=locked.pk, school=locked.school, changes=facts)
    return filing


@transaction.atomic
def submit(*, by: Person, annual_return: AnnualReturn) -> None:
    """Hand the last workbook to the bureau.

    Raises
    ------
    UsageError
        If no workbook was uploaded, or the last one has errors.
    """
    locked = _locked(annual_return, OPEN_STATES)
    filing = latest_filing(locked)
    if filing is None or filing.rows is None:
        raise UsageError(Text("请先上传没有错误的工作簿", "upload a workbook without errors first"))
    _move(locked, ReturnState.SUBMITTED, by=by, submitted_at=timezone.now())


@transaction.atomic
def send_back(*, by: Person, annual_return: AnnualReturn, remarks: str) -> None:
    """Send a return back with what must be mended; an accepted one may be opened again like this.

    Raises
    ------
    UsageError
        Without remarks, or if the return is not with the bureau.
    """
    if not remarks.strip():
        raise UsageError(Text("请写明退回原因", "say what must be mended"))
    locked = _locked(annual_return, (ReturnState.SUBMITTED, ReturnState.ACCEPTED))
    _move(locked, ReturnState.RETURNED, by=by, remarks=remarks.strip(), accepted_at=None, why=remarks.strip())


@transaction.atomic
def accept(*, by: Person, annual_return: AnnualReturn) -> Changed:
    """Take a submitted return into the records, field by field, with who filed it and who accepted it.

    Raises
    ------
    UsageError
        If the return is not submitted.
    """
    locked = _locked(annual_return, (ReturnState.SUBMITTED,))
    filing = latest_filing(locked)
    if filing is None or filing.rows is None:
        raise UsageError(Text("没有可接收的工作簿", "there is no workbook to accept"))
    _move(locked, ReturnState.ACCEPTED, by=by, accepted_at=timezone.now(), remarks="")
    why = f"{filing.by_name} {filing.file_name} #{filing.number}"
    event = record(
        "return-taken", by=by, subject="return", subject_id=locked.pk, school=locked.school, why=why
    )
    return put_school(locked.year_id, locked.school, json.loads(filing.rows), event=event)


def latest_filing(annual_return: AnnualReturn) -> Filing | None:
    """Return the last workbook that was uploaded."""
    return annual_return.filings.order_by("-number").first()


def is_overdue(annual_return: AnnualReturn, *, due: date | None, today: date) -> bool:
    """Say whether the school should have filed by now."""
    return due is not None and today > due and annual_return.state in OPEN_STATES


def _locked(annual_return: AnnualReturn, states: Iterable[str]) -> AnnualReturn:
    """Lock the return, then look at its state: another click may have come first."""
    locked = AnnualReturn.objects.select_for_update().get(pk=annual_return.pk)
    allowed = tuple(states)
    if locked.state not in allowed:
        raise UsageError(
            Text(
                "年报当前为“{state}”，不能这样操作", "the return is “{state}”: that cannot be done now"
            ).format(state=STATES[locked.state])
        )
    return locked


def _move(
    annual_return: AnnualReturn, state: ReturnState, *, by: Person, why: str = "", **fields: Any
) -> None:
    before = annual_return.state
    annual_return.state = state
    annual_return.changed_at = timezone.now()
    for name, value in fields.items():
        setattr(annual_return, name, value)
    annual_return.save()
    record(
        f"return-{state.value}",
        by=by,
        subject="return",
        subject_id=annual_return.pk,
        school=annual_return.school,
        why=why,
        changes={"state": {"before": before, "after": state.value}},
    )
