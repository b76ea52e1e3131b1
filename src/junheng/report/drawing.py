"""The map as shapes: homes, and for each assignment the zones they make up, coloured and ready to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from junheng.district.model import District
from junheng.measure.adjacency import adjacency
from junheng.report.colours import COLOURS, colouring, touching_zones
from junheng.report.grid import Floats, Grid, Shapes, dot, dots, grid_for, path

Ints = npt.NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class Drawing:
    """Homes and zones on one grid.

    Attributes
    ----------
    homes
        Codes of the homes that have a place on the map.
    grid
        The plane.
    home_paths
        Path data of each home: its polygon, or a dot.
    zone_paths
        For each assignment, path data of each school's zone; empty for a school without one.
    unzoned_paths
        For each assignment, path data of all homes without a school.
    colours
        Colour of each school's zone, below `junheng.report.colours.COLOURS`.
    is_dots
        Whether the homes are points: then paths are to be stroked and not filled.
    """

    homes: tuple[str, ...]
    grid: Grid
    home_paths: tuple[str, ...]
    zone_paths: tuple[tuple[str, ...], ...]
    unzoned_paths: tuple[str, ...]
    colours: tuple[int, ...]
    is_dots: bool

    def joined(self, positions: Sequence[int]) -> str:
        """Return the paths of several homes as one."""
        return "".join(self.home_paths[i] for i in positions)


def draw(
    district: District, schools: Sequence[str], assignments: Sequence[Mapping[str, str]]
) -> Drawing | None:
    """Draw the homes and, for each assignment (school of each home), the zones; `None` without any position.

    Homes with polygons are drawn as areas if every home on the map has one, otherwise all as points.
    """
    codes, lonlat, polygons = _placed(district)
    if not codes:
        return None
    is_dots = any(polygon is None for polygon in polygons)
    corners = np.array([], dtype=object) if is_dots else polygons
    grid = grid_for(corners, _with_schools(district, schools, lonlat))
    at = grid.whole(lonlat)
    number = {code: j for j, code in enumerate(schools)}
    numbered = [
        np.array([number.get(one.get(code, ""), -1) for code in codes], dtype=int) for one in assignments
    ]
    areas = None if is_dots else grid.shapes(polygons)
    zones = [_zones(areas, at, school, len(schools)) for school in numbered]
    graph = adjacency(district)
    if graph is not None and graph.homes != codes:
        graph = None  # some homes have no place on the map: the nearest ones will do for colours
    touching = touching_zones(graph, at, numbered)
    return Drawing(
        homes=codes,
        grid=grid,
        home_paths=tuple(
            dot(int(x), int(y)) if areas is None else path(areas[i]) for i, (x, y) in enumerate(at)
        ),
        zone_paths=tuple(tuple(paths[:-1]) for paths in zones),
        unzoned_paths=tuple(paths[-1] for paths in zones),
        colours=tuple(colour % COLOURS for colour in colouring(len(schools), touching)),
        is_dots=is_dots,
    )


def _placed(district: District) -> tuple[tuple[str, ...], Floats, Shapes]:
    """Return the homes that have a point or a polygon, where they are, and their polygons."""
    homes = district.table("homes")
    polygons: Shapes = shapely.from_wkt(homes["polygon"].to_numpy())
    if homes.is_empty():
        return (), np.empty((0, 2)), polygons
    at = homes.select("lon", "lat").to_numpy().astype(float)
    has_polygon = np.array([polygon is not None and not polygon.is_empty for polygon in polygons], dtype=bool)
    inside = np.isnan(at).any(axis=1) & has_polygon
    if inside.any():
        at[inside] = shapely.get_coordinates(shapely.point_on_surface(polygons[inside]))
    kept = np.flatnonzero(~np.isnan(at).any(axis=1))
    codes = homes["home"].to_list()
    polygons[~has_polygon] = None
    return tuple(codes[i] for i in kept), at[kept], polygons[kept]


def _with_schools(district: District, schools: Sequence[str], lonlat: Floats) -> Floats:
    positions = school_positions(district, schools)
    return np.concatenate([lonlat, positions[~np.isnan(positions).any(axis=1)]])


def school_positions(district: District, schools: Sequence[str]) -> Floats:
    """Return longitude and latitude of the schools, shape (m, 2); NaN for one without a position."""
    frame = district.table("schools").select("school", "lon", "lat")
    at = {code: (lon, lat) for code, lon, lat in frame.iter_rows()}
    found = [at.get(code, (None, None)) for code in schools]
    return np.array(
        [[np.nan if value is None else value for value in position] for position in found]
    ).reshape(-1, 2)


def _zones(areas: Shapes | None, at: npt.NDArray[np.int64], school: Ints, n: int) -> list[str]:
    """Return path data of each school's zone, and last of the homes without a school."""
    members = [np.flatnonzero(school == j) for j in (*range(n), -1)]
    if areas is None:
        return [dots((int(x), int(y)) for x, y in at[own]) for own in members]
    return [path(_union(areas[own])) if len(own) else "" for own in members]


_CRACK = 2.0
"""Gaps up to twice as wide, in units of the grid, are cracks between neighbours and not land of nobody."""


def _union(areas: Shapes) -> shapely.Geometry:
    """Return the areas as one on the whole numbers of the grid, without borders or cracks between them."""
    sound = np.where(shapely.is_valid(areas), areas, shapely.make_valid(areas))
    joined = shapely.union_all(sound, grid_size=1.0)
    wider = shapely.buffer(joined, _CRACK, join_style="mitre")
    return shapely.buffer(wider, -_CRACK, join_style="mitre")
