"""Numbers, and what is missing, as the tables on a terminal show them."""

from __future__ import annotations

from junheng.cli.screen import Screen
from junheng.report import numbers
from junheng.text import Text
from junheng.units import UNITS

MOST_ROWS = 30
"""A terminal shows so many rows of a list; the JSON output and the report have all."""


def with_unit(label: Text, unit: str) -> Text:
    """Return a measure's name with its unit, where that is not plain from the name or the number."""
    if unit in ("percent", "pupil", "count", "none"):
        return label
    return Text("{label}（{unit}）", "{label} ({unit})").format(label=label, unit=UNITS[unit].text)


def number(value: float | None, unit: str, *, decimals: int | None = None) -> str | None:
    """Return a number as its unit is shown; shares kept as fractions are shown in percent."""
    if value is None:
        return None
    digits = UNITS[unit].decimals if decimals is None else decimals
    return numbers.share(value, decimals=digits) if unit == "percent" else numbers.decimal(value, digits)


def missing(value: float | None, unit: str) -> Text | None:
    """Return what is missing with its unit, rounded up: adding what is shown is always enough."""
    if value is None:
        return None
    return Text.same(numbers.shortage(value, unit)).joined(" ", UNITS[unit].text)


def say_more(height: int, screen: Screen, *, shown: int = MOST_ROWS) -> None:
    """Say how many rows of a list were not shown, if any."""
    if height > shown:
        more = height - shown
        screen.line(
            Text(f"……另有 {more} 行，见 --json 或报告", f"... and {more} more rows: see --json or the report")
        )
