"""The zones in force, and places such that other connected zones could hold every child.

A home goes to the school with the least (road distance + handicap of the school). Whatever the handicaps,
such zones are connected: every home on the shortest road to the school goes to that school as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from junheng.district.examples.geography import FloatArray, Geography, IntArray
from junheng.district.examples.people import People
from junheng.district.examples.profile import profile, stream
from junheng.district.examples.schools import Site

ROUNDS = 150
STEP = 0.8
"""Balancing adds to a handicap this share of the road to the next school for a school twice as full as it should be."""
FULL = 0.97
"""Balancing lets schools with fewer children than this share of their places reach farther."""
LEAST_ROOMS = 6
HISTORIC_ROUNDS, HISTORIC_STEP = 60, 0.05
"""Zones were once drawn for schools of equal size: balancing too timid to finish."""
POINT_HANDICAP = 0.6
"""A teaching point serves hardly more than its own village: share of the road to the next school."""
POINT_SHARE = 0.3
"""Pupils of a teaching point over those of the average school of its setting."""
OWN_HOME_MARGIN = 0.05
"""A school's own home is nearer to it than to any other by this share of the road to the next school."""
NEW_HANDICAP = 0.25
"""Zones were hardly redrawn when a new school opened: share of the road to the next school."""


@dataclass(frozen=True, eq=False)
class StageZones:
    """The zones of one stage.

    Attributes
    ----------
    schools
        Positions in the list of sites of the schools with a zone, shape (m,).
    present
        For each home the position in ``schools`` of its school today, shape (n,).
    feasible
        The same under other connected zones that no school's places fall short of, shape (n,).
    rooms
        Rooms of each school for this stage, shape (m,).
    places
        Places of each school for this stage, shape (m,).
    """

    schools: IntArray
    present: IntArray
    feasible: IntArray
    rooms: IntArray
    places: IntArray


def draw_zones(
    stage: str, sites: tuple[Site, ...], geography: Geography, people: People, *, seed: int
) -> StageZones:
    """Draw the zones in force and the places of the schools of one stage."""
    rng = stream(seed, f"zones {stage}")
    schools = np.array([i for i, site in enumerate(sites) if site.teaches_zoned(stage)])
    own = [sites[i] for i in schools]
    anchors = np.array([site.home for site in own])
    km = _roads(geography, anchors)
    children = people.of_stage(stage)
    m = len(schools)
    present = np.argmin(km + _historic(stage, own, km, children, rng)[:, None], axis=0)
    size = np.array([_room_places(stage, site) for site in own])
    rooms = _rooms(own, np.bincount(present, children, m), size, rng)
    feasible = _balanced(km, anchors, children, rooms * size)[0]
    rooms = _enough(rooms, size, np.bincount(feasible, children, m), _is_shrinking(own))
    return StageZones(schools, present, feasible, rooms, rooms * size)


def _roads(geography: Geography, anchors: IntArray) -> FloatArray:
    """Return the shortest road from each anchor home to every home, shape (m, n)."""
    n = len(geography.xy)
    graph = csr_array((geography.road_km, (geography.pairs[:, 0], geography.pairs[:, 1])), shape=(n, n))
    km: FloatArray = dijkstra(graph, directed=False, indices=anchors)
    return km


