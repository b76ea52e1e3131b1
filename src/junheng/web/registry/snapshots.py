"""Snapshots: the District of a moment, kept as it was, with its hash."""

from __future__ import annotations

from django.db import transaction

from junheng.district.model import District
from junheng.district.packed import packed, unpacked
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.services import record
from junheng.web.registry.models import AnnualReturn, ReturnState, Snapshot
from junheng.web.registry.store import give
from junheng.web.remember import made_once
from junheng.web.roles import Person


@transaction.atomic
def make_snapshot(*, by: Person, year: int, name: str) -> Snapshot:
    """Keep the records of a year as they are now."""
    district = give(year)
    returns = AnnualReturn.objects.filter(year=year)
    snapshot = Snapshot(
        year_id=year,
        name=name,
        hash=district.hash,
        content=packed(district),
        n_rows=sum(frame.height for frame in district.tables.values()),
        n_accepted=returns.filter(state=ReturnState.ACCEPTED).count(),
        n_returns=returns.count(),
        made_by=by.name,
    )
    snapshot.save()
    facts = {"name": name, "hash": snapshot.hash, "rows": snapshot.n_rows}
    record("snapshot-made", by=by, subject="snapshot", subject_id=snapshot.pk, changes=facts)
    return snapshot


def district_of(snapshot: int) -> District:
    """Return the District of a snapshot.

    Raises
    ------
    UsageError
        If what is kept no longer has the hash that was written beside it.
    """
    return _district_of(snapshot, Snapshot.objects.values_list("hash", flat=True).get(pk=snapshot))


def clear_cache() -> None:
    """Forget the snapshots that were opened."""
    _district_of.cache_clear()


@made_once(maxsize=4)
def _district_of(snapshot: int, expected: str) -> District:
    district = unpacked(bytes(Snapshot.objects.values_list("content", flat=True).get(pk=snapshot)))
    if district.hash != expected:
        raise UsageError(
            Text(
                f"快照 {snapshot} 与其校验值不符，内容已被改动",
                f"snapshot {snapshot} differs from its hash: it was tampered with",
            )
        )
    return district
