"""A plan over several years: places year by year, and the map of loads of each year, before and after.

Zones may hold for all years, or be each year's own where schools open and shut in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.measure.shared import members_of, shared_zones
from junheng.plans.years import YearsCompared
from junheng.report import numbers
from junheng.report.colours import load_class
from junheng.report.drawing import Drawing, draw, school_positions
from junheng.report.facts import Names
from junheng.report.loop import LoopReport
from junheng.report.sections.zones import assignment, schools_on_map

Marks = tuple[tuple[str, str], ...]
_SMALL_PX = 340
"""Width at which the small maps are meant to be looked at."""
_MARK_PX = 5


@dataclass(frozen=True, slots=True)
class YearRow:
    """All schools in one year."""

    year: str
    is_plan: bool
    load: str
    over: str
    over_today: str
    most_used: str


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One zone: its places, and its use in every year as text and CSS class, after and by the zones of today.

    ``places`` are those of the first and of the last year.
    """

    school: str
    places: tuple[str, str]
    uses: tuple[tuple[str, str, str], ...]
    worst: str
    worst_today: str
    order: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """One zone on one map: the number of its path, its class by load."""

    path: int
    classes: str


@dataclass(frozen=True, slots=True)
class SmallMap:
    """Loads of one year under one set of zones.

    ``over_at``, ``opened_at`` and ``shut_at`` are the marks of schools over their places, of new ones, and of those
    that no longer teach the stage.
    """

    layer: int
    shapes: tuple[Shape, ...]
    over_at: Marks
    over: str
    opened_at: Marks = ()
    shut_at: Marks = ()


@dataclass(frozen=True, slots=True)
class MapsOfYear:
    """The maps of one year: if the zones of today stay, and under the plan."""

    year: str
    is_plan: bool
    today: SmallMap
    plan: SmallMap


@dataclass(frozen=True, slots=True)
class Years:
    """The facts of this section; empty where the plan is for one year. ``drawing`` is `None` without positions."""

    years: tuple[YearRow, ...] = ()
    labels: tuple[str, ...] = ()
    schools: tuple[SchoolRow, ...] = ()
    worst: str = ""
    worst_today: str = ""
    drawing: Drawing | None = None
    mark: float = 0.0
    maps: tuple[MapsOfYear, ...] = ()
    has_layout: bool = False


def section(report: LoopReport) -> Years:
    """Gather the facts of this section."""
    found = report.years
    if found is None:
        return Years()
    drawn = _Drawn(report)
    return Years(
        years=tuple(_years(found)),
        labels=tuple(str(year) for year in found.years["year"]),
        schools=tuple(_schools(found, drawn.names)),
        worst=numbers.show(found.worst, "pupil"),
        worst_today=numbers.show(found.worst_today, "pupil"),
        drawing=drawn.drawing,
        mark=0.0 if drawn.drawing is None else _MARK_PX * drawn.drawing.grid.width / _SMALL_PX,
        maps=() if drawn.drawing is None else tuple(_maps(found, drawn)),
        has_layout=bool(report.planned),
    )


def _years(found: YearsCompared) -> list[YearRow]:
    loads = dict(found.zones.group_by("year").agg(pl.col("load").sum()).iter_rows())
    return [
        YearRow(
            year=str(row["year"]),
            is_plan=row["plan"],
            load=numbers.show(loads[row["year"]], "pupil"),
            over=numbers.show(row["over"], "pupil"),
            over_today=numbers.show(row["over_today"], "pupil"),
            most_used=numbers.share(row["max_utilisation"]),
        )
        for row in found.years.iter_rows(named=True)
    ]


def _use(row: Mapping[str, Any]) -> float | None:
    """Return the share of a zone's places that is used; `None` without a zone or places on record."""
    places, load = row.get("places"), row.get("load")
    return None if not places or load is None else load / places


