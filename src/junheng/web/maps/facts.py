"""What the map tells of one stage: schools with their load, homes, and who is zoned where, on one or two sides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.places import Places
from junheng.report import numbers
from junheng.report.colours import HUES, load_class
from junheng.text import Text
from junheng.web.language import said
from junheng.web.maps.ground import NO_SCHOOL, Ground, Ints, ground_of, zone_colours, zone_shapes
from junheng.web.remember import made_once

_OVER = 1e-12


@dataclass(frozen=True, eq=False, kw_only=True)
class Side:
    """The zones of one stage at one moment: as they are, or as they would be.

    Attributes
    ----------
    name
        ``now``, ``plan`` or ``edit``.
    label
        What people call it.
    school
        The number of each home's school, shape (n,); `NO_SCHOOL` for none.
    loads
        Row of ``Places.schools`` by school.
    homes
        Row of ``Places.homes`` by home.
    """

    name: str
    label: Text
    school: Ints
    loads: Mapping[str, Mapping[str, Any]]
    homes: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Atlas:
    """One stage of a District on the map, with one side or two.

    Attributes
    ----------
    schools
        Codes of the schools that teach the stage or have a zone in it, in the order of the records.
    colours
        Colour of each school's zone; it keeps it on every side.
    """

    district: District
    stage: str
    schools: tuple[str, ...]
    colours: tuple[int, ...]
    sides: tuple[Side, ...]

    @property
    def ground(self) -> Ground:
        """The homes."""
        return ground_of(self.district)

    def homes_of(self, schools: frozenset[str]) -> frozenset[int]:
        """Return the numbers of the homes that are zoned to some of these schools on any side."""
        wanted = [j for j, code in enumerate(self.schools) if code in schools]
        return frozenset(int(i) for side in self.sides for i in np.flatnonzero(np.isin(side.school, wanted)))


def stages_of(district: District, stages: Sequence[str]) -> list[str]:
    """Return those of the stages that some school teaches."""
    taught = set(district.table("stages")["stage"].to_list())
    return [stage for stage in stages if stage in taught]


def atlas_of(district: District, stage: str, found: Sequence[tuple[str, Text, District, Places]]) -> Atlas:
    """Put one stage on the map.

    Parameters
    ----------
    district
        Whose homes and schools are drawn.
    found
        The sides: name, label, the District with the zones, and what was measured of it.
    """
    zoned = [_school_of(one, stage) for _, _, one, _ in found]
    schools = _schools(district, stage, zoned)
    number = {code: j for j, code in enumerate(schools)}
    homes = ground_of(district).homes
    sides = tuple(
        Side(
            name=name,
            label=label,
            school=np.array([number.get(own.get(home, ""), NO_SCHOOL) for home in homes], dtype=int),
            loads=_by(places.schools, stage, "school"),
            homes=_by(places.homes, stage, "home"),
        )
        for (name, label, _, places), own in zip(found, zoned, strict=True)
    )
    colours = zone_colours(district, len(schools), [side.school for side in sides])
    return Atlas(district, stage, schools, tuple(colours), sides)


def facts_of(
    atlas: Atlas,
    *,
    opened: frozenset[str] | None = None,
    verdicts: Mapping[str, tuple[str, Text]] | None = None,
    pages: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return everything that the map tells but the homes' outlines, for JSON.

    Parameters
    ----------
    opened
        Schools that the person sees; `None` for all, and then also the children of each home.
    verdicts
        Tone and wording of each school's verdict, where it is judged.
    pages
        Where each school has a page.
    """
    shown = None if opened is None else atlas.homes_of(opened)
    own = [j for j, code in enumerate(atlas.schools) if opened is None or code in opened]
    records = {row["school"]: row for row in atlas.district.table("schools").iter_rows(named=True)}
    return {
        "stage": atlas.stage,
        "hues": HUES,
        "schools": [
            _school(records.get(atlas.schools[j], {}), atlas, j, verdicts=verdicts, pages=pages) for j in own
        ],
        "homes": _homes(atlas, shown, has_children=opened is None),
        "sides": [_side(atlas, side, own, shown) for side in atlas.sides],
    }


def zones_of(atlas: Atlas, side: Side, wanted: Iterable[int]) -> dict[str, Any]:
    """Return the zones of some schools as GeoJSON, with what their colours say."""
    shapes = zone_shapes(atlas.ground, side.school, wanted)
    return _collection([_zone(atlas, side, j, shape) for j, shape in shapes.items()])


