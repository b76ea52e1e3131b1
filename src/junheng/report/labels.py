"""Where school names go on the map: beside their mark, the large schools first, never one over another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FONT_PX = 12.0
ZOOMS = (1, 3, 9)
MOST_PER_ZOOM = 48
"""Enlargements at which names are placed; the script shows a name from its enlargement on."""

_WIDE, _NARROW = FONT_PX, 0.58 * FONT_PX
_GAP = 3.0

Box = tuple[float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands, in pixels from its mark, how it is anchored, and from which zoom on it is shown."""

    dx: float
    dy: float
    anchor: str
    zoom: int = 1


def place_labels(
    at: Sequence[Point], radius: Sequence[float], names: Sequence[str], *, order: Sequence[int]
) -> list[Label | None]:
    """Place as many names as fit without covering a mark or another name.

    Names that do not fit on the whole map are tried again where it is enlarged, see `ZOOMS`.

    Parameters
    ----------
    at, radius
        Middle and radius of each mark on the whole map, in pixels.
    order
        Positions in the order in which they may choose.

    Returns
    -------
    list
        A label for each school, `None` where there was no room at any zoom.
    """
    at_zoom = {zoom: [(x * zoom, y * zoom) for x, y in at] for zoom in ZOOMS}
    taken = {
        zoom: [(x - r, y - r, x + r, y + r) for (x, y), r in zip(places, radius, strict=True)]
        for zoom, places in at_zoom.items()
    }
    result: list[Label | None] = [None] * len(at)
    for zoom in ZOOMS:
        room = MOST_PER_ZOOM * zoom**2  # so many on the whole map, as many on each part of an enlarged one
        for i in order:
            if len(taken[zoom]) - len(at) >= room:
                break
            if result[i] is None:
                # A name stays where it is when the map is enlarged further: it must be free there as well.
                places = {z: at_zoom[z][i] for z in ZOOMS if z >= zoom}
                result[i] = _first_free(places, radius[i], names[i], own=i, taken=taken)
    return result


def _first_free(
    places: Mapping[int, Point], radius: float, name: str, *, own: int, taken: Mapping[int, list[Box]]
) -> Label | None:
    """Return the first place beside a mark that is free at all given zooms, and take it."""
    for label in _candidates(radius, min(places)):
        boxes = {zoom: _box(at, label, _width(name)) for zoom, at in places.items()}
        if not any(
            _overlap(box, other)
            for zoom, box in boxes.items()
            for k, other in enumerate(taken[zoom])
            if k != own
        ):
            for zoom, box in boxes.items():
                taken[zoom].append(box)
            return label
    return None


def _candidates(radius: float, zoom: int) -> tuple[Label, ...]:
    away, baseline = radius + _GAP, round(0.35 * FONT_PX, 1)
    return (
        Label(away, baseline, "start", zoom),
        Label(-away, baseline, "end", zoom),
        Label(0, round(-away - 2, 1), "middle", zoom),
        Label(0, round(away + 0.8 * FONT_PX, 1), "middle", zoom),
    )


def _box(at: Point, label: Label, width: float) -> Box:
    """Return the rectangle that a name covers; its baseline is a fifth of its height above the lower edge."""
    x = at[0] + label.dx - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    bottom = at[1] + label.dy + 0.2 * FONT_PX
    return x, bottom - FONT_PX, x + width, bottom


def _width(name: str) -> float:
    return sum(_WIDE if ord(character) > 0x2E7F else _NARROW for character in name)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
