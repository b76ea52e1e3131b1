"""What homes are given to: the zone of one school, or one that several schools share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.distances import distances
from junheng.measure.positions import own_homes
from junheng.measure.shared import NEAREST, SharedZone, overlaps, shared_zones, zone_km
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.catchments.problem import NO_SCHOOL, leaving

ONE_PIECE, A_PIECE_EACH = "one", "each"
"""A shared zone in one piece with all its schools, or in pieces that each hold one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One zone: its schools, the lead first, and which distance counts where there are several."""

    schools: tuple[str, ...]
    distance: str = NEAREST

    @property
    def code(self) -> str:
        """The lead's code, by which the zone goes."""
        return self.schools[0]


def zones_of(schools: Sequence[str], shared: Sequence[SharedZone]) -> tuple[Zone, ...]:
    """Return one zone a school or group of schools, in the order of the schools.

    A school of a shared zone that is not among the schools draws from no catchment, and stays out.
    """
    group_of = {school: zone for zone in shared for school in zone.schools}
    found: dict[str, Zone] = {}
    for school in schools:
        group = group_of.get(school)
        if group is None:
            found[school] = Zone(schools=(school,))
        else:
            members = tuple(one for one in group.schools if one in schools)
            found.setdefault(members[0], Zone(schools=members, distance=group.distance))
    return tuple(found.values())


def zone_distances(district: District, zones: Sequence[Zone], stage: str) -> FloatArray:
    """Return the distance from every home to every zone, shape (n, zones), km."""
    schools = tuple(school for zone in zones for school in zone.schools)
    km = distances(district, schools).km
    if all(len(zone.schools) == 1 for zone in zones):
        return km
    places = _places(district, stage)
    columns, first = [], 0
    for zone in zones:
        own = km[:, first : first + len(zone.schools)]
        columns.append(
            zone_km(own, places=[places[school] for school in zone.schools], distance=zone.distance)
        )
        first += len(zone.schools)
    return np.column_stack(columns)


def zone_places(district: District, zones: Sequence[Zone], stage: str) -> IntArray:
    """Return the places of every zone, those of its schools added up, shape (zones,)."""
    places = _places(district, stage)
    return np.array([sum(places[school] or 0 for school in zone.schools) for zone in zones], dtype=np.int64)


def zone_homes(district: District, zones: Sequence[Zone]) -> tuple[IntArray, tuple[tuple[int, int], ...]]:
    """Return the lead's own home of every zone, shape (zones,), and further own homes as (home, zone)."""
    schools = tuple(school for zone in zones for school in zone.schools)
    at = dict(zip(schools, own_homes(district, schools).tolist(), strict=True))
    further = {
        (at[school], number): None
        for number, zone in enumerate(zones)
        for school in zone.schools[1:]
        if at[school] != at[zone.code]
    }
    return np.array([at[zone.code] for zone in zones], dtype=np.int64), tuple(further)


def present_zones(district: District, zones: Sequence[Zone], stage: str) -> tuple[IntArray, list[str | None]]:
    """Return the zone that each home's school of today belongs to, shape (n,), and that school's code."""
    zone_at = {school: number for number, zone in enumerate(zones) for school in zone.schools}
    rows = district.table("catchments").filter(pl.col("stage") == stage)
    today = dict(zip(rows["home"].to_list(), rows["school"].to_list(), strict=True))
    codes: list[str | None] = [today.get(home) for home in district.table("homes")["home"].to_list()]
    present = [NO_SCHOOL if code is None else zone_at.get(code, NO_SCHOOL) for code in codes]
    return np.array(present, dtype=np.int64), codes


def moved_between(district: District, zones: Sequence[Zone], stage: str, *, pupils: IntArray) -> IntArray:
    """Return the pupils who keep no school if a home goes to a zone, shape (n, zones).

    Parameters
    ----------
    pupils
        Those who change school with their home, shape (n,): the children of the year in which the zones change.
    """
    before = {school: zone.schools for zone in shared_zones(district, stage) for school in zone.schools}
    after = {school: zone.schools for zone in zones for school in zone.schools}
    present, today = present_zones(district, zones, stage)
    if not before and all(len(zone.schools) == 1 for zone in zones):
        return leaving(present, pupils, n_schools=len(zones))  # whoever gets another zone moves
    moves = np.zeros((len(today), len(zones)), dtype=np.int64)
    for home, school in enumerate(today):
        if school in after:
            moves[home] = [
                0 if overlaps(school, zone.code, before, after) else pupils[home] for zone in zones
            ]
    return moves


def _places(district: District, stage: str) -> dict[str, int | None]:
    rows = district.table("stages").filter(pl.col("stage") == stage)
    return dict(zip(rows["school"].to_list(), rows["capacity_pupils"].to_list(), strict=True))
