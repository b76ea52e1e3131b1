"""The content of a standard as plain JSON values, from which its hash is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

_NO_CONTENT = frozenset({"file", "assessed_by", "register"})
"""Fields that say where a rule is kept and who uses it, not what it says: renaming a function changes no policy."""


def as_json(value: Any) -> Any:
    """Return dataclasses, mappings, tuples and dates as JSON values; `_NO_CONTENT` is left out."""
    if value is None or isinstance(value, (str, float, bool, int)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {name: as_json(getattr(value, name)) for name in _names(type(value))}  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _NO_CONTENT)
