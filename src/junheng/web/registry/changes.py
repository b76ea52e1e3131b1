"""The history of fields as a table: who, when, before, after, why."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from junheng.district.columns import table as table_of
from junheng.report import numbers
from junheng.text import Text
from junheng.web.listing import Column, Listing
from junheng.web.pages.templatetags.words import moment
from junheng.web.registry.models import FieldChange
from junheng.web.registry.values import worded

_COLUMNS = (
    Column("at", Text("时间", "when")),
    Column("by", Text("操作人", "who")),
    Column("table", Text("表", "table")),
    Column("key", Text("记录", "record")),
    Column("column", Text("列", "column")),
    Column("before", Text("原值", "before")),
    Column("after", Text("新值", "after")),
    Column("why", Text("原因", "why")),
)
_SHOWN = 5000


def changes_table(request: HttpRequest, changes: QuerySet[FieldChange]) -> Listing:
    """Return changes of fields, newest first."""
    return Listing(
        request,
        name="history",
        title=Text("修改历史", "history"),
        columns=_COLUMNS,
        rows=[_change(one) for one in changes[:_SHOWN]],
        empty=Text("载入后没有修改", "nothing was changed since it was loaded"),
    )


def key_text(key: str) -> str:
    """Return a key as people read it: its parts, and which of several rows with the same key it is."""
    parts, _, number = key.rpartition("]")
    shown = " / ".join(numbers.ABSENT if part is None else str(part) for part in json.loads(parts + "]"))
    return f"{shown} ({number.removeprefix('#')})" if number else shown


def _change(one: FieldChange) -> dict[str, Any]:
    column = table_of(one.table).column(one.column)
    return {
        "at": moment(one.at),
        "by": one.by_name,
        "table": table_of(one.table).label,
        "key": key_text(one.key),
        "column": column.label,
        "before": None if one.before is None else worded(column, json.loads(one.before)),
        "after": None if one.after is None else worded(column, json.loads(one.after)),
        "why": one.why or None,
    }
