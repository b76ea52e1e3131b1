"""The made-up land: an outline cut by a river with few bridges, settlements, homes, cells and the road network.

Everything is drawn on a plane in km (x east, y north) around a centre and turned into WGS-84 degrees at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Voronoi

from junheng.district.examples.profile import Size, profile, stream

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

KM_PER_DEGREE_LAT = 110.9
KM_PER_DEGREE_EQUATOR = 111.32
SHORTEST_BORDER_KM = 0.02
"""Cells that share less than this are not neighbours: nobody walks through a corner."""


@dataclass(frozen=True, eq=False)
class Geography:
    """Homes on the land.

    Attributes
    ----------
    setting
        Setting of each home, such as ``core`` or ``village``, shape (n,).
    settlement
        Number of the settlement of each home (villages have the number of the nearest one), shape (n,).
    xy
        Position of each home, km, shape (n, 2).
    cells
        Polygon of each home, km, shape (n,).
    pairs, road_km
        Neighbouring homes (first < second, sorted), shape (k, 2), and the road between them, shape (k,).
    """

    setting: npt.NDArray[np.str_]
    settlement: IntArray
    xy: FloatArray
    cells: npt.NDArray[np.object_]
    pairs: IntArray
    road_km: FloatArray


def draw_geography(size: Size, *, seed: int) -> Geography:
    """Draw the land of one size of example."""
    rng = stream(seed, "geography")
    outline = _outline(size.radius_km, rng)
    river = _River(size, rng)
    setting, settlement, xy = _homes(size, outline, river, rng)
    banks = shapely.get_parts(shapely.difference(outline, river.polygon(size)))
    is_east = xy[:, 0] > river.x(xy[:, 1])
    cells = np.empty(len(xy), dtype=object)
    pairs = [river.bridges(size, xy, is_east)]
    for bank in banks:
        members = np.flatnonzero(is_east == (bank.centroid.x > river.x(bank.centroid.y)))
        cells[members], own = _cells(xy[members], bank)
        pairs.append(members[own])
    both = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
    straight = np.hypot(*(xy[both[:, 0]] - xy[both[:, 1]]).T)
    detour = 1.10 + 0.35 * rng.beta(2, 4, len(both))
    return Geography(setting, settlement, xy, cells, both, np.round(straight * detour + 0.005, 3))


def degrees(xy: FloatArray) -> FloatArray:
    """Turn plane km, shape (n, 2), into WGS-84 longitude and latitude rounded to six decimals."""
    centre = profile().centre
    lon = centre["lon"] + xy[:, 0] / (KM_PER_DEGREE_EQUATOR * np.cos(np.radians(centre["lat"])))
    lat = centre["lat"] + xy[:, 1] / KM_PER_DEGREE_LAT
    return np.round(np.column_stack([lon, lat]), 6)


class _River:
    """A winding river east of the core, x as a function of y."""

    def __init__(self, size: Size, rng: np.random.Generator) -> None:
        core = size.settlements["core"].radius_km
        self._offset = core * 1.02
        self._swing = core * 0.18
        self._wave = 2 * np.pi / (size.radius_km * 0.9)
        self._phase = rng.uniform(-0.5, 0.5)
        self.half_width_km = size.river["half_width_km"]

    def x(self, y: FloatArray | float) -> FloatArray:
        """Return the middle of the river at each y."""
        return self._offset + self._swing * np.sin(np.asarray(y) * self._wave + self._phase)

    def polygon(self, size: Size) -> shapely.Geometry:
        """Return the water, longer than the land."""
        y = np.linspace(-1.5 * size.radius_km, 1.5 * size.radius_km, 400)
        return shapely.buffer(
            shapely.linestrings(np.column_stack([self.x(y), y])), self.half_width_km, quad_segs=2
        )

    def bridges(self, size: Size, xy: FloatArray, is_east: npt.NDArray[np.bool_]) -> IntArray:
        """Return the pairs of homes that a bridge joins: half of the bridges in the core, half outside it."""
        n = int(size.river["bridges"])
        n_core = (n + 1) // 2
        core = size.settlements["core"].radius_km * 0.7
        outside = np.linspace(-0.75, 0.75, n - n_core) * size.radius_km if n > n_core + 1 else [-2.5 * core]
        heights = np.concatenate([np.linspace(-core, core, n_core), np.asarray(outside)[: n - n_core]])
        middle = np.column_stack([self.x(heights), heights])
        east, west = np.flatnonzero(is_east), np.flatnonzero(~is_east)
        return np.column_stack([_nearest(middle, xy, west), _nearest(middle, xy, east)])


def _outline(radius: float, rng: np.random.Generator) -> shapely.Geometry:
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    phase = rng.uniform(0, 2 * np.pi, 3)
    reach = radius * (
        1
        + 0.05 * np.sin(2 * angle + phase[0])
        + 0.04 * np.sin(3 * angle + phase[1])
        + 0.02 * np.sin(7 * angle + phase[2])
    )
    return shapely.polygons(np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]))


def _homes(
    size: Size, outline: shapely.Geometry, river: _River, rng: np.random.Generator
) -> tuple[npt.NDArray[np.str_], IntArray, FloatArray]:
    """Place the homes of every settlement, then the villages between them."""
    land = shapely.difference(outline, shapely.buffer(river.polygon(size), 0.05))
    places = _settlements(size, outline, river, rng)
    setting: list[str] = []
    settlement: list[int] = []
    taken = np.empty((0, 2))
    for number, (name, centre, radius, homes) in enumerate(places):
        disc = shapely.intersection(shapely.buffer(shapely.points(centre), radius), land)
        taken = _scatter(disc, homes, taken, rng)
        setting += [name] * homes
        settlement += [number] * homes
    built = shapely.union_all([shapely.buffer(shapely.points(c), r * 1.1) for _, c, r, _ in places])
    taken = _scatter(shapely.difference(land, built), size.villages, taken, rng)
    centres = np.array([centre for _, centre, _, _ in places])
    near = np.argmin(np.linalg.norm(taken[len(setting) :, None] - centres[None], axis=2), axis=1)
    setting += ["village"] * size.villages
    return np.array(setting), np.array([*settlement, *near.tolist()]), np.round(taken, 4)


def _settlements(
    size: Size, outline: shapely.Geometry, river: _River, rng: np.random.Generator
) -> list[tuple[str, FloatArray, float, int]]:
    """Centres of settlements: new towns beside the core, one of them across the river; towns far apart."""
    core = size.settlements["core"]
    placed: list[tuple[str, FloatArray, float, int]] = [("core", np.zeros(2), core.radius_km, core.homes)]
    group = size.settlements["new_town"]
    for i in range(group.count):
        gap = core.radius_km + group.radius_km * 0.95 + 2 * river.half_width_km
        centre = np.array([gap if i % 2 == 0 else -gap, rng.uniform(-0.15, 0.15) * core.radius_km])
        placed.append(("new_town", centre, group.radius_km, group.homes))
    for name in ("town", "township"):
        if name not in size.settlements:
            continue
        group = size.settlements[name]
        inner = shapely.buffer(outline, -1.3 * group.radius_km)
        for _ in range(group.count):
            centre = _farthest(inner, placed, river, group.radius_km, rng)
            placed.append((name, centre, group.radius_km, group.homes))
    return placed


def _farthest(
    inner: shapely.Geometry,
    placed: list[tuple[str, FloatArray, float, int]],
    river: _River,
    radius: float,
    rng: np.random.Generator,
) -> FloatArray:
    """Return, of many random points, the one farthest from what stands already and off the river."""
    points = _inside(inner, 60, rng)
    gaps = np.min([np.linalg.norm(points - centre, axis=1) - taken for _, centre, taken, _ in placed], axis=0)
    on_river = np.abs(points[:, 0] - river.x(points[:, 1])) < radius + river.half_width_km
    best: FloatArray = points[int(np.argmax(np.where(on_river, -np.inf, gaps)))]
    return best


def _scatter(area: shapely.Geometry, n: int, taken: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Add n points of an area to the points taken, none too near another."""
    spacing = 0.72 * np.sqrt(area.area / n)
    result = np.empty((len(taken) + n, 2))
    result[: len(taken)] = taken
    have = len(taken)
    while have < len(result):
        for point in _inside(area, n, rng):
            if have < len(result) and (
                have == 0 or np.min(np.sum((result[:have] - point) ** 2, axis=1)) > spacing**2
            ):
                result[have] = point
                have += 1
        spacing *= 0.9
    return result


