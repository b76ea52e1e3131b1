"""Every measure of a comparison for zones given as arrays: what `junheng.measure.places` says, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from junheng.measure.access import METRES, weighted_percentile
from junheng.measure.adjacency import Adjacency, cut_off
from junheng.measure.shared import SharedZone, members_of, overlaps, shares, zone_km
from junheng.standards.value import Value

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]
Bools = npt.NDArray[np.bool_]
NO_SCHOOL = -1
Measured = Mapping[str, float | None]
"""A figure by each key of `junheng.plans.compare.MEASURES`; `None` where it is not known."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ZoneFigures:
    """What has to be known of a District and stage to measure any zones of it.

    Zones are given as the position of each home's school, shape (n,); a shared zone goes by its lead.

    Attributes
    ----------
    schools
        Codes of the m schools of the stage.
    children
        Children of the stage in each of the n homes, shape (n,).
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
    shared_today, shared
        Zones that several schools share by the District, and in the zones that are measured.
    radius
        The standard's service radius, in metres.
    """

    schools: tuple[str, ...]
    children: Ints
    km: Floats
    places: tuple[int | None, ...]
    graph: Adjacency | None
    own: Ints
    today: Ints
    shared_today: tuple[SharedZone, ...]
    shared: tuple[SharedZone, ...]
    radius: Value

    @cached_property
    def members(self) -> Mapping[int, list[int]]:
        """The schools of each zone, by the position of its lead."""
        at = {code: j for j, code in enumerate(self.schools)}
        zones = [[at[school] for school in zone.schools] for zone in self.shared]
        alone = set(range(len(self.schools))) - {school for zone in zones for school in zone}
        return {zone[0]: zone for zone in zones} | {school: [school] for school in alone}

    @cached_property
    def lead(self) -> Ints:
        """The lead of each school's zone, shape (m,)."""
        lead = np.arange(len(self.schools))
        for first, zone in self.members.items():
            lead[zone] = first
        return lead

    @cached_property
    def zone_km(self) -> Floats:
        """Distance from each home to each zone, at its lead's column, shape (n, m)."""
        km = self.km.copy()
        for zone in self.shared:
            members = self.members[self.schools.index(zone.lead)]
            places = [self.places[j] for j in members]
            km[:, members[0]] = zone_km(self.km[:, members], places=places, distance=zone.distance)
        return km

    @cached_property
    def _keeps(self) -> Bools:
        """Whether a home of each school today keeps a school in each zone, shape (m, m)."""
        before, after = members_of(self.shared_today), members_of(self.shared)
        return np.array([[overlaps(a, b, before, after) for b in self.schools] for a in self.schools])

    def loads(self, zones: Ints) -> list[int | None]:
        """Return the children of each school: those of a shared zone divided by places, `None` where it has none."""
        zoned = zones != NO_SCHOOL
        of_zone = np.bincount(zones[zoned], weights=self.children[zoned], minlength=len(self.schools))
        loads: list[int | None] = [None] * len(self.schools)
        for lead in np.unique(zones[zoned]).tolist():
            members = self.members[lead]
            known = [places for j in members if (places := self.places[j]) is not None]
            if len(members) == 1:
                loads[lead] = int(of_zone[lead])
            elif len(known) == len(members):
                for j, load in zip(members, shares(int(of_zone[lead]), known), strict=True):
                    loads[j] = load
        return loads

    def over(self, school: int, load: int | None) -> int | None:
        """Return the children of a school over its places; `None` where either is not known."""
        places = self.places[school]
        return None if places is None or load is None else max(0, load - places)

    def is_cut_off(self, zones: Ints) -> Bools | None:
        """Say of each home whether it is cut off; `None` where neighbours or a school's own home are not known."""
        used = np.unique(zones[zones != NO_SCHOOL])
        if self.graph is None or (self.own[used] < 0).any():
            return None
        bridges = [
            (int(self.own[zone[0]]), int(self.own[j]))
            for zone in self.members.values()
            for j in zone[1:]
            if min(self.own[zone[0]], self.own[j]) >= 0
        ]
        pairs = np.concatenate([self.graph.pairs, np.array(bridges, dtype=int).reshape(-1, 2)])
        return cut_off(pairs, zones, self.own)

    def measured(self, zones: Ints) -> Measured:
        """Return every measure of some zones."""
        loads = self.loads(zones)
        over = [self.over(j, load) for j, load in enumerate(loads) if load is not None]
        used = [
            load / places
            for load, places in zip(loads, self.places, strict=True)
            if load is not None and places is not None and places > 0
        ]
        zoned = zones != NO_SCHOOL
        moved = zoned & (self.today != NO_SCHOOL)
        moved[moved] = ~self._keeps[self.today[moved], zones[moved]]
        loose = self.is_cut_off(zones)
        return MappingProxyType(
            {
                "over": None if None in over else sum(one for one in over if one is not None),
                "max_utilisation": max(used, default=None),
                **self._ways(zones, zoned),
                "moved": int(self.children[moved].sum()),
                "moved_homes": int(moved.sum()),
                "cut_off_homes": None if loose is None else int(loose.sum()),
                "unzoned": int(self.children[~zoned].sum()),
            }
        )

    def _ways(self, zones: Ints, zoned: Bools) -> dict[str, float | None]:
        rows = np.flatnonzero(zoned & (self.children > 0))
        km, children = self.zone_km[rows, zones[rows]], self.children[rows]
        total = int(children.sum())
        if total == 0 or not np.isfinite(km).all():
            return {"mean_km": None, "p95_km": None, "share_inside": None}
        inside = int(children[self.radius.is_met_by(METRES * km)].sum())
        return {
            "mean_km": float(children @ km / total),
            "p95_km": weighted_percentile(km, children.astype(float), 0.95),
            "share_inside": inside / total,
        }
