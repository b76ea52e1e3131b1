"""Move homes to other schools by hand and see at once what it does to every measure.

`edit_desk` reads a District once; `EditDesk.effect` then answers in milliseconds, without a District, a solver or a
file, with the same figures that `junheng.plans.compare.compare` gives after the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.measure.access import RADIUS
from junheng.measure.adjacency import adjacency
from junheng.measure.children import children_by_home
from junheng.measure.distances import distances
from junheng.measure.positions import own_homes
from junheng.measure.shared import SharedZone, shared_zones
from junheng.plans.zone_figures import NO_SCHOOL, Ints, Measured, ZoneFigures
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolEffect:
    """What an edit does to one school: children of its zone and children over its places, before and after.

    A school that shares a zone has its share of the zone's children, by places. `None` where it has no zone, or where
    its places are not known.
    """

    school: str
    places: int | None
    children_before: int | None
    children_after: int | None
    over_before: int | None
    over_after: int | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class EditEffect:
    """What an edit does.

    Attributes
    ----------
    before, after
        Every measure of the zones before and after the edit.
    schools
        The schools whose zone changes, by code.
    cut_off
        Homes that hang on no school after the edit, in the order of the table.
    zones
        The school of each home after the edit, of a shared zone its lead; homes without one are left out.
    """

    before: Measured
    after: Measured
    schools: tuple[SchoolEffect, ...]
    cut_off: tuple[str, ...]
    zones: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return the effect for JSON."""
        return {
            "before": dict(self.before),
            "after": dict(self.after),
            "schools": [asdict(school) for school in self.schools],
            "cut_off": list(self.cut_off),
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class EditDesk:
    """A District and stage, ready to measure any zones of it.

    Attributes
    ----------
    homes
        Codes of the homes.
    figures
        What is measured with.
    """

    homes: tuple[str, ...]
    figures: ZoneFigures

    @property
    def schools(self) -> tuple[str, ...]:
        """Codes of the schools of the stage."""
        return self.figures.schools

    def km(self, home: str, school: str) -> float:
        """Return the distance from a home to a school's zone; NaN or infinite where it is not known."""
        return float(self.figures.zone_km[self._home_at[home], self.figures.lead[self._school_at[school]]])

    @cached_property
    def _home_at(self) -> Mapping[str, int]:
        return {code: i for i, code in enumerate(self.homes)}

    @cached_property
    def _school_at(self) -> Mapping[str, int]:
        return {code: j for j, code in enumerate(self.figures.schools)}

    def effect(self, zones: Mapping[str, str], moves: Mapping[str, str]) -> EditEffect:
        """Return what moving some homes does.

        Parameters
        ----------
        zones
            School of each home before the edit, such as a plan's.
        moves
            The edit: school of each home that is moved by hand.

        Raises
        ------
        UsageError
            Naming every home or school that the District does not have at the stage.
        """
        before = self._positions(zones)
        after = before.copy()
        for home, school in self._known(moves).items():
            after[home] = school
        loose = self.figures.is_cut_off(after)
        schools = self.figures.schools
        return EditEffect(
            before=self.figures.measured(before),
            after=self.figures.measured(after),
            schools=self._schools(before, after),
            cut_off=() if loose is None else tuple(self.homes[i] for i in np.flatnonzero(loose).tolist()),
            zones=MappingProxyType(
                {self.homes[i]: schools[j] for i, j in enumerate(after.tolist()) if j != NO_SCHOOL}
            ),
        )

    def measured(self, zones: Mapping[str, str]) -> Measured:
        """Return every measure of some zones: school by home."""
        return self.figures.measured(self._positions(zones))

    def _known(self, zones: Mapping[str, str]) -> dict[int, int]:
        strangers = [
            f"{home}={school}"
            for home, school in zones.items()
            if home not in self._home_at or school not in self._school_at
        ]
        if strangers:
            raise UsageError(
                Text(
                    "没有这个居住单元，或没有设该学段的这所学校：{list}。请核对代码",
                    "no such home, or no school of this stage: {list}. Check the codes",
                ).format(list=", ".join(strangers))
            )
        lead = self.figures.lead.tolist()
        return {self._home_at[home]: lead[self._school_at[school]] for home, school in zones.items()}

    def _positions(self, zones: Mapping[str, str]) -> Ints:
        found = np.full(len(self.homes), NO_SCHOOL)
        for home, school in self._known(zones).items():
            found[home] = school
        return found

    def _schools(self, before: Ints, after: Ints) -> tuple[SchoolEffect, ...]:
        figures = self.figures
        zones = np.unique(np.concatenate([one[before != after] for one in (before, after)])).tolist()
        changed = [school for zone in zones if zone != NO_SCHOOL for school in figures.members[zone]]
        then, now = figures.loads(before), figures.loads(after)
        return tuple(
            SchoolEffect(
                school=figures.schools[school],
                places=figures.places[school],
                children_before=then[school],
                children_after=now[school],
                over_before=figures.over(school, then[school]),
                over_after=figures.over(school, now[school]),
            )
            for school in sorted(changed, key=lambda j: figures.schools[j])
        )


def zones_in_force(district: District, *, stage: str) -> dict[str, str]:
    """Return the school of each home by a District's own zones."""
    rows = district.table("catchments").filter(pl.col("stage") == stage)
    return dict(rows.select("home", "school").iter_rows())


def edit_desk(
    district: District,
    standard: StandardOnDate,
    *,
    stage: str,
    shared: tuple[SharedZone, ...] | None = None,
) -> EditDesk:
    """Read from a District what it takes to measure any zones of a stage.

    Parameters
    ----------
    shared
        Shared zones of the zones that will be edited, such as a plan's; the District's if not given.

    Raises
    ------
    InputError
        Where the District records no homes, or no children of the stage.
    """
    living = children_by_home(district, standard).filter(pl.col("stage") == stage)
    if living.is_empty():
        raise InputError([_no_children(stage)])
    stages = district.table("stages").filter(pl.col("stage") == stage)
    schools = tuple(stages["school"].to_list())
    found = distances(district, schools, needs_all=False)
    homes = pl.DataFrame({"home": found.homes}, schema={"home": pl.String})
    zones = district.table("catchments").filter(pl.col("stage") == stage).select("home", "school")
    joined = homes.join(living.select("home", "children"), on="home", how="left", maintain_order="left").join(
        zones, on="home", how="left", maintain_order="left"
    )
    school_at = {code: j for j, code in enumerate(schools)}
    shared_today = shared_zones(district, stage)
    return EditDesk(
        homes=found.homes,
        figures=ZoneFigures(
            schools=schools,
            children=joined["children"].fill_null(0).to_numpy().astype(int),
            km=found.km,
            places=tuple(stages["capacity_pupils"].to_list()),
            graph=adjacency(district),
            own=own_homes(district, schools, needs_all=False),
            today=np.array(
                [school_at.get(code, NO_SCHOOL) for code in joined["school"].to_list()], dtype=int
            ),
            shared_today=shared_today,
            shared=shared_today if shared is None else shared,
            radius=standard.value(RADIUS, stage=stage),
        ),
    )


def _no_children(stage: str) -> Problem:
    return Problem(
        code="needed-for-edit",
        severity="error",
        place=Place(sheet=table("children").label.zh, key=stage),
        found=Text("没有数据", "no data"),
        expected=Text("该学段的适龄儿童", "children of the stage by home"),
        remedy=Text("移动居住单元须先有适龄儿童数", "Fill them in: without them no change can be measured"),
    )
