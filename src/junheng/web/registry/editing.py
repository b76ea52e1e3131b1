"""Change, add or take away rows by hand."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db import transaction

from junheng.district.columns import Table, table, tables
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.models import Event
from junheng.web.audit.services import record
from junheng.web.registry.models import FieldChange, Row, Year
from junheng.web.registry.store import field_changes, frame_of, give, keep
from junheng.web.roles import Person


@transaction.atomic
def set_row(*, by: Person, row: Row, values: dict[str, Any], why: str) -> None:
    """Set the columns of one row that are not its key; every one that changes is kept with who, when and why.

    Raises
    ------
    UsageError
        Without a reason, or for a value that its column cannot hold or a key that does not exist.
    """
    reason = _reason(why)
    year = Year.objects.select_for_update().get(pk=row.year_id)
    locked = Row.objects.select_for_update().get(pk=row.pk)
    before = json.loads(locked.values)
    one = table(locked.table)
    after = {name: before.get(name) for name in one.key} | {
        name: value for name, value in values.items() if one.column(name) is not None
    }
    _refuse_unknown_keys(locked, after)
    event = record(
        "field-set", by=by, subject=locked.table, subject_id=_short(locked), school=locked.school, why=reason
    )
    _write(locked, after, event=event)
    _touched(year)


@transaction.atomic
def set_column(*, by: Person, year: int, name: str, column: str, values: Mapping[str, Any], why: str) -> None:
    """Set one column of some rows of a table whose key is one code; every row that changes is kept with who and why.

    Parameters
    ----------
    values
        Code of the row to what its column shall hold.

    Raises
    ------
    UsageError
        Without a reason, or for a row that is not there.
    """
    reason = _reason(why)
    locked = Year.objects.select_for_update().get(pk=year)
    keys = {json.dumps([code], ensure_ascii=False): value for code, value in values.items()}
    rows = Row.objects.select_for_update().filter(year=year, table=name, key__in=keys)
    found = {row.key: row for row in rows}
    if missing := [key for key in keys if key not in found]:
        raise UsageError(Text(f"没有这些记录：{missing}", f"there are no such records: {missing}"))
    event = record(
        "field-set",
        by=by,
        subject=name,
        subject_id=f"{column} ({len(keys)})",
        why=reason,
        changes={"column": column, "rows": sorted(values)},
    )
    for key, value in keys.items():
        _write(found[key], {**json.loads(found[key].values), column: value}, event=event)
    _touched(locked)


@transaction.atomic
def add_row(*, by: Person, year: int, name: str, values: dict[str, Any], why: str) -> Row:
    """Add one row to a table, as its last; every value of it is kept in the history with who, when and why.

    Raises
    ------
    UsageError
        Without a reason, for a key that is there already or a value that is required and absent, and as `set_row`.
    """
    reason = _reason(why)
    found = Year.objects.select_for_update().get(pk=year)
    one = _changeable(name)
    absent = [column.label for column in one if column.is_required and values.get(column.name) is None]
    if absent:
        raise UsageError(Text("请填写{column}", "fill in {column}").format(column=absent[0]))
    key = json.dumps([values.get(part) for part in one.key], ensure_ascii=False)
    rows = Row.objects.filter(year=year, table=name)
    if rows.filter(key=key).exists():
        raise UsageError(
            Text("已有这条记录，请直接修改它", "this record is there already: change it instead")
        )
    last = rows.order_by("-position").values_list("position", flat=True).first()
    row = Row(year=found, table=name, position=0 if last is None else last + 1, key=key)
    _refuse_unknown_keys(row, values)
    _conformed(name, values)
    school = str(values.get("school") or "")
    event = record("row-added", by=by, subject=name, subject_id=_short(row), school=school, why=reason)
    keep(row, values, event=event)
    row.save()
    FieldChange.objects.bulk_create(field_changes(row, {}, json.loads(row.values), event))
    kept = {*json.loads(found.tables), name}
    found.tables = json.dumps([one for one in tables() if one in kept])
    _touched(found)
    return row


@transaction.atomic
def remove_row(*, by: Person, row: Row, why: str) -> None:
    """Take one row away; what it held stays in the history with who, when and why.

    Raises
    ------
    UsageError
        Without a reason, or naming a table whose rows refer to it.
    """
    reason = _reason(why)
    year = Year.objects.select_for_update().get(pk=row.year_id)
    locked = Row.objects.select_for_update().get(pk=row.pk)
    _changeable(locked.table)
    values = json.loads(locked.values)
    _refuse_referred(locked, values)
    event = record(
        "row-removed",
        by=by,
        subject=locked.table,
        subject_id=_short(locked),
        school=locked.school,
        why=reason,
    )
    FieldChange.objects.bulk_create(field_changes(locked, values, {}, event))
    locked.delete()
    _touched(year)


def _write(row: Row, after: dict[str, Any], *, event: Event) -> None:
    before = json.loads(row.values)
    _conformed(row.table, after)
    keep(row, after, event=event)
    FieldChange.objects.bulk_create(field_changes(row, before, json.loads(row.values), event))
    row.save(update_fields=["values", "school", "event"])


def _reason(why: str) -> str:
    if not why.strip():
        raise UsageError(Text("请写明修改原因", "say why it is changed"))
    return why.strip()


def _changeable(name: str) -> Table:
    """Return a table to which rows may be added; what district and year it is stands in one row, and is not added."""
    if name == "district":
        raise UsageError(Text("区县信息只有一行", "there is one row of the district"))
    return table(name)


def _short(row: Row) -> str:
    return row.key[:120]


def _touched(year: Year) -> None:
    year.revision = secrets.token_hex(12)
    year.save(update_fields=["revision", "tables"])


def _refuse_referred(row: Row, values: dict[str, Any]) -> None:
    """Refuse to take away what rows of other tables speak of."""
    district = give(row.year_id)
    for other in tables().values():
        for column in other:
            if column.refers_to is None or column.refers_to[0] != row.table or not district.has(other.name):
                continue
            n = district.table(other.name).filter(pl.col(column.name) == values[column.refers_to[1]]).height
            if n:
                raise UsageError(
                    Text(
                        "表“{table}”有 {n} 行用到它，请先删除或修改那些行",
                        "{n} rows of “{table}” refer to it: remove or change those first",
                    ).format(table=other.label, n=n)
                )


def _conformed(name: str, values: dict[str, Any]) -> None:
    if name == "district":
        District.of({name: frame_of(name, [values])})
    else:
        frame_of(name, [values])


def _refuse_unknown_keys(row: Row, values: dict[str, Any]) -> None:
    for column in table(row.table):
        value = values.get(column.name)
        if column.refers_to is None or value is None:
            continue
        other, _ = column.refers_to
        key = json.dumps([value], ensure_ascii=False)
        if not Row.objects.filter(year=row.year_id, table=other, key=key).exists():
            raise UsageError(
                Text("{column}：没有“{value}”", "{column}: there is no “{value}”").format(
                    column=column.label, value=value
                )
            )
