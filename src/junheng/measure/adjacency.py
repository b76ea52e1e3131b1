"""Which homes touch which, and whether every zone hangs together."""

from __future__ import annotations

from dataclasses import dataclass

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
    pairs = _once(_sharing_borders(homes["polygon"]))
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


def _sharing_borders(wkt: pl.Series) -> npt.NDArray[np.int_]:
    import shapely  # noqa: PLC0415 - only where there are polygons

    polygons = _in_metres(shapely.from_wkt(wkt.to_numpy()))
    tree = shapely.STRtree(polygons)
    pairs = tree.query(polygons, predicate="dwithin", distance=SHARED_BORDER_M).T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    near = shapely.buffer(polygons, SHARED_BORDER_M, quad_segs=2)
    area = shapely.area(near)
    overlap = shapely.area(shapely.intersection(near[pairs[:, 0]], near[pairs[:, 1]]))
    # Buffers along a common border of length L overlap in about 2 L; around a corner in a few square metres.
    # A sliver is hardly larger than that itself, and touches whatever holds half of it.
    needed = np.minimum(_CORNER_M2, area[pairs].min(axis=1) / 2)
    result: npt.NDArray[np.int_] = pairs[overlap > needed]
    return result


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
