"""Coordinates in any datum to WGS-84: GCJ-02 and BD-09 by their public formulas, EPSG codes by pyproj.

Chinese web maps show positions in GCJ-02 (Amap, Tencent) or BD-09 (Baidu), which lie 100 to 1,000 metres beside
WGS-84: enough to put a school into the next catchment. Neither datum is published officially; the formulas here are
the ones that independent reconstructions agree on (Krasovsky 1940 ellipsoid with two trigonometric series). They
are given from WGS-84 to GCJ-02 to BD-09 only; the way back is solved by fixed-point iteration to the last digits, not
by the usual single subtraction, which is a metre or two off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junheng.errors import UsageError
from junheng.text import Text

Degrees = npt.NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

_SEMI_MAJOR_M = 6378245.0
"""Semi-major axis of the Krasovsky 1940 ellipsoid in metres."""
_ECCENTRICITY_SQUARED = 0.00669342162296594323
"""Square of the first eccentricity of the Krasovsky 1940 ellipsoid."""
_BD_FREQUENCY = np.pi * 3000.0 / 180.0
_BD_SHIFT = (0.0065, 0.006)
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box outside which GCJ-02 equals WGS-84, by the public formula."""
_ITERATIONS = 40
"""Each step of the inverse leaves a thousandth of the error; far fewer suffice."""


def gcj02_of_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """Return GCJ-02 longitude and latitude; outside the box of China they are returned as they are."""
    moved_lon, moved_lat = _obfuscated(lon, lat)
    inside = _is_in_china(lon, lat)
    return np.where(inside, moved_lon, lon), np.where(inside, moved_lat, lat)


def wgs84_of_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Return WGS-84 longitude and latitude, the inverse of `gcj02_of_wgs84` to less than 1e-9 degree.

    A point that no point inside the box of China is moved to is returned as it is.
    """
    found_lon, found_lat = _inverse(_obfuscated, lon, lat)
    inside = _is_in_china(found_lon, found_lat)
    return np.where(inside, found_lon, lon), np.where(inside, found_lat, lat)


def bd09_of_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """Return BD-09 longitude and latitude."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_FREQUENCY)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_FREQUENCY)
    return radius * np.cos(angle) + _BD_SHIFT[0], radius * np.sin(angle) + _BD_SHIFT[1]


def gcj02_of_bd09(lon: Degrees, lat: Degrees) -> Pair:
    """Return GCJ-02 longitude and latitude, the inverse of `bd09_of_gcj02` to less than 1e-9 degree."""
    return _inverse(bd09_of_gcj02, lon, lat)


def bd09_of_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """Return BD-09 longitude and latitude."""
    return bd09_of_gcj02(*gcj02_of_wgs84(lon, lat))


def wgs84_of_bd09(lon: Degrees, lat: Degrees) -> Pair:
    """Return WGS-84 longitude and latitude."""
    return wgs84_of_gcj02(*gcj02_of_bd09(lon, lat))


