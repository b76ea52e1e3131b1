"""What the annual return says of the teachers that an action moves or recruits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from junheng.plans.changes import Change
from junheng.plans.parts import Damaged, Reader, text_or_none, whole
from junheng.text import Text

DEGREES = ("teachers_associate", "teachers_bachelor", "teachers_master", "teachers_doctor")
SUBJECTS = ("pe_teachers", "music_teachers", "art_teachers", "arts_teachers")
HEADCOUNTS = ("teachers", "staff")
"""Columns that change with everybody; where one is absent it stays absent."""


def changes_of(
    *,
    school: str,
    stage: str,
    n: int,
    degree: str | None,
    is_backbone: bool,
    subject: str | None,
    where: str,
) -> Iterator[Change]:
    """Yield the figures of one school stage that change when ``n`` teachers come (or, below 0, go)."""
    counted = [*HEADCOUNTS, *(column for column in (degree, subject) if column is not None)]
    if is_backbone:
        counted.append("backbone_teachers")
    for column in counted:
        yield Change((school, stage), column, n, where)


def degree(given: Any, where: str) -> str | None:
    """Read a column of degrees, or null for a degree that the return has no column for."""
    return _one_of(given, where, DEGREES)


def subject(given: Any, where: str) -> str | None:
    """Read a column of subjects, or null for a subject that the standard does not count."""
    return _one_of(given, where, SUBJECTS)


def some(given: Any, where: str) -> int:
    """Read a whole number from 1."""
    found = whole(given, where)
    if found < 1:
        raise Damaged(where, Text("大于 0 的整数", "a whole number above 0"))
    return found


def flag(given: Any, where: str) -> bool:
    """Read true or false."""
    if not isinstance(given, bool):
        raise Damaged(where, Text("true 或 false", "true or false"))
    return given


def _one_of(given: Any, where: str, columns: tuple[str, ...]) -> str | None:
    found = text_or_none(given, where)
    if found is not None and found not in columns:
        names = ", ".join(columns)
        raise Damaged(where, Text(f"{names} 之一，或 null", f"one of {names}, or null"))
    return found


KIND: Mapping[str, Reader] = MappingProxyType({"degree": degree, "is_backbone": flag, "subject": subject})
"""Readers of what an action says of the kind of its teachers."""
