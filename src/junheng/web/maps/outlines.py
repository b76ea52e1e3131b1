"""Outlines of homes that somebody changed on the map: read, tried beside their neighbours, written into the records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from django.db import transaction

from junheng.district.checks import polygons
from junheng.district.checks.records import POLYGONAL, Records
from junheng.district.model import District
from junheng.district.source import SourceTable
from junheng.errors import UsageError
from junheng.text import SEMICOLON, Text
from junheng.web.language import said
from junheng.web.maps.ground import CRACK, DECIMALS, Shapes, ground_of, homes_geojson
from junheng.web.maps.sending import digest_of
from junheng.web.registry import store
from junheng.web.registry.editing import set_column
from junheng.web.registry.models import Year
from junheng.web.roles import Person

Outlines = Mapping[str, shapely.Geometry]
_MOST = 2000
"""Homes of one edit; a whole district's outlines come by a file."""
_TOLD = (polygons.point_outside_polygon, polygons.school_outside_home, polygons.gate_in_several_homes)
_DAMAGED = Text("边界的内容有误，请刷新页面", "the outlines cannot be read: reload the page")


@dataclass(frozen=True, slots=True)
class Tried:
    """What other outlines would do.

    Attributes
    ----------
    wrong
        Why they cannot be kept.
    told
        What should be looked at, and does not hinder.
    """

    wrong: tuple[Text, ...]
    told: tuple[Text, ...]


def read_outlines(text: str | bytes) -> dict[str, shapely.Geometry]:
    """Read outlines from JSON, an object of GeoJSON geometries by home's code.

    Raises
    ------
    UsageError
        If it is none, or a shape is no polygon.
    """
    try:
        given = dict(json.loads(text))
        if len(given) > _MOST:
            raise ValueError
        shapes = {code: shapely.from_geojson(json.dumps(one)) for code, one in given.items()}
    except (ValueError, TypeError, RecursionError, shapely.errors.GEOSException) as error:
        raise UsageError(_DAMAGED) from error
    if any(
        shapely.get_type_id(shape) not in POLYGONAL or shapely.is_empty(shape) for shape in shapes.values()
    ):
        raise UsageError(_DAMAGED)
    return shapes


def base_of(district: District) -> str:
    """Return what stands for the outlines as they are: edits of other outlines are not taken."""
    return digest_of(homes_geojson(district, None))


def try_outlines(district: District, outlines: Outlines) -> Tried:
    """Say what would be wrong if some homes had other outlines.

    An outline must not cross itself, take land from another home, or leave a crack beside one. What was wrong before
    and is no worse hinders nobody: a district can be mended bit by bit.

    Raises
    ------
    UsageError
        Naming homes that the district does not have.
    """
    ground = ground_of(district)
    number = {code: i for i, code in enumerate(ground.homes)}
    if strangers := sorted(outlines.keys() - number.keys()):
        raise UsageError(
            Text("没有这些居住单元：{homes}", "no such homes: {homes}").format(homes=", ".join(strangers))
        )
    crossing = [code for code, shape in outlines.items() if not shapely.is_valid(shape)]
    if crossing or not outlines:
        return Tried(tuple(_CROSSING.format(home=code) for code in crossing), ())
    own = np.array([number[code] for code in outlines], dtype=int)
    after = ground.shapes.copy()
    after[own] = list(outlines.values())
    near = _near(ground.shapes, after, own)
    wrong = [*_overlaps(ground.homes, ground.shapes, after, own=own, near=near)]
    if not wrong:
        wrong = [*_cracks(ground.homes, ground.shapes, after, near=near)]
    return Tried(tuple(wrong), tuple(_told(district, outlines, near)))


_CROSSING = Text("{home} 的边界自相交", "the outline of {home} crosses itself")
_OVERLAP = Text(
    "{home} 与 {other} 重叠，占较小者的 {share:.1f}%",
    "{home} overlaps {other} by {share:.1f}% of the smaller",
)
_CRACKED = Text(
    "{home} 与相邻单元的边界没有对齐：有窄缝、重叠或对不上的拐点",
    "{home} does not meet its neighbours: a crack, an overlap or a corner that the other lacks",
)


