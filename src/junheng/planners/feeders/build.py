"""From a District and what people wish to a feeder problem; whatever it needs and lacks is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.errors import InputError, Place, Problem
from junheng.measure.norms import norms_of
from junheng.measure.positions import school_positions
from junheng.measure.resources import resources
from junheng.measure.seven import COMPULSORY
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.feeders.problem import NO_TARGET, FeederProblem
from junheng.planners.schools import is_ordinary_public
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

LEFT, ENTERED = "primary", "junior"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people fix before the planner begins.

    Attributes
    ----------
    locked
        Primary to junior school: this pair must be.
    forbidden
        Pairs of primary and junior school that must not be.
    max_km
        Farthest junior school that a primary school may lead on to; `None` for no limit.
    """

    locked: Mapping[str, str]
    forbidden: frozenset[tuple[str, str]]
    max_km: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in one order."""
        return {
            "locked": dict(sorted(self.locked.items())),
            "forbidden": sorted(map(list, self.forbidden)),
            "max_km": self.max_km,
        }


def feeder_problem(district: District, standard: StandardOnDate, *, wishes: Wishes) -> FeederProblem:
    """Return the numeric problem of a District; see `junheng.planners.feeders.planner`.

    A school that has both stages leads on to itself and is left out, with the places that its own leavers take; so is
    one whose last grade is recorded with nobody in it. Distances are straight lines between the schools. How strong a
    school is comes from the seven resource indicators: how far it meets each standard (at most 1), on average over
    those that are known.
    """
    primaries, juniors = _schools(district, LEFT), _schools(district, ENTERED)
    through = set(primaries) & set(juniors)
    leavers = _leavers(district, standard)
    primaries = [code for code in primaries if code not in through and leavers.get(code) != 0]
    strength = _strength(district, standard)
    places = _places(district, standard)
    _refuse(
        [
            *_unknown(wishes, primaries, juniors),
            *_absent(primaries, leavers, "rolls", Text("毕业年级在校生", "pupils of the last primary grade")),
            *_absent(juniors, places, "stages", Text("初中核定学位数", "places of the junior stage")),
            *_absent(
                primaries, strength[LEFT], "premises", Text("至少一项资源指标", "one of the seven indicators")
            ),
            *_absent(
                juniors,
                strength[ENTERED],
                "premises",
                Text("至少一项资源指标", "one of the seven indicators"),
            ),
            *_unplaced(district, [*primaries, *juniors]),
        ]
    )
    km = great_circle_km(
        school_positions(district, tuple(primaries))[:, None, :],
        school_positions(district, tuple(juniors))[None],
    )
    taken = [leavers.get(code, 0) if code in through else 0 for code in juniors]
    return FeederProblem(
        primaries=tuple(primaries),
        juniors=tuple(juniors),
        leavers=np.array([leavers[code] for code in primaries], dtype=np.int64),
        places=np.maximum(np.array([places[code] for code in juniors], dtype=np.int64) - taken, 0),
        strength=np.array([strength[LEFT][code] for code in primaries]),
        target_strength=np.array([strength[ENTERED][code] for code in juniors]),
        distance_km=km,
        allowed=_allowed(wishes, primaries, juniors, km),
        present=_present(district, primaries, juniors),
    )


def _schools(district: District, stage: str) -> list[str]:
    """Return the public schools that have a stage, in the order of the table ``schools``."""
    of_stage = district.table("stages").filter(pl.col("stage") == stage)["school"]
    schools = district.table("schools").filter(
        pl.col("school").is_in(of_stage.to_list()), is_ordinary_public()
    )
    return schools["school"].to_list()


def _leavers(district: District, standard: StandardOnDate) -> dict[str, int]:
    last = int(standard.value("schooling.last_grade", stage=LEFT).number)
    rows = district.table("rolls").filter(
        pl.col("year") == district.year.start, pl.col("stage") == LEFT, pl.col("grade") == last
    )
    return dict(zip(rows["school"].to_list(), rows["pupils"].to_list(), strict=True))


def _places(district: District, standard: StandardOnDate) -> dict[str, int]:
    """Return the places of one year: those of the stage over its grades, rounded down."""
    first, last = (
        int(standard.value(f"schooling.{end}_grade", stage=ENTERED).number) for end in ("first", "last")
    )
    rows = district.table("stages").filter(pl.col("stage") == ENTERED).drop_nulls("capacity_pupils")
    yearly = (rows["capacity_pupils"] // (last - first + 1)).to_list()
    return dict(zip(rows["school"].to_list(), yearly, strict=True))


def _strength(district: District, standard: StandardOnDate) -> dict[str, dict[str, float]]:
    """Return by stage and school how far the seven standards are met; a point too small to be judged counts as well."""
    found = resources(district, standard)
    compulsory = found.only(np.isin(found.stage, range(len(COMPULSORY))))
    reached = compulsory.per_head() / norms_of(standard).threshold.take(compulsory.stage, axis=1)
    frame = district.table("stages")[compulsory.row].select("school", "stage")
    n_known = np.isfinite(reached).sum(axis=0)
    total = np.where(np.isfinite(reached), np.clip(reached, 0, 1), 0).sum(axis=0)
    strength: dict[str, dict[str, float]] = {stage: {} for stage in COMPULSORY}
    for (school, stage), n, points in zip(frame.iter_rows(), n_known.tolist(), total.tolist(), strict=True):
        if n:
            strength[stage][school] = points / n
    return strength


def _allowed(wishes: Wishes, primaries: list[str], juniors: list[str], km: FloatArray) -> BoolArray:
    allowed: BoolArray = np.ones(km.shape, dtype=bool)
    if wishes.max_km is not None:
        allowed = km <= wishes.max_km
    row = {code: i for i, code in enumerate(primaries)}
    column = {code: j for j, code in enumerate(juniors)}
    for school, target in wishes.forbidden:
        allowed[row[school], column[target]] = False
    for school, target in wishes.locked.items():
        is_open = (school, target) not in wishes.forbidden
        allowed[row[school]] = False
        allowed[row[school], column[target]] = is_open
    return allowed


def _present(district: District, primaries: list[str], juniors: list[str]) -> IntArray:
    column = {code: j for j, code in enumerate(juniors)}
    rows = district.table("feeders").filter(pl.col("stage") == ENTERED)
    targets: dict[str, list[str]] = {}
    for school, target in zip(rows["school"].to_list(), rows["target"].to_list(), strict=True):
        targets.setdefault(school, []).append(target)
    alone = {school: own[0] for school, own in targets.items() if len(own) == 1}
    return np.array([column.get(alone.get(code, ""), NO_TARGET) for code in primaries], dtype=np.int64)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)


def _absent(codes: list[str], known: Mapping[str, object], sheet: str, what: Text) -> list[Problem]:
    return [_needs(sheet, code, what) for code in codes if known.get(code) is None]


def _unplaced(district: District, codes: list[str]) -> list[Problem]:
    at = school_positions(district, tuple(codes))
    what = Text("学校经纬度", "the position of the school")
    return [_needs("schools", codes[i], what) for i in np.flatnonzero(np.isnan(at).any(axis=1)).tolist()]


def _needs(sheet: str, code: str, what: Text) -> Problem:
    return Problem(
        code="needed-for-feeders",
        severity="error",
        place=Place(sheet=table(sheet).label.zh, key=code),
        found=Text("没有数据", "no data"),
        expected=what,
        remedy=Text("编制对口方案需要这些数据，请补填", "Feeders cannot be planned without it: fill it in"),
    )


def _unknown(wishes: Wishes, primaries: list[str], juniors: list[str]) -> list[Problem]:
    return [
        Problem(
            code="unknown-in-wish",
            severity="error",
            place=Place(key=f"{school}={target}"),
            found=Text("没有这所可对口的小学或初中", "no such primary or junior school that can be paired"),
            expected=Text("小学代码=初中代码", "primary school=junior school"),
            remedy=Text("请核对代码", "Check the codes"),
        )
        for school, target in [*wishes.locked.items(), *sorted(wishes.forbidden)]
        if school not in primaries or target not in juniors
    ]