@made_once(maxsize=16)
def _whole(atlas: Atlas, side: Side) -> Mapping[int, dict[str, Any]]:
    """Return the zones of every school on a side; joining them takes seconds where homes are many."""
    zones = zones_of(atlas, side, range(len(atlas.schools)))
    return {zone["id"]: zone for zone in zones["features"]}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _zone(atlas: Atlas, side: Side, j: int, shape: str) -> dict[str, Any]:
    properties = {
        "hue": atlas.colours[j] % HUES,
        "hatched": atlas.colours[j] >= HUES,
        "load": load_class(_use(side, atlas.schools[j])),
    }
    return {"type": "Feature", "id": j, "properties": properties, "geometry": json.loads(shape)}


def load_of(side: Side, code: str) -> dict[str, Any]:
    """Return the load of a school on a side: figures for colours, and as people read them."""
    row, use = side.loads.get(code, {}), _use(side, code)
    return {
        "load": load_class(use),
        "over": use is not None and use > 1 + _OVER,
        "zoned": numbers.show(row.get("zoned"), "child"),
        "use": numbers.share(use),
        "beyond": numbers.show(row.get("zoned_over"), "pupil"),
    }


def _use(side: Side, code: str) -> float | None:
    value: float | None = side.loads.get(code, {}).get("zoned_utilisation")
    return value


def _school(
    record: Mapping[str, Any],
    atlas: Atlas,
    j: int,
    *,
    verdicts: Mapping[str, tuple[str, Text]] | None,
    pages: Mapping[str, str] | None,
) -> dict[str, Any]:
    code = atlas.schools[j]
    load = atlas.sides[0].loads.get(code, {})
    tone, verdict = (verdicts or {}).get(code, ("none", Text.same("")))
    lon, lat = record.get("lon"), record.get("lat")
    return {
        "id": j,
        "code": code,
        "name": record.get("name") or code,
        "at": None if lon is None or lat is None else [lon, lat],
        "hue": atlas.colours[j] % HUES,
        "places": load.get("capacity"),
        "placesText": numbers.show(load.get("capacity"), "pupil"),
        "pupils": numbers.show(load.get("pupils"), "pupil"),
        "tone": tone,
        "verdict": said(verdict),
        "page": (pages or {}).get(code),
    }


def _homes(atlas: Atlas, shown: frozenset[int] | None, *, has_children: bool) -> dict[str, Any]:
    """Return the homes column by column, in the order of their numbers."""
    ground, table = atlas.ground, atlas.district.table("homes")
    picked = range(len(ground.homes)) if shown is None else sorted(shown)
    names, rows = table["name"].to_list(), atlas.sides[0].homes
    return {
        "id": list(picked),
        "code": [ground.homes[i] for i in picked],
        "name": [names[i] or ground.homes[i] for i in picked],
        "at": [None if np.isnan(ground.at[i]).any() else ground.at[i].tolist() for i in picked],
        "children": [rows.get(ground.homes[i], {}).get("children") for i in picked] if has_children else None,
    }


def _side(atlas: Atlas, side: Side, own: Sequence[int], shown: frozenset[int] | None) -> dict[str, Any]:
    picked = range(len(atlas.ground.homes)) if shown is None else sorted(shown)
    rows = [side.homes.get(atlas.ground.homes[i], {}) for i in picked]
    visible = set(own)
    return {
        "name": side.name,
        "label": said(side.label),
        "school": [j if (j := int(side.school[i])) in visible else NO_SCHOOL for i in picked],
        "km": [None if row.get("km") is None else round(row["km"], 2) for row in rows],
        "broken": [n for n, row in enumerate(rows) if row.get("is_cut_off")],
        "loads": [load_of(side, atlas.schools[j]) for j in own],
        "zones": _collection([zone for j, zone in _whole(atlas, side).items() if j in visible]),
    }


def _school_of(district: District, stage: str) -> dict[str, str]:
    zones = district.table("catchments").filter(pl.col("stage") == stage)
    return dict(zip(zones["home"].to_list(), zones["school"].to_list(), strict=True))


def _schools(district: District, stage: str, zoned: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    teaching = district.table("stages").filter(pl.col("stage") == stage)["school"].to_list()
    wanted = {*teaching, *(code for one in zoned for code in one.values())}
    listed = [code for code in district.table("schools")["school"].to_list() if code in wanted]
    return (*listed, *sorted(wanted - set(listed)))


def _by(frame: pl.DataFrame, stage: str, key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in frame.filter(pl.col("stage") == stage).iter_rows(named=True)}
