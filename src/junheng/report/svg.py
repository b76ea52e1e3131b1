"""Small helpers that write SVG: elements with escaped attributes, bars, dots on a line, nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

Attribute = str | float | int | None


def element(tag: str, *children: str | Markup, **attributes: Attribute) -> Markup:
    """Return an element; children that are plain text are escaped, and so is every attribute.

    Attribute names are written with ``_`` for ``-``, and a trailing ``_`` is dropped (``class_``).
    An attribute that is `None` is left out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_attribute(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = "".join(str(escape(child)) for child in children)
    written_out = f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"
    return Markup(written_out)  # noqa: S704 - every part was escaped above


def _attribute(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """Return a coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


VIEW_BOX = "viewBox"
_FULL = 100.0


def bar(value: float | None, *, limit: float | None, full: float, kind: str) -> Markup:
    """Return a bar on a scale from zero to ``full``, with a tick at the limit.

    Parameters
    ----------
    kind
        CSS class of the bar: ``ok``, ``near``, ``bad`` or ``plain``.
    """
    parts = [element("rect", class_="track", x=0, y=3, width=_FULL, height=6)]
    if value is not None:
        parts.append(element("rect", class_=f"bar {kind}", x=0, y=3, width=_clipped(value, full), height=6))
    if limit is not None:
        at = _clipped(limit, full)
        parts.append(element("line", class_="limit", x1=at, x2=at, y1=0, y2=12))
    return _strip(parts)


def dots(before: float | None, after: float | None, *, limit: float, full: float) -> Markup:
    """Return a dot plot on one line: a ring for before, a disc for after, a tick at the limit."""
    at = _clipped(limit, full)
    parts = [
        element("rect", class_="over-zone", x=at, y=0, width=_FULL - at, height=12),
        element("line", class_="axis", x1=0, x2=_FULL, y1=6, y2=6),
        element("line", class_="limit", x1=at, x2=at, y1=0, y2=12),
    ]
    known = [value for value in (before, after) if value is not None]
    if len(known) == 2:
        x1, x2 = (_clipped(value, full) for value in known)
        parts.append(element("line", class_="way", x1=x1, x2=x2, y1=6, y2=6))
    if before is not None:
        # A line of no length with a round cap is a dot that keeps its shape when the strip is stretched.
        x = _clipped(before, full)
        parts += [element("path", class_="ring", d=_dot(x)), element("path", class_="hole", d=_dot(x))]
    if after is not None:
        parts.append(
            element("path", class_="disc bad" if after > limit else "disc", d=_dot(_clipped(after, full)))
        )
    return _strip(parts)


def _dot(x: float) -> str:
    return f"M{number(x)} 6h0"


def _clipped(value: float, full: float) -> float:
    return _FULL * min(max(value, 0.0), full) / full if full else 0.0


def _strip(parts: Sequence[Markup]) -> Markup:
    """Return a strip that stretches to the width of its cell; the number stands beside it as text."""
    view = {VIEW_BOX: f"0 0 {number(_FULL)} 12", "preserveAspectRatio": "none"}
    return element("svg", *parts, class_="strip", aria_hidden="true", focusable="false", **view)


def stacked(counts: Sequence[tuple[str, int]]) -> Markup:
    """Return one bar of several parts, each ``(CSS class, count)``, over their whole."""
    whole = sum(count for _, count in counts)
    parts, x = [], 0.0
    for kind, count in counts:
        if count:
            width = _FULL * count / whole
            parts.append(element("rect", class_=f"part {kind}", x=x, y=2, width=width, height=8))
            x += width
    return _strip(parts)


def nice_ticks(low: float, high: float, *, n: int = 5) -> list[float]:
    """Return about ``n`` round numbers that span a range: steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    if span <= 0:
        return [low]
    rough = span / n
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]
