"""The compliance problem as one frozen object: what every school stage has, what it needs, what can be done."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from junheng.errors import UsageError
from junheng.measure.seven import COMPULSORY, PER, RESOURCES
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.compliance.costs import UnitCosts
from junheng.planners.compliance.kinds import KINDS
from junheng.standards.value import RELATIVE_TOLERANCE
from junheng.text import Text

N_INDICATORS = len(RESOURCES)
PEOPLE = tuple(r for r, resource in enumerate(RESOURCES) if not resource.is_shared)
"""The indicators that count teachers: R1, R2, R3, each in the stage that the teacher teaches."""
THINGS = tuple(r for r, resource in enumerate(RESOURCES) if resource.is_shared)
"""The indicators that count rooms, grounds and equipment: R4 to R7, shared by the stages of a school."""
IS_WHOLE: BoolArray = np.array([[resource.is_whole] for resource in RESOURCES])
STEP = {"m2": 1.0, "yuan": 100.0, "room": 1.0}
"""In what steps things are built or bought: whole square metres, hundreds of yuan, whole rooms."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ComplianceProblem:
    """Make ``m`` school stages of ``n`` schools pass at the least cost.

    Arrays are copied and made read-only. Resources are in real units: persons, square metres, yuan, rooms.

    Attributes
    ----------
    schools
        Codes of the n schools.
    school, stage
        School and stage (0 primary, 1 junior) of each school stage, shape (m,).
    pupils
        Pupils of each school stage, shape (m,), above 0.
    total
        What each school stage draws on today, by indicator, shape (7, m): its own teachers, or the school's things.
    sharing
        By how many pupils that is divided, shape (7, m); see `junheng.measure.resources.Resources`.
    threshold, floor
        What an indicator must reach, and what it must reach where it may stay under its threshold, in the
        standard's unit, shape (7, m).
    may_miss
        How many indicators may stay under their threshold, shape (m,).
    cv_limit
        Largest coefficient of variation by indicator and stage, shape (7, 2); infinite where there is no limit.
    available
        Teachers of each kind who may leave a school stage, shape (7, m): locked posts are taken off.
    most_leaving
        Teachers who may leave a school stage in all, shape (m,).
    may_receive
        Whether teachers may be moved to a school stage, shape (m,).
    distance_km
        Between the schools, shape (n, n), km.
    ceiling, least
        Most and least that is added to a school of each of R4 to R7, shape (4, n); infinite for no ceiling.
    max_recruits
        Most teachers recruited in all; `None` for no limit.
    max_move_km
        Longest move of a teacher; `None` for no limit.
    costs
        Yuan a unit.
    """

    schools: tuple[str, ...]
    school: IntArray
    stage: IntArray
    pupils: FloatArray
    total: FloatArray
    sharing: FloatArray
    threshold: FloatArray
    floor: FloatArray
    may_miss: IntArray
    cv_limit: FloatArray
    available: IntArray
    most_leaving: IntArray
    may_receive: BoolArray
    distance_km: FloatArray
    ceiling: FloatArray
    least: FloatArray
    max_recruits: int | None
    max_move_km: float | None
    costs: UnitCosts

    def __post_init__(self) -> None:
        n, m = len(self.schools), len(self.school)
        r, k, t, s = N_INDICATORS, len(KINDS), len(THINGS), len(COMPULSORY)
        shapes = {
            "total": (r, m),
            "sharing": (r, m),
            "threshold": (r, m),
            "floor": (r, m),
            "cv_limit": (r, s),
            "available": (k, m),
            "distance_km": (n, n),
            "ceiling": (t, n),
            "least": (t, n),
        }
        kinds = {"IntArray": np.int64, "FloatArray": np.float64, "BoolArray": np.bool_}
        for field in fields(self):
            if field.type in kinds:
                array: npt.NDArray[Any] = np.array(getattr(self, field.name), dtype=kinds[str(field.type)])
                _require(array.shape == shapes.get(field.name, (m,)), field.name, array.shape)
                _require(not np.isnan(array).any(), field.name, "NaN")
                array.setflags(write=False)
                object.__setattr__(self, field.name, array)
        _require(len(set(self.schools)) == n, "schools", self.schools)
        _require(bool((self.pupils > 0).all()), "pupils", self.pupils)

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return len(self.schools)

    @property
    def n_stages(self) -> int:
        """Number of school stages."""
        return len(self.school)

    @cached_property
    def per_unit(self) -> FloatArray:
        """By how much one more unit raises an indicator, as a share of its stage's threshold, shape (7, m).

        Where school stages have thresholds of their own, it is the largest of the stage: variation compares like with
        like.
        """
        level = np.zeros(self.threshold.shape)
        for s in range(len(COMPULSORY)):
            rows = self.of_stage(s)
            level[:, rows] = self.threshold[:, rows].max(axis=1, initial=0.0, keepdims=True)
        found: FloatArray = PER / self.sharing / level
        return found

    @cached_property
    def weight(self) -> FloatArray:
        """Share of each school stage in the pupils of its stage, shape (m,)."""
        of_stage = np.bincount(self.stage, weights=self.pupils, minlength=len(COMPULSORY))
        found: FloatArray = self.pupils / of_stage[self.stage]
        return found

    @cached_property
    def need(self) -> FloatArray:
        """What a school stage needs in all to reach each threshold, whole where the resource is, shape (7, m)."""
        return _whole_need(self.threshold * self.sharing / PER)

    @cached_property
    def need_floor(self) -> FloatArray:
        """What it needs in all to reach each floor, shape (7, m)."""
        return _whole_need(self.floor * self.sharing / PER)

    @cached_property
    def is_met(self) -> BoolArray:
        """Whether an indicator is met today, shape (7, m)."""
        return at_least(self.total, self.need)

    @cached_property
    def is_below(self) -> BoolArray:
        """Whether an indicator is under its floor today, shape (7, m)."""
        return ~at_least(self.total, self.need_floor)

    @cached_property
    def passes(self) -> BoolArray:
        """Whether a school stage passes the school rule today, shape (m,)."""
        return passing(self, self.total)

    def of_stage(self, stage: int) -> IntArray:
        """Return the school stages of a stage."""
        return np.flatnonzero(self.stage == stage)


