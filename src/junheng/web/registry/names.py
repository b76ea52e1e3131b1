"""Which years there are, and names of the present one's district and schools, read without the whole District."""

from __future__ import annotations

import json
from typing import Any

from junheng.web.registry.models import Row, Year
from junheng.web.remember import made_once


def years() -> list[int]:
    """Return the school years that have records, newest first."""
    return list(Year.objects.values_list("year", flat=True))


def latest() -> int | None:
    """Return the newest school year, or `None`."""
    return Year.objects.values_list("year", flat=True).first()


def school_names(year: int | None = None) -> dict[str, str]:
    """Return names by code, of the newest year if not given."""
    return {code: facts["name"] for code, facts in schools(year).items()}


def schools(year: int | None = None) -> dict[str, dict[str, Any]]:
    """Return the rows of the table ``schools`` by code."""
    query = Year.objects.values_list("year", "revision")
    found = (query.filter(pk=year) if year is not None else query).first()
    return {} if found is None else _schools(*found)


@made_once(maxsize=4)
def _schools(year: int, revision: str) -> dict[str, dict[str, Any]]:
    query = (
        Row.objects.filter(year=year, table="schools").order_by("position").values_list("school", "values")
    )
    return {code: json.loads(values) for code, values in query}


def group_schools(group: str) -> set[str]:
    """Return the schools of an education group, by the newest year's records."""
    return {row["school"] for row in _group_rows() if row["group"] == group}


def group_names() -> dict[str, str]:
    """Return names of the education groups by code, by the newest year's records."""
    names: dict[str, str] = {}
    for row in _group_rows():
        names[row["group"]] = row.get("name") or names.get(row["group"], row["group"])
    return names


def _group_rows() -> tuple[dict[str, Any], ...]:
    found = Year.objects.values_list("year", "revision").first()
    return () if found is None else _groups(*found)


@made_once(maxsize=4)
def _groups(year: int, revision: str) -> tuple[dict[str, Any], ...]:
    query = Row.objects.filter(year=year, table="groups").order_by("position")
    return tuple(json.loads(values) for values in query.values_list("values", flat=True))


def teacher_row(year: int, teacher: str) -> Row | None:
    """Return the row of a teacher in a year's roster, or `None`."""
    key = json.dumps([teacher], ensure_ascii=False)
    return Row.objects.filter(year=year, table="teachers", key=key).first()


def teacher_school(teacher: str) -> str | None:
    """Return the school of a teacher by the newest year's roster: empty for nobody of it, `None` for a recruit."""
    year = latest()
    row = None if year is None else teacher_row(year, teacher)
    return "" if row is None else json.loads(row.values).get("school")


def district_facts() -> dict[str, Any]:
    """Return the newest year's row of the table ``district``; empty where there are no records."""
    found = Year.objects.values_list("year", "revision").first()
    return {} if found is None else _facts(*found)


@made_once(maxsize=4)
def _facts(year: int, revision: str) -> dict[str, Any]:
    values = Row.objects.filter(year=year, table="district").values_list("values", flat=True).first()
    return {} if values is None else json.loads(values)
