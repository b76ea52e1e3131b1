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
from junheng.planners.schools import school_names, zoned_schools
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
    movers
        Children of each home whom the zones place in the year in which they change, shape (n,): of them some move.
    locked
        Codes of the homes that people locked to a school.
    """

    stage: str
    problem: CatchmentProblem
    zones: tuple[Zone, ...]
    today: tuple[str | None, ...]
    years: tuple[int, ...]
    already_over: int
    movers: IntArray
    locked: frozenset[str]


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
    names = school_names(district)
    homes = tuple(district.table("homes")["home"].to_list())
    problems = [
        *_absent_tables(district),
        *_absent_places(district, wishes, schools),
        *_unknown(wishes, homes, schools, names),
        *_unshared(wishes, schools),
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
    units = _units(district, home_at) if wishes.keep_units else {}
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
        units=tuple(units.values()),
        unit_names=tuple(units),
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
        movers=demand.pupils[0],
        locked=frozenset(wishes.locked),
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


def _units(district: District, home_at: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Return the homes of every compound or village that has several, by its name."""
    rows = district.table("homes").filter(pl.col("unit").is_not_null())
    members = rows.group_by("unit", maintain_order=True).agg("home").iter_rows()
    return {name: tuple(home_at[code] for code in codes) for name, codes in members if len(codes) > 1}


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
        return [_no_school(has_places=any(number is not None for number in places.values()))]
    return [
        _needs("stages", Text("该学段的核定学位数", "the school's places at this stage"), key=code)
        for code in schools
        if places.get(code) is None
    ]


def _no_school(*, has_places: bool) -> Problem:
    return Problem(
        code="needed-for-catchments",
        severity="error",
        place=Place(sheet="stages", column="capacity_pupils"),
        found=Text("该学段没有一所公办普通学校有学位", "no public ordinary school of this stage has a place")
        if has_places
        else Text("该学段没有公办普通学校", "no public ordinary school of this stage"),
        expected=Text("至少一所学位多于 0 的可划片学校", "at least one of them with more than 0 places"),
        remedy=Text("请核对学段、学位数与举办者", "Check the stage, the places and the schools' holders"),
    )


def _unknown(
    wishes: Wishes, homes: tuple[str, ...], schools: tuple[str, ...], names: Mapping[str, str]
) -> list[Problem]:
    """Check the codes of locks and bans: which half of a pair is wrong, and whether it is unknown or has no zone."""
    return [
        Problem(
            code="unknown-in-wish",
            severity="error",
            place=Place(key=f"{home}={school}"),
            found=_stranger(home, school, is_home=home in homes, is_school=school in schools, names=names),
            expected=Text(
                "居住单元代码=该学段可划片学校的代码",
                "the code of a home = the code of a school with a zone here",
            ),
            remedy=Text("请核对固定或禁止中的代码", "Check the codes of this lock or ban"),
        )
        for home, school in [*wishes.locked.items(), *sorted(wishes.forbidden)]
        if home not in homes or school not in schools
    ]


def _stranger(home: str, school: str, *, is_home: bool, is_school: bool, names: Mapping[str, str]) -> Text:
    no_home = Text("没有居住单元 {code}", "no home {code}").format(code=home)
    if is_school:
        return no_home
    no_school = (
        Text("学校 {code}（{name}）在该学段不划片", "the school {code} ({name}) has no zone at this stage")
        if school in names
        else Text("没有学校 {code}", "no school {code}")
    ).format(code=school, name=names.get(school, ""))
    return no_school if is_home else Text("，", ", ").join([no_home, no_school])


def _unshared(wishes: Wishes, schools: tuple[str, ...]) -> list[Problem]:
    """Check the zones to be shared: two or more schools each, all of them with a zone, and none in two of them."""
    problems, taken = [], set[str]()
    for zone in wishes.shared:
        strangers = [school for school in zone.schools if school not in schools]
        twice = [school for school in zone.schools if school in taken]
        taken |= {*zone.schools}
        if strangers:
            found = Text("不是该学段可划片的学校：{list}", "no schools with a zone at this stage: {list}")
        elif twice:
            found = Text("已在另一个共用学区：{list}", "already in another shared zone: {list}")
        elif len({*zone.schools}) < max(2, len(zone.schools)):
            found = Text("只有一所学校，或同一所写了两次", "a single school, or one named twice")
        else:
            continue
        problems.append(
            Problem(
                code="unknown-in-wish",
                severity="error",
                place=Place(key="+".join(zone.schools)),
                found=found.format(list=", ".join(strangers or twice)),
                expected=Text(
                    "两所以上可划片的学校，每校至多共用一个学区",
                    "two or more schools with a zone, each in one shared zone at most",
                ),
                remedy=Text("请核对多校划片的学校代码", "Check the codes of the schools that share"),
            )
        )
    return problems


def _needs(table: str, what: Text, *, key: str | None = None) -> Problem:
    return Problem(
        code="needed-for-catchments",
        severity="error",
        place=Place(sheet=table, key=key),
        found=Text("没有数据", "no data"),
        expected=what,
        remedy=Text("划定学区需要这些数据，请补填", "Catchments cannot be drawn without it: fill it in"),
    )