def passing(problem: ComplianceProblem, total: FloatArray) -> BoolArray:
    """Return whether each school stage passes the school rule with given resources, shape (m,)."""
    n_missed = (~at_least(total, problem.need)).sum(axis=0)
    found: BoolArray = at_least(total, problem.need_floor).all(axis=0) & (n_missed <= problem.may_miss)
    return found


def variation(problem: ComplianceProblem, total: FloatArray) -> FloatArray:
    """Return the coefficient of variation of each indicator and stage, shape (7, 2); 0 for a stage without schools."""
    found = np.zeros((N_INDICATORS, len(COMPULSORY)))
    for s in range(len(COMPULSORY)):
        rows = problem.of_stage(s)
        if len(rows):
            x, weight = (total * problem.per_unit)[:, rows], problem.weight[rows]
            mean = x @ weight
            deviation = np.sqrt((x - mean[:, None]) ** 2 @ weight)
            found[:, s] = np.where(mean > 0, deviation / np.where(mean > 0, mean, 1.0), 0.0)
    return found


def at_least(total: FloatArray, need: FloatArray) -> BoolArray:
    """Say whether a resource reaches what is needed; the last bits of a division decide nothing."""
    found: BoolArray = total >= need * (1 - RELATIVE_TOLERANCE)
    return found


def _whole_need(need: FloatArray) -> FloatArray:
    found: FloatArray = np.where(IS_WHOLE, np.ceil(need * (1 - RELATIVE_TOLERANCE)), need)
    return found


def _require(holds: bool, name: str, found: object) -> None:
    if not holds:
        raise UsageError(
            Text(
                f"达标规划问题的 {name} 有误：{found}",
                f"{name} of the compliance problem is wrong: {found}",
            )
        )
