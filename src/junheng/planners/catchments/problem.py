"""The catchment problem as one frozen object: who lives where, what each school holds, what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from junheng.errors import UsageError
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.text import Text

NO_SCHOOL = -1
"""Marks a home that has no school at present."""


@dataclass(frozen=True, eq=False, kw_only=True)
class YearLoad:
    """One more year that the plan must hold for.

    Attributes
    ----------
    year
        What people call the year.
    pupils
        Pupils who live in each home in that year, shape (n,), whole numbers from 0.
    capacity
        Pupils that each school can hold in that year, shape (m,), whole numbers from 0.
    """

    year: str
    pupils: IntArray
    capacity: IntArray


@dataclass(frozen=True, eq=False, kw_only=True)
class SumLimit:
    """A sum over the plan that may not pass a number.

    Attributes
    ----------
    name
        Stable name of the rule.
    weight
        What each pair of home and school adds, shape (n, m), whole numbers from 0.
    most
        The number that the sum may not pass.
    """

    name: str
    weight: IntArray
    most: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Composition:
    """A share that every zone must have of some group of pupils, within limits.

    Attributes
    ----------
    members
        Pupils of the group in each home, shape (n,).
    pupils
        Pupils of whom the group is a part, shape (n,).
    least, most
        Least and most share of the group in each school's zone, in ten-thousandths, shape (m,), whole numbers.
    """

    members: IntArray
    pupils: IntArray
    least: IntArray
    most: IntArray

    def breach(self, members: IntArray, pupils: IntArray, schools: IntArray | slice) -> IntArray:
        """Return by how many pupils zones pass their limits, rounded up, from members and pupils of each."""
        above = SHARES * members - self.most[schools] * pupils
        below = self.least[schools] * pupils - SHARES * members
        return np.asarray(-(-np.maximum(np.maximum(above, below), 0) // SHARES))


@dataclass(frozen=True, eq=False, kw_only=True)
class Claims:
    """Who may not be sent past which school; see `junheng.planners.catchments.claims`.

    Attributes
    ----------
    school
        The school that each home has a claim to, shape (n,); `NO_SCHOOL` for none.
    tolerance_km
        How much farther than its claim a home may be sent.
    """

    school: IntArray
    tolerance_km: float


SHARES = 10_000
"""Shares of a composition are whole numbers of so many parts."""


@dataclass(frozen=True, eq=False, kw_only=True)
class CatchmentProblem:
    """Give every home to one school.

    Arrays are copied and made read-only; homes and schools are numbered in the order of their codes.

    Attributes
    ----------
    homes
        Codes of the n homes (residential units, indivisible).
    schools
        Codes of the m schools.
    pupils
        Pupils who live in each home, shape (n,), whole numbers from 0.
    distance_km
        Distance from each home to each school, shape (n, m), km. Read only where ``allowed``.
    capacity
        Pupils that each school can hold, shape (m,), whole numbers from 0.
    edges
        Pairs of homes that touch each other, shape (k, 2): the graph in which zones must be connected.
    anchor
        The home in which each school stands, shape (m,).
    allowed
        Whether a home may go to a school, shape (n, m): locks and forbidden pairs are folded in.
    present
        The school of each home at present, shape (n,); `NO_SCHOOL` where it has none.
    moved_pupils_cap
        Most pupils that may get another school than at present; `None` for no limit.
    other_years
        Further years that the same zones must hold for. A school's overflow is that of its worst year: the places
        that it lacks to take in its zone in every year.
    walking
        Pupils whose ways to school count, shape (n,), summed over the years; `None` for ``pupils``.
    moving
        Pupils who get another school than now if a home goes to a school, shape (n, m); `None` for the pupils of
        every home that has a school now and gets another.
    more_anchors
        Pairs of home and school: homes that must go to a school as well as its own home, because further schools
        that share its zone stand in them.
    units
        Homes that move together, as positions: each residential unit or village that is kept whole.
    unit_names
        What people call each of ``units``, for messages; empty where nothing is known.
    further_limits
        Sums that may not pass a number, beside the pupils moved.
    overflow_allowed
        Pupils over capacity, all schools together, that shorter ways may cost: only more count as worse.
    composition
        Share of some group that every zone must have; `None` for no such rule.
    claims
        What the priority of the nearest closed in ``allowed``; `None` without it.
    """

    homes: tuple[str, ...]
    schools: tuple[str, ...]
    pupils: IntArray
    distance_km: FloatArray
    capacity: IntArray
    edges: IntArray
    anchor: IntArray
    allowed: BoolArray
    present: IntArray
    moved_pupils_cap: int | None = None
    other_years: tuple[YearLoad, ...] = ()
    walking: IntArray | None = None
    moving: IntArray | None = None
    more_anchors: tuple[tuple[int, int], ...] = ()
    units: tuple[tuple[int, ...], ...] = ()
    unit_names: tuple[str, ...] = ()
    further_limits: tuple[SumLimit, ...] = ()
    overflow_allowed: int = 0
    composition: Composition | None = None
    claims: Claims | None = None

    def __post_init__(self) -> None:
        n, m = len(self.homes), len(self.schools)
        _set(self, "pupils", np.int64, (n,))
        _set(self, "distance_km", np.float64, (n, m))
        _set(self, "capacity", np.int64, (m,))
        _set(self, "edges", np.int64, (len(self.edges), 2))
        _set(self, "anchor", np.int64, (m,))
        _set(self, "allowed", np.bool_, (n, m))
        _set(self, "present", np.int64, (n,))
        if self.walking is not None:
            _set(self, "walking", np.int64, (n,))
        if self.moving is not None:
            _set(self, "moving", np.int64, (n, m))
        _require_unique("homes", self.homes)
        _require_unique("schools", self.schools)
        _require_range("edges", self.edges, 0, n)
        _require_range("anchor", self.anchor, 0, n)
        _require_range("present", self.present, NO_SCHOOL, m)

    @property
    def n_homes(self) -> int:
        """Number of homes."""
        return len(self.homes)

    @cached_property
    def anchored(self) -> IntArray:
        """Every home that must go to a school, and the school, shape (k, 2): the schools' own homes first."""
        own = np.column_stack([self.anchor, np.arange(self.n_schools)])
        return np.concatenate([own, np.array(self.more_anchors, np.int64).reshape(-1, 2)])

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return len(self.schools)

    @cached_property
    def cost(self) -> FloatArray:
        """Pupil-km of giving each home to each school, shape (n, m); 0 where it is not allowed."""
        walking = self.pupils if self.walking is None else self.walking
        cost = np.where(self.allowed, walking[:, None] * np.where(self.allowed, self.distance_km, 0.0), 0.0)
        cost.setflags(write=False)
        return cost

    @cached_property
    def moved(self) -> IntArray:
        """Pupils who move if a home goes to a school, shape (n, m); none where it has no school now."""
        if self.moving is not None:
            return self.moving
        return leaving(self.present, self.pupils, n_schools=self.n_schools)

    @property
    def sum_limits(self) -> tuple[SumLimit, ...]:
        """Every sum that may not pass a number."""
        if self.moved_pupils_cap is None:
            return self.further_limits
        moved = SumLimit(name="moved_cap", weight=self.moved, most=self.moved_pupils_cap)
        return (moved, *self.further_limits)

    @cached_property
    def pupils_by_year(self) -> IntArray:
        """Pupils of each home in every year, shape (years, n)."""
        return np.stack([self.pupils, *(np.asarray(one.pupils, np.int64) for one in self.other_years)])

    @cached_property
    def capacity_by_year(self) -> IntArray:
        """Places of each school in every year, shape (years, m)."""
        return np.stack([self.capacity, *(np.asarray(one.capacity, np.int64) for one in self.other_years)])

    @cached_property
    def tallied(self) -> IntArray:
        """What is added up zone by zone: pupils in every year, then members and pupils of a composition, (rows, n)."""
        if self.composition is None:
            return self.pupils_by_year
        return np.concatenate([self.pupils_by_year, [self.composition.members, self.composition.pupils]])

    def shortfall(self, tally: IntArray, schools: IntArray | slice) -> IntArray:
        """Return what zones with some sums lack: places in the worst year, and dearer, pupils out of composition.

        Parameters
        ----------
        tally
            Sums of each zone, shape (rows, k), rows as in ``tallied``.
        schools
            The schools of the k zones.
        """
        over = tally[: len(self.pupils_by_year)] - self.capacity_by_year[:, schools]
        lacking = np.maximum(over.max(axis=0), 0)
        if self.composition is None:
            return np.asarray(lacking)
        breach = self.composition.breach(tally[-2], tally[-1], schools)
        return np.asarray(lacking + breach * (1 + int(self.pupils.max(initial=0))))

    @property
    def most_overflow(self) -> int:
        """Pupils that no plan can have more of above the places, all schools together."""
        return int(self.pupils_by_year.sum())

    @cached_property
    def graph(self) -> sparse.csr_array:
        """The home graph as a symmetric sparse matrix of ones, shape (n, n), without loops."""
        first, second = self.edges[self.edges[:, 0] != self.edges[:, 1]].T
        rows, cols = np.concatenate([first, second]), np.concatenate([second, first])
        graph = sparse.csr_array(
            (np.ones(len(rows), np.int8), (rows, cols)), shape=(self.n_homes, self.n_homes)
        )
        graph.sum_duplicates()
        graph.data[:] = 1
        return graph

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """The homes that touch each home, in ascending order."""
        graph = self.graph
        return tuple(
            tuple(graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist()) for i in range(self.n_homes)
        )