def _inside(area: shapely.Geometry, n: int, rng: np.random.Generator) -> FloatArray:
    """Return about n uniform points of an area."""
    west, south, east, north = shapely.bounds(area)
    tries = int(n * 1.3 * (east - west) * (north - south) / area.area) + 20
    points = np.column_stack([rng.uniform(west, east, tries), rng.uniform(south, north, tries)])
    shapely.prepare(area)
    inside: FloatArray = points[shapely.contains_xy(area, points)]
    return inside[:n]


def _cells(xy: FloatArray, bank: shapely.Geometry) -> tuple[npt.NDArray[np.object_], IntArray]:
    """Return the Voronoi cell of each point within a bank and the pairs of points whose cells touch."""
    far = 1000 * np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    voronoi = Voronoi(np.concatenate([xy, far]))
    rings = [voronoi.vertices[voronoi.regions[voronoi.point_region[i]]] for i in range(len(xy))]
    cells = shapely.intersection([shapely.polygons(_ordered(ring)) for ring in rings], bank)
    cells = np.array(
        [_part_at(cell, point) for cell, point in zip(cells, shapely.points(xy), strict=True)], dtype=object
    )
    finite = [
        (pair, line)
        for pair, line in zip(voronoi.ridge_points, voronoi.ridge_vertices, strict=True)
        if max(pair) < len(xy) and min(line) >= 0
    ]
    pairs = np.array([pair for pair, _ in finite], dtype=np.int64)
    borders = shapely.intersection(shapely.linestrings([voronoi.vertices[line] for _, line in finite]), bank)
    touch = shapely.distance(cells[pairs[:, 0]], cells[pairs[:, 1]]) < 1e-9
    return cells, pairs[touch & (shapely.length(borders) > SHORTEST_BORDER_KM)]


def _ordered(ring: FloatArray) -> FloatArray:
    """Return the corners of a convex cell in the order of the compass."""
    around = ring - ring.mean(axis=0)
    ordered: FloatArray = ring[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return ordered


def _part_at(cell: shapely.Geometry, point: shapely.Geometry) -> shapely.Geometry:
    """Return the part of a cell that holds its home: what a bend of the river cuts off belongs to nobody."""
    parts = shapely.get_parts(cell)
    return parts[int(np.argmin(shapely.distance(parts, point)))]


def _nearest(targets: FloatArray, xy: FloatArray, among: IntArray) -> IntArray:
    gaps = np.linalg.norm(targets[:, None] - xy[among][None], axis=2)
    nearest: IntArray = among[np.argmin(gaps, axis=1)]
    return nearest