def _obfuscated(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    latitude = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / (magic * np.sqrt(magic))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(magic) * np.cos(latitude)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def _inverse(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    guess_lon, guess_lat = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    for _ in range(_ITERATIONS):
        ahead_lon, ahead_lat = forward(guess_lon, guess_lat)
        step_lon, step_lat = lon - ahead_lon, lat - ahead_lat
        guess_lon, guess_lat = guess_lon + step_lon, guess_lat + step_lat
        if max(np.abs(step_lon).max(initial=0.0), np.abs(step_lat).max(initial=0.0)) < 1e-13:
            break
    return guess_lon, guess_lat


def _is_in_china(lon: Degrees, lat: Degrees) -> npt.NDArray[np.bool_]:
    west, south, east, north = _CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


@dataclass(frozen=True, slots=True)
class Datum:
    """What a file's coordinates refer to.

    Attributes
    ----------
    name
        ``WGS-84``, ``GCJ-02``, ``BD-09`` or ``EPSG:code``.
    is_in_degrees
        Whether coordinates are longitude and latitude; a projected system has metres.
    to_wgs84
        Converts arrays of longitude (easting) and latitude (northing) to WGS-84 degrees; what cannot be
        converted becomes infinite.
    """

    name: str
    is_in_degrees: bool
    to_wgs84: Callable[[Degrees, Degrees], Pair]

    @property
    def is_wgs84(self) -> bool:
        """Whether nothing needs converting."""
        return self.name == "WGS-84"


def _same(lon: Degrees, lat: Degrees) -> Pair:
    return lon, lat


_KNOWN = {
    "wgs84": Datum("WGS-84", True, _same),
    "epsg4326": Datum("WGS-84", True, _same),
    "gcj02": Datum("GCJ-02", True, wgs84_of_gcj02),
    "bd09": Datum("BD-09", True, wgs84_of_bd09),
    "bd09ll": Datum("BD-09", True, wgs84_of_bd09),
}
_CGCS2000 = "epsg4490"
_ALIASES = {"cgcs2000": _CGCS2000, "国家2000": _CGCS2000, "2000国家大地坐标系": _CGCS2000, "crs84": "wgs84"}
_EPSG = re.compile(r"epsg(\d{4,6})")


def datum_of(wording: str) -> Datum:
    """Return the datum that a wording names: WGS-84, GCJ-02, BD-09, CGCS2000 or an EPSG code.

    Raises
    ------
    UsageError
        For a name that is not known or an EPSG code that pyproj does not have.
    """
    name = re.sub(r"[\s:：_-]+", "", wording.casefold())
    name = _ALIASES.get(name, name)
    if name in _KNOWN:
        return _KNOWN[name]
    if match := _EPSG.fullmatch(name):
        return _epsg(int(match[1]))
    raise UsageError(
        Text(
            "不认识坐标系“{name}”：写 WGS-84、GCJ-02、BD-09、CGCS2000 或 EPSG:代码",
            "datum “{name}” is not known: write WGS-84, GCJ-02, BD-09, CGCS2000 or EPSG:code",
        ).format(name=wording)
    )


def _epsg(code: int) -> Datum:
    from pyproj import CRS, Transformer  # noqa: PLC0415 - loads its database; most files are in degrees
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        system = CRS.from_epsg(code)
        transformer = Transformer.from_crs(system, CRS.from_epsg(4326), always_xy=True)
    except CRSError as error:
        raise UsageError(
            Text(f"没有坐标系 EPSG:{code}", f"there is no coordinate system EPSG:{code}")
        ) from error

    def to_wgs84(lon: Degrees, lat: Degrees) -> Pair:
        x, y = transformer.transform(lon, lat)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    return Datum(f"EPSG:{code}", bool(system.is_geographic), to_wgs84)


def polygons_to_wgs84(polygons: list[str], datum: Datum) -> list[str | None]:
    """Return WKT polygons in WGS-84, vertex by vertex, written with every digit.

    A polygon with a vertex that cannot be converted gives `None`. A third coordinate is left out.
    """
    import shapely  # noqa: PLC0415 - only a file with polygons in another datum needs it

    def moved(points: Degrees) -> Degrees:
        return np.column_stack(datum.to_wgs84(points[:, 0], points[:, 1]))

    shapes = shapely.transform(shapely.from_wkt(polygons), moved)
    points, owners = shapely.get_coordinates(shapes, return_index=True)
    lost = set(owners[~np.isfinite(points).all(axis=1)].tolist())
    texts = shapely.to_wkt(shapes, rounding_precision=-1)
    return [None if index in lost else str(text) for index, text in enumerate(texts)]


def extent_to_wgs84(extent: tuple[float, float, float, float], datum: Datum) -> tuple[float, ...]:
    """Return west, south, east and north in WGS-84 of a box whose sides may bend: 32 points a side are converted."""
    west, south, east, north = extent
    along, up = np.linspace(west, east, 33), np.linspace(south, north, 33)
    lon = np.concatenate([along, along, np.full(33, west), np.full(33, east)])
    lat = np.concatenate([np.full(33, south), np.full(33, north), up, up])
    x, y = datum.to_wgs84(lon, lat)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
