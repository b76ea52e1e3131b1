"""Coordinates in other datums come out in WGS-84: against published pairs, closed forms and their own inverse."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from junheng.district import coordinates as c
from junheng.district.columns import tables
from junheng.district.files import read_tables
from junheng.district.intake.positions import coordinates
from junheng.errors import UsageError

LON, LAT = st.floats(73.5, 135), st.floats(3.9, 53.5)


def _at(convert: Callable[..., c.Pair], lon: float, lat: float) -> tuple[float, float]:
    x, y = convert(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


@pytest.mark.parametrize(
    ("convert", "point", "published"),
    [
        # README of coordtransform (wandergis), with which ports in a dozen languages agree
        (c.gcj02_of_wgs84, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        (c.bd09_of_gcj02, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
        (c.bd09_of_wgs84, (116.404, 39.915), (116.41662724378733, 39.922699552216216)),
        # tests of eviltransform (googollee): Shanghai, Shenzhen, Beijing
        (c.gcj02_of_wgs84, (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        (c.gcj02_of_wgs84, (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        (c.gcj02_of_wgs84, (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_published_pairs_are_met(
    convert: Callable[..., c.Pair], point: tuple[float, float], published: tuple[float, float]
) -> None:
    assert _at(convert, *point) == pytest.approx(published, abs=1e-9)


def test_the_published_way_back_is_met_to_the_metre_of_its_authors() -> None:
    # coordtransform's one-step inverse is good to a metre, 1e-5 degree; ours is exact
    assert _at(c.gcj02_of_bd09, 116.404, 39.915) == pytest.approx(
        (116.39762729119315, 39.90865673957631), abs=1e-5
    )
    assert _at(c.wgs84_of_bd09, 116.404, 39.915) == pytest.approx(
        (116.3913836995125, 39.907253214522164), abs=1e-5
    )


@given(lon=LON, lat=LAT)
@example(lon=105.0, lat=35.0)
@example(lon=117.0, lat=36.65)
def test_the_way_back_is_exact(lon: float, lat: float) -> None:
    assert _at(c.wgs84_of_gcj02, *_at(c.gcj02_of_wgs84, lon, lat)) == pytest.approx((lon, lat), abs=1e-9)
    assert _at(c.gcj02_of_bd09, *_at(c.bd09_of_gcj02, lon, lat)) == pytest.approx((lon, lat), abs=1e-9)
    assert _at(c.wgs84_of_bd09, *_at(c.bd09_of_wgs84, lon, lat)) == pytest.approx((lon, lat), abs=1e-9)


@given(lon=LON, lat=LAT)
def test_gcj02_lies_beside_wgs84_by_tens_to_a_thousand_metres(lon: float, lat: float) -> None:
    x, y = _at(c.gcj02_of_wgs84, lon, lat)
    metres = math.hypot((x - lon) * math.cos(math.radians(lat)), y - lat) * 111_320
    assert 10 < metres < 1500


def test_outside_china_gcj02_is_wgs84() -> None:
    for point in ((-76.6, 39.3), (139.77, 35.68), (0.0, 0.0), (2.35, 48.85)):
        assert _at(c.gcj02_of_wgs84, *point) == point
        assert _at(c.wgs84_of_gcj02, *point) == point


def test_no_point_at_all_is_no_error() -> None:
    none = np.array([])
    assert [len(part) for part in c.wgs84_of_bd09(none, none)] == [0, 0]


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        ("WGS-84", "WGS-84"),
        ("wgs84", "WGS-84"),
        ("EPSG:4326", "WGS-84"),
        ("gcj02", "GCJ-02"),
        ("GCJ_02", "GCJ-02"),
        ("BD09", "BD-09"),
        ("bd09ll", "BD-09"),
        ("CGCS2000", "EPSG:4490"),
        ("epsg：4527", "EPSG:4527"),
    ],
)
def test_a_datum_is_known_by_its_usual_spellings(wording: str, name: str) -> None:
    assert c.datum_of(wording).name == name


@pytest.mark.parametrize("wording", ["", "火星", "EPSG:999999", "EPSG:", "WGS-72x"])
def test_an_unknown_datum_raises(wording: str) -> None:
    with pytest.raises(UsageError):
        c.datum_of(wording)


def test_epsg_codes_meet_their_closed_forms() -> None:
    # spherical Mercator: x = R * longitude
    x = 6378137.0 * math.radians(117.0)
    assert _at(c.datum_of("EPSG:3857").to_wgs84, x, 0.0) == pytest.approx((117.0, 0.0), abs=1e-9)
    # CGCS2000, 3-degree zone 39: the false easting of 39,500 km is the meridian 117
    lon, lat = _at(c.datum_of("EPSG:4527").to_wgs84, 39_500_000.0, 4_000_000.0)
    assert lon == pytest.approx(117.0, abs=1e-9)
    assert 36 < lat < 36.3
    assert not c.datum_of("EPSG:4527").is_in_degrees
    assert _at(c.datum_of("CGCS2000").to_wgs84, 117.0, 36.0) == pytest.approx((117.0, 36.0), abs=1e-9)


def _folder(tmp_path: Path, datum: str | None, **homes: list[object]) -> Path:
    extent = {"west": [117.0], "south": [36.6], "east": [117.2], "north": [36.8]}
    facts = {"district": ["d"], "name": ["n"], "year": [2026], "crs": [datum], **extent}
    pl.DataFrame(facts, schema_overrides={"crs": pl.String}).write_csv(tmp_path / "district.csv")
    pl.DataFrame(
        {"school": ["s"], "name": ["n"], "kind": ["primary"], "lon": [117.1], "lat": [36.7]}
    ).write_csv(tmp_path / "schools.csv")
    pl.DataFrame({"home": ["h"], **homes}).write_csv(tmp_path / "homes.csv")
    return tmp_path


@pytest.mark.parametrize(("datum", "convert"), [("GCJ-02", c.wgs84_of_gcj02), ("BD-09", c.wgs84_of_bd09)])
def test_points_polygons_and_the_extent_of_a_file_are_converted(
    tmp_path: Path, datum: str, convert: Callable[..., c.Pair]
) -> None:
    box = shapely.box(117.05, 36.65, 117.15, 36.75)
    read = read_tables(_folder(tmp_path, datum, lon=[117.1], lat=[36.7], polygon=[box.wkt]))
    assert read.problems == ()
    moved = _at(convert, 117.1, 36.7)
    assert read.sources["schools"].frame.select("lon", "lat").row(0) == moved
    assert read.sources["homes"].frame.select("lon", "lat").row(0) == moved
    polygon = shapely.from_wkt(read.sources["homes"].frame["polygon"][0])
    assert shapely.get_coordinates(polygon)[0].tolist() == list(_at(convert, 117.15, 36.65))
    facts = read.sources["district"].frame.row(0, named=True)
    assert facts["crs"] == "WGS-84"
    assert facts["west"] < 117.0
    assert facts["west"] == pytest.approx(_at(convert, 117.0, 36.7)[0], abs=1e-3)


def test_every_table_that_has_coordinates_is_converted(tmp_path: Path) -> None:
    in_degrees = {
        name for name, one in tables().items() if any(column.unit.code == "degree" for column in one)
    }
    assert set(coordinates()) == in_degrees
    _folder(tmp_path, "GCJ-02", lon=[117.1], lat=[36.7])
    for name in ("teachers", "junctions", "candidates"):
        (tmp_path / f"{name}.csv").write_text("lon,lat\n117.1,36.7\n", encoding="utf-8")
    sources = read_tables(tmp_path).sources
    moved = {
        name: source.frame.select("lon", "lat").row(0)
        for name, source in sources.items()
        if name != "district"
    }
    assert set(moved.values()) == {_at(c.wgs84_of_gcj02, 117.1, 36.7)}
    assert {"teachers", "junctions", "candidates"} <= set(moved)


def test_projected_metres_are_converted(tmp_path: Path) -> None:
    (tmp_path / "district.csv").write_text("district,name,year,crs\nd,n,2026,EPSG:4527\n", encoding="utf-8")
    (tmp_path / "schools.csv").write_text(
        "school,name,kind,lon,lat\ns,n,primary,39500000,4000000\n", encoding="utf-8"
    )
    read = read_tables(tmp_path)
    assert read.problems == ()
    assert read.sources["schools"].frame["lon"][0] == pytest.approx(117.0, abs=1e-9)


def test_a_file_without_a_datum_is_read_as_wgs84_with_a_notice(tmp_path: Path) -> None:
    read = read_tables(_folder(tmp_path, None, lon=[117.1], lat=[36.7]))
    assert [problem.code for problem in read.problems] == ["datum-assumed"]
    assert read.sources["district"].frame["crs"][0] == "WGS-84"
    assert read.sources["schools"].frame["lon"][0] == 117.1


def test_an_unknown_datum_and_an_impossible_extent_are_errors(tmp_path: Path) -> None:
    read = read_tables(_folder(tmp_path, "火星", lon=[1e6], lat=[2e6]))
    assert [problem.code for problem in read.problems] == ["unknown-datum"]
    assert read.sources["homes"].frame.select("lon", "lat").row(0) == (None, None)
    facts = "district,name,year,crs,west\nd,n,2026,WGS-84,39500000\n"
    (tmp_path / "district.csv").write_text(facts, encoding="utf-8")
    read = read_tables(tmp_path)
    assert [(problem.code, problem.place.column) for problem in read.problems] == [("out-of-range", "west")]


def test_metres_under_a_datum_in_degrees_are_left_for_the_checks_to_report(tmp_path: Path) -> None:
    read = read_tables(_folder(tmp_path, "GCJ-02", lon=[39_500_000.0], lat=[4_000_000.0]))
    assert read.sources["homes"].frame.select("lon", "lat").row(0) == (39_500_000.0, 4_000_000.0)


def test_coordinates_beyond_the_area_of_a_projection_are_errors(tmp_path: Path) -> None:
    (tmp_path / "district.csv").write_text("district,name,year,crs\nd,n,2026,EPSG:4527\n", encoding="utf-8")
    far = 'home,lon,lat,polygon\nh,1e300,1e300,\ni,,,"POLYGON ((1e300 0, 1e300 1, 1 1, 1e300 0))"\n'
    (tmp_path / "homes.csv").write_text(far, encoding="utf-8")
    read = read_tables(tmp_path)
    assert {problem.code for problem in read.problems} == {"not-convertible"}
    assert {problem.place.row for problem in read.problems} == {2, 3}
    assert read.sources["homes"].frame["lon"].null_count() == 2
