"""The map of zones before and after: colours by zone or by load, schools as marks, who moves and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.assessment import Assessment
from junheng.report.colours import HUES, load_class
from junheng.report.drawing import Drawing, draw, school_positions
from junheng.report.facts import Names, stage_label
from junheng.report.labels import Label, place_labels
from junheng.report.loop import LoopReport
from junheng.report.sections import pointed
from junheng.report.sections.pointed import Loads
from junheng.text import Text

WIDTH_PX, HEIGHT_PX = 1040, 720
"""Room for which marks and names are placed; the script keeps their size in any other."""
_LARGEST_PX, _SMALLEST_SHARE = 10.0, 0.4
_FEW = 60
"""With more schools than these the marks shrink, down to half their size."""
_HATCH_PX = 7


@dataclass(frozen=True, slots=True)
class Zone:
    """One school's zone in one layer."""

    classes: str
    school: int
    path: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One school in one layer; ``is_over`` makes it a diamond."""

    x: str
    y: str
    radius: float
    classes: str
    is_over: bool
    school: int


@dataclass(frozen=True, slots=True)
class Layer:
    """The map before or after the plan."""

    name: str
    zones: tuple[Zone, ...]
    unzoned: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A school's name beside its mark."""

    x: str
    y: str
    text: str
    label: Label


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """The facts of this section; without ``drawing`` there is no map, and ``missing`` says why."""

    stage: Text
    missing: Text | None
    drawing: Drawing | None = None
    units_per_px: float = 1.0
    layers: tuple[Layer, ...] = ()
    names: tuple[Name, ...] = ()
    moved: str = ""
    n_moved: int = 0
    schools: tuple[tuple[int, str], ...] = ()
    n_unplaced: int = 0
    data: Mapping[str, Any] | None = None

    @property
    def hatch(self) -> int:
        """Distance between two lines of hatching, in units of the grid."""
        return round(_HATCH_PX * self.units_per_px)


def section(report: LoopReport) -> ZoneMap:
    """Gather the facts of this section."""
    stage = stage_label(report.stage)
    found = [report.before] if report.after is None else [report.before, report.after]
    district = report.before.district
    assignments = [assignment(one.district, report.stage) for one in found]
    if not any(assignments):
        return ZoneMap(
            stage, Text("没有这个学段的学区（表“学区”）", "no catchments of this stage (table “catchments”)")
        )
    schools, names = schools_on_map(report, assignments), Names.of(district)
    drawing = draw(district, schools, assignments)
    if drawing is None:
        return ZoneMap(
            stage, Text("居住单元没有位置也没有边界", "the homes have neither points nor polygons")
        )
    moved = [i for i, code in enumerate(drawing.homes) if len({one.get(code) for one in assignments}) > 1]
    loads = [_loads(one, report.stage) for one in found]
    marks = [_marks(report, drawing, schools, load) for load in loads]
    return ZoneMap(
        stage=stage,
        missing=None,
        drawing=drawing,
        units_per_px=_units_per_px(drawing),
        layers=tuple(
            Layer(
                name=name,
                zones=tuple(_zones(drawing, k, schools, loads[k])),
                unzoned=drawing.unzoned_paths[k],
                marks=tuple(marks[k]),
            )
            for k, name in enumerate(("before", "after")[: len(found)])
        ),
        names=tuple(_names(marks[0], names, schools, drawing)),
        moved=drawing.joined(moved),
        n_moved=len(moved),
        schools=tuple(enumerate(names.school(code) for code in schools)),
        n_unplaced=district.table("homes").height - len(drawing.homes),
        data=pointed.data(report, drawing, schools, assignments=assignments, loads=loads),
    )


def _units_per_px(drawing: Drawing) -> float:
    return max(drawing.grid.width / WIDTH_PX, drawing.grid.height / HEIGHT_PX)


def assignment(district: District, stage: str) -> dict[str, str]:
    """Return the school of each home that has one at a stage."""
    zones = district.table("catchments").filter(pl.col("stage") == stage)
    return dict(zip(zones["home"].to_list(), zones["school"].to_list(), strict=True))


def schools_on_map(report: LoopReport, assignments: Sequence[Mapping[str, str]]) -> list[str]:
    """Return every school that teaches the stage or has a zone in it, in the district's order."""
    district = report.before.district
    teaching = district.table("stages").filter(pl.col("stage") == report.stage)["school"].to_list()
    wanted = {*teaching, *(code for one in assignments for code in one.values())}
    listed = [code for code in district.table("schools")["school"].to_list() if code in wanted]
    return [*listed, *sorted(wanted - set(listed))]


def _loads(found: Assessment, stage: str) -> Loads:
    rows = found.places.schools.filter(pl.col("stage") == stage)
    return {row["school"]: row for row in rows.iter_rows(named=True)}


def _use(load: Loads, code: str) -> float | None:
    value: float | None = load[code]["zoned_utilisation"] if code in load else None
    return value


def _zones(drawing: Drawing, layer: int, schools: Sequence[str], load: Loads) -> list[Zone]:
    return [
        Zone(
            f"c{drawing.colours[j] % HUES}"
            f"{' hatched' if drawing.colours[j] >= HUES else ''} {load_class(_use(load, code))}",
            j,
            drawing.zone_paths[layer][j],
        )
        for j, code in enumerate(schools)
        if drawing.zone_paths[layer][j]
    ]


def _marks(report: LoopReport, drawing: Drawing, schools: Sequence[str], load: Loads) -> list[Mark]:
    positions = school_positions(report.before.district, schools)
    at = drawing.grid.at(positions)
    capacity = {code: row["capacity"] for code, row in load.items() if row["capacity"] is not None}
    largest = max(capacity.values(), default=1) or 1
    radius = _LARGEST_PX * min(1.0, max(0.5, (_FEW / max(len(schools), 1)) ** 0.5))
    marks = []
    for j, code in enumerate(schools):
        if np.isnan(at[j]).any():
            continue
        use = _use(load, code)
        marks.append(
            Mark(
                x=f"{at[j][0]:.0f}",
                y=f"{at[j][1]:.0f}",
                radius=round(radius * max(_SMALLEST_SHARE, (capacity.get(code, 0) / largest) ** 0.5), 1),
                classes=load_class(use),
                is_over=use is not None and use > 1 + 1e-12,
                school=j,
            )
        )
    return marks


def _names(marks: Sequence[Mark], names: Names, schools: Sequence[str], drawing: Drawing) -> list[Name]:
    per_px = _units_per_px(drawing)
    labels = place_labels(
        [(float(mark.x) / per_px, float(mark.y) / per_px) for mark in marks],
        [mark.radius for mark in marks],
        [names.school(schools[mark.school]) for mark in marks],
        order=sorted(range(len(marks)), key=lambda i: (-marks[i].radius, i)),
    )
    return [
        Name(mark.x, mark.y, names.school(schools[mark.school]), label)
        for mark, label in zip(marks, labels, strict=True)
        if label is not None
    ]
