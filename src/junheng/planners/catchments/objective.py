"""What a plan is worth: pupils over capacity, then pupil-km, then pupils moved, each with its proven bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.problem import CatchmentProblem, SumLimit

OVERFLOW, DISTANCE, MOVED = "overflow_pupils", "pupil_km", "moved_pupils"
UNITS_OF_LEVELS = {OVERFLOW: "pupil", DISTANCE: "pupil km", MOVED: "pupil"}
_WAYS = 4.0
KM_TOLERANCE = 1e-9
"""Share by which two sums of pupil-km may differ and still count as equal: the noise of adding floats."""


class Score(NamedTuple):
    """The three objectives of a plan, in their order of importance."""

    overflow_pupils: int
    pupil_km: float
    moved_pupils: int

    def is_better_than(self, other: Score) -> bool:
        """Return whether this score comes first in the stated order, floats compared with their noise."""
        if self.overflow_pupils != other.overflow_pupils:
            return self.overflow_pupils < other.overflow_pupils
        noise = KM_TOLERANCE * max(1.0, abs(other.pupil_km))
        if abs(self.pupil_km - other.pupil_km) > noise:
            return self.pupil_km < other.pupil_km
        return self.moved_pupils < other.moved_pupils


class Level(NamedTuple):
    """One objective of a solved plan.

    Attributes
    ----------
    name
        ``overflow_pupils``, ``pupil_km`` or ``moved_pupils``.
    value
        What the plan reaches.
    bound
        Proven: no plan that keeps the values of the earlier levels (and the hard rules) goes below it.
    gap
        (value - bound) / value; 0 where the value is 0 or proven best.
    unit
        Code of the unit.
    """

    name: str
    value: float
    bound: float
    gap: float
    unit: str


def level(name: str, value: float, bound: float) -> Level:
    """Return a level with its gap; a bound above the value (by rounding noise) is cut to the value."""
    bound = min(float(value), max(0.0, bound))
    return Level(name, value, bound, (value - bound) / value if value > 0 else 0.0, UNITS_OF_LEVELS[name])


def loads(problem: CatchmentProblem, assignment: IntArray) -> IntArray:
    """Return the pupils of each zone in every year, shape (years, m)."""
    return tallies(problem, assignment)[: len(problem.pupils_by_year)]


def tallies(problem: CatchmentProblem, assignment: IntArray) -> IntArray:
    """Return the sums of each zone, shape (rows, m), rows as in `CatchmentProblem.tallied`."""
    filled = [
        np.bincount(assignment, weights=counted, minlength=problem.n_schools) for counted in problem.tallied
    ]
    return np.array(filled).astype(
        np.int64
    )  # sums of whole numbers: exact as floats, and faster than adding in place


def overflows(problem: CatchmentProblem, assignment: IntArray) -> IntArray:
    """Return the pupils of each zone above its school's places in the worst year, shape (m,), from 0.

    A zone out of composition counts as far over capacity: no plan is taken that has one.
    """
    return problem.shortfall(tallies(problem, assignment), slice(None))


def score(problem: CatchmentProblem, assignment: IntArray) -> Score:
    """Return the three objectives of a plan."""
    homes = np.arange(problem.n_homes)
    overflow = overflows(problem, assignment).sum()
    moved = problem.moved[homes, assignment].sum()
    return Score(int(overflow), float(problem.cost[homes, assignment].sum()), int(moved))


def is_better(problem: CatchmentProblem, one: IntArray, other: IntArray) -> bool:
    """Return whether a plan comes before another in the stated order; overflow that is allowed counts as none."""
    allowed = problem.overflow_allowed
    first, second = (
        reached._replace(overflow_pupils=max(allowed, reached.overflow_pupils))
        for reached in (score(problem, one), score(problem, other))
    )
    return first.is_better_than(second)


@dataclass(frozen=True, eq=False, kw_only=True)
class Limit:
    """A sum over the plan that may not pass a number.

    Attributes
    ----------
    name
        Stable name of the constraint: ``moved_cap`` or ``pupil_km``.
    weight
        What each pair of home and school adds, shape (n, m).
    most
        The number that the sum may not pass.
    price
        Cost of passing it by 1 while a search has no plan that keeps it.
    """

    name: str
    weight: FloatArray
    most: float
    price: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Goal:
    """One linear objective with its limits: what one solving step works towards.

    Attributes
    ----------
    cost
        Cost of each pair of home and school, shape (n, m).
    overflow_free
        Pupils over capacity, over all schools, that cost nothing.
    overflow_price
        Cost of each further one.
    limits
        Sums that may not pass a number.
    is_overflow_hard
        Whether overflow beyond ``overflow_free`` is forbidden instead of priced, wherever a bound is proven.
    is_whole
        Whether every plan's objective is a whole number, so that bounds may be rounded up.
    """

    cost: FloatArray
    overflow_free: int
    overflow_price: float
    limits: tuple[Limit, ...] = field(default=())
    is_overflow_hard: bool
    is_whole: bool

    @cached_property
    def limit_weights(self) -> FloatArray:
        """Weights of all limits, shape (limits, n, m)."""
        return np.array([limit.weight for limit in self.limits]).reshape(len(self.limits), *self.cost.shape)

    def priced(self, cost: FloatArray, overflow: FloatArray, sums: FloatArray) -> FloatArray:
        """Return the objective of plans from their cost, their overflow and their sums (limits first)."""
        total = cost + self.overflow_price * np.maximum(overflow - self.overflow_free, 0)
        for limit, reached in zip(self.limits, sums, strict=True):
            total = total + limit.price * np.maximum(reached - limit.most, 0)
        return total

    def rounded(self, bound: float) -> float:
        """Return a bound, rounded up where the objective is a whole number."""
        return float(np.ceil(bound - 1e-6)) if self.is_whole and np.isfinite(bound) else bound

    def value(self, problem: CatchmentProblem, assignment: IntArray) -> float:
        """Return the objective of one plan, excess priced."""
        return float(self.priced(*self.totals(problem, assignment)))

    def totals(
        self, problem: CatchmentProblem, assignment: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return cost, overflow and sums of a plan, as `priced` takes them."""
        homes = np.arange(problem.n_homes)
        overflow = overflows(problem, assignment).sum()
        sums = self.limit_weights[:, homes, assignment].sum(axis=1)
        return np.array(self.cost[homes, assignment].sum()), np.array(float(overflow)), sums

    def is_kept(self, problem: CatchmentProblem, assignment: IntArray) -> bool:
        """Return whether a plan keeps all limits, and the overflow limit where that is hard."""
        _, overflow, sums = self.totals(problem, assignment)
        if self.is_overflow_hard and overflow > self.overflow_free:
            return False
        return all(reached <= limit.most for limit, reached in zip(self.limits, sums, strict=True))


