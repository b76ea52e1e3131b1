"""Walking distances on a road network: from a point to its nearest junction, along the roads, and on to the other.

A point that lies far from every junction is off the network: distances from and to it are straight lines, and the
result says which points these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.district.sphere import great_circle_km

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]
Bools = npt.NDArray[np.bool_]

OFF_NETWORK_KM = 1.0
"""A point farther than this from the nearest junction is off the network. Our own figure: about a quarter of an hour
on foot, beyond which the way to the road matters more than the road."""

_SCHOOLS_AT_A_TIME = 32
"""One row of distances a school: for a hundred thousand junctions 25 MB at a time."""


@dataclass(frozen=True, eq=False)
class Network:
    """The largest connected part of the roads that one can walk along.

    Attributes
    ----------
    at
        Longitude and latitude of its junctions, shape (k, 2).
    graph
        Lengths in km, a sparse matrix of shape (k, k), each road once.
    """

    at: Floats
    graph: Any


@dataclass(frozen=True, eq=False)
class Walk:
    """Walking distances from n points to m others.

    Attributes
    ----------
    km
        Shape (n, m); NaN where a position is absent.
    from_off, to_off
        Which points are off the network, shapes (n,) and (m,): their distances are straight lines.
    """

    km: Floats
    from_off: Bools
    to_off: Bools


def network(district: District) -> Network | None:
    """Return the road network; `None` where the district keeps no road that one can walk along."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - scipy is slow to load
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    junctions = district.table("junctions")
    number = pl.DataFrame({"junction": junctions["junction"], "number": np.arange(junctions.height)})
    roads = district.table("roads").filter(pl.col("walkable").fill_null("yes") == "yes")
    for side in ("start", "end"):
        roads = roads.join(number.rename({"junction": side, "number": f"{side}_at"}), on=side, how="inner")
    if roads.is_empty():
        return None
    at = junctions.select("lon", "lat").to_numpy().astype(float)
    ends = np.sort(roads.select("start_at", "end_at").to_numpy(), axis=1)
    km = roads["km"].to_numpy().astype(float)
    km = np.where(np.isnan(km), great_circle_km(at[ends[:, 0]], at[ends[:, 1]]), km)
    low, high, km = _shortest_of_each(ends, km)
    graph = csr_array((km, (low, high)), shape=(len(at), len(at)))
    _, part = connected_components(graph, directed=False)
    kept = np.flatnonzero(part == np.bincount(part).argmax())
    return Network(at[kept], graph[kept][:, kept])


def _shortest_of_each(ends: Ints, km: Floats) -> tuple[Ints, Ints, Floats]:
    """Keep the shortest of several roads between two junctions; a stored zero would be read as no road."""
    order = np.lexsort((km, ends[:, 1], ends[:, 0]))
    ends, km = ends[order], np.maximum(km[order], 1e-6)
    is_first = np.ones(len(km), dtype=bool)
    is_first[1:] = (ends[1:] != ends[:-1]).any(axis=1)
    return ends[is_first, 0], ends[is_first, 1], km[is_first]


def walk(roads: Network, *, from_: Floats, to: Floats) -> Walk:
    """Return walking distances between points given as longitude and latitude.

    Parameters
    ----------
    from_, to
        Shapes (n, 2) and (m, 2); NaN where a position is absent.

    Notes
    -----
    The way from a point to its nearest junction is straight. Two points that are nearer to each other than one of
    them is to its junction are joined by the straight line: neither needs the road.
    """
    near_from, leg_from = _nearest(roads, from_)
    near_to, leg_to = _nearest(roads, to)
    straight = great_circle_km(from_[:, None, :], to[None, :, :])
    km = leg_from[:, None] + _along(roads, near_from, near_to) + leg_to[None, :]
    from_off, to_off = leg_from > OFF_NETWORK_KM, leg_to > OFF_NETWORK_KM
    is_straight = from_off[:, None] | to_off[None, :]
    is_straight |= straight <= np.maximum(leg_from[:, None], leg_to[None, :])
    return Walk(np.where(is_straight, straight, km), from_off, to_off)


def _nearest(roads: Network, points: Floats) -> tuple[Ints, Floats]:
    """Return the nearest junction of each point and the km to it; NaN km where the position is absent."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - scipy is slow to load

    known = np.flatnonzero(~np.isnan(points).any(axis=1))
    junction = np.zeros(len(points), dtype=int)
    km = np.full(len(points), np.nan)
    _, junction[known] = cKDTree(_on_sphere(roads.at)).query(_on_sphere(points[known]))
    km[known] = great_circle_km(points[known], roads.at[junction[known]])
    return junction, km


def _on_sphere(points: Floats) -> Floats:
    """Return points of a unit sphere, where the nearest in a straight line is the nearest on the ground."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _along(roads: Network, from_: Ints, to: Ints) -> Floats:
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - scipy is slow to load

    wanted, place = np.unique(to, return_inverse=True)
    km = np.empty((len(from_), len(wanted)))
    for first in range(0, len(wanted), _SCHOOLS_AT_A_TIME):
        some = slice(first, first + _SCHOOLS_AT_A_TIME)
        km[:, some] = dijkstra(roads.graph, directed=False, indices=wanted[some])[:, from_].T
    return km[:, place]
