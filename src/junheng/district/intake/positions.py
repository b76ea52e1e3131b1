"""Coordinates of the tables as read: their datum found, and converted to WGS-84."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl

from junheng.district.columns import table, tables
from junheng.district.coordinates import Datum, datum_of, extent_to_wgs84, polygons_to_wgs84
from junheng.district.intake.finding import Finding, RawColumn, problems_of, saying
from junheng.district.intake.wording import expectation, shown
from junheng.district.source import SourceTable
from junheng.errors import Problem, UsageError
from junheng.text import Text

WGS84 = "WGS-84"
_EXTENT = ("west", "south", "east", "north")
_POSITIONS = ("lon", "lat", "polygon")

Step = tuple[pl.DataFrame, list[Problem]]


def to_wgs84(sources: Mapping[str, SourceTable]) -> tuple[dict[str, SourceTable], list[Problem]]:
    """Return the tables with every coordinate in WGS-84, and what is wrong with the datum or a conversion.

    The cell ``crs`` of the table ``district`` names the datum of the whole file; where it is empty, WGS-84 is
    assumed and a notice says so. A pair of which one is absent, or which is not on the globe, is left as it is:
    the checks across tables report it. Under a datum that is not known nobody can say where anything is: the
    positions are left out, so that nothing is reported but the datum.
    """
    done = dict(sources)
    datum, problems = _datum(sources)
    if datum is None:
        return {name: _without_positions(source) for name, source in done.items()}, problems
    if not datum.is_wgs84:
        for name in coordinates():
            if name in done:
                frame, found = _converted(done[name], datum)
                done[name] = replace(done[name], frame=frame)
                problems += found
    if "district" in done:
        frame, found = _extent_in_range(done["district"], done["district"].frame)
        problems += found
        if _has_coordinates(sources) or not datum.is_wgs84:
            frame = frame.with_columns(crs=pl.lit(WGS84))
        done["district"] = replace(done["district"], frame=frame)
    return done, problems


@cache
def coordinates() -> dict[str, tuple[str, ...]]:
    """Return the columns that hold coordinates, by table: the column table says which there are."""
    by_table = {
        name: tuple(column.name for column in one if column.name in _POSITIONS)
        for name, one in tables().items()
    }
    return {name: columns for name, columns in {**by_table, "district": _EXTENT}.items() if columns}


def _datum(sources: Mapping[str, SourceTable]) -> tuple[Datum | None, list[Problem]]:
    district = sources.get("district")
    if district is None or district.frame.height == 0:
        return datum_of(WGS84), []
    wording = district.frame["crs"][0]
    if wording is None:
        return datum_of(WGS84), [_assumed(district)] if _has_coordinates(sources) else []
    try:
        return datum_of(wording), []
    except UsageError as error:
        return None, [_unknown(district, wording, error)]


def _has_coordinates(sources: Mapping[str, SourceTable]) -> bool:
    return any(
        sources[name].frame[column].null_count() < sources[name].frame.height
        for name, columns in coordinates().items()
        if name in sources
        for column in columns
    )


def _assumed(district: SourceTable) -> Problem:
    return Problem(
        code="datum-assumed",
        severity="notice",
        place=district.place(0, "crs"),
        found=Text("没有写坐标系，按 WGS-84 处理", "no datum; WGS-84 is assumed"),
        expected=Text("WGS-84、GCJ-02、BD-09 或 EPSG:代码", "WGS-84, GCJ-02, BD-09 or EPSG:code"),
        remedy=Text(
            "若坐标取自高德、腾讯填 GCJ-02，取自百度填 BD-09",
            "Write GCJ-02 if they come from Amap or Tencent maps, BD-09 if from Baidu",
        ),
    )


def _unknown(district: SourceTable, wording: str, error: UsageError) -> Problem:
    return Problem(
        code="unknown-datum",
        severity="error",
        place=district.place(0, "crs"),
        found=shown(wording),
        expected=Text(
            "WGS-84、GCJ-02、BD-09、CGCS2000 或 EPSG:代码", "WGS-84, GCJ-02, BD-09, CGCS2000 or EPSG:code"
        ),
        remedy=error.text,
    )


def _raw(source: SourceTable, frame: pl.DataFrame, name: str) -> RawColumn:
    column = table(source.name).column(name)
    return RawColumn(column, source.place(column=name), frame[name].to_list(), source.rows.to_list())


def _extent_in_range(source: SourceTable, frame: pl.DataFrame) -> Step:
    problems: list[Problem] = []
    remedy = Text(
        "核对范围；若是投影坐标（米），在“坐标系”填 EPSG:代码",
        "Check it; for projected metres write EPSG:code as the datum",
    )
    for name in _EXTENT:
        column = table("district").column(name)
        outside = (frame[name].abs() > (column.maximum or 0)).arg_true().to_list()
        if outside:
            raw = _raw(source, frame, name)
            word = saying(raw, expectation(column), remedy)
            problems += problems_of(raw, [Finding(code="out-of-range", indexes=outside, word=word)])
            frame = frame.with_columns(frame[name].scatter(outside, None))
    return frame, problems


def _without_positions(source: SourceTable) -> SourceTable:
    columns = coordinates().get(source.name, ())
    nothing = [pl.lit(None, dtype=source.frame.schema[name]).alias(name) for name in columns]
    return replace(source, frame=source.frame.with_columns(nothing))


def _converted(source: SourceTable, datum: Datum) -> Step:
    if source.name == "district":
        return _convert_extent(source, source.frame, datum)
    frame, problems = _convert_points(source, source.frame, datum)
    if "polygon" not in coordinates()[source.name]:
        return frame, problems
    frame, found = _convert_polygons(source, frame, datum)
    return frame, problems + found


def _convert_points(source: SourceTable, frame: pl.DataFrame, datum: Datum) -> Step:
    lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
    is_point = np.isfinite(lon) & np.isfinite(lat)
    if datum.is_in_degrees:
        is_point &= (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    at = np.flatnonzero(is_point)
    new_lon, new_lat = datum.to_wgs84(lon[at], lat[at])
    lost = at[~(np.isfinite(new_lon) & np.isfinite(new_lat))].tolist()
    problems = _not_converted(source, frame, "lon", lost, datum)
    moved = [
        frame["lon"].scatter(at, new_lon).scatter(lost, None),
        frame["lat"].scatter(at, new_lat).scatter(lost, None),
    ]
    return frame.with_columns(moved), problems


def _convert_polygons(source: SourceTable, frame: pl.DataFrame, datum: Datum) -> Step:
    at = frame["polygon"].is_not_null().arg_true().to_list()
    if not at:
        return frame, []
    converted = polygons_to_wgs84(frame["polygon"].drop_nulls().to_list(), datum)
    lost = [index for index, text in zip(at, converted, strict=True) if text is None]
    problems = _not_converted(source, frame, "polygon", lost, datum)
    return frame.with_columns(frame["polygon"].scatter(at, converted)), problems


def _not_converted(
    source: SourceTable, frame: pl.DataFrame, name: str, lost: list[int], datum: Datum
) -> list[Problem]:
    raw = _raw(source, frame, name)
    expected = Text("{datum} 适用范围内的坐标", "coordinates inside the area of {datum}").format(
        datum=datum.name
    )
    remedy = Text("核对坐标和坐标系", "Check the coordinates and the datum")
    return problems_of(
        raw, [Finding(code="not-convertible", indexes=lost, word=saying(raw, expected, remedy))]
    )


def _convert_extent(source: SourceTable, frame: pl.DataFrame, datum: Datum) -> Step:
    extent = frame.select(_EXTENT).row(0) if frame.height == 1 else ()
    if not extent or any(side is None for side in extent):
        return frame, []
    box = extent_to_wgs84(extent, datum)
    if not np.isfinite(box).all():
        return frame, _not_converted(source, frame, "west", [0], datum)
    return frame.with_columns(**{name: pl.lit(value) for name, value in zip(_EXTENT, box, strict=True)}), []
