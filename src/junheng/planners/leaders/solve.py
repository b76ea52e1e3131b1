"""Fill the posts level by level with one integer model; each level is held while the next is minimised."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.leaders.checks import check, unsolved
from junheng.planners.leaders.constraints import (
    Columns,
    age_mix,
    at_most,
    from_teaching,
    no_vacancy,
    one_post,
    violations,
)
from junheng.planners.leaders.objective import LEVELS, UNITS, WITHOUT_POST, constant, costs, values
from junheng.planners.leaders.problem import NOBODY, LeadersProblem
from junheng.planners.linear import Rows
from junheng.planners.programme import Programme
from junheng.plans.plan import Level

_SLACK = 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class LeadersSolution:
    """Holder of each post, shape (m,), the levels with their bounds, what ended the search, and how long it took."""

    holder: IntArray
    levels: dict[str, Level]
    stopped_by: str
    seconds: float


def solve(problem: LeadersProblem, *, seconds: float = 60.0) -> LeadersSolution:
    """Fill every post.

    Raises
    ------
    InfeasibleError
        Naming every post that nobody may hold, or by how much the reserve is too small.
    """
    problems = check(problem)
    if problems:
        raise InfeasibleError(problems)
    clock = Clock(seconds)
    columns = Columns(problem)
    rows = [no_vacancy(columns), one_post(columns), age_mix(columns), from_teaching(columns)]
    levels: dict[str, Level] = {}
    holder: IntArray = np.full(len(problem.schools), NOBODY)
    for place, (level, cost) in enumerate(costs(columns).items(), start=1):
        fixed = constant(problem, level)
        found, bound = _minimise(columns, cost, rows, clock=clock, share=place / len(LEVELS))
        if found is None and not levels:
            raise InfeasibleError([unsolved(is_time_over=clock.is_bitten)])
        holder = holder if found is None else found
        reached = values(problem, holder)[level]
        levels[level] = Level(value=reached, bound=_bound(level, bound + fixed, reached), unit=UNITS[level])
        rows.append(at_most(level, cost, reached - fixed + _SLACK))
    broken = violations(problem, holder)
    if broken:  # a fault of ours, never of the input
        raise AssertionError(f"the appointment breaks {broken}")
    return LeadersSolution(
        holder=holder,
        levels=levels,
        stopped_by="time" if clock.is_bitten else "proven",
        seconds=clock.spent,
    )


def _minimise(
    columns: Columns, cost: FloatArray, rows: list[Rows], *, clock: Clock, share: float
) -> tuple[IntArray | None, float]:
    """Return the holders at a level's minimum, `None` where none were found, and what the columns cannot go below."""
    is_pair = np.arange(columns.n_pairs + 2) < columns.n_pairs
    model = Programme(cost=cost, upper=np.where(is_pair, 1.0, np.inf), rows=rows, integer=is_pair)
    found = model.solve_integer(clock, gap=0.0, share=share)
    if found.columns is None:
        return None, found.bound
    chosen = found.columns[: columns.n_pairs] > 0.5
    holder = np.full(len(columns.problem.schools), NOBODY)
    holder[columns.where[chosen]] = columns.who[chosen]
    return holder, found.bound


def _bound(level: str, bound: float, reached: float) -> float:
    """Return a proven bound between 0 and what is reached, whole where the level is."""
    if not isfinite(bound):
        return 0.0
    whole = ceil(bound - _SLACK) if level == WITHOUT_POST else bound
    return min(max(whole, 0.0), reached)
