"""Coordinates of schools, homes and candidate sites: complete, inside the district, not swapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from junheng.district.checks.kit import Check, Finding, check, number
from junheng.district.checks.records import AT, Records, kilometres
from junheng.text import Text

SIDES = ("west", "south", "east", "north")
TABLES = (("schools", "school"), ("homes", "home"), ("candidates", "candidate"))
FAR_TIMES = 20.0
"""Without an extent, a point is far from all others beyond so many times their median distance to the middle."""
FAR_KM = 50.0
"""... and beyond so many km: a small district's outlying farm is not an error."""


@check(
    "bad-extent",
    "error",
    "区县经纬度范围不完整或颠倒",
    "The district's extent is incomplete or the wrong way round",
)
def bad_extent(records: Records) -> Iterator[Finding]:
    """Yield an extent with only some sides, or with west not below east or south not below north."""
    sides = {side: records.facts.get(side) for side in SIDES}
    given = [side for side, value in sides.items() if value is not None]
    if given and _extent(records) is None:
        yield Finding(
            table="district",
            at=0,
            column=given[0],
            found=Text.same(", ".join(f"{side} {number(sides[side])}" for side in given)),
            expected=Text(
                "四个边界，西界小于东界，南界小于北界", "all four sides, west below east, south below north"
            ),
            remedy=Text("补全四个边界，或全部留空", "Fill in all four sides, or leave all empty"),
        )


@check(
    "half-coordinate",
    "error",
    "经度和纬度只填了一个",
    "Only one of longitude and latitude is given",
)
def half_coordinate(records: Records) -> Iterator[Finding]:
    """Yield schools, homes, candidate sites and teachers with a longitude or a latitude but not both."""
    for name, key in (*TABLES, ("teachers", "teacher")):
        half = pl.col("lon").is_null() != pl.col("lat").is_null()
        for row in records.frame(name).filter(half).iter_rows(named=True):
            absent = (
                Text("缺少经度", "no longitude") if row["lon"] is None else Text("缺少纬度", "no latitude")
            )
            yield Finding(
                table=name,
                at=row[AT],
                column="lon" if row["lon"] is None else "lat",
                key=row[key],
                found=absent,
                expected=Text("经度和纬度", "longitude and latitude"),
                remedy=Text("补填，或两者都留空", "Fill it in, or leave both empty"),
            )


@check(
    "swapped-coordinates",
    "error",
    "经度与纬度写反",
    "Longitude and latitude are swapped",
)
def swapped_coordinates(records: Records) -> Iterator[Finding]:
    """Yield points that stand inside the district (or on the globe) only when their coordinates are swapped."""
    for name, row in _points(records, _is_swapped(records)):
        yield Finding(
            table=name,
            at=row[AT],
            column="lon",
            key=row["key"],
            found=_shown(row),
            expected=_inside(records),
            remedy=Text("经度与纬度看来写反了：交换两列", "The two look swapped: exchange the columns"),
        )


@check(
    "outside-district",
    "error",
    "坐标在区县范围之外",
    "Coordinates are outside the district",
)
def outside_district(records: Records) -> Iterator[Finding]:
    """Yield points outside the district's extent, or off the globe where no extent is given."""
    for name, row in _points(records, ~_is_inside(records) & ~_is_swapped(records)):
        yield Finding(
            table=name,
            at=row[AT],
            column="lon",
            key=row["key"],
            found=_shown(row),
            expected=_inside(records),
            remedy=Text(
                "核对坐标与坐标系，或改正区县范围", "Check the point and its datum, or mend the extent"
            ),
        )


@check(
    "far-from-others",
    "warning",
    "坐标远离其他所有学校、居住单元和候选校址（未给区县范围时）",
    "A point is far from all others (where the district's extent is not given)",
)
def far_from_others(records: Records) -> Iterator[Finding]:
    """Yield points many times farther from the middle of all points than the others are."""
    if _extent(records) is not None:
        return
    frames = [
        records.frame(name)
        .filter(_is_inside(records))
        .select(pl.lit(name).alias("name"), AT, key=key, lon="lon", lat="lat")
        for name, key in TABLES
    ]
    points = pl.concat(frames)
    if points.height < 4:
        return
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    km = kilometres(lon, lat, np.full_like(lon, np.median(lon)), np.full_like(lat, np.median(lat)))
    limit = max(FAR_TIMES * float(np.median(km)), FAR_KM)
    for i in np.flatnonzero(km > limit).tolist():
        row = points.row(i, named=True)
        yield Finding(
            table=row["name"],
            at=row[AT],
            column="lon",
            key=row["key"],
            found=_shown(row),
            expected=Text(
                "与其他各点相近；此点距中心 {km:.0f} 公里",
                "a place near the others; this is {km:.0f} km from their middle",
            ).format(km=km[i]),
            remedy=Text("核对坐标；在表“区县”中填写范围", "Check the point; give the district's extent"),
        )


CHECKS: tuple[Check, ...] = (
    bad_extent,
    half_coordinate,
    swapped_coordinates,
    outside_district,
    far_from_others,
)


def _extent(records: Records) -> tuple[float, float, float, float] | None:
    west, south, east, north = (records.facts.get(side) for side in SIDES)
    if west is None or south is None or east is None or north is None or west >= east or south >= north:
        return None
    return west, south, east, north


def _is_inside(records: Records, lon: str = "lon", lat: str = "lat") -> pl.Expr:
    west, south, east, north = _extent(records) or (-180.0, -90.0, 180.0, 90.0)
    return pl.col(lon).is_between(west, east) & pl.col(lat).is_between(south, north)


def _is_swapped(records: Records) -> pl.Expr:
    return ~_is_inside(records) & _is_inside(records, lon="lat", lat="lon")


def _points(records: Records, which: pl.Expr) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, key in TABLES:
        rows = records.frame(name).filter(which).select(AT, "lon", "lat", key=key)
        for row in rows.iter_rows(named=True):
            yield name, row


def _shown(row: dict[str, Any]) -> Text:
    return Text("经度 {lon}，纬度 {lat}", "longitude {lon}, latitude {lat}").format(
        lon=number(row["lon"]), lat=number(row["lat"])
    )


def _inside(records: Records) -> Text:
    extent = _extent(records)
    if extent is None:
        return Text("经度 -180 至 180，纬度 -90 至 90", "longitude -180 to 180, latitude -90 to 90")
    west, south, east, north = (number(side) for side in extent)
    return Text(
        "经度 {west} 至 {east}，纬度 {south} 至 {north}",
        "longitude {west} to {east}, latitude {south} to {north}",
    ).format(west=west, east=east, south=south, north=north)
