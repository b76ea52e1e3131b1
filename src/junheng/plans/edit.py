"""Move homes to other schools by hand and see at once what it does to every measure.

`edit_desk` reads a District once; `EditDesk.effect` then answers in milliseconds, without a District, a solver or a
file, with the same figures that `junheng.plans.compare.compare` gives after the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.measure.access import METRES, RADIUS, weighted_percentile
from junheng.measure.adjacency import Adjacency, adjacency, cut_off
from junheng.measure.children import children_by_home
from junheng.measure.distances import distances
from junheng.measure.positions import own_homes
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value
from junheng.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]
NO_SCHOOL = -1
Measured = Mapping[str, float | None]
"""A figure by each key of `junheng.plans.compare.MEASURES`; `None` where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolEffect:
    """What an edit does to one school: children of its zone and children over its places, before and after."""

    school: str
    places: int | None
    children_before: int
    children_after: int
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
        The school of each home after the edit; homes without one are left out.
    """

    before: Measured
    after: Measured
    schools: tuple[SchoolEffect, ...]
    cut_off: tuple[str, ...]
    zones: Mapping[str, str]


@dataclass(frozen=True, eq=False, kw_only=True)
class EditDesk:
    """What has to be known of a District and stage to measure any zones of it.

    Attributes
    ----------
    homes, schools
        Codes of the n homes and of the m schools of the stage.
    children
        Children of the stage in each home, shape (n,).
    km
        Distances, shape (n, m); NaN or infinite where they are not known.
    places
        Places of each school, `None` where not recorded.
    graph
        Who neighbours whom; `None` where that is not known.
    own
        Position of the home in which each school stands, -1 where not known, shape (m,).
    today
        Position of the school of each home by the District's own zones, `NO_SCHOOL` without one, shape (n,).
    radius
        The standard's service radius, in metres.
    """

    homes: tuple[str, ...]
    schools: tuple[str, ...]
    children: Ints
    km: Floats
    places: tuple[int | None, ...]
    graph: Adjacency | None
    own: Ints
    today: Ints
    radius: Value

    @cached_property
    def _home_at(self) -> Mapping[str, int]:
        return {code: i for i, code in enumerate(self.homes)}

    @cached_property
    def _school_at(self) -> Mapping[str, int]:
        return {code: j for j, code in enumerate(self.schools)}

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
        loose = self._is_cut_off(after)
        changed = np.unique(np.concatenate([one[before != after] for one in (before, after)]))
        return EditEffect(
            before=self._measured(before),
            after=self._measured(after),
            schools=tuple(
                self._school(j, before, after) for j in sorted(changed.tolist(), key=self._code) if j >= 0
            ),
            cut_off=() if loose is None else tuple(self.homes[i] for i in np.flatnonzero(loose).tolist()),
            zones=MappingProxyType(
                {self.homes[i]: self.schools[j] for i, j in enumerate(after.tolist()) if j != NO_SCHOOL}
            ),
        )

    def measured(self, zones: Mapping[str, str]) -> Measured:
        """Return every measure of some zones: school by home."""
        return self._measured(self._positions(zones))

    def _code(self, school: int) -> str:
        return self.schools[school]

    def _known(self, zones: Mapping[str, str]) -> dict[int, int]:
        strangers = [
            f"{home}={school}"
            for home, school in zones.items()
            if home not in self._home_at or school not in self._school_at
        ]
        if strangers:
            raise UsageError(
                Text(
                    "没有这个居住单元，或该校没有这个学段：{list}",
                    "no such home, or no school of this stage: {list}",
                ).format(list=", ".join(strangers))
            )
        return {self._home_at[home]: self._school_at[school] for home, school in zones.items()}

    def _positions(self, zones: Mapping[str, str]) -> Ints:
        found = np.full(len(self.homes), NO_SCHOOL)
        for home, school in self._known(zones).items():
            found[home] = school
        return found

    def _loads(self, school_of: Ints) -> Ints:
        zoned = school_of != NO_SCHOOL
        weights = self.children[zoned]
        return np.bincount(school_of[zoned], weights=weights, minlength=len(self.schools)).astype(int)

    def _over(self, school: int, load: int) -> int | None:
        places = self.places[school]
        return None if places is None else max(0, load - places)

    def _school(self, school: int, before: Ints, after: Ints) -> SchoolEffect:
        loads = [int(self._loads(zones)[school]) for zones in (before, after)]
        return SchoolEffect(
            school=self.schools[school],
            places=self.places[school],
            children_before=loads[0],
            children_after=loads[1],
            over_before=self._over(school, loads[0]),
            over_after=self._over(school, loads[1]),
        )

    def _is_cut_off(self, school_of: Ints) -> npt.NDArray[np.bool_] | None:
        """Say of each home whether it is cut off; `None` where neighbours or a school's own home are not known."""
        used = np.unique(school_of[school_of != NO_SCHOOL])
        if self.graph is None or (self.own[used] < 0).any():
            return None
        return cut_off(self.graph.pairs, school_of, self.own)

    def _measured(self, school_of: Ints) -> Measured:
        loads, used = self._loads(school_of), np.unique(school_of[school_of != NO_SCHOOL]).tolist()
        over = [self._over(j, int(loads[j])) for j in used]
        shares = [
            int(loads[j]) / places for j in used if (places := self.places[j]) is not None and places > 0
        ]
        zoned = school_of != NO_SCHOOL
        moved = zoned & (self.today != NO_SCHOOL) & (self.today != school_of)
        changed = self.today != school_of
        loose = self._is_cut_off(school_of)
        return MappingProxyType(
            {
                "over": None if None in over else sum(one for one in over if one is not None),
                "max_utilisation": max(shares, default=None),
                **self._ways(school_of, zoned),
                "moved": int(self.children[moved].sum()),
                "moved_homes": int(changed.sum()),
                "cut_off_homes": None if loose is None else int(loose.sum()),
                "unzoned": int(self.children[~zoned].sum()),
            }
        )

    def _ways(self, school_of: Ints, zoned: npt.NDArray[np.bool_]) -> dict[str, float | None]:
        rows = np.flatnonzero(zoned & (self.children > 0))
        km, children = self.km[rows, school_of[rows]], self.children[rows]
        total = int(children.sum())
        if total == 0 or not np.isfinite(km).all():
            return {"mean_km": None, "p95_km": None, "share_inside": None}
        inside = int(children[self.radius.is_met_by(METRES * km)].sum())
        return {
            "mean_km": float(children @ km / total),
            "p95_km": weighted_percentile(km, children.astype(float), 0.95),
            "share_inside": inside / total,
        }


def edit_desk(district: District, standard: StandardOnDate, *, stage: str) -> EditDesk:
    """Read from a District what it takes to measure any zones of a stage.

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
    return EditDesk(
        homes=found.homes,
        schools=schools,
        children=joined["children"].fill_null(0).to_numpy().astype(int),
        km=found.km,
        places=tuple(stages["capacity_pupils"].to_list()),
        graph=adjacency(district),
        own=own_homes(district, schools, needs_all=False),
        today=np.array([school_at.get(code, NO_SCHOOL) for code in joined["school"].to_list()], dtype=int),
        radius=standard.value(RADIUS, stage=stage),
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
