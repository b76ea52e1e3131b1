"""The map's plane: longitude and latitude to whole numbers on one grid, and shapes to short SVG paths.

Every corner is rounded to the same grid, so two homes that share a border still share it: nothing gaps. Where
there are too many corners the grid is made coarser, which drops the same corners from both sides of a border.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

KM_PER_DEGREE = 111.195
"""Length of a degree of latitude on the sphere of the IUGG's mean radius."""

SIZES = (4000, 2000, 1000, 500)
"""Units along the longer side, finest first."""
MOST_CORNERS = 60_000
_MARGIN = 0.03
_SMALLEST_KM = 0.2


@dataclass(frozen=True, slots=True)
class Grid:
    """An equirectangular plane about the middle of what is drawn; y points down, as in SVG.

    Attributes
    ----------
    middle
        Longitude and latitude of the middle, degrees.
    units_per_km
        Grid units to a kilometre, the same both ways.
    width, height
        Size of the plane in units.
    """

    middle: tuple[float, float]
    units_per_km: float
    width: int
    height: int

    @classmethod
    def around(cls, lonlat: Floats, *, size: int = SIZES[0]) -> Grid:
        """Return the grid that holds all points, shape (n, 2), with a small margin; ``size`` units at most."""
        low, high = lonlat.min(axis=0), lonlat.max(axis=0)
        middle = (low + high) / 2
        span_km = (high - low) * KM_PER_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])
        span_km = np.maximum(span_km, _SMALLEST_KM) * (1 + 2 * _MARGIN)
        units_per_km = size / float(span_km.max())
        width, height = (max(round(float(km) * units_per_km), size // 5) for km in span_km)
        return cls((float(middle[0]), float(middle[1])), units_per_km, width, height)

    def at(self, lonlat: Floats) -> Floats:
        """Return positions on the plane, not rounded, shape (n, 2)."""
        shrink = np.cos(np.radians(self.middle[1]))
        km = (lonlat - np.array(self.middle)) * KM_PER_DEGREE * np.array([shrink, -1.0])
        result: Floats = km * self.units_per_km + np.array([self.width / 2, self.height / 2])
        return result

    def whole(self, lonlat: Floats) -> Ints:
        """Return positions rounded to the grid."""
        result: Ints = np.rint(self.at(lonlat)).astype(np.int64)
        return result

    def shapes(self, shapes: Shapes) -> Shapes:
        """Return shapes in degrees as shapes on the plane, not rounded."""
        result: Shapes = shapely.transform(shapes, self.at)
        return result


def grid_for(polygons: Shapes, points: Floats) -> Grid:
    """Return the finest grid on which the polygons (`None` allowed) have no more than `MOST_CORNERS`."""
    corners = shapely.get_coordinates(polygons)
    everything = np.concatenate([corners, points]) if len(corners) else points
    for size in SIZES:
        grid = Grid.around(everything, size=size)
        if len(corners) <= MOST_CORNERS or _n_corners(grid.shapes(polygons)) <= MOST_CORNERS:
            break
    return grid


def _n_corners(on_plane: Shapes) -> int:
    rings, ring = shapely.get_coordinates(shapely.get_rings(on_plane), return_index=True)
    whole = np.rint(rings)
    moves = (np.diff(whole, axis=0) != 0).any(axis=1) | (np.diff(ring) != 0)
    return int(moves.sum()) + 1


def path(shape: shapely.Geometry) -> str:
    """Return a shape of the plane as path data: polygons with their holes, rounded to the grid."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(ring_path(np.rint(shapely.get_coordinates(ring)).astype(np.int64)) for ring in rings)


def ring_path(corners: Ints) -> str:
    """Return a closed ring of whole-numbered corners, shape (k, 2), as path data.

    Corners that repeat or lie on the straight line between their neighbours are left out: the shape stays the
    same. A ring that the grid has crushed becomes a dot.
    """
    kept = _bends(_distinct([(int(x), int(y)) for x, y in corners]))
    if len(kept) < 3:
        x, y = (int(v) for v in corners[0])
        return dot(x, y)
    steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(kept)]
    return f"M{kept[0][0]} {kept[0][1]}l{_joined(steps)}z"


def dot(x: int, y: int) -> str:
    """Return path data of a line without length: a round line cap makes it a dot."""
    return f"M{x} {y}h0"


def dots(positions: Iterable[tuple[int, int]]) -> str:
    """Return path data of many dots."""
    return "".join(dot(x, y) for x, y in positions)


def _distinct(corners: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept = [corner for i, corner in enumerate(corners) if i == 0 or corner != corners[i - 1]]
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept


def _bends(corners: list[tuple[int, int]]) -> list[tuple[int, int]]:
    around = [corners[-1], *corners, corners[0]] if corners else []
    return [
        (x, y)
        for (x0, y0), (x, y), (x1, y1) in zip(around, around[1:], around[2:], strict=False)
        if (x - x0) * (y1 - y) != (y - y0) * (x1 - x)
    ]


def _joined(steps: list[tuple[int, int]]) -> str:
    """Return numbers with the fewest characters between them: a minus sign separates by itself."""
    text = ""
    for value in (v for step in steps for v in step):
        text += str(value) if not text or value < 0 else f" {value}"
    return text