def _near(before: Shapes, after: Shapes, own: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    """Return the numbers of the homes with polygons whose box touches one that changes, those included."""
    west, south, east, north = shapely.total_bounds(np.concatenate([before[own], after[own]]))
    boxes = shapely.bounds(after)
    touches = (boxes[:, 0] <= east + CRACK) & (boxes[:, 2] >= west - CRACK)
    touches &= (boxes[:, 1] <= north + CRACK) & (boxes[:, 3] >= south - CRACK)
    found: npt.NDArray[np.int_] = np.flatnonzero(touches & (shapely.get_dimensions(after) == 2))
    return found


def _overlaps(
    homes: tuple[str, ...],
    before: Shapes,
    after: Shapes,
    *,
    own: npt.NDArray[np.int_],
    near: npt.NDArray[np.int_],
) -> list[Text]:
    """Say which homes that change take land from another, more than they did."""
    tree = shapely.STRtree(after[near])
    first, second = tree.query(after[own], predicate="intersects")
    pairs = np.unique(np.sort(np.stack([own[first], near[second]], axis=1), axis=1), axis=0)
    found = []
    for a, b in pairs[pairs[:, 0] != pairs[:, 1]].tolist():
        now, then = _shared(after[a], after[b]), _shared(before[a], before[b])
        if now > polygons.OVERLAP_SHARE and now > then:
            found.append(_OVERLAP.format(home=homes[a], other=homes[b], share=100 * now))
    return found


def _shared(one: shapely.Geometry | None, other: shapely.Geometry | None) -> float:
    """Return the land that two homes share, as a part of the smaller; none where either has no sound polygon."""
    if not all(shape is not None and shape.is_valid and shape.area for shape in (one, other)):
        return 0.0
    return float(shapely.intersection(one, other).area / min(one.area, other.area))  # type: ignore[union-attr]


def _cracks(
    homes: tuple[str, ...], before: Shapes, after: Shapes, *, near: npt.NDArray[np.int_]
) -> list[Text]:
    """Say which homes met their neighbours and no longer do; nothing where shapely is too old to tell."""
    if not hasattr(shapely, "coverage_invalid_edges"):
        return []
    was, is_now = (_unmatched(shapes[near]) for shapes in (before, after))
    return [_CRACKED.format(home=homes[i]) for i in near[(is_now > was * (1 + 1e-9) + 1e-12)].tolist()]


def _unmatched(shapes: Shapes) -> npt.NDArray[np.float64]:
    """Return the length of the border of each home that does not meet its neighbours', in degrees."""
    is_area = shapely.get_dimensions(shapes) == 2
    length = np.zeros(len(shapes))
    edges = shapely.coverage_invalid_edges(shapes[is_area], gap_width=2 * CRACK)
    length[is_area] = shapely.length(edges)
    return length


def _told(district: District, outlines: Outlines, near: npt.NDArray[np.int_]) -> list[Text]:
    """Say what the checks of records find with the new outlines and did not with the old."""
    homes = district.table("homes")[near]
    wkt = {code: shapely.to_wkt(shape, rounding_precision=DECIMALS) for code, shape in outlines.items()}
    changed = homes.with_columns(
        polygon=pl.Series(
            [wkt.get(code, old) for code, old in homes.select("home", "polygon").iter_rows()], dtype=pl.String
        )
    )
    found = [_findings(district, one) for one in (homes, changed)]
    return [text for key, text in found[1].items() if key not in found[0]]


def _findings(district: District, homes: pl.DataFrame) -> dict[tuple[str, str | None], Text]:
    frames = {"homes": homes, "schools": district.table("schools")}
    records = Records(
        {
            name: SourceTable(name, frame, pl.Series("row", range(frame.height), dtype=pl.Int64))
            for name, frame in frames.items()
        }
    )
    return {
        (one.code, finding.key): Text(
            f"{finding.key}：{one.text.zh}，{finding.found.zh}",
            f"{finding.key}: {one.text.en}, {finding.found.en}",
        )
        for one in _TOLD
        for finding in one.find(records)
    }


@transaction.atomic
def keep_outlines(*, by: Person, year: int, outlines: Outlines, base: str, why: str) -> None:
    """Write outlines into the records of a year; each is kept with who, when, before, after and why.

    Raises
    ------
    UsageError
        Without a change or a reason, if the outlines were changed since by somebody else, or saying what is wrong.
    """
    Year.objects.select_for_update().get(pk=year)
    district = store.give(year)
    if base != base_of(district):
        raise UsageError(
            Text(
                "居住单元的边界在此期间已被他人修改，请重新打开页面",
                "somebody else has changed the outlines meanwhile: open the page again",
            )
        )
    if not outlines:
        raise UsageError(Text("没有改动", "nothing was changed"))
    if wrong := try_outlines(district, outlines).wrong:
        raise UsageError(SEMICOLON.join(wrong))
    exact = _exact(district, outlines)
    wkt = {code: shapely.to_wkt(shape, rounding_precision=-1) for code, shape in exact.items()}
    set_column(by=by, year=year, name="homes", column="polygon", values=wkt, why=why)


def _exact(district: District, outlines: Outlines) -> dict[str, shapely.Geometry]:
    """Return the outlines with every corner that the records have where the records have it: the map rounds them."""
    ground = ground_of(district)
    number = {code: i for i, code in enumerate(ground.homes)}
    own = np.array([number[code] for code in outlines], dtype=int)
    after = ground.shapes.copy()
    after[own] = list(outlines.values())
    cells = district.table("homes")["polygon"].to_numpy()[_near(ground.shapes, after, own)]
    corners = shapely.get_coordinates(shapely.from_wkt(cells))
    kept = {_name(spot): spot for spot in corners}

    def moved(spots: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.array([kept.get(_name(spot), np.round(spot, DECIMALS)) for spot in spots])

    return {code: shapely.transform(shape, moved) for code, shape in outlines.items()}


def _name(spot: npt.NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(np.round(spot, DECIMALS).tolist())


def told_for_json(tried: Tried) -> dict[str, Any]:
    """Return what was found, in the language of the request."""
    return {"wrong": [said(one) for one in tried.wrong], "told": [said(one) for one in tried.told]}
