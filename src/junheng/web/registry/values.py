"""Values of records as people read them."""

from __future__ import annotations

from typing import Any

from junheng.district.columns import Column
from junheng.report import numbers


def plain(column: Column, value: Any) -> Any:
    """Return a value, an enumerated one by its label."""
    if value is None or column.type != "enum":
        return value
    return next((choice.text for choice in column.choices if choice.code == value), value)


def worded(column: Column, value: Any) -> Any:
    """Return a value as text: a number with all its digits."""
    if isinstance(value, int | float) and not column.is_key:
        return numbers.limit(value, column.unit.code)
    return plain(column, value)
