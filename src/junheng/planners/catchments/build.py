"""From a District and what people wish to a catchment problem; whatever it needs and lacks is said at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.measure.adjacency import adjacency
from junheng.measure.composition import composition, group_by_home
from junheng.measure.seven import COMPULSORY
from junheng.measure.shared import shared_zones
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.balance import Balance
from junheng.planners.catchments.claims import with_priority
from junheng.planners.catchments.demand import Demand, demand_of
from junheng.planners.catchments.problem import SHARES, CatchmentProblem, Composition, YearLoad
from junheng.planners.catchments.wishes import Wishes
from junheng.planners.catchments.zones import (
    ONE_PIECE,
    Zone,
    moved_between,
    present_zones,
    zone_distances,
    zone_homes,
    zones_of,
)
from junheng.planners.schools import zoned_schools
from junheng.plans.actions.share_zone import ShareZone
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class CatchmentCase:
    """A District's catchments as a problem, and what it takes to read its answer.

    Attributes
    ----------
    stage
        The stage.
    problem
        What is solved; its schools are the leads of zones.
    zones
        The zones, in the order of the problem's schools.
    today
        Code of each home's school of today, in the order of the problem's homes.
    years
        The school years that the plan must hold for.
    already_over
        Pupils beyond the places whatever the zones are: those who are there already.
    """

    stage: str
    problem: CatchmentProblem
    zones: tuple[Zone, ...]
    today: tuple[str | None, ...]
    years: tuple[int, ...]
    already_over: int


def catchment_case(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    on: date,
    years: Mapping[int, District] = MappingProxyType({}),
) -> CatchmentCase:
    """Return the numeric problem of a District's stage; see `junheng.planners.catchments.planner`."""
    if wishes.stage not in COMPULSORY:
        raise UsageError(
            Text(f"学段应为 {'、'.join(COMPULSORY)}", f"the stage must be one of {', '.join(COMPULSORY)}")
        )
    schools = _schools(district, wishes)
    homes = tuple(district.table("homes")["home"].to_list())
    problems = [
        *_absent_tables(district),
        *_absent_places(district, wishes, schools),
        *_unknown(wishes, homes, schools),
    ]
    graph = adjacency(district)
    if graph is None:
        problems.append(
            _needs(
                "neighbours", Text("相邻关系，或每个居住单元的边界", "neighbours, or a polygon of every home")
            )
        )
    if problems or graph is None:
        raise InputError(problems)
    sharing = ShareZone.apply(wishes.sharing, district) if wishes.shared else district
    zones = zones_of(schools, shared_zones(sharing, wishes.stage))
    demand = demand_of(district, standard.on(on), wishes=wishes, zones=zones, years=years)
    present, today = present_zones(district, zones, wishes.stage)
    home_at = {code: i for i, code in enumerate(homes)}
    km = zone_distances(district, zones, wishes.stage)
    anchor, more_anchors = zone_homes(district, zones)
    tightest = _tightest(demand)
    problem = CatchmentProblem(
        homes=homes,
        schools=tuple(zone.code for zone in zones),
        pupils=demand.pupils[tightest],
        distance_km=km,
        capacity=demand.places[tightest],
        edges=np.concatenate([graph.pairs, _bridges(anchor, more_anchors, wishes)]),
        anchor=anchor,
        allowed=_allowed(wishes, home_at, zones) & np.isfinite(km),  # where no road leads, nobody is sent
        present=present,
        moved_pupils_cap=wishes.max_moved_pupils,
        overflow_allowed=wishes.overflow_allowed,
        other_years=tuple(
            YearLoad(year=str(year), pupils=demand.pupils[k], capacity=demand.places[k])
            for k, year in enumerate(demand.years)
            if k != tightest
        ),
        walking=demand.pupils.sum(axis=0),
        moving=moved_between(district, zones, wishes.stage, pupils=demand.pupils[0]),
        more_anchors=more_anchors,
        units=_units(district, home_at) if wishes.keep_units else (),
        composition=_composition(district, standard.on(on), wishes, zones),
    )
    if wishes.nearest_km is not None:
        problem = with_priority(problem, tolerance_km=wishes.nearest_km)
    return CatchmentCase(
        stage=wishes.stage,
        problem=problem,
        zones=zones,
        today=tuple(today),
        years=demand.years,
        already_over=int(demand.already_over.sum()),
    )


def balance_of(
    district: District, standard: StandardOnDate, *, stage: str, group: str, zones: Sequence[Zone]
) -> Balance:
    """Return a group and its share around each zone today; a zone that nothing lies around has that of all."""
    members, pupils = group_by_home(district, standard, stage=stage, group=group)
    measured = composition(district, standard, stage=stage, group=group)
    around = dict(measured.select("school", "around").iter_rows())
    everywhere = float(members.sum() / max(int(pupils.sum()), 1))
    middle = [everywhere if (one := around.get(zone.code)) is None else one for zone in zones]
    return Balance(members=members, pupils=pupils, middle=np.array(middle))