def _historic(
    stage: str, schools: list[Site], km: FloatArray, children: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Return each school's handicap in km in the zones in force; its own home stays its own.

    The zones once evened out schools of the same setting, then were hardly touched.
    """
    anchors = np.array([site.home for site in schools])
    between = km[:, anchors] + np.diag(np.full(len(schools), np.inf))
    settings = np.array([site.setting for site in schools])
    load = np.bincount(np.argmin(km, axis=0), children, len(schools))
    even = np.array([load[settings == setting].mean() for setting in settings])
    even *= [POINT_SHARE if site.kind == "teaching_point" else 1.0 for site in schools]
    handicap = _balanced(km, anchors, children, even, rounds=HISTORIC_ROUNDS, share=HISTORIC_STEP)[1]
    apart = between.min(axis=1)
    share = np.array([_handicap_share(site) for site in schools])
    noise = rng.uniform(-1, 1, len(schools)) * np.minimum(profile().stages[stage].zone_noise_km, 0.25 * apart)
    handicap += share * apart + noise
    return _own_homes(handicap, between)


def _handicap_share(site: Site) -> float:
    if site.kind == "teaching_point":
        return POINT_HANDICAP
    return NEW_HANDICAP if site.opened > profile().year - profile().history_years else 0.0


def _room_places(stage: str, site: Site) -> int:
    own = profile().kinds[site.kind].places
    return profile().stages[stage].places if own is None else own


def _rooms(
    schools: list[Site], load: FloatArray | IntArray, size: IntArray, rng: np.random.Generator
) -> IntArray:
    """Return rooms as they were built for other times: too few in the new town, too many in the villages.

    The district as a whole has a little more places than children; schools outside villages are scaled to it.
    """
    ratio = np.array([profile().settings[site.setting].capacity_ratio for site in schools])
    wanted = load * ratio * rng.uniform(0.94, 1.06, len(schools)) / size
    small = _is_shrinking(schools)
    least = np.array([len(profile().stages[stage_of].grades) for stage_of in _first_stages(schools)])
    wanted[small] = np.maximum(wanted[small], least[small])
    spare = load.sum() * (1 + profile().overall_spare) - (wanted * size)[small].sum()
    wanted[~small] *= spare / (wanted * size)[~small].sum()
    rooms: IntArray = np.maximum(np.round(wanted), least).astype(np.int64)
    return rooms


def _is_shrinking(schools: list[Site]) -> npt.NDArray[np.bool_]:
    return np.array([site.setting in ("village", "township") for site in schools])


def _first_stages(schools: list[Site]) -> list[str]:
    return [site.stages[0] for site in schools]


def _enough(
    rooms: IntArray, size: IntArray, load: FloatArray | IntArray, keep: npt.NDArray[np.bool_]
) -> IntArray:
    """Return rooms that hold a load, and take away rooms that neither the load nor the spare needs.

    Schools to ``keep`` give up theirs last: shrinking townships have rooms that nobody takes down.
    """
    rooms = np.maximum(rooms, np.ceil(load / size).astype(np.int64))
    for candidates in (~keep, np.ones_like(keep)):
        for _ in range(int(rooms.sum())):
            spare = (rooms * size).sum() - load.sum() * (1 + profile().overall_spare)
            can_go = candidates & (rooms > LEAST_ROOMS) & (size <= spare) & (rooms * size - load >= size)
            if not can_go.any():
                break
            rooms[int(np.argmax(np.where(can_go, 1 - load / (rooms * size), -1.0)))] -= 1
    return rooms


def _balanced(
    km: FloatArray,
    anchors: IntArray,
    children: IntArray,
    places: FloatArray | IntArray,
    *,
    rounds: int = ROUNDS,
    share: float = STEP,
) -> tuple[IntArray, FloatArray]:
    """Return connected zones, and the handicaps that make them, that overflow little."""
    m = len(anchors)
    handicap, best_handicap = np.zeros(m), np.zeros(m)
    by_home = np.ascontiguousarray(km.T)
    between = km[:, anchors] + np.diag(np.full(m, np.inf))
    step = share * between.min(axis=1)
    best, best_overflow = np.argmin(km, axis=0), np.inf
    for round_ in range(rounds):
        zones = np.argmin(by_home + handicap, axis=1)
        load = np.bincount(zones, children, m)
        overflow = np.maximum(load - places, 0).sum()
        if overflow < best_overflow and (zones[anchors] == np.arange(m)).all():
            best, best_handicap, best_overflow = zones, handicap.copy(), overflow
        if best_overflow == 0:
            break
        handicap += step * (1 - round_ / rounds) * np.clip(load / places - FULL, -0.3, 0.5)
        handicap = _own_homes(handicap, between)
    return best, best_handicap


def _own_homes(handicap: FloatArray, between: FloatArray) -> FloatArray:
    """Lower handicaps until each school's own home is its own.

    Lowering one may call for lowering another, as in shortest paths: at most m rounds.
    """
    margin = OWN_HOME_MARGIN * between.min(axis=1)
    for _ in range(len(handicap)):
        lowered = np.minimum(handicap, (between + handicap).min(axis=1) - margin)
        if np.array_equal(lowered, handicap):
            break
        handicap = lowered
    return handicap
