"""Geometry cells: polygons as WKT text."""

from __future__ import annotations

import numpy as np
import shapely

from junheng.district.intake.finding import Finding, RawColumn, ReadColumn, Wording
from junheng.district.intake.texts import read_texts
from junheng.district.intake.wording import expectation, shown
from junheng.text import Text

_POLYGONAL = (3, 6)
"""Shapely's type numbers of Polygon and MultiPolygon."""


def read_polygons(raw: RawColumn) -> ReadColumn:
    """Read a column of WKT polygons; the text is kept as it stands, only checked.

    A cell must be a POLYGON or MULTIPOLYGON with at least one point, all coordinates finite, and valid: rings
    that do not cross themselves. A self-crossing boundary has no certain inside, so that neighbours and areas
    computed from it would be guesses.
    """
    read = read_texts(raw)
    indexes = np.asarray(read.series.is_not_null().arg_true().to_list(), dtype=np.int64)
    with np.errstate(all="ignore"):  # "nan" and "1e999" in the text are found below, and reported
        shapes = shapely.from_wkt(read.series.drop_nulls().to_list(), on_invalid="ignore")
        shapes = np.asarray(shapes, dtype=object)
        is_shape = np.isin(shapely.get_type_id(shapes), _POLYGONAL) & ~shapely.is_empty(shapes)
        is_shape &= _is_finite(shapes)
        is_valid = is_shape & shapely.is_valid(shapes)
    unreadable = indexes[~is_shape].tolist()
    crossing = indexes[is_shape & ~is_valid].tolist()
    reasons = dict(zip(crossing, shapely.is_valid_reason(shapes[is_shape & ~is_valid]), strict=True))
    findings = [*read.findings, _unreadable(raw, unreadable), _crossing(crossing, reasons)]
    series = read.series
    if unreadable or crossing:
        series = series.scatter(unreadable + crossing, None)
    return ReadColumn(series, tuple(finding for finding in findings if finding.indexes))


def _is_finite(shapes: np.ndarray) -> np.ndarray:
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    is_finite = np.ones(len(shapes), dtype=bool)
    is_finite[owners[~np.isfinite(coordinates).all(axis=1)]] = False
    return is_finite


def _unreadable(raw: RawColumn, indexes: list[int]) -> Finding:
    remedy = Text(
        "写作 POLYGON ((经度 纬度, …))，首尾两点相同",
        "Write POLYGON ((lon lat, …)) and end at the first point",
    )
    return Finding(
        code="bad-geometry",
        indexes=indexes,
        word=lambda index: Wording(shown(raw.values[index]), expectation(raw.column), remedy),
    )


def _crossing(indexes: list[int], reasons: dict[int, str]) -> Finding:
    def word(index: int) -> Wording:
        return Wording(
            Text("无效的多边形（{why}）", "an invalid polygon ({why})").format(why=reasons[index]),
            Text("不自相交的边界", "a boundary that does not cross itself"),
            Text("在地理信息软件中用“修复几何”改正", "Mend it with “fix geometries” in a GIS program"),
        )

    return Finding(code="invalid-polygon", indexes=indexes, word=word)
