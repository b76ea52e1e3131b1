"""Homes and catchments as GeoJSON: what mapping programs open and save."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import shapely
import shapely.geometry

from junheng.district.atomic import whole_file
from junheng.district.columns import choices
from junheng.district.intake.raw import Found, RawTable
from junheng.district.intake.tables import take
from junheng.district.model import District
from junheng.district.shared import leads
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.text import Text

_SCHOOL = "school_"
"""Prefix of the properties that give a home's school at a stage: ``school_primary``."""
_SHARED = "shared_"
"""Prefix of the properties that give all schools of a home's zone where several share it: ``shared_primary``."""
_WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326")


def write_geojson(district: District, path: str | Path) -> None:
    """Write homes as a FeatureCollection, their school at each stage as properties.

    A home with a polygon is a Polygon or MultiPolygon and has its point, if any, as properties ``lon`` and ``lat``;
    one with only a point is a Point. Properties have the library's names and codes, coordinates are WGS-84. Where
    several schools share the zone, their codes stand beside the home's own, the lead first.

    Raises
    ------
    UsageError
        If the district keeps no homes, or a catchment names a home that is not among them.
    """
    if not district.has("homes"):
        raise UsageError(Text("没有居住单元，无法写 GeoJSON", "there are no homes to write as GeoJSON"))
    schools = _schools_by_home(district)
    features = [_feature(row, schools) for row in district.table("homes").iter_rows(named=True)]
    header: dict[str, Any] = {"type": "FeatureCollection", "name": district.name}
    if district.is_synthetic:
        header["synthetic"] = True
    with whole_file(Path(path)) as partial, partial.open("w", encoding="utf-8") as file:
        json.dump({**header, "features": features}, file, ensure_ascii=False, allow_nan=False)


def _schools_by_home(district: District) -> dict[str, dict[str, str]]:
    schools: dict[str, dict[str, str]] = {home: {} for home in district.table("homes")["home"]}
    sharing = leads(district.table("shared_zones"))
    members = sharing.with_columns(all=pl.col("school").str.join(",").over("stage", "lead"))
    shared = {(stage, school): codes for stage, school, _, codes in members.iter_rows() if "," in codes}
    for row in district.table("catchments").iter_rows(named=True):
        if row["home"] not in schools:
            raise UsageError(
                Text("学区中的居住单元“{home}”不存在", "a catchment names the unknown home “{home}”").format(
                    home=row["home"]
                )
            )
        schools[row["home"]][f"{_SCHOOL}{row['stage']}"] = row["school"]
        if (row["stage"], row["school"]) in shared:
            schools[row["home"]][f"{_SHARED}{row['stage']}"] = shared[row["stage"], row["school"]]
    return schools


def _feature(row: Mapping[str, Any], schools: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    properties = {name: value for name, value in row.items() if name != "polygon"}
    geometry: Any = None
    if row["polygon"] is not None:
        geometry = shapely.geometry.mapping(shapely.from_wkt(row["polygon"]))
    elif row["lon"] is not None and row["lat"] is not None:
        geometry = {"type": "Point", "coordinates": [properties.pop("lon"), properties.pop("lat")]}
    return {"type": "Feature", "properties": {**properties, **schools[row["home"]]}, "geometry": geometry}


def read_geojson(path: str | Path) -> dict[str, pl.DataFrame]:
    """Read homes, and catchments where the properties ``school_<stage>`` are there, from a GeoJSON file.

    Coordinates are taken as they stand (WGS-84 by the format's own rule). Catchments come home by home.

    Raises
    ------
    InputError
        With every problem of the file.
    UsageError
        If there is no such file.
    """
    if not Path(path).is_file():
        raise UsageError(Text("没有文件“{path}”", "there is no file “{path}”").format(path=path))
    problems: list[Problem] = []
    frames: dict[str, pl.DataFrame] = {}
    for found in read_features(Path(path), "homes"):
        problems += found.problems
        if found.raw is not None:
            taken = take(found.raw)
            problems += taken.problems
            frames[found.raw.name] = taken.source.frame
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    return frames


def read_features(path: Path, name: str) -> Iterator[Found]:
    """Give the raw tables of a GeoJSON file: ``homes`` (unless ``name`` is ``catchments``) and ``catchments``.

    The number of a feature, from 1, stands for its row.
    """
    try:
        collection = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
        features = collection["features"]
        rows = [_row(feature) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Found(
            None, (_bad(path, Text("不是完整的 GeoJSON FeatureCollection", "not a whole FeatureCollection")),)
        )
        return
    if not _is_wgs84(collection):
        yield Found(
            None, (_bad(path, Text("写有其他坐标系（crs）", "a coordinate system (crs) of its own")),)
        )
        return
    header = list(dict.fromkeys(name for row in rows for name in row))
    stages = {f"{_SCHOOL}{choice.code}": choice.code for choice in choices("stage")}
    others = {*stages, *(f"{_SHARED}{stage}" for stage in stages.values())}  # of other tables
    if name == "homes":
        yield Found(_homes(path, rows, [column for column in header if column not in others]), ())
    if name == "catchments" or any(column in stages for column in header):
        yield Found(_catchments(path, rows, stages), ())


def _refuse_constant(constant: str) -> float:
    raise ValueError(constant)


def _row(feature: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(feature.get("properties") or {})
    if "home" not in row and "id" in feature:
        row["home"] = feature["id"]
    geometry = feature["geometry"]
    if geometry is None:
        return row
    if geometry["type"] == "Point":
        row["lon"], row["lat"] = geometry["coordinates"][:2]
        return row
    row["polygon"] = _wkt(geometry)
    return row


def _wkt(geometry: Mapping[str, Any]) -> str:
    try:
        shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return str(geometry.get("type"))
    return str(shapely.to_wkt(shape, rounding_precision=-1))


def _is_wgs84(collection: Mapping[str, Any]) -> bool:
    crs = collection.get("crs")
    return crs is None or str(crs.get("properties", {}).get("name", "")).endswith(_WGS84_NAMES)


def _homes(path: Path, rows: list[dict[str, Any]], header: list[str]) -> RawTable:
    return RawTable(
        name="homes",
        file=path.name,
        header=header,
        columns=[[_cell(row.get(name)) for row in rows] for name in header],
        rows=range(1, len(rows) + 1),
    )


def _catchments(path: Path, rows: list[dict[str, Any]], stages: Mapping[str, str]) -> RawTable:
    cells = [
        (stage, _cell(row.get("home")), _cell(row[column]), number)
        for number, row in enumerate(rows, start=1)
        for column, stage in stages.items()
        if row.get(column) is not None
    ]
    stage, home, school, numbers = zip(*cells, strict=True) if cells else ((), (), (), ())
    return RawTable(
        name="catchments",
        file=path.name,
        header=["stage", "home", "school"],
        columns=[stage, home, school],
        rows=numbers,
    )


def _cell(value: Any) -> object:
    if value is None:
        return ""
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False)


def _bad(path: Path, found: Text) -> Problem:
    return Problem(
        code="unreadable-file",
        severity="error",
        place=Place(file=path.name),
        found=found,
        expected=Text(
            "经纬度的 GeoJSON FeatureCollection", "a GeoJSON FeatureCollection in longitude and latitude"
        ),
        remedy=Text(
            "从地图软件重新导出；坐标系写在“区县”表的“坐标系”列",
            "Export it again from the mapping program; name the datum in the table “district”",
        ),
    )
