"""From longitude and latitude to whole numbers and short paths."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from junheng.district.sphere import great_circle_km
from junheng.report import grid
from junheng.report.grid import Grid, grid_for, path, ring_path


def corners_of(data: str) -> list[list[tuple[int, int]]]:
    """Read path data back the way a browser does: moves, relative lines, closings."""
    rings = []
    for start, steps in re.findall(r"M([^lh]+)(?:l([^z]*)z|h0)", data):
        x, y = (int(v) for v in start.split())
        ring = [(x, y)]
        numbers = [int(v) for v in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def test_north_is_up_east_is_right_and_a_kilometre_is_the_same_both_ways() -> None:
    lonlat = np.array([[118.0, 36.0], [118.2, 36.0], [118.1, 36.1]])
    plane = Grid.around(lonlat)
    at = plane.at(lonlat)
    assert at[1, 0] > at[0, 0]
    assert at[2, 1] < at[0, 1]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        drawn_km = np.hypot(*(at[a] - at[b])) / plane.units_per_km
        assert drawn_km == pytest.approx(float(great_circle_km(lonlat[a], lonlat[b])), rel=2e-3)


def test_everything_lies_on_the_plane_with_a_margin() -> None:
    lonlat = np.array([[118.0, 36.0], [118.4, 36.05]])
    plane = Grid.around(lonlat, size=1000)
    at = plane.whole(lonlat)
    assert at.min() > 0
    assert (at < [plane.width, plane.height]).all()
    assert plane.width <= 1000


def test_a_single_point_still_has_a_plane() -> None:
    plane = Grid.around(np.array([[118.0, 36.0]]))
    assert plane.whole(np.array([[118.0, 36.0]])).tolist() == [[plane.width // 2, plane.height // 2]]


def test_two_homes_that_share_a_border_share_it_on_the_map() -> None:
    left = shapely.Polygon([(0, 0), (0.01234567, 0.004), (0.0111111, 0.02), (0, 0.02)])
    right = shapely.Polygon([(0.01234567, 0.004), (0.03, 0), (0.03, 0.02), (0.0111111, 0.02)])
    polygons = np.array([left, right])
    plane = grid_for(polygons, np.empty((0, 2)))
    first, second = (set(corners_of(path(shape))[0]) for shape in plane.shapes(polygons))
    assert len(first & second) == 2


def test_a_hole_is_drawn_and_a_second_part_too() -> None:
    shape = shapely.MultiPolygon(
        [
            shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (3, 6), (6, 6), (6, 3)]]),
            shapely.Polygon([(20, 0), (25, 0), (25, 5)]),
        ]
    )
    assert [len(ring) for ring in corners_of(path(shape))] == [4, 4, 3]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=12))
def test_a_path_keeps_the_area_of_its_ring(ring: list[tuple[int, int]]) -> None:
    def area(points: list[tuple[int, int]]) -> float:
        return (
            sum(
                x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True)
            )
            / 2
        )

    (drawn,) = corners_of(ring_path(np.array([*ring, ring[0]])))
    assert area(drawn) == area(ring)
    assert len(drawn) <= len(ring)


def test_a_ring_that_the_grid_has_crushed_is_a_dot() -> None:
    assert ring_path(np.array([[5, 5], [5, 5], [6, 5], [5, 5]])) == "M5 5h0"


def test_too_many_corners_make_the_grid_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = np.array([shapely.Point(118, 36).buffer(0.1, quad_segs=600)])
    fine = grid_for(circle, np.empty((0, 2)))
    monkeypatch.setattr(grid, "MOST_CORNERS", 1500)
    coarse = grid_for(circle, np.empty((0, 2)))
    assert max(fine.width, fine.height) == grid.SIZES[0]
    assert max(coarse.width, coarse.height) < grid.SIZES[0]
    assert len(corners_of(path(coarse.shapes(circle)[0]))[0]) <= 1500
