"""Where schools and homes stand, how far apart points are, and in which home a school stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.errors import InputError, Place, Problem
from junheng.text import Text

Floats = npt.NDArray[np.float64]


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


def refuse_unplaced(unplaced: Mapping[str, Sequence[str]]) -> None:
    """Raise `InputError` naming everything without a position: codes by table."""
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
        refuse_unplaced({"schools": [schools[j] for j in np.flatnonzero(found < 0)]})
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
