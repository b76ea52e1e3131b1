"""The choice of courses alone, with what serving everybody costs known by its cuts: a small integer programme.

Columns are the courses and, for each slot, what serving everybody costs there. Rows are ``one_course``, ``budget``,
``land``, ``partner`` and the cuts (`junheng.planners.layout.cuts`), so that its optimum is a bound on every plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.layout.course import BRANCH, Course
from junheng.planners.layout.cuts import Cut
from junheng.planners.layout.relaxation import Relaxation
from junheng.planners.linear import Rows
from junheng.planners.programme import Programme

MILLION, TEN_THOUSAND = 1e-6, 1e-4
"""Units of costs, and of budgets: the solver keeps rows to a millionth of their unit, budgets to less than a yuan."""
_NOTHING = 1e-3
"""Yuan that are as good as nothing in a cut."""
NODES = 400
"""Nodes of the tree at most, each time."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """A choice of courses (`None` where none was found in time) and the bound on every plan, in yuan."""

    choice: IntArray | None
    bound_yuan: float


class Master:
    """The integer programme of one problem; cuts are added, and courses left out that are proven too dear.

    Attributes
    ----------
    is_open
        Whether a course is still in, shape (courses,).
    cuts
        All cuts so far.
    """

    def __init__(self, relaxation: Relaxation) -> None:
        self._relaxation = relaxation
        self._n, self._slots = len(relaxation.yuan), relaxation.problem.n_slots
        self._rows = [self._one_course(), self._budget(), self._land(), self._partner()]
        self.is_open = np.ones(self._n, bool)
        self.cuts: list[Cut] = []
        self._linear_least = np.zeros(self._n)

    def add(self, cuts: tuple[Cut, ...]) -> None:
        """Add cuts."""
        for cut in cuts:
            self.cuts.append(cut)
            of_course = sparse.csr_array(np.where(np.abs(cut.of_course) > _NOTHING, cut.of_course, 0.0))
            matrix = sparse.csr_array(sparse.hstack([-MILLION * of_course, sparse.eye_array(self._slots)]))
            # Each site gives up less than a nothing, as it has one course.
            lower = MILLION * (cut.constant - _NOTHING * len(self._relaxation.problem.sites))
            self._rows.append(Rows("served", matrix, lower, np.full(self._slots, np.inf)))

    def drop(self, budget_price: FloatArray, *, target_yuan: float, keep: IntArray) -> None:
        """Leave out every course with which no plan costs less than the target.

        Parameters
        ----------
        budget_price
            See `least_yuan`.
        keep
            The best choice so far, whose courses stay in.
        """
        self.is_open &= self.least_yuan(budget_price) < target_yuan
        self.is_open[self._relaxation.first[:-1] + keep] = True

    def least_yuan(self, budget_price: FloatArray) -> FloatArray:
        """Return below what no plan with a course costs, missing places at their price, shape (courses,).

        It is the best of what each cut says by itself, and the linear programme when it was last solved.

        Parameters
        ----------
        budget_price
            Prices of the budget years, shape (years,); any are valid.
        """
        relaxation = self._relaxation
        budget = relaxation.problem.budget_yuan
        limited = np.isfinite(budget)
        price = np.where(limited, budget_price, 0.0)
        fixed = relaxation.yuan + relaxation.spend @ price
        paid = float(price[limited] @ budget[limited])
        found = self._linear_least
        for cut in self.cuts:
            value = fixed + cut.of_course.sum(axis=0)
            least = np.minimum.reduceat(value, relaxation.first[:-1])
            bound = float(cut.constant.sum() + least.sum()) - paid
            found = np.maximum(found, bound + value - least[relaxation.site_of])
        return found

    def shares(self, clock: Clock) -> tuple[FloatArray, float] | None:
        """Return the share of each course, shape (courses,), in the linear programme, and its value in yuan."""
        found = self._programme(is_integer=False).solve_linear(clock)
        if found.columns is None:
            return None
        matrix = sparse.vstack([block.matrix for block in self._rows])[:, : self._n]
        reduced = self._relaxation.yuan - matrix.T @ found.row_duals / MILLION
        self._linear_least = np.maximum(self._linear_least, found.bound / MILLION + np.maximum(reduced, 0.0))
        return found.columns[: self._n], found.bound / MILLION

    def chosen(self, clock: Clock, *, gap: float, share: float) -> Chosen:
        """Return the best choice by the cuts so far, to a relative gap, and the bound on every plan."""
        programme = self._programme(is_integer=True)
        found = programme.solve_integer(clock, gap=gap, share=share, nodes=NODES)
        bound = found.bound / MILLION if np.isfinite(found.bound) else 0.0
        if found.columns is None:
            return Chosen(None, bound)
        ends = zip(self._relaxation.first, self._relaxation.first[1:], strict=False)
        choice = np.array([int(found.columns[a:b].argmax()) for a, b in ends], np.int64)
        return Chosen(choice, bound)

    def _programme(self, *, is_integer: bool) -> Programme:
        served = np.full(self._slots, np.inf)
        return Programme(
            cost=np.append(MILLION * self._relaxation.yuan, np.ones(self._slots)),
            upper=np.append(self.is_open.astype(np.float64), served),
            rows=self._rows,
            integer=np.append(np.full(self._n, is_integer), np.zeros(self._slots, bool)),
        )

    def _one_course(self) -> Rows:
        m, n = len(self._relaxation.problem.sites), self._n
        matrix = sparse.csr_array(
            (np.ones(n), (self._relaxation.site_of, np.arange(n))), shape=(m, n + self._slots)
        )
        return Rows("one_course", matrix, np.ones(m), np.ones(m))

    def _budget(self) -> Rows:
        budget = self._relaxation.problem.budget_yuan
        limited = np.flatnonzero(np.isfinite(budget))
        spend = sparse.csr_array(TEN_THOUSAND * self._relaxation.spend.T[limited])
        matrix = sparse.hstack([spend, sparse.csr_array((len(limited), self._slots))])
        return Rows(
            "budget",
            sparse.csr_array(matrix),
            np.full(len(limited), -np.inf),
            TEN_THOUSAND * budget[limited],
        )

    def _land(self) -> Rows:
        """Keep the stages of one school to what its land can take; of a single stage the menu does."""
        problem, first = self._relaxation.problem, self._relaxation.first
        shared = [one for one in problem.land if len(one.sites) > 1]
        matrix = np.zeros((len(shared), self._n + self._slots))
        for row, one in enumerate(shared):
            for site in one.sites:
                matrix[row, first[site] : first[site + 1]] = [c.classes for c in problem.courses[site]]
        upper = np.array([float(one.classes) for one in shared])
        return Rows("land", sparse.csr_array(matrix), np.full(len(shared), -np.inf), upper)

    def _partner(self) -> Rows:
        """Keep a course with a partner from going with any of the partner's courses that bar it."""
        problem, first = self._relaxation.problem, self._relaxation.first
        row, column = [], []
        count = 0
        for site, menu in enumerate(problem.courses):
            for c, course in enumerate(menu):
                if course.partner is None:
                    continue
                barred = [
                    int(first[course.partner]) + k
                    for k, other in enumerate(problem.courses[course.partner])
                    if _bars(other, course, n_years=len(problem.years))
                ]
                column += [int(first[site]) + c, *barred]
                row += [count] * (1 + len(barred))
                count += 1
        matrix = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(count, self._n + self._slots))
        return Rows("partner", matrix, np.full(count, -np.inf), np.ones(count))


def _bars(other: Course, course: Course, *, n_years: int) -> bool:
    """Say whether what the partner does keeps it from taking over, or leading, from the course's year on."""
    from_year = course.year or 0
    is_shut = not all(other.operates(year) for year in range(from_year, n_years))
    return is_shut or (course.kind == BRANCH and other.kind == BRANCH)
