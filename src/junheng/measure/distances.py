"""How far it is from every home to every school, and by which way of measuring.

Where the district keeps a road network, a distance is the shortest way on foot along it. Where it knows walking
distances between neighbouring homes instead, it is the shortest way along those, from the home to the school's own home
and on to its gate. Otherwise it is the straight line, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.measure.positions import (
    home_positions,
    own_homes,
    refuse_unplaced,
    school_positions,
    unplaced_homes,
    unplaced_schools,
)
from junheng.measure.walking import network, walk
from junheng.text import Text

Floats = npt.NDArray[np.float64]

METHODS = {
    "walking_network": Text("沿路网步行距离", "walking distance on the road network"),
    "road_network": Text(
        "沿道路步行距离（相邻单元间道路距离的最短路）", "walking distance along the roads between homes"
    ),
    "straight_line": Text(
        "直线距离（没有路网，相邻单元的道路距离没有或不全）",
        "straight line (no road network, and no complete distances between neighbouring homes)",
    ),
}


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances from ``n`` homes to ``m`` schools.

    Attributes
    ----------
    homes, schools
        Codes, in the order of rows and columns.
    km
        Shape (n, m); infinite where no road leads from the home to the school, NaN where a position is absent.
    method
        ``walking_network``, ``road_network`` or ``straight_line``; see `METHODS`.
    off_network
        Homes and schools that lie off the road network: their distances are straight lines all the same.
    """

    homes: tuple[str, ...]
    schools: tuple[str, ...]
    km: Floats
    method: str
    off_network: tuple[str, ...] = ()


def distances(district: District, schools: tuple[str, ...], *, needs_all: bool = True) -> Distances:
    """Return the distance from every home to each of the given schools.

    Parameters
    ----------
    needs_all
        Whether every position is needed. If not, a distance from or to what has no position is NaN.

    Raises
    ------
    InputError
        Naming every home and school without a position, where all are needed.
    """
    codes = tuple(district.table("homes")["home"].to_list())
    at, home_at = school_positions(district, schools), home_positions(district)
    if needs_all:
        refuse_unplaced({"homes": unplaced_homes(district), "schools": unplaced_schools(district, schools)})
    if district.has("roads") and (roads := network(district)) is not None:
        found = walk(roads, from_=home_at, to=at)
        off = [code for code, is_off in zip(codes, found.from_off, strict=True) if is_off]
        off += [code for code, is_off in zip(schools, found.to_off, strict=True) if is_off]
        return Distances(codes, schools, found.km, "walking_network", tuple(off))
    edges = road_edges(district, codes)
    if edges is None:
        km = great_circle_km(home_at[:, None, :], at[None, :, :])
        return Distances(codes, schools, km, "straight_line")
    own = own_homes(district, schools, needs_all=needs_all)
    known = np.flatnonzero(own >= 0)
    km = np.full((len(codes), len(schools)), np.nan)
    km[:, known] = _along_roads(len(codes), edges, own[known])
    km[:, known] += great_circle_km(home_at[own[known]], at[known])[None, :]
    return Distances(codes, schools, km, "road_network")


def how_far(method: str, off_network: tuple[str, ...]) -> Text:
    """Return in words how distances were measured, and for whom they are straight lines all the same."""
    if not off_network:
        return METHODS[method]
    return Text(
        "{how}；不在路网附近、按直线计的有 {codes}", "{how}; off the network, by straight line: {codes}"
    ).format(how=METHODS[method], codes=listed(list(off_network)))


def listed(codes: list[str], most: int = 10) -> Text:
    """Return codes for people: their number, and the first ones by name."""
    more = len(codes) > most
    return Text(
        f"{len(codes)} 个（{'、'.join(codes[:most])}{'……' if more else ''}）",
        f"{len(codes)} ({', '.join(codes[:most])}{', ...' if more else ''})",
    )


def method_of(district: District) -> str:
    """Return by which of `METHODS` `distances` measures in a district."""
    if district.has("roads") and network(district) is not None:
        return "walking_network"
    homes = tuple(district.table("homes")["home"].to_list())
    return "straight_line" if road_edges(district, homes) is None else "road_network"


def road_edges(district: District, homes: tuple[str, ...]) -> tuple[npt.NDArray[np.int_], Floats] | None:
    """Return pairs of home positions, shape (e, 2), and road km, shape (e,); `None` if any km is absent.

    Nobody walks across a barrier: its pair is left out, with a length or without.
    """
    frame = district.table("neighbours").filter(pl.col("barrier").fill_null("no") == "no")
    if frame.is_empty() or frame["road_km"].null_count():
        return None
    position = {code: i for i, code in enumerate(homes)}
    ends = zip(frame["home"].to_list(), frame["neighbour"].to_list(), strict=True)
    return np.array([(position[a], position[b]) for a, b in ends]), frame["road_km"].to_numpy()


def _along_roads(
    n_homes: int, edges: tuple[npt.NDArray[np.int_], Floats], own: npt.NDArray[np.int_]
) -> Floats:
    from scipy.sparse import csr_array  # noqa: PLC0415 - scipy is slow to load
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    pairs, km = edges
    # A pair given in both directions must not add up, and a stored zero would be read as "no road".
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    order = np.lexsort((km, high, low))
    _, first = np.unique(np.stack([low[order], high[order]]), axis=1, return_index=True)
    kept = order[first]
    graph = csr_array((np.maximum(km[kept], 1e-6), (low[kept], high[kept])), shape=(n_homes, n_homes))
    way: Floats = dijkstra(graph, directed=False, indices=own).T
    return way
