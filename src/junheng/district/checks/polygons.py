"""Boundaries of homes: no two overlap, each holds its own point and the schools that stand in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from junheng.district.checks.kit import Check, Finding, check, listed, number
from junheng.district.checks.records import AT, Records, kilometres
from junheng.text import Text

OVERLAP_SHARE = 0.01
"""Overlaps below this share of the smaller home are slivers of digitising."""
BESIDE_KM = 0.05
"""A point this near to its polygon is taken as inside: maps and positioning are not more exact."""


@check(
    "overlapping-homes",
    "warning",
    "两个居住单元的边界重叠",
    "The boundaries of two homes overlap",
)
def overlapping_homes(records: Records) -> Iterator[Finding]:
    """Yield pairs of homes that share more than a sliver of land."""
    shapes = records.shapes
    kept = np.flatnonzero([shape is not None for shape in shapes])
    if _is_coverage(shapes[kept]):
        return
    tree = shapely.STRtree(shapes[kept])
    pairs = [tree.query(shapes[kept], predicate=predicate) for predicate in ("overlaps", "contains")]
    first, second = np.unique(np.sort(kept[np.concatenate(pairs, axis=1)], axis=0), axis=1)
    first, second = first[first != second], second[first != second]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    share = shared / np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    codes, at = records.homes["home"].to_list(), records.homes[AT].to_list()
    for i in np.flatnonzero(share > OVERLAP_SHARE).tolist():
        a, b = int(first[i]), int(second[i])
        yield Finding(
            table="homes",
            at=at[b],
            column="polygon",
            key=codes[b],
            found=Text(
                "与 {other} 重叠，占较小者面积的 {share:.1f}%",
                "overlaps {other} by {share:.1f}% of the smaller",
            ).format(other=codes[a], share=100 * share[i]),
            expected=Text("互不重叠的边界", "boundaries that do not overlap"),
            remedy=Text(
                "在地理信息软件中改正其中一个边界", "Mend one of the two boundaries in a GIS program"
            ),
        )


@check(
    "point-outside-polygon",
    "warning",
    "居住单元的点不在自己的边界内",
    "A home's point is outside its own boundary",
)
def point_outside_polygon(records: Records) -> Iterator[Finding]:
    """Yield homes with a point and a polygon where the point is not inside."""
    homes = records.homes
    km = _km_outside(records.shapes, homes["lon"], homes["lat"])
    for i in np.flatnonzero(km > BESIDE_KM).tolist():
        row = homes.row(i, named=True)
        yield Finding(
            table="homes",
            at=row[AT],
            column="lon",
            key=row["home"],
            found=_away(km[i]),
            expected=Text("边界之内的点", "a point inside the boundary"),
            remedy=Text(
                "核对坐标与边界；点可留空", "Check the point and the boundary; the point may be left empty"
            ),
        )


@check(
    "school-outside-home",
    "warning",
    "学校不在所填的所在居住单元内",
    "A school is outside the home that it is said to stand in",
)
def school_outside_home(records: Records) -> Iterator[Finding]:
    """Yield schools whose gate is outside the polygon of their own home."""
    homes = records.homes.select("home", "n")
    rows = records.schools.join(homes, on="home").sort(AT)
    km = _km_outside(records.shapes[rows["n"].to_numpy()], rows["lon"], rows["lat"])
    for i in np.flatnonzero(km > BESIDE_KM).tolist():
        row = rows.row(i, named=True)
        yield Finding(
            table="schools",
            at=row[AT],
            column="home",
            key=row["school"],
            found=Text("校门在 {home} 的{away}", "the gate is {away} of {home}").format(
                home=row["home"], away=_away(km[i])
            ),
            expected=Text("校门所在的居住单元", "the home in which the gate stands"),
            remedy=Text(
                "改正坐标或所在居住单元；单元可留空", "Mend the point or the home; the home may be left empty"
            ),
        )


@check(
    "gate-in-several-homes",
    "error",
    "未填所在居住单元的学校，校门落在几个居住单元的边界内",
    "A school without its own home stands inside several homes' boundaries",
)
def gate_in_several_homes(records: Records) -> Iterator[Finding]:
    """Yield schools whose home is not given and whose gate does not tell it."""
    schools = records.schools.filter(pl.col("home").is_null()).drop_nulls(["lon", "lat"])
    kept = np.flatnonzero([shape is not None for shape in records.shapes])
    if not schools.height or not len(kept):
        return
    tree = shapely.STRtree(records.shapes[kept])
    gates = shapely.points(schools["lon"].to_numpy(), schools["lat"].to_numpy())
    which, homes = tree.query(gates, predicate="intersects")
    codes = records.homes["home"].to_numpy()[kept]
    for i in np.flatnonzero(np.bincount(which, minlength=schools.height) > 1).tolist():
        row = schools.row(i, named=True)
        yield Finding(
            table="schools",
            at=row[AT],
            column="home",
            key=row["school"],
            found=Text("校门同时在 {codes} 的边界内", "the gate is inside {codes}").format(
                codes=listed(sorted(codes[homes[which == i]].tolist()))
            ),
            expected=Text("一个所在居住单元", "one home of its own"),
            remedy=Text("填写所在居住单元，或改正边界", "Fill in the school's home, or mend the boundaries"),
        )


CHECKS: tuple[Check, ...] = (
    overlapping_homes,
    point_outside_polygon,
    school_outside_home,
    gate_in_several_homes,
)


def _is_coverage(shapes: npt.NDArray[np.object_]) -> bool:
    """Tell quickly whether polygons only touch; shapely before 2.1 cannot tell, and every pair is looked at."""
    return hasattr(shapely, "coverage_is_valid") and bool(shapely.coverage_is_valid(shapes))


def _km_outside(shapes: npt.NDArray[np.object_], lon: pl.Series, lat: pl.Series) -> npt.NDArray[np.float64]:
    """Return how far each point is from its polygon in km; 0 inside, and where either is absent."""
    x, y = lon.cast(pl.Float64).to_numpy(), lat.cast(pl.Float64).to_numpy()
    points = np.full(len(x), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    points[known] = shapely.points(x[known], y[known])
    km = np.zeros(len(x))
    away = np.flatnonzero(shapely.distance(shapes, points) > 0)
    ends = shapely.get_coordinates(shapely.shortest_line(shapes[away], points[away])).reshape(-1, 4)
    km[away] = kilometres(*ends.T)
    return km


def _away(km: float) -> Text:
    return Text("边界外约 {km} 公里", "about {km} km outside the boundary").format(
        km=number(round(float(km), 2))
    )
