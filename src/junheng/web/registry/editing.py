"""Change one row by hand."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.db import transaction

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.services import record
from junheng.web.registry.models import FieldChange, Row, Year
from junheng.web.registry.store import field_changes, frame_of, keep
from junheng.web.roles import Person


@transaction.atomic
def set_row(*, by: Person, row: Row, values: dict[str, Any], why: str) -> None:
    """Set the columns of one row that are not its key; every one that changes is kept with who, when and why.

    Raises
    ------
    UsageError
        Without a reason, or for a value that its column cannot hold or a key that does not exist.
    """
    if not why.strip():
        raise UsageError(Text("请写明修改原因", "say why it is changed"))
    year = Year.objects.select_for_update().get(pk=row.year_id)
    locked = Row.objects.select_for_update().get(pk=row.pk)
    before = json.loads(locked.values)
    one = table(locked.table)
    after = {name: before.get(name) for name in one.key} | {
        name: value for name, value in values.items() if one.column(name) is not None
    }
    _refuse_unknown_keys(locked, after)
    _conformed(locked.table, after)
    event = record(
        "field-set",
        by=by,
        subject=locked.table,
        subject_id=locked.key[:120],
        school=locked.school,
        why=why.strip(),
    )
    keep(locked, after, event=event)
    FieldChange.objects.bulk_create(field_changes(locked, before, json.loads(locked.values), event))
    locked.save(update_fields=["values", "school", "event"])
    year.revision = secrets.token_hex(12)
    year.save(update_fields=["revision"])


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
