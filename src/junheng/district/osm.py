"""Roads from an OpenStreetMap file: where one can walk, and what nobody may cross.

Reads ``.osm.pbf`` and ``.osm``. A way becomes stretches between the nodes that it shares with other ways; what parts
homes (railways, rivers, motorways) is kept point by point, because its line counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.errors import UsageError
from junheng.text import Text

MOST_WAYS = 2_000_000
"""A district has some ten thousand ways; a file with so many is a country and should be cut out first."""
MARGIN_DEGREES = 0.02
"""About two kilometres around the district: the way to a school may leave it."""

_ON_FOOT = frozenset(
    {
        *("footway", "path", "pedestrian", "steps", "track", "cycleway", "corridor"),
        *("residential", "living_street", "service", "unclassified", "road"),
        *("primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link"),
    }
)
_PARTS = {
    "highway": frozenset({"motorway", "motorway_link"}),
    "railway": frozenset({"rail", "light_rail"}),
    "waterway": frozenset({"river", "canal"}),
}
_ALLOWED = frozenset({"yes", "designated", "permissive"})
_CLOSED = frozenset({"no", "private"})


@dataclass(frozen=True, slots=True)
class _Way:
    """One way: its nodes with longitude and latitude, and what it is for people on foot."""

    nodes: tuple[int, ...]
    at: tuple[tuple[float, float], ...]
    is_walkable: bool
    is_barrier: bool


def with_roads(district: District, path: Path) -> District:
    """Return the District with the road network of an OpenStreetMap file in place of its own.

    Parameters
    ----------
    path
        ``.osm.pbf`` or ``.osm``. Of its ways those in or near the district's extent are kept; without an extent on
        record the schools and homes give it.

    Raises
    ------
    UsageError
        If the file cannot be read, is too large, or has no road in the district.
    """
    ways = list(_within(_ways(path), _extent(district)))
    if not any(way.is_walkable for way in ways):
        raise UsageError(
            Text(
                f"{path.name} 在本区范围内没有可步行的道路：请核对文件与坐标",
                f"{path.name} has no road to walk along in this district: check the file and the coordinates",
            )
        )
    junctions, roads = _tables(ways)
    return district.replace(junctions=junctions, roads=roads)


def _ways(path: Path) -> Iterator[_Way]:
    import osmium  # noqa: PLC0415 - only for this import

    # The library's own errors are RuntimeError; a file that is not there is one of them.
    try:
        found = osmium.FileProcessor(str(path)).with_locations()
        for count, way in enumerate(entity for entity in found if isinstance(entity, osmium.osm.Way)):
            if count >= MOST_WAYS:
                raise UsageError(
                    Text(
                        f"{path.name} 的道路超过 {MOST_WAYS} 条：请先裁出本区范围",
                        f"{path.name} has more than {MOST_WAYS} ways: cut the district out of it first",
                    )
                )
            tags = {tag.k: tag.v for tag in way.tags}
            is_walkable, is_barrier = is_for_walking(tags), is_parting(tags)
            nodes = [node for node in way.nodes if node.location.valid()]
            if (is_walkable or is_barrier) and len(nodes) > 1:
                yield _Way(
                    tuple(node.ref for node in nodes),
                    tuple((node.location.lon, node.location.lat) for node in nodes),
                    is_walkable,
                    is_barrier,
                )
    except RuntimeError as error:
        raise UsageError(
            Text(
                f"无法读取路网文件 {path.name}：{error}。应为完整的 .osm.pbf 或 .osm 文件，请核对路径或重新下载",
                f"cannot read the road file {path.name}: {error}. "
                "It must be a whole .osm.pbf or .osm file: check the path, or download it again",
            )
        ) from error


def is_for_walking(tags: Mapping[str, str]) -> bool:
    """Say by its tags whether children may walk along a way; where there is a doubt they may not."""
    foot = tags.get("foot")
    if foot in _CLOSED or "highway" not in tags:
        return False
    if foot in _ALLOWED:
        return True
    has_sidewalk = tags.get("sidewalk") in {"both", "left", "right", "yes"}
    return tags.get("access") not in _CLOSED and (tags["highway"] in _ON_FOOT or has_sidewalk)


def is_parting(tags: Mapping[str, str]) -> bool:
    """Say by its tags whether nobody may cross a way on foot; one in a tunnel or on a bridge parts nothing."""
    if any(tags.get(key, "no") != "no" for key in ("tunnel", "bridge", "covered")):
        return False
    return any(tags.get(key) in values for key, values in _PARTS.items())


def _extent(district: District) -> tuple[float, float, float, float]:
    sides = [district.facts.get(side) for side in ("west", "south", "east", "north")]
    if any(side is None for side in sides):
        points = pl.concat(
            [district.table(name).select("lon", "lat").drop_nulls() for name in ("schools", "homes")]
        )
        if points.is_empty():
            raise UsageError(
                Text(
                    "本区没有范围，学校和居住单元也没有位置：无法裁取路网",
                    "the district has no extent, and no school or home a position: its roads cannot be found",
                )
            )
        sides = [*points.min().row(0), *points.max().row(0)]
    west, south, east, north = (float(side) for side in sides if side is not None)
    return west - MARGIN_DEGREES, south - MARGIN_DEGREES, east + MARGIN_DEGREES, north + MARGIN_DEGREES


def _within(ways: Iterable[_Way], extent: tuple[float, float, float, float]) -> Iterator[_Way]:
    west, south, east, north = extent
    for way in ways:
        if any(west <= lon <= east and south <= lat <= north for lon, lat in way.at):
            yield way


def _tables(ways: list[_Way]) -> tuple[pl.DataFrame, pl.DataFrame]:
    uses = Counter(node for way in ways if way.is_walkable for node in way.nodes)
    at: dict[int, tuple[float, float]] = {}
    stretches = []
    for way in ways:
        shared = None if way.is_barrier else uses
        for first, last in pairwise(_cuts(way, shared)):
            points = np.array(way.at[first : last + 1])
            km = float(great_circle_km(points[:-1], points[1:]).sum())
            start, end = sorted((way.nodes[first], way.nodes[last]))
            if start != end:
                stretches.append((str(start), str(end), km, way.is_walkable, way.is_barrier))
                at.update({way.nodes[i]: way.at[i] for i in (first, last)})
    columns = ["start", "end", "km", "walkable", "barrier"]
    roads = (
        pl.DataFrame(stretches, schema=columns, orient="row")
        .group_by("start", "end", maintain_order=True)
        .agg(pl.col("km").min(), pl.col("walkable").any(), pl.col("barrier").any())
        .with_columns(
            pl.when(pl.col(name)).then(pl.lit("yes")).otherwise(pl.lit("no")).alias(name)
            for name in ("walkable", "barrier")
        )
    )
    junctions = pl.DataFrame(
        [(str(node), *point) for node, point in at.items()], schema=["junction", "lon", "lat"], orient="row"
    )
    return junctions, roads


def _cuts(way: _Way, uses: Mapping[int, int] | None) -> list[int]:
    """Return the places of a way's nodes at which it is cut: its ends and what it shares; every node of a barrier."""
    last = len(way.nodes) - 1
    return [i for i, node in enumerate(way.nodes) if i in (0, last) or uses is None or uses[node] > 1]
