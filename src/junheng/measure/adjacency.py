"""Which homes touch which, and whether every zone hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.measure.positions import home_positions
from junheng.text import Text

METHODS = {
    "neighbours": Text("相邻关系表", "the table of neighbours"),
    "shared_border": Text("由边界推得：有公共边即相邻", "derived from polygons that share a border"),
}

SHARED_BORDER_M = 1.0
"""Polygons drawn by hand rarely share every vertex: borders closer than this over more than this touch."""


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The graph of neighbouring homes.

    Attributes
    ----------
    homes
        Codes of the n homes.
    pairs
        Positions of neighbours in ``homes``, shape (e, 2), each pair once with the smaller first.
    method
        ``neighbours`` or ``shared_border``; see `METHODS`.
    """

    homes: tuple[str, ...]
    pairs: npt.NDArray[np.int_]
    method: str


def adjacency(district: District) -> Adjacency | None:
    """Return who neighbours whom, or `None` where the district has neither neighbours nor polygons.

    The table of neighbours decides where it is kept, less the pairs that it marks as parted by a barrier. Otherwise
    homes whose polygons share a border are neighbours (a single common corner is none), less those parted by a road
    that may not be crossed: the straight line between their positions crosses it.
    """
    homes = district.table("homes")
    codes = tuple(homes["home"].to_list())
    if district.has("neighbours"):
        position = {code: i for i, code in enumerate(codes)}
        frame = district.table("neighbours").filter(pl.col("barrier").fill_null("no") == "no")
        ends = zip(frame["home"].to_list(), frame["neighbour"].to_list(), strict=True)
        pairs = np.array([(position[a], position[b]) for a, b in ends], dtype=int).reshape(-1, 2)
        return Adjacency(codes, _once(pairs), "neighbours")
    if homes.is_empty() or homes["polygon"].null_count():
        return None
    pairs = _sharing_borders(tuple(homes["polygon"].to_list()))
    return Adjacency(codes, pairs[~_is_parted(district, pairs)], "shared_border")


def _is_parted(district: District, pairs: npt.NDArray[np.int_]) -> npt.NDArray[np.bool_]:
    """Say of each pair of homes whether a road that may not be crossed lies between them, shape (e,)."""
    barriers = district.table("roads").filter(pl.col("barrier") == "yes")
    parted = np.zeros(len(pairs), dtype=bool)
    if barriers.is_empty() or not len(pairs):
        return parted
    import shapely  # noqa: PLC0415 - only where there are barriers

    junctions = district.table("junctions").select("junction", "lon", "lat")
    for side in ("start", "end"):
        names = {"junction": side, "lon": f"{side}_lon", "lat": f"{side}_lat"}
        barriers = barriers.join(junctions.rename(names), on=side, how="inner")
    ends = barriers.select("start_lon", "start_lat", "end_lon", "end_lat").to_numpy().reshape(-1, 2, 2)
    lines = shapely.linestrings(home_positions(district)[pairs])
    crossing = shapely.STRtree(shapely.linestrings(ends)).query(lines, predicate="intersects")[0]
    parted[crossing] = True
    return parted


def _once(pairs: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    ordered = np.sort(pairs, axis=1)
    return np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0)


@lru_cache(maxsize=4)
def _sharing_borders(wkt: tuple[str, ...]) -> npt.NDArray[np.int_]:
    """Return the pairs of polygons that share a border; kept, since tens of thousands of homes take seconds."""
    import shapely  # noqa: PLC0415 - only where there are polygons

    polygons = _in_metres(shapely.from_wkt(np.array(wkt, dtype=object)))
    pairs = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=SHARED_BORDER_M).T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    sure = _with_a_common_edge(polygons)
    unsure = pairs[~np.isin(pairs @ [len(wkt), 1], sure @ [len(wkt), 1])]
    near = shapely.buffer(polygons, SHARED_BORDER_M, quad_segs=2)
    area = shapely.area(near)
    overlap = shapely.area(shapely.intersection(near[unsure[:, 0]], near[unsure[:, 1]]))
    # Buffers along a common border of length L overlap in about 2 L; around a corner in a few square metres.
    # A sliver is hardly larger than that itself, and touches whatever holds half of it.
    needed = np.minimum(_CORNER_M2, area[unsure].min(axis=1) / 2)
    found = _once(np.concatenate([sure, unsure[overlap > needed]]))
    found.flags.writeable = False
    return found


def _with_a_common_edge(polygons: npt.NDArray[np.object_]) -> npt.NDArray[np.int_]:
    """Return pairs of polygons that have an edge in common, both corners the same, long enough to decide; (e, 2).

    Most borders are drawn once for both sides: finding those by their corners spares a costly overlap of each.
    """
    import shapely  # noqa: PLC0415 - only where there are polygons

    parts, polygon_of = shapely.get_parts(polygons, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    corners, ring_of = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring_of[:-1] == ring_of[1:]
    start, end, owner = (
        corners[:-1][is_edge],
        corners[1:][is_edge],
        polygon_of[part_of[ring_of[:-1][is_edge]]],
    )
    is_long = np.hypot(*(end - start).T) * 2 * SHARED_BORDER_M > _CORNER_M2
    start, end, owner = start[is_long], end[is_long], owner[is_long]
    is_turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    edges = np.hstack([np.where(is_turned[:, None], end, start), np.where(is_turned[:, None], start, end)])
    order = np.lexsort(edges.T)
    is_same = (edges[order][:-1] == edges[order][1:]).all(axis=1)
    return _once(np.stack([owner[order][:-1][is_same], owner[order][1:][is_same]], axis=1))


_CORNER_M2 = 4 * (2 * SHARED_BORDER_M) ** 2


def _in_metres(polygons: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return polygons on a local plane in metres (equirectangular about their middle), good for adjacency."""
    import shapely  # noqa: PLC0415

    west, south, east, north = shapely.total_bounds(polygons)
    metres_per_degree = 111_195.0
    shrink = np.cos(np.radians((south + north) / 2))
    scale = np.array([metres_per_degree * shrink, metres_per_degree])
    middle = np.array([(west + east) / 2, (south + north) / 2])
    result: npt.NDArray[np.object_] = shapely.transform(polygons, lambda xy: (xy - middle) * scale)
    return result


def cut_off(
    pairs: npt.NDArray[np.int_], school_of: npt.NDArray[np.int_], own: npt.NDArray[np.int_]
) -> npt.NDArray[np.bool_]:
    """Say which homes cannot reach their school's own home through homes of the same zone, shape (n,).

    Parameters
    ----------
    pairs
        Neighbours, shape (e, 2).
    school_of
        Position of each home's school, -1 for homes without one, shape (n,); these are not cut off.
    own
        Position of the home in which each school stands, shape (m,).

    Notes
    -----
    A school whose own home lies in another zone holds no part of its zone together: all of it is cut off.
    """
    from scipy.sparse import csr_array  # noqa: PLC0415 - scipy is slow to load
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n = len(school_of)
    inside = pairs[(school_of[pairs[:, 0]] == school_of[pairs[:, 1]]) & (school_of[pairs[:, 0]] >= 0)]
    graph = csr_array((np.ones(len(inside)), (inside[:, 0], inside[:, 1])), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    # Homes of another zone, or of none, are in another part.
    result: npt.NDArray[np.bool_] = (school_of >= 0) & (part != part[own[school_of]])
    return result