def _schools(found: YearsCompared, names: Names) -> list[SchoolRow]:
    """Return the zones, those that lack most places in their worst year first."""
    plan, today = (
        {(row["year"], row["school"]): row for row in frame.iter_rows(named=True)}
        for frame in (found.zones, found.zones_today)
    )
    years, in_force = found.years["year"].to_list(), found.years["plan"].to_list()
    everyone = pl.concat([found.zones_today["school"], found.zones["school"]])
    rows = []
    for school in everyone.unique(maintain_order=True).to_list():
        after, before = ([of.get((year, school), {}) for year in years] for of in (plan, today))
        worst, worst_today = (
            max((row.get("over") or 0 for row, holds in zip(of, in_force, strict=True) if holds), default=0)
            for of in (after, before)
        )
        rows.append(
            SchoolRow(
                school=names.school(str(school)),
                places=(
                    numbers.show(before[0].get("places"), "pupil"),
                    numbers.show(after[-1].get("places"), "pupil"),
                ),
                uses=tuple(
                    (
                        numbers.share(_use(now)),
                        numbers.share(_use(row)),
                        "c-below" if row.get("over") else "",
                    )
                    for row, now in zip(after, before, strict=True)
                ),
                worst=numbers.show(worst, "pupil"),
                worst_today=numbers.show(worst_today, "pupil"),
                order=(worst, worst_today),
            )
        )
    return sorted(rows, key=lambda row: (-row.order[0], -row.order[1]))


class _Drawn:
    """The zones of today and of the plan as paths, and which zone's load each takes."""

    def __init__(self, report: LoopReport) -> None:
        before = report.before.district
        self.layer_of = {year: layer for layer, year in enumerate(sorted(report.planned), start=1)}
        layers = [before, *(report.planned[year] for year in self.layer_of)]
        if not self.layer_of:
            layers.append(report.latest.district)
        everybody = before.replace(
            schools=pl.concat([one.table("schools") for one in layers]).unique("school", maintain_order=True)
        )
        assignments = [assignment(one, report.stage) for one in layers]
        self.names = Names.of(everybody)
        self.schools = schools_on_map(report, assignments)
        self.drawing = draw(everybody, self.schools, assignments)
        self.leads = [
            {school: zone[0] for school, zone in members_of(shared_zones(one, report.stage)).items()}
            for one in layers
        ]
        self._teaches = [
            set(one.table("stages").filter(pl.col("stage") == report.stage)["school"]) for one in layers
        ]
        if self.drawing is not None:
            self._at = self.drawing.grid.at(school_positions(everybody, self.schools))

    def small(self, rows: pl.DataFrame, layer: int) -> SmallMap:
        """Return one year's loads on the zones of a layer."""
        drawing = self.drawing
        if drawing is None:
            raise ValueError("nothing is drawn without positions")
        of_zone = {row["school"]: row for row in rows.iter_rows(named=True)}
        own = [of_zone.get(self.leads[layer].get(school, school)) for school in self.schools]
        shown = [j for j in range(len(self.schools)) if drawing.zone_paths[layer][j]]
        today, then = self._teaches[0], self._teaches[layer]
        return SmallMap(
            layer=layer,
            shapes=tuple(Shape(j, load_class(None if (row := own[j]) is None else _use(row))) for j in shown),
            over_at=self._marks([j for j in shown if (row := own[j]) is not None and row["over"]]),
            over=numbers.show(int(rows["over"].sum()), "pupil"),
            opened_at=self._marks([j for j, code in enumerate(self.schools) if code in then - today]),
            shut_at=self._marks([j for j, code in enumerate(self.schools) if code in today - then]),
        )

    def _marks(self, schools: list[int]) -> Marks:
        """Return where schools stand, without those whose position nobody recorded."""
        known = [j for j in schools if not np.isnan(self._at[j]).any()]
        return tuple((f"{self._at[j][0]:.0f}", f"{self._at[j][1]:.0f}") for j in known)


def _maps(found: YearsCompared, drawn: _Drawn) -> list[MapsOfYear]:
    maps = []
    for row in found.years.iter_rows(named=True):
        year, is_plan = row["year"], row["plan"]
        before, after = (frame.filter(pl.col("year") == year) for frame in (found.zones_today, found.zones))
        maps.append(
            MapsOfYear(
                year=str(year),
                is_plan=is_plan,
                today=drawn.small(before, 0),
                plan=drawn.small(after, drawn.layer_of.get(year, 1) if is_plan else 0),
            )
        )
    return maps
