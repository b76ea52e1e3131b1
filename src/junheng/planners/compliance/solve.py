"""Solve the compliance problem: from the linear relaxation to whole numbers, and from those to whole steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.errors import UsageError
from junheng.planners.arrays import FloatArray
from junheng.planners.clock import Clock
from junheng.planners.compliance.candidate import Candidate, candidate_of
from junheng.planners.compliance.columns import Columns
from junheng.planners.compliance.constraints import (
    base_rows,
    bounds,
    spread,
    tangents,
)
from junheng.planners.compliance.costs import TEN_THOUSAND
from junheng.planners.compliance.objective import cost_of_columns
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.relaxation import IMPROVES, MOST_ROUNDS, Root, relax
from junheng.planners.compliance.spread import broken_tangents
from junheng.planners.programme import Programme
from junheng.progress import Progress, silent
from junheng.text import Text

INSIDE = 1e-5
"""How far inside the limits of variation a plan is built, as a share, so that rounding cannot break them."""
_INSIDE_MORE = (0.0, 1.0, 10.0, 100.0)
_SAME = 1e-9
"""Relative difference of plan and bound that is the solver's tolerance and no gap."""
_FIRST_SHARE = 0.02
"""Moves that cost more besides than this share of the bound are left out at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceOptions:
    """How hard to try.

    Attributes
    ----------
    gap
        Relative gap between plan and bound at which the search ends.
    seconds
        Longest time; a plan found until then is returned with its gap.
    rounds
        Most rounds of whole-number search.
    """

    gap: float = 0.001
    seconds: float = 60.0
    rounds: int = 12

    def __post_init__(self) -> None:
        if not (0 <= self.gap < 1 and self.seconds > 0 and self.rounds >= 1):
            raise UsageError(
                Text(
                    "求解选项有误：间隙应在 0 与 1 之间，时间大于 0，轮数至少 1",
                    "wrong options: the gap is from 0 to 1, the seconds above 0, the rounds at least 1",
                )
            )


@dataclass(frozen=True, eq=False, kw_only=True)
class ComplianceSolution:
    """What came of it.

    Attributes
    ----------
    plan
        The best plan, or `None` if none was found.
    bound
        Yuan below which no plan can stay.
    relaxed
        Yuan of the relaxation without whole numbers: the first bound.
    is_infeasible
        Whether it was proven that there is no plan.
    seconds, stopped_by
        How long it took, and what ended it: ``proven`` (within the gap), ``effort`` or ``time limit``.
    rounds
        How many rounds of whole-number search were made.
    """

    plan: Candidate | None
    bound: float
    relaxed: float
    is_infeasible: bool
    seconds: float
    stopped_by: str
    rounds: int

    @property
    def gap(self) -> float | None:
        """``(cost - bound) / cost``; `None` without a plan."""
        if self.plan is None:
            return None
        cost = self.plan.cost.total
        return 0.0 if cost <= self.bound else (cost - self.bound) / cost


def solve(
    problem: ComplianceProblem, *, options: ComplianceOptions, progress: Progress = silent
) -> ComplianceSolution:
    """Find a plan of least cost and a bound.

    The same problem and options give the same plan, unless the time limit ended the search.
    """
    clock = Clock(options.seconds)
    progress(Text("求下界：线性松弛", "bounding the cost: linear relaxation"), 0.05)
    root = relax(problem, clock)
    if root is None:
        return _nothing(clock)
    search = _Search(problem, root, clock, options)
    while search.goes_on():
        progress(
            Text("第 {n} 轮：整数求解", "round {n}: whole numbers").format(n=search.rounds + 1),
            min(0.95, 0.1 + 0.8 * clock.spent / options.seconds),
        )
        search.round()
    return search.result()


class _Search:
    """Rounds of whole-number search, each with the tangents that the last one lacked."""

    def __init__(
        self, problem: ComplianceProblem, root: Root, clock: Clock, options: ComplianceOptions
    ) -> None:
        self.problem, self.root, self.clock, self.options = problem, root, clock, options
        self.found = root.tangents
        self.best: Candidate | None = None
        self.bound = root.bound
        self.rounds = 0
        self.is_infeasible = False
        self._take_in(_FIRST_SHARE)

    def goes_on(self) -> bool:
        """Whether another round makes sense."""
        return not (
            self.is_infeasible or self.is_proven or self.clock.is_over() or self.rounds >= self.options.rounds
        )

    @property
    def is_proven(self) -> bool:
        """Whether the best plan is within the gap."""
        return self.best is not None and (
            self._value() - self.bound <= max(self.options.gap, _SAME) * self._value()
        )

    def round(self) -> None:
        """Solve for whole numbers, build a plan of what comes out, and remember what the rules still lacked."""
        self.rounds += 1
        columns = self.columns
        lower, upper = bounds(columns)
        model = Programme(
            cost=cost_of_columns(columns),
            lower=lower,
            upper=upper,
            rows=[*base_rows(columns), tangents(columns, self.found)],
            integer=columns.is_integer,
        )
        solution = model.solve_integer(self.clock, gap=self.options.gap / 4)
        if solution.is_infeasible:
            self.is_infeasible = len(columns.moves) == len(self.root.every)
            self._take_in(np.inf)
            return
        if solution.columns is None:
            return
        self._raise_bound(solution.bound)
        self.found = self.found.with_(broken_tangents(columns, solution.columns))
        self._build(columns, solution.columns)
        if self.best is not None and self._value() - self.root.bound > self.share * self.root.bound:
            self._take_in((self._value() - self.root.bound) / max(self.root.bound, IMPROVES) * 1.001)

    def _take_in(self, share: float) -> None:
        """Take in the moves that were left out so far and cost no more than a share of the bound besides."""
        self.share = share
        self.columns = self._columns()

    def _build(self, columns: Columns, values: FloatArray) -> None:
        for times in _INSIDE_MORE:
            polished = self._polish(columns, values, share=1 - INSIDE * times)
            candidate = None if polished is None else candidate_of(columns, polished)
            if candidate is not None:
                if self.best is None or candidate.cost.total < self.best.cost.total:
                    self.best = candidate
                return

    def _polish(self, columns: Columns, values: FloatArray, *, share: float) -> FloatArray | None:
        """Fix the whole numbers and solve for the rest, a little inside the limits."""
        lower, upper = bounds(columns)
        whole = columns.is_integer
        lower[whole] = upper[whole] = np.round(values[whole])
        rows = base_rows(columns)[:-1]
        model = Programme(
            cost=cost_of_columns(columns),
            lower=lower,
            upper=upper,
            rows=[*rows, spread(columns, share=share), tangents(columns, self.found)],
        )
        found: FloatArray | None = None
        for _ in range(MOST_ROUNDS):
            solution = model.solve_linear(self.clock)
            if solution.columns is None:
                return None
            found = solution.columns
            new = broken_tangents(columns, found, share=share)
            if not len(new):
                return found
            self.found = self.found.with_(new)
            model.add_rows(tangents(columns, new))
        return found

    def _raise_bound(self, bound: float) -> None:
        """Take over a bound of the moves that were not left out, as far as it holds for those that were."""
        if len(self.columns.moves) < len(self.root.every):
            bound = min(bound, self.root.bound * (1 + self.share))
        self.bound = max(self.bound, bound)

    def _columns(self) -> Columns:
        """Keep the moves that can be part of a plan within a share of the bound."""
        most = self.share * max(self.root.bound, IMPROVES)
        return Columns(self.problem, self.root.every.only(self.root.extra <= most + IMPROVES))

    def _value(self) -> float:
        assert self.best is not None  # noqa: S101 - asked only where there is one
        return self.best.cost.total / TEN_THOUSAND

    def result(self) -> ComplianceSolution:
        """Return the best plan and the bound."""
        stopped_by = "proven" if self.is_proven else "time limit" if self.clock.is_over() else "effort"
        return ComplianceSolution(
            plan=self.best,
            bound=min(self.bound * TEN_THOUSAND, self.best.cost.total if self.best else np.inf),
            relaxed=self.root.bound * TEN_THOUSAND,
            is_infeasible=self.is_infeasible,
            seconds=self.clock.spent,
            stopped_by=stopped_by,
            rounds=self.rounds,
        )


def _nothing(clock: Clock) -> ComplianceSolution:
    is_over = clock.is_over()
    return ComplianceSolution(
        plan=None,
        bound=0.0,
        relaxed=0.0,
        is_infeasible=not is_over,
        seconds=clock.spent,
        stopped_by="time limit" if is_over else "proven",
        rounds=0,
    )
