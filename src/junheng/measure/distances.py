"""How far it is from every home to every school, and by which way of measuring.

Where the district knows walking distances between neighbouring homes, a distance is the shortest way along them,
from the home to the school's own home and on to its gate; otherwise it is the straight line, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.text import Text

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), for great-circle distances."""

METHODS = {
    "road_network": Text(
        "沿道路步行距离（相邻单元间道路距离的最短路）", "walking distance along the roads between homes"
    ),
    "straight_line": Text("直线距离（缺少道路距离）", "straight line (no road distances given)"),
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
        ``road_network`` or ``straight_line``; see `METHODS`.
    """

    homes: tuple[str, ...]
    schools: tuple[str, ...]
    km: Floats
    method: str


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
        _refuse_unplaced({"homes": unplaced_homes(district), "schools": unplaced_schools(district, schools)})
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


def great_circle_km(from_: Floats, to: Floats) -> Floats:
    """Return great-circle distances between points given as longitude and latitude in degrees.

    Parameters
    ----------
    from_, to
        Shapes that broadcast, the last axis holding (longitude, latitude).
    """
    lon1, lat1, lon2, lat2 = (np.radians(x) for x in (from_[..., 0], from_[..., 1], to[..., 0], to[..., 1]))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    result: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return result


def school_positions(district: District, schools: tuple[str, ...]) -> Floats:
    """Return longitude and latitude of the schools, shape (m, 2); NaN where there is no position."""
    frame = pl.DataFrame({"school": schools}, schema={"school": pl.String}).join(
        district.table("schools").select("school", "lon", "lat"),
        on="school",
        how="left",
        maintain_order="left",
    )
    return frame.select("lon", "lat").to_numpy().astype(float)


def home_positions(district: District) -> Floats:
    """Return longitude and latitude of the homes, shape (n, 2); NaN where there is no position.

    A home with a polygon and no point stands at a point inside its polygon.
    """
    homes = district.table("homes")
    at = homes.select("lon", "lat").to_numpy().astype(float)
    to_place = np.isnan(at).any(axis=1) & homes["polygon"].is_not_null().to_numpy()
    if to_place.any():
        import shapely  # noqa: PLC0415 - only where there are polygons

        polygons = shapely.from_wkt(homes["polygon"].filter(to_place).to_numpy())
        at[to_place] = shapely.get_coordinates(shapely.point_on_surface(polygons))
    return at


def unplaced_homes(district: District) -> list[str]:
    """Return the homes without a position."""
    return _unplaced(district.table("homes")["home"].to_list(), home_positions(district))


def unplaced_schools(district: District, schools: tuple[str, ...]) -> list[str]:
    """Return those of the schools that have no position."""
    return _unplaced(schools, school_positions(district, schools))


def _unplaced(codes: Sequence[str], at: Floats) -> list[str]:
    return [codes[row] for row in np.flatnonzero(np.isnan(at).any(axis=1)).tolist()]


def _refuse_unplaced(unplaced: Mapping[str, Sequence[str]]) -> None:
    problems = [
        Problem(
            code="position-absent",
            severity="error",
            place=Place(sheet=table(name).label.zh, key=code),
            found=Text("没有经纬度", "no position"),
            expected=Text("经度和纬度", "longitude and latitude"),
            remedy=Text(
                "请补填位置，居住单元也可补填边界", "Give the position; for a home its polygon will do"
            ),
        )
        for name, codes in unplaced.items()
        for code in codes
    ]
    if problems:
        raise InputError(problems)


def road_edges(district: District, homes: tuple[str, ...]) -> tuple[npt.NDArray[np.int_], Floats] | None:
    """Return pairs of home positions, shape (e, 2), and road km, shape (e,); `None` if any km is absent."""
    frame = district.table("neighbours")
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


def own_homes(
    district: District, schools: tuple[str, ...], *, needs_all: bool = True
) -> npt.NDArray[np.int_]:
    """Return for each school the position, in ``homes``, of the home it stands in, shape (m,).

    The home is the one the school's record names; else the one whose polygon holds the gate; else the nearest.

    Parameters
    ----------
    needs_all
        Whether every school must stand in one. If not, it is -1 for a school of which neither home nor position
        is recorded.

    Raises
    ------
    InputError
        Naming every such school, where all are needed.
    """
    homes = district.table("homes")
    position = {code: i for i, code in enumerate(homes["home"].to_list())}
    records = district.table("schools")
    named = dict(zip(records["school"].to_list(), records["home"].to_list(), strict=True))
    at, home_at = school_positions(district, schools), home_positions(district)
    around = _containing(homes, at)

    def own(j: int) -> int:
        name = named.get(schools[j])
        if name is not None:
            return position.get(name, -1)
        if around[j] >= 0 or np.isnan(at[j]).any() or np.isnan(home_at).any(axis=1).all():
            return around[j]
        return int(np.nanargmin(great_circle_km(home_at, at[j])))

    found = np.array([own(j) for j in range(len(schools))], dtype=int)
    if needs_all:
        _refuse_unplaced({"schools": [schools[j] for j in np.flatnonzero(found < 0)]})
    return found


def _containing(homes: pl.DataFrame, points: Floats) -> list[int]:
    """Return for each point the first home whose polygon holds it, -1 where none does."""
    result = [-1] * len(points)
    if homes["polygon"].null_count() == homes.height:
        return result
    import shapely  # noqa: PLC0415 - only where there are polygons

    tree = shapely.STRtree(shapely.from_wkt(homes["polygon"].to_numpy()))
    known = np.flatnonzero(~np.isnan(points).any(axis=1))
    for point, home in zip(*tree.query(shapely.points(points[known]), predicate="intersects"), strict=True):
        if result[known[point]] < 0 or home < result[known[point]]:
            result[known[point]] = int(home)
    return result
