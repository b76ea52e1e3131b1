"""The database gives and takes a District exactly; what changes from one to the next is kept field by field."""

from __future__ import annotations

import json
import math
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from junheng.district.columns import Table, table, tables
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.models import Event
from junheng.web.audit.services import record
from junheng.web.registry.models import FieldChange, Row, Year
from junheng.web.remember import made_once
from junheng.web.roles import Person

_BATCH = 2000
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """How much a write changed."""

    added: int
    removed: int
    fields: int

    @property
    def is_nothing(self) -> bool:
        """Whether all was as before."""
        return not (self.added or self.removed or self.fields)


def give(year: int) -> District:
    """Return the records of a year as a District, tables and rows in their order.

    Raises
    ------
    UsageError
        If there is no such year.
    """
    found = Year.objects.filter(pk=year).first()
    if found is None:
        raise UsageError(Text(f"没有 {year} 学年的记录", f"there are no records of the school year {year}"))
    return _given(year, found.revision)


@made_once(maxsize=4)
def _given(year: int, revision: str) -> District:
    """Return a year at a revision; the second argument only keeps an older one from being taken for it."""
    kept = json.loads(Year.objects.values_list("tables", flat=True).get(pk=year))
    rows: dict[str, list[Values]] = {name: [] for name in kept}
    query = Row.objects.filter(year=year).order_by("table", "position").values_list("table", "values")
    for name, values in query.iterator(chunk_size=_BATCH):
        rows[name].append(json.loads(values))
    return District.of({name: frame_of(name, rows[name]) for name in kept})


def frame_of(name: str, rows: Iterable[Values]) -> pl.DataFrame:
    """Return rows as a frame with every column of its table."""
    return pl.DataFrame(list(rows), schema=dict(table(name).schema), orient="row")


@transaction.atomic
def take(
    district: District,
    *,
    by: Person,
    why: str,
    action: str = "records-taken",
    only: Iterable[str] | None = None,
) -> Changed:
    """Make the records of the District's year equal to it.

    Parameters
    ----------
    only
        Tables to replace; others stay as they are. All if not given: tables that the District does not keep go.
    """
    year, _ = Year.objects.select_for_update().get_or_create(pk=int(district.facts["year"]))
    wanted = set(district.tables) if only is None else set(only) & set(district.tables)
    gone = set(json.loads(year.tables)) - set(district.tables) if only is None else set()
    event = record(
        action, by=by, subject="year", subject_id=year.pk, why=why, changes={"hash": district.hash}
    )
    total = Changed(0, 0, 0)
    for name in tables():
        if name in wanted or name in gone:
            rows = district.tables[name].to_dicts() if name in wanted else []
            total = _sum(total, _replace(year.pk, table(name), rows, event=event))
    kept = (set(json.loads(year.tables)) | wanted) - gone
    year.tables = json.dumps([name for name in tables() if name in kept])
    year.revision = secrets.token_hex(12)
    year.save(update_fields=["tables", "revision"])
    return total


@transaction.atomic
def put_school(year: int, school: str, rows: Mapping[str, list[Values]], *, event: Event) -> Changed:
    """Make one school's rows of some tables equal to those given; rows of other schools stay where they are."""
    found = Year.objects.select_for_update().get(pk=year)
    kept = set(json.loads(found.tables))
    total = Changed(0, 0, 0)
    for name, own in rows.items():
        others = [
            json.loads(values)
            for values in Row.objects.filter(year=year, table=name)
            .exclude(school=school)
            .order_by("position")
            .values_list("values", flat=True)
        ]
        if own or name in kept:
            merged = _in_place(year, name, school, others, own)
            total = _sum(total, _replace(year, table(name), merged, event=event))
            kept.add(name)
    found.tables = json.dumps([name for name in tables() if name in kept])
    found.revision = secrets.token_hex(12)
    found.save(update_fields=["tables", "revision"])
    return total


def rows_of_school(district: District, school: str) -> dict[str, pl.DataFrame]:
    """Return the rows of one school in the tables that a school files."""
    return {name: district.table(name).filter(pl.col("school") == school) for name in SCHOOL_TABLES}


