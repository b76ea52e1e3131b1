"""What stays the same on the map whoever is zoned where: homes as shapes or points, and who neighbours whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from junheng.district.model import District
from junheng.measure.adjacency import adjacency
from junheng.measure.positions import home_positions
from junheng.report.colours import COLOURS, colouring, touching_zones
from junheng.web.remember import made_once

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]
Shapes = npt.NDArray[Any]

NO_SCHOOL = -1
DECIMALS = 6
"""Of longitude and latitude: a tenth of a metre."""
_GRID = 10.0**-DECIMALS
CRACK = 1e-5
"""Gaps up to twice as wide, in degrees (about two metres), are cracks between neighbours and not land of nobody."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The homes of one District on the map.

    Attributes
    ----------
    homes
        Codes, in the order of the table; a home's number on the map is its position here.
    at
        Longitude and latitude of each home, shape (n, 2), rounded; NaN for one without a position.
    shapes
        Each home's polygon, else its point, else `None`; shape (n,).
    """

    homes: tuple[str, ...]
    at: Floats
    shapes: Shapes

    @property
    def is_area(self) -> npt.NDArray[np.bool_]:
        """Whether each home has a polygon, shape (n,)."""
        found: npt.NDArray[np.bool_] = shapely.get_dimensions(self.shapes) == 2
        return found


@made_once(maxsize=4)
def ground_of(district: District) -> Ground:
    """Return the homes of a District as shapes; one whose polygon is empty or absent is a point."""
    table = district.table("homes")
    at = np.round(home_positions(district), DECIMALS).reshape(-1, 2)
    shapes: Shapes = shapely.from_wkt(table["polygon"].to_numpy())
    is_area = shapely.get_dimensions(shapes) == 2
    shapes[is_area] = shapely.transform(shapes[is_area], lambda xy: np.round(xy, DECIMALS))
    has_point = ~is_area & ~np.isnan(at).any(axis=1)
    shapes[~is_area] = None
    shapes[has_point] = shapely.points(at[has_point])
    return Ground(tuple(table["home"].to_list()), at, shapes)


@made_once(maxsize=8)
def homes_geojson(district: District, shown: frozenset[int] | None) -> bytes:
    """Return the homes as GeoJSON: outlines or points and their numbers, nothing else.

    Parameters
    ----------
    shown
        Numbers of the homes to give; `None` for all. Homes without a place on the map are left out.
    """
    ground = ground_of(district)
    drawn = np.flatnonzero(~shapely.is_missing(ground.shapes)).tolist()
    numbers = [i for i in drawn if shown is None or i in shown]
    parts = shapely.to_geojson(ground.shapes[numbers]).tolist() if numbers else []
    features = (
        f'{{"type":"Feature","id":{i},"properties":{{}},"geometry":{part}}}'
        for i, part in zip(numbers, parts, strict=True)
    )
    return ('{"type":"FeatureCollection","features":[' + ",".join(features) + "]}").encode()


def zone_shapes(ground: Ground, school: Ints, wanted: Iterable[int]) -> dict[int, str]:
    """Return each wanted school's zone, the union of its homes' polygons, as GeoJSON; only those that have any."""
    is_area = ground.is_area
    found = {}
    for number in wanted:
        own = ground.shapes[is_area & (school == number)]
        if len(own):
            found[number] = str(shapely.to_geojson(_union(own)))
    return found


def _union(areas: Shapes) -> shapely.Geometry:
    if shapely.coverage_is_valid(areas, gap_width=2 * CRACK):  # borders drawn once: joined at their corners
        return shapely.coverage_union_all(areas)
    sound = np.where(shapely.is_valid(areas), areas, shapely.make_valid(areas))
    joined = shapely.union_all(sound, grid_size=_GRID)
    wider = shapely.buffer(joined, CRACK, join_style="mitre")
    whole = shapely.buffer(wider, -CRACK, join_style="mitre")
    return shapely.transform(whole, lambda xy: np.round(xy, DECIMALS))


def zone_colours(district: District, n_schools: int, sides: Sequence[Ints]) -> list[int]:
    """Return a colour for each school, below `COLOURS`, so that zones that touch on any side differ."""
    ground, graph = ground_of(district), adjacency(district)
    placed = ~np.isnan(ground.at).any(axis=1)
    if graph is None:
        touching = touching_zones(None, ground.at[placed], [side[placed] for side in sides])  # type: ignore[arg-type]
    else:
        touching = touching_zones(graph, ground.at, list(sides))  # type: ignore[arg-type]
    return [colour % COLOURS for colour in colouring(n_schools, touching)]
