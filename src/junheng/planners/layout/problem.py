"""The layout problem as one frozen object: sites with their possible courses, homes with the children to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from junheng.errors import Problem, UsageError
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.layout.course import Course
from junheng.text import Text

NO_SCHOOL = -1
"""Marks a home without a school at present."""

DISTANCE_YUAN = 0.01
"""What a pupil-km weighs inside the flows beside real yuan: so little that it only breaks ties of cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """The land under one school: a site, or those of several stages that are planned together.

    Attributes
    ----------
    school
        Code of the school.
    sites
        Positions of the sites that stand on it.
    classes
        Classes that can be added there, over all of these sites.
    """

    school: str
    sites: tuple[int, ...]
    classes: int


@dataclass(frozen=True, eq=False, kw_only=True)
class LayoutProblem:
    """Choose a course for every site, the same under every scenario, and serve every home in every year.

    Arrays are copied and made read-only. A *slot* is a planned year under a scenario; slots are numbered year by year,
    scenario by scenario.

    Attributes
    ----------
    stage
        The stage of schooling, for words and records.
    sites, homes
        Codes of the m sites and the n homes.
    years
        The planned school years, ascending and without gaps.
    scenarios
        Names of the forecast scenarios.
    weight
        Weight of each scenario in the expected transport costs, shape (scenarios,); sums to 1.
    courses
        For each site, what may happen to it; the first changes nothing where that is allowed.
    demand
        Children of each home in each slot, shape (years, scenarios, n), whole numbers from 0.
    km
        Distance from each home to each site, shape (n, m); read only where ``allowed``.
    allowed
        Whether a home may go to a site: travel time, shape (n, m).
    transport_yuan
        Yearly transport costs of one pupil of each home to each site, shape (n, m).
    present
        The site of each home at present, shape (n,); `NO_SCHOOL` where it has none.
    budget_yuan
        Most investment of each budget year, shape (years,); infinite where there is no limit.
    land
        What the land under the schools can still take, where that is recorded.
    budget_from, demand_from, notices
        Where budgets and children came from, and what the forecast says of the children, for the report; see ``FROM``
        of `junheng.planners.layout.budgets` and `junheng.planners.layout.future`.
    closed_to
        For each site, the kinds of course that were left out and why: ``{kind: reason code}``.
    anyway
        For each site, courses of such kinds that only a wish or a rule leaves out, to tell what they would cost; empty
        where nobody asks.
    """

    stage: str
    sites: tuple[str, ...]
    homes: tuple[str, ...]
    years: tuple[int, ...]
    scenarios: tuple[str, ...]
    weight: FloatArray
    courses: tuple[tuple[Course, ...], ...]
    demand: IntArray
    km: FloatArray
    allowed: BoolArray
    transport_yuan: FloatArray
    present: IntArray
    budget_yuan: FloatArray
    closed_to: tuple[Mapping[str, str], ...]
    anyway: tuple[Mapping[str, tuple[Course, ...]], ...] = ()
    land: tuple[Land, ...] = ()
    budget_from: str = "none"
    demand_from: str = "table"
    notices: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        n, m, years, scenarios = len(self.homes), len(self.sites), len(self.years), len(self.scenarios)
        self._set("weight", np.float64, (scenarios,))
        self._set("demand", np.int64, (years, scenarios, n))
        self._set("km", np.float64, (n, m))
        self._set("allowed", np.bool_, (n, m))
        self._set("transport_yuan", np.float64, (n, m))
        self._set("present", np.int64, (n,))
        self._set("budget_yuan", np.float64, (years,))
        if len(self.courses) != m or len(self.closed_to) != m or not all(self.courses):
            _refuse("courses", "", Text("每个地点至少一个走向", "at least one course for each site"))
        if any(len(course.places) != years for menu in self.courses for course in menu):
            _refuse("courses", "", Text("每年一个学位数", "places for every year"))

    def _set(self, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
        array = np.array(getattr(self, name), dtype=dtype)
        if array.shape != shape:
            _refuse(name, str(array.shape), Text.same(str(shape)))
        if name in ("demand", "budget_yuan", "weight") and array.size and array.min() < 0:
            _refuse(name, str(array.min()), Text.same(">= 0"))
        array.setflags(write=False)
        object.__setattr__(self, name, array)

    @property
    def n_slots(self) -> int:
        """Number of years times scenarios."""
        return len(self.years) * len(self.scenarios)

    @cached_property
    def by_slot(self) -> IntArray:
        """Children of each home by slot, shape (slots, n)."""
        return self.demand.reshape(self.n_slots, len(self.homes))

    @cached_property
    def slot_weight(self) -> FloatArray:
        """Weight of each slot's transport, shape (slots,)."""
        return np.tile(self.weight, len(self.years))

    @cached_property
    def slot_year(self) -> IntArray:
        """Position of each slot's year, shape (slots,)."""
        return np.repeat(np.arange(len(self.years)), len(self.scenarios))

    @cached_property
    def pupil_yuan(self) -> FloatArray:
        """What a pupil-year costs inside the flows: transport, and a trifle for the way; shape (n, m)."""
        yuan: FloatArray = np.where(self.allowed, self.transport_yuan + DISTANCE_YUAN * self.km, np.inf)
        return yuan

    @cached_property
    def zone_of(self) -> tuple[IntArray, ...]:
        """The homes that each site serves at present."""
        return tuple(np.flatnonzero(self.present == site) for site in range(len(self.sites)))

    def still(self, site: int) -> int:
        """Return the position of the course that changes nothing, or of the first where there is none."""
        return next((c for c, course in enumerate(self.courses[site]) if course.is_still), 0)


def _refuse(name: str, found: str, expected: Text) -> None:
    text = Text(
        "布局问题的 {name} 有误：{found} 应为{expected}",
        "{name} of the layout problem is wrong: {found} {expected}",
    )
    raise UsageError(text.format(name=name, found=found, expected=expected))