SCHOOL_TABLES = ("schools", "stages", "premises", "classes", "rolls")
"""What a school files itself; homes, zones and declarations are the bureau's."""


def _in_place(year: int, name: str, school: str, others: list[Values], own: list[Values]) -> list[Values]:
    """Return all rows with the school's where its first one stood, or at the end."""
    first = (
        Row.objects.filter(year=year, table=name, school=school)
        .order_by("position")
        .values_list("position", flat=True)
        .first()
    )
    at = len(others) if first is None else min(first, len(others))
    return [*others[:at], *own, *others[at:]]


def _replace(year: int, one: Table, rows: list[Values], *, event: Event) -> Changed:
    """Write the rows of a table and keep what changed.

    A table that is loaded for the first time is one event and no field changes: every field's history begins with the
    event of its row.
    """
    present = list(Row.objects.filter(year=year, table=one.name).order_by("position"))
    wanted = [_row(year, one, position, values, event) for position, values in enumerate(rows)]
    _tell_apart(wanted)
    if [(row.key, row.values) for row in present] == [(row.key, row.values) for row in wanted]:
        return Changed(0, 0, 0)
    if not present:
        Row.objects.bulk_create(wanted, batch_size=_BATCH)
        return Changed(len(wanted), 0, 0)
    changed, changes = _compared(present, wanted, event)
    Row.objects.filter(year=year, table=one.name).delete()
    Row.objects.bulk_create(wanted, batch_size=_BATCH)
    FieldChange.objects.bulk_create(changes, batch_size=_BATCH)
    return changed


def _compared(present: list[Row], wanted: list[Row], event: Event) -> tuple[Changed, list[FieldChange]]:
    old = {row.key: row for row in present}
    changes: list[FieldChange] = []
    added = n_fields = 0
    for row in wanted:
        before = old.pop(row.key, None)
        if before is None:
            added += 1
            changes += field_changes(row, {}, json.loads(row.values), event)
        elif before.values == row.values:
            row.event = before.event
        else:
            found = field_changes(row, json.loads(before.values), json.loads(row.values), event)
            n_fields += len(found)
            changes += found
    for row in old.values():
        changes += field_changes(row, json.loads(row.values), {}, event)
    return Changed(added, len(old), n_fields), changes


def _row(year: int, one: Table, position: int, values: Values, event: Event) -> Row:
    key = json.dumps([values.get(name) for name in one.key], ensure_ascii=False)
    row = Row(year_id=year, table=one.name, position=position, key=key)
    keep(row, values, event=event)
    return row


def keep(row: Row, values: Values, *, event: Event) -> None:
    """Put values into a row; absent ones take no place."""
    present = {name: _checked(value, row.table, name) for name, value in values.items() if value is not None}
    row.values = json.dumps(present, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    row.school = str(present.get("school", ""))
    row.event = event.pk


def _tell_apart(rows: list[Row]) -> None:
    """Tell apart the rows that share a key: a file may hold them, and the registry gives back what it took."""
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        seen[row.key] += 1
        if seen[row.key] > 1:
            row.key = f"{row.key}#{seen[row.key]}"


def field_changes(row: Row, before: Values, after: Values, event: Event) -> list[FieldChange]:
    return [
        FieldChange(
            year=row.year_id,
            table=row.table,
            key=row.key,
            school=row.school,
            column=name,
            before=_shown(before.get(name)),
            after=_shown(after.get(name)),
            at=timezone.now(),
            by_name=event.by_name,
            by_id=event.by_id,
            why=event.why,
            event=event.pk,
        )
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _shown(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _checked(value: Any, name: str, column: str) -> Any:
    is_bad = (isinstance(value, float) and not math.isfinite(value)) or (
        isinstance(value, str) and "\x00" in value
    )
    if is_bad:
        raise UsageError(
            Text(
                f"{name}.{column} 含有数据库不能保存的值",
                f"{name}.{column} holds a value that the database cannot keep",
            )
        )
    return value


def _sum(a: Changed, b: Changed) -> Changed:
    return Changed(a.added + b.added, a.removed + b.removed, a.fields + b.fields)