def _composition(
    district: District, standard: StandardOnDate, wishes: Wishes, zones: Sequence[Zone]
) -> Composition | None:
    """Return the limits on a group's share: so far from its share around each zone today, where it has one."""
    if wishes.balance is None:
        return None
    group, tolerance = wishes.balance
    found = balance_of(district, standard, stage=wishes.stage, group=group, zones=zones)
    return found.within(SHARES * tolerance)


def _tightest(demand: Demand) -> int:
    """Return the year whose children fill the places most: its places stay whole in the proof."""
    return int(np.argmax(demand.pupils.sum(axis=1) / np.maximum(demand.places.sum(axis=1), 1)))


def _bridges(anchor: IntArray, more_anchors: tuple[tuple[int, int], ...], wishes: Wishes) -> IntArray:
    """Return pairs that join the own homes of a shared zone's schools, where each of its pieces may hold one."""
    if wishes.shared_pieces == ONE_PIECE:
        return np.zeros((0, 2), np.int64)
    return np.array([(anchor[zone], home) for home, zone in more_anchors], np.int64).reshape(-1, 2)


def _schools(district: District, wishes: Wishes) -> tuple[str, ...]:
    return zoned_schools(district, wishes.stage) if wishes.schools is None else wishes.schools


def _units(district: District, home_at: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    rows = district.table("homes").filter(pl.col("unit").is_not_null())
    members = rows.group_by("unit", maintain_order=True).agg("home")["home"].to_list()
    return tuple(tuple(home_at[code] for code in codes) for codes in members if len(codes) > 1)


def _allowed(
    wishes: Wishes, home_at: Mapping[str, int], zones: Sequence[Zone]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    zone_at = {school: number for number, zone in enumerate(zones) for school in zone.schools}
    allowed = np.ones((len(home_at), len(zones)), dtype=bool)
    for home, school in wishes.forbidden:
        allowed[home_at[home], zone_at[school]] = False
    for home, school in wishes.locked.items():
        allowed[home_at[home]] &= np.arange(len(zones)) == zone_at[school]
    return allowed


def _absent_tables(district: District) -> list[Problem]:
    wanted = {
        "homes": Text("居住单元", "homes"),
        "children": Text("适龄儿童", "children by home"),
    }
    return [_needs(name, text) for name, text in wanted.items() if not district.has(name)]


def _absent_places(district: District, wishes: Wishes, schools: tuple[str, ...]) -> list[Problem]:
    frame = district.table("stages").filter(pl.col("stage") == wishes.stage)
    places = dict(zip(frame["school"].to_list(), frame["capacity_pupils"].to_list(), strict=True))
    if not schools:
        return [
            _needs("stages", Text("至少一所可划片的学校", "at least one school that draws from a catchment"))
        ]
    return [
        _needs("stages", Text("该学段的核定学位数", "the school's places at this stage"), key=code)
        for code in schools
        if places.get(code) is None
    ]


def _unknown(wishes: Wishes, homes: tuple[str, ...], schools: tuple[str, ...]) -> list[Problem]:
    pairs = [*wishes.locked.items(), *sorted(wishes.forbidden)]
    strangers = [
        Problem(
            code="unknown-in-wish",
            severity="error",
            place=Place(key="+".join(zone.schools)),
            found=Text("没有可划片的学校 {list}", "no schools with a catchment: {list}").format(
                list=", ".join(school for school in zone.schools if school not in schools)
            ),
            expected=Text("两所以上可划片的学校", "two or more schools with a catchment"),
            remedy=Text("请核对代码", "Check the codes"),
        )
        for zone in wishes.shared
        if len({*zone.schools} & {*schools}) < max(2, len(zone.schools))
    ]
    return strangers + [
        Problem(
            code="unknown-in-wish",
            severity="error",
            place=Place(key=f"{home}={school}"),
            found=Text("没有这个居住单元或可划片的学校", "no such home, or no such school with a catchment"),
            expected=Text("居住单元代码=学校代码", "home code=school code"),
            remedy=Text("请核对代码", "Check the codes"),
        )
        for home, school in pairs
        if home not in homes or school not in schools
    ]


def _needs(table: str, what: Text, *, key: str | None = None) -> Problem:
    return Problem(
        code="needed-for-catchments",
        severity="error",
        place=Place(sheet=table, key=key),
        found=Text("没有数据", "no data"),
        expected=what,
        remedy=Text("划定学区需要这些数据，请补填", "Catchments cannot be drawn without it: fill it in"),
    )
