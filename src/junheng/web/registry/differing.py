"""What a school's workbook says otherwise than the records: before it is accepted, for the school and the bureau."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest

from junheng.district.columns import Table, table
from junheng.district.model import District
from junheng.text import Text
from junheng.web.listing import Column, Listing, Mark
from junheng.web.registry.changes import key_text
from junheng.web.registry.models import Filing, Year
from junheng.web.registry.store import SCHOOL_TABLES, give
from junheng.web.registry.values import worded

_COLUMNS = (
    Column("table", Text("表", "table")),
    Column("key", Text("记录", "record")),
    Column("column", Text("列", "column")),
    Column("last", Text("上学年", "last year"), "none"),
    Column("before", Text("现有记录", "in the records"), "none"),
    Column("after", Text("本次填报", "filed now"), "none"),
)
_GONE = Mark(Text("整行删除", "whole row taken out"), "bad")
_Rows = Mapping[str, Mapping[str, Any]]


def differences(request: HttpRequest, filing: Filing) -> Listing | None:
    """Return what accepting a workbook would change, with last year's figure beside; `None` of one with errors."""
    if filing.rows is None:
        return None
    year, school = filing.annual_return.year_id, filing.annual_return.school
    now = give(year)
    last = give(year - 1) if Year.objects.filter(pk=year - 1).exists() else None
    filed = json.loads(filing.rows)
    rows = [
        row
        for name in SCHOOL_TABLES
        if name in filed
        for row in _of_table(
            table(name),
            _by_key(table(name), filed[name]),
            _of_school(now, name, school),
            {} if last is None else _of_school(last, name, school),
        )
    ]
    return Listing(
        request,
        name="differences",
        title=Text("本次填报与现有记录的差异", "what is filed otherwise than the records have it"),
        columns=_COLUMNS if last is not None else (*_COLUMNS[:3], *_COLUMNS[4:]),
        rows=rows,
        empty=Text("与现有记录完全相同", "all as the records have it"),
    )


def _of_table(one: Table, filed: _Rows, now: _Rows, last: _Rows) -> Iterator[dict[str, Any]]:
    """Give every value that differs; of a row that is filed no more one line."""
    for key, after in filed.items():
        before, earlier = now.get(key, {}), last.get(key, {})
        for column in one:
            if column.is_key or after.get(column.name) == before.get(column.name):
                continue
            values = {"last": earlier, "before": before, "after": after}
            shown = {side: worded(column, of.get(column.name)) for side, of in values.items()}
            yield {"table": one.label, "key": key_text(key), "column": column.label, **shown}
    for key in now.keys() - filed.keys():
        yield {"table": one.label, "key": key_text(key), "column": None, "after": _GONE}


def _of_school(district: District, name: str, school: str) -> _Rows:
    return _by_key(table(name), district.table(name).filter(school=school).to_dicts())


def _by_key(one: Table, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {json.dumps([row.get(part) for part in one.key], ensure_ascii=False): row for row in rows}