def leaving(present: IntArray, pupils: IntArray, *, n_schools: int) -> IntArray:
    """Return the pupils who move if a home goes to a school, shape (n, n_schools); none where it has no school now."""
    elsewhere = np.arange(n_schools)[None, :] != present[:, None]
    return np.where(elsewhere & (present != NO_SCHOOL)[:, None], pupils[:, None], 0)


def _set(problem: CatchmentProblem, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    given = np.asarray(getattr(problem, name))
    array = np.array(given.reshape(shape) if given.size == 0 else given, dtype=dtype)
    if array.shape != shape:
        _refuse(name, f"形状 {array.shape}", f"shape {array.shape}", f"形状 {shape}", f"shape {shape}")
    if (
        given.dtype.kind == "f"
        and np.issubdtype(dtype, np.integer)
        and not np.array_equal(given.reshape(shape), array)
    ):
        _refuse(name, "非整数", "numbers that are not whole", "整数", "whole numbers")
    array.setflags(write=False)
    object.__setattr__(problem, name, array)


def _require_unique(name: str, codes: tuple[str, ...]) -> None:
    if len(set(codes)) != len(codes):
        repeated = sorted({code for code in codes if codes.count(code) > 1})
        listed = ", ".join(repeated)
        _refuse(name, f"重复的代码 {listed}", f"repeated codes {listed}", "不重复的代码", "each code once")


def _require_range(name: str, numbers: IntArray, least: int, end: int) -> None:
    if numbers.size and (numbers.min() < least or numbers.max() >= end):
        found = f"{numbers.min()}..{numbers.max()}"
        _refuse(name, found, found, f"{least}..{end - 1}", f"{least}..{end - 1}")


def _refuse(name: str, found_zh: str, found_en: str, expected_zh: str, expected_en: str) -> None:
    raise UsageError(
        Text(
            f"学区划分问题的 {name} 有误：{found_zh}，应为{expected_zh}",
            f"{name} of the catchment problem is wrong: found {found_en}, expected {expected_en}",
        )
    )
