"""From a District and what people wish to a catchment problem; whatever it needs and lacks is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.measure.adjacency import adjacency
from junheng.measure.distances import distances
from junheng.measure.places import children_by_home
from junheng.measure.positions import own_homes
from junheng.measure.seven import COMPULSORY
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.standards.standard import Standard
from junheng.text import Text

UNZONED_KINDS = ("special", "vocational", "kindergarten")
"""Kinds of school that draw their pupils from the whole district, not from a catchment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people fix before the planner begins.

    Attributes
    ----------
    stage
        ``primary`` or ``junior``.
    locked
        Home to school: this home must go there.
    forbidden
        Pairs of home and school that must not be joined.
    schools
        Schools to draw zones for; `None` for every public school of the stage.
    max_moved_pupils
        Most pupils that may get another school than today; `None` for no limit.
    keep_units
        Whether homes of one unit (compound or village, the column ``unit``) must go to one school.
    """

    stage: str
    locked: Mapping[str, str]
    forbidden: frozenset[tuple[str, str]]
    schools: tuple[str, ...] | None = None
    max_moved_pupils: int | None = None
    keep_units: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in one order."""
        return {
            "stage": self.stage,
            "locked": dict(sorted(self.locked.items())),
            "forbidden": sorted(map(list, self.forbidden)),
            "schools": None if self.schools is None else sorted(self.schools),
            "max_moved_pupils": self.max_moved_pupils,
            "keep_units": self.keep_units,
        }


def catchment_problem(
    district: District, standard: Standard, *, wishes: Wishes, on: date
) -> CatchmentProblem:
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
    home_at = {code: i for i, code in enumerate(homes)}
    school_at = {code: j for j, code in enumerate(schools)}
    km = distances(district, schools).km
    return CatchmentProblem(
        homes=homes,
        schools=schools,
        pupils=_children(district, standard, wishes.stage, home_at=home_at, on=on),
        distance_km=km,
        capacity=_capacity(district, wishes.stage, schools),
        edges=graph.pairs,
        anchor=own_homes(district, schools),
        allowed=_allowed(wishes, home_at, school_at) & np.isfinite(km),  # where no road leads, nobody is sent
        present=_present(district, wishes.stage, home_at=home_at, school_at=school_at),
        moved_pupils_cap=wishes.max_moved_pupils,
        units=_units(district, home_at) if wishes.keep_units else (),
    )


def zoned_schools(district: District, stage: str) -> tuple[str, ...]:
    """Return the schools that draw from a catchment at a stage: public, of an ordinary kind, with places."""
    frame = (
        district.table("stages")
        .filter(pl.col("stage") == stage)
        .join(district.table("schools"), on="school", maintain_order="left")
        .filter(pl.col("holder").ne_missing("private") & ~pl.col("kind").is_in(UNZONED_KINDS))
        .filter(pl.col("capacity_pupils").fill_null(1) > 0)
    )
    return tuple(frame["school"].to_list())


def _schools(district: District, wishes: Wishes) -> tuple[str, ...]:
    return zoned_schools(district, wishes.stage) if wishes.schools is None else wishes.schools


def _children(
    district: District, standard: Standard, stage: str, *, home_at: Mapping[str, int], on: date
) -> np.ndarray[Any, np.dtype[np.int64]]:
    pupils = np.zeros(len(home_at), dtype=np.int64)
    living = children_by_home(district, standard.on(on)).filter(pl.col("stage") == stage)
    for home, count in zip(living["home"].to_list(), living["children"].to_list(), strict=True):
        pupils[home_at[home]] = count
    return pupils


def _capacity(
    district: District, stage: str, schools: tuple[str, ...]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    frame = district.table("stages").filter(pl.col("stage") == stage)
    places = dict(zip(frame["school"].to_list(), frame["capacity_pupils"].to_list(), strict=True))
    return np.array([places[code] for code in schools], dtype=np.int64)


def _present(
    district: District, stage: str, *, home_at: Mapping[str, int], school_at: Mapping[str, int]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    present = np.full(len(home_at), NO_SCHOOL, dtype=np.int64)
    zones = district.table("catchments").filter(pl.col("stage") == stage)
    for home, school in zip(zones["home"].to_list(), zones["school"].to_list(), strict=True):
        present[home_at[home]] = school_at.get(school, NO_SCHOOL)
    return present


def _units(district: District, home_at: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    rows = district.table("homes").filter(pl.col("unit").is_not_null())
    members = rows.group_by("unit", maintain_order=True).agg("home")["home"].to_list()
    return tuple(tuple(home_at[code] for code in codes) for codes in members if len(codes) > 1)


def _allowed(
    wishes: Wishes, home_at: Mapping[str, int], school_at: Mapping[str, int]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    allowed = np.ones((len(home_at), len(school_at)), dtype=bool)
    for home, school in wishes.forbidden:
        allowed[home_at[home], school_at[school]] = False
    for home, school in wishes.locked.items():
        allowed[home_at[home]] &= np.arange(len(school_at)) == school_at[school]
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
    return [
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
