"""The next school year: what stays so until somebody changes it goes on, what is counted every year begins empty.

A figure that nobody has counted is absent. Last year's figure in its place would be a guess that looks like a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import polars as pl

from junheng.district.columns import Column, Table, table
from junheng.district.model import District
from junheng.text import Text

How = Literal["whole", "part", "left"]

_PAST = Text("各学年的历史数据，仍然成立", "of past years, which stay as they were")
_IDENTITY = Text("身份和所在，变动时再改", "what and where it is, until that changes")
_DECIDED = Text("教育局的决定，变更前有效", "decided by the bureau, and in force until changed")
_ROSTER = Text("名册，以上学年末为准", "the roster as it was")
_COUNTED = Text("每学年重新填报", "counted anew every year")
_ROUND = Text("只属于一轮招生", "of one admission round only")
_STALE = Text("由上学年的记录算出，应重新计算", "computed from last year's records: compute it again")

_WHOLE: Mapping[str, Text] = MappingProxyType(
    {
        "district": _IDENTITY,
        "schools": _IDENTITY,
        "rolls": _PAST,
        "homes": _IDENTITY,
        "children": _PAST,
        "neighbours": _IDENTITY,
        "catchments": _DECIDED,
        "shared_zones": _DECIDED,
        "groups": _DECIDED,
        "researchers": _ROSTER,
        "leaders": _ROSTER,
        "curriculum": _DECIDED,
        "junctions": _IDENTITY,
        "roads": _IDENTITY,
        "feeders": _DECIDED,
        "sites": _IDENTITY,
        "unit_costs": _DECIDED,
        "budgets": _DECIDED,
        "home_seats": _PAST,
        "births": _PAST,
        "housing": _PAST,
        "candidates": _IDENTITY,
    }
)
_IN_PART: Mapping[str, tuple[Text, tuple[str, ...]]] = MappingProxyType(
    {
        "teachers": (_ROSTER, ("willing", "graduating")),
        "kindergartens": (
            _IDENTITY,
            (
                "children",
                "capacity_children",
                "classes",
                "staff",
                "teachers",
                "carers",
                "certified_teachers",
                "building_m2",
                "activity_m2",
                "outdoor_m2",
                "books",
            ),
        ),
    }
)
"""Tables that go on but for these columns."""
_LEFT: Mapping[str, Text] = MappingProxyType(
    {
        "demand": _STALE,
        **dict.fromkeys(("applicants", "choices", "documents", "kin", "places", "place_reserves"), _ROUND),
    }
)
"""Why these stay behind; every table that is named nowhere is counted anew."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What becomes of one table.

    Attributes
    ----------
    how
        ``whole``, ``part`` (without the columns of ``emptied``) or ``left``.
    why
        For people.
    """

    how: How
    why: Text
    emptied: tuple[str, ...] = ()


def carried(name: str) -> Carried:
    """Return what becomes of a table when the next school year begins; an unknown table raises `UsageError`."""
    table(name)
    if name in _WHOLE:
        return Carried("whole", _WHOLE[name])
    if name in _IN_PART:
        why, emptied = _IN_PART[name]
        return Carried("part", why, emptied)
    return Carried("left", _LEFT.get(name, _COUNTED))


def next_year(district: District) -> District:
    """Return the District with which the next school year begins.

    Tables that are left behind are absent, not empty: whatever needs them is "not assessed".
    """
    frames = {
        name: frame.drop(carried(name).emptied)
        for name, frame in district.tables.items()
        if carried(name).how != "left"
    }
    frames["district"] = frames["district"].with_columns(year=pl.col("year") + 1)
    return District.of(frames)


def begun(now: District, before: District, *, school: str, names: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Return the rows of one school with which its return begins, by table.

    They are what the year's records have; and where a table is counted anew, the keys of last year's rows without a
    figure.

    Parameters
    ----------
    now, before
        The records of the year and of the year before.
    names
        Tables that a school files.
    """
    return {name: _begun(now, before, school, table(name)) for name in names}


def beside(rows: Mapping[str, pl.DataFrame], before: District) -> dict[str, dict[tuple[int, str], Text]]:
    """Return last year's figures, to be shown beside the cells of a return: by table, then by row from 0 and column.

    Parameters
    ----------
    rows
        Rows of the return by table. Of a table that keeps several years, those of the year after ``before`` count.
    """
    return {name: _beside(frame, before, table(name)) for name, frame in rows.items()}


def _begun(now: District, before: District, school: str, one: Table) -> pl.DataFrame:
    own = now.table(one.name).filter(pl.col("school") == school)
    has_begun = own["year"].is_in([now.year.start]).any() if _keeps_years(one) else own.height > 0
    if has_begun:
        return own
    last = _last(before, one, since=now.year.start - before.year.start).filter(pl.col("school") == school)
    keys = last.select(
        pl.col(column.name) if column.is_key else pl.lit(None, dtype=column.dtype).alias(column.name)
        for column in one
    )
    return pl.concat([own, keys])


def _beside(frame: pl.DataFrame, before: District, one: Table) -> dict[tuple[int, str], Text]:
    if carried(one.name).how != "left" and not _keeps_years(one):
        return {}
    last = {
        tuple(row[name] for name in one.key): row for row in _last(before, one, since=1).iter_rows(named=True)
    }
    columns = [column for column in one if not column.is_key]
    found = {}
    for i, row in enumerate(frame.iter_rows(named=True)):
        then = last.get(tuple(row[name] for name in one.key), {})
        for column in columns:
            if then.get(column.name) is not None:
                found[i, column.name] = Text("{year}：{value}", "{year}: {value}").format(
                    year=before.year, value=_said(column, then[column.name])
                )
    return found


def _keeps_years(one: Table) -> bool:
    return "year" in one.key


def _last(before: District, one: Table, *, since: int) -> pl.DataFrame:
    """Return last year's rows; of a table that keeps several years, dated ``since`` years later."""
    rows = before.table(one.name)
    if not _keeps_years(one):
        return rows
    return rows.filter(pl.col("year") == before.year.start).with_columns(year=pl.col("year") + since)


def _said(column: Column, value: float | str) -> Text:
    if column.type == "enum":
        return next((one.text for one in column.choices if one.code == value), Text.same(str(value)))
    return Text.same(f"{value:.12g}" if isinstance(value, float) else str(value))