def sum_limits(problem: CatchmentProblem, price: float) -> tuple[Limit, ...]:
    """Return the problem's limits on sums, a unit beyond each at a price."""
    return priced_limits(problem.sum_limits, price)


def priced_limits(limits: Iterable[SumLimit], price: float) -> tuple[Limit, ...]:
    """Return some limits on sums, a unit beyond each at a price."""
    return tuple(
        Limit(name=one.name, weight=one.weight.astype(np.float64), most=float(one.most), price=price)
        for one in limits
    )


def dear_limits(problem: CatchmentProblem) -> tuple[float, tuple[Limit, ...]]:
    """Return a price of overflow that comes before any distance, and the limits, which come before overflow."""
    price = _lexicographic_price(problem.cost)
    return price, sum_limits(problem, price * (1 + int(problem.moved.max(initial=0))))


def guide_goal(problem: CatchmentProblem) -> Goal:
    """Return overflow and distance in one sum, overflow so dear that it comes first: the first search's goal."""
    price, limits = dear_limits(problem)
    return Goal(
        cost=problem.cost,
        overflow_free=problem.overflow_allowed,
        overflow_price=price,
        limits=limits,
        is_overflow_hard=False,
        is_whole=False,
    )


def softened(goal: Goal, problem: CatchmentProblem) -> Goal:
    """Return the goal with overflow priced like a few longest ways: dear enough for a relaxation to avoid it."""
    longest = float(problem.distance_km[problem.allowed].max(initial=0.0))
    return replace(goal, overflow_price=min(goal.overflow_price, _WAYS * (1.0 + longest)))


def overflow_goal(problem: CatchmentProblem) -> Goal:
    """Return level 1: fewest pupils over capacity beyond those that are allowed."""
    limits = sum_limits(problem, _above_all_pupils(problem))
    cost = np.zeros_like(problem.cost)
    return Goal(
        cost=cost,
        overflow_free=problem.overflow_allowed,
        overflow_price=1.0,
        limits=limits,
        is_overflow_hard=False,
        is_whole=True,
    )


def distance_goal(problem: CatchmentProblem, *, most_overflow: int) -> Goal:
    """Return level 2: least pupil-km with at most so many pupils over capacity."""
    price, limits = dear_limits(problem)
    return Goal(
        cost=problem.cost,
        overflow_free=most_overflow,
        overflow_price=price,
        limits=limits,
        is_overflow_hard=True,
        is_whole=False,
    )


def moved_goal(problem: CatchmentProblem, *, most_overflow: int, most_pupil_km: float) -> Goal:
    """Return level 3: fewest pupils moved, overflow and pupil-km limited."""
    price = _above_all_pupils(problem)
    near = Limit(name="pupil_km", weight=problem.cost, most=most_pupil_km, price=price)
    return Goal(
        cost=problem.moved.astype(np.float64),
        overflow_free=most_overflow,
        overflow_price=price,
        limits=(near, *sum_limits(problem, price)),
        is_overflow_hard=True,
        is_whole=True,
    )


def _above_all_pupils(problem: CatchmentProblem) -> float:
    """Price of one pupil that outweighs every pupil over capacity or moved together."""
    return 1.0 + float(max(problem.most_overflow, problem.moved.max(axis=1, initial=0).sum()))


def _lexicographic_price(cost: FloatArray) -> float:
    """Price that outweighs moving any one home anywhere: large enough to guide, small enough for the solver."""
    return 1.0 + float(cost.max(initial=0.0))


def is_used(problem: CatchmentProblem, assignment: IntArray) -> BoolArray:
    """Return the pairs that a plan uses, shape (n, m)."""
    used = np.zeros((problem.n_homes, problem.n_schools), dtype=bool)
    used[np.arange(problem.n_homes), assignment] = True
    return used
