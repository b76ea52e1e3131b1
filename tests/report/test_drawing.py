"""Zones on the map are the land of their homes, in one piece where the homes touch."""

from __future__ import annotations

import re

import polars as pl
import pytest

from junheng.district.model import District
from junheng.report.drawing import draw


def block(left: float, right: float, bottom: float, top: float) -> str:
    corners = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    return "POLYGON ((" + ", ".join(f"{118 + x} {36 + y}" for x, y in corners) + "))"


def district(polygons: dict[str, str | None], **columns: list[float]) -> District:
    homes = pl.DataFrame({"home": list(polygons), "polygon": list(polygons.values()), **columns})
    one = pl.DataFrame([{"district": "X", "name": "X", "year": 2026}])
    schools = pl.DataFrame([{"school": s, "name": s, "kind": "primary"} for s in "AB"])
    return District.of({"district": one, "homes": homes, "schools": schools})


def areas(data: str) -> list[float]:
    """Return the areas of the rings of a path, read the way a browser does."""
    found = []
    for start, steps in re.findall(r"M([^lh]+)l([^z]*)z", data):
        x, y = (int(v) for v in start.split())
        ring = [(x, y)]
        numbers = [int(v) for v in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        twice = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True))
        found.append(abs(twice) / 2)
    return found


TWO_AND_TWO = {
    "a": block(0, 0.02, 0, 0.02),
    "b": block(0.02, 0.04, 0, 0.02),
    "c": block(0.04, 0.06, 0, 0.02),
    "d": block(0.06, 0.1, 0, 0.02),
}


def test_a_zone_is_its_homes_together_without_the_borders_between_them() -> None:
    drawing = draw(district(TWO_AND_TWO), ["A", "B"], [{"a": "A", "b": "A", "c": "B", "d": "B"}])
    assert drawing is not None
    homes = [areas(path) for path in drawing.home_paths]
    first, second = (areas(path) for path in drawing.zone_paths[0])
    assert first == pytest.approx([homes[0][0] + homes[1][0]], rel=1e-3)
    assert second == pytest.approx([homes[2][0] + homes[3][0]], rel=1e-3)
    assert drawing.colours[0] != drawing.colours[1]
    assert not drawing.is_dots


def test_a_crack_between_neighbours_is_closed_and_a_river_is_not() -> None:
    cracked = TWO_AND_TWO | {"b": block(0.02002, 0.04, 0, 0.02), "d": block(0.065, 0.1, 0, 0.02)}
    drawing = draw(district(cracked), ["A", "B"], [{"a": "A", "b": "A", "c": "B", "d": "B"}])
    assert drawing is not None
    assert [len(areas(path)) for path in drawing.zone_paths[0]] == [1, 2]


def test_a_home_that_changes_school_is_in_another_zone_in_the_second_drawing() -> None:
    before = {"a": "A", "b": "A", "c": "B"}
    drawing = draw(district(TWO_AND_TWO), ["A", "B"], [before, before | {"b": "B", "d": "B"}])
    assert drawing is not None
    (first, _), (first_after, second_after) = drawing.zone_paths
    assert sum(areas(first_after)) < sum(areas(first))
    assert len(areas(second_after)) == 1
    assert [bool(path) for path in drawing.unzoned_paths] == [True, False]


def test_one_home_without_a_polygon_makes_all_of_them_points() -> None:
    polygons: dict[str, str | None] = {**TWO_AND_TWO, "d": None}
    lonlat = {"lon": [118.01, 118.03, 118.05, 118.08], "lat": [36.01] * 4}
    drawing = draw(district(polygons, **lonlat), ["A", "B"], [{"a": "A", "b": "A", "c": "B", "d": "B"}])
    assert drawing is not None
    assert drawing.is_dots
    assert all(path.endswith("h0") for path in drawing.home_paths)
    assert [path.count("M") for path in drawing.zone_paths[0]] == [2, 2]


def test_a_home_without_any_position_is_left_out() -> None:
    polygons: dict[str, str | None] = {**TWO_AND_TWO, "e": None}
    drawing = draw(district(polygons), ["A", "B"], [dict.fromkeys("abcde", "A")])
    assert drawing is not None
    assert drawing.homes == ("a", "b", "c", "d")
    assert draw(district({"e": None}), ["A"], [{"e": "A"}]) is None
