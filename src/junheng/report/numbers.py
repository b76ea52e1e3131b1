"""Numbers as people read them: decimals by unit, thousands separated, never unrounded noise.

The numbers are written the same in both languages. What is absent is a dash, never a zero.
"""

from __future__ import annotations

import math

from junheng.text import Text
from junheng.units import UNITS

ABSENT = "—"
MINUS = "−"
_MONTH_DAY = "month-day"


def decimal(value: float | None, decimals: int) -> str:
    """Return a number with so many decimals and thousands separated by commas; `None` and NaN are a dash."""
    if value is None or not math.isfinite(value):
        return ABSENT
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text.removeprefix("-")
    return text.replace("-", MINUS)


def show(value: float | None, unit: str) -> str:
    """Return a number with the decimals of its unit (a code of `junheng.units.UNITS`), without the unit."""
    if unit == _MONTH_DAY and value is not None:
        return f"{int(value) // 100:02d}-{int(value) % 100:02d}"
    if unit in ("year", "calendar year") and value is not None:
        return f"{value:.0f}"
    return decimal(value, UNITS[unit].decimals)


def limit(value: float, unit: str) -> str:
    """Return a number of the standard: all the digits it is written with, and no more."""
    if unit in (_MONTH_DAY, "year", "calendar year"):
        return show(value, unit)
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def with_unit(shown: str, unit: str) -> Text:
    """Return a shown number and its unit; the percent sign stands close."""
    if shown == ABSENT or unit in ("none", "ratio", "flag", _MONTH_DAY):
        return Text.same(shown)
    if unit in ("percent", "permille"):
        return Text.same(shown + UNITS[unit].text.zh)
    return Text.same(shown).joined(" ", UNITS[unit].text)


def shortage(value: float | None, unit: str) -> str:
    """Return what is missing, rounded up: adding the number that is shown is always enough."""
    if value is None:
        return ABSENT
    decimals = UNITS[unit].decimals
    step = 10.0**decimals
    # Half a millionth of the last digit shown is no shortage: it is the noise of a subtraction.
    return decimal(math.ceil(value * step - 5e-7) / step, decimals)


def share(fraction: float | None, *, decimals: int = 1) -> str:
    """Return a fraction as percent; one that is not whole is never shown as exactly 0% or 100%."""
    if fraction is None or not math.isfinite(fraction):
        return ABSENT
    text = decimal(100 * fraction, decimals)
    for whole in (0, 1):
        if text == decimal(100 * whole, decimals) and abs(fraction - whole) > 1e-12:
            return f"{'>' if fraction > whole else '<'}{text}%"
    return f"{text}%"


def signed(value: float | None, unit: str) -> str:
    """Return a difference with its sign; one that rounds to nothing is ``±0``."""
    shown = show(value, unit)
    if shown == ABSENT or value is None:
        return ABSENT
    if not shown.strip("0.,"):
        return "±0"
    return shown if value < 0 else f"+{shown}"


def short_hash(text: str) -> str:
    """Return the beginning of a hash, enough to compare two by eye."""
    return text[:12]
