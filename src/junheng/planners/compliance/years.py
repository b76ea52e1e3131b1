"""Over several years: which schools first, so that most pupils soonest are in schools that pass, each budget kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.compliance.candidate import STEPS, Candidate, candidate
from junheng.planners.compliance.costs import TEN_THOUSAND
from junheng.planners.compliance.objective import thing_yuan
from junheng.planners.compliance.packages import Package, packages, rest
from junheng.planners.linear import Rows
from junheng.planners.programme import Programme

_CHEAPER = 1e-6
"""Of two orders that bring equally many pupils into passing schools, the cheaper early one; per ten thousand yuan."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """Which part of a plan is done in which year.

    Attributes
    ----------
    parts
        What is done in each year, by its first calendar year.
    unfunded
        What no year's budget reaches.
    packages, year_of
        What makes each failing school pass, and the year in which that is done, shape (p,); 0 for none.
    outside, bound
        Pupil-years outside passing stages over all years, and the least that any order of the packages could reach.
    """

    parts: Mapping[int, Candidate]
    unfunded: Candidate
    packages: tuple[Package, ...]
    year_of: IntArray
    outside: float
    bound: float


def schedule(plan: Candidate, budgets: Mapping[int, float], *, seconds: float) -> Schedule:
    """Spread a plan over years.

    Each school's package is done in one year or not at all; what only narrows the variation follows with the money
    that is left, indicator by indicator.

    Parameters
    ----------
    budgets
        Yuan by school year, at least one. What is not spent in a year is gone.
    """
    years = sorted(budgets)
    own = packages(plan)
    chosen, bound = _order(own, [budgets[year] for year in years], seconds=seconds)
    left = {
        year: budgets[year] - sum(one.yuan for one, at in zip(own, chosen, strict=True) if at == y)
        for y, year in enumerate(years)
    }
    others, unfunded = _spread(rest(plan, own), left)
    parts = {
        year: joined([others[year], *(one.part for one, at in zip(own, chosen, strict=True) if at == y)])
        for y, year in enumerate(years)
    }
    never = [one.part for one, at in zip(own, chosen, strict=True) if at < 0]
    pupils = np.array([one.pupils for one in own])
    waiting = np.where(chosen < 0, len(years), chosen)
    return Schedule(
        parts=parts,
        unfunded=joined([unfunded, *never]),
        packages=own,
        year_of=np.array([0 if at < 0 else years[at] for at in chosen.tolist()], np.int64),
        outside=float(pupils @ waiting),
        bound=bound,
    )


def _order(own: Sequence[Package], budgets: Sequence[float], *, seconds: float) -> tuple[IntArray, float]:
    """Return the year of each package (-1: none) that leaves fewest pupil-years outside, and the bound on those."""
    n, years = len(own), len(budgets)
    if n == 0:
        return np.zeros(0, np.int64), 0.0
    pupils, yuan = np.array([one.pupils for one in own]), np.array([one.yuan for one in own]) / TEN_THOUSAND
    # Done in year y, a school passes for the years from y on.
    gain = pupils[:, None] * (years - np.arange(years))
    cost = -gain + _CHEAPER * yuan[:, None]
    column = np.arange(n * years).reshape(n, years)
    ones = np.ones(n * years)
    once = sparse.csr_array((ones, (np.repeat(np.arange(n), years), column.ravel())), shape=(n, n * years))
    money = sparse.csr_array(
        (np.repeat(yuan, years), (np.tile(np.arange(years), n), column.ravel())), shape=(years, n * years)
    )
    model = Programme(
        cost=cost.ravel(),
        upper=ones,
        rows=[
            Rows("once", once, np.full(n, -np.inf), np.ones(n)),
            Rows("budget", money, np.full(years, -np.inf), np.array(budgets) / TEN_THOUSAND),
        ],
        integer=ones.astype(bool),
    )
    found = model.solve_integer(Clock(seconds), gap=0.0)
    values = np.zeros(n * years) if found.columns is None else found.columns
    done = values.reshape(n, years) > 0.5
    chosen = np.where(done.any(axis=1), done.argmax(axis=1), -1)
    # The dearest order costs so much of the small weight; without it the bound is one on pupil-years alone.
    bound = max(0.0, float(pupils.sum()) * years + found.bound - _CHEAPER * float(yuan.sum()))
    return chosen, bound


def _spread(plan: Candidate, left: Mapping[int, float]) -> tuple[dict[int, Candidate], Candidate]:
    """Do as much of a plan as the money allows, year by year: teachers first, then works, indicator by indicator."""
    parts, todo = {}, plan
    for year in sorted(left):
        parts[year] = _affordable(todo, max(0.0, left[year]))
        todo = _minus(todo, parts[year])
    return parts, todo


def _affordable(plan: Candidate, money: float) -> Candidate:
    teachers = replace_things(plan, np.zeros(plan.things.shape))
    if teachers.cost.total > money:
        teachers = candidate(
            plan.problem,
            things=teachers.things,
            recruits=np.zeros_like(plan.recruits),
            moves=plan.moves.only(np.zeros(len(plan.moves), bool)),
            n_moved=plan.n_moved[:0],
        )
    money -= teachers.cost.total
    things, price = np.zeros(plan.things.shape), thing_yuan(plan.problem.costs)
    for thing, school in np.argwhere(plan.things > 0).tolist():
        step = float(STEPS[thing, 0])
        most = np.floor(money / (price[thing] * step) + 1e-9) * step if price[thing] > 0 else np.inf
        things[thing, school] = min(plan.things[thing, school], most)
        money -= things[thing, school] * price[thing]
    return replace_things(teachers, things)


def replace_things(plan: Candidate, things: FloatArray) -> Candidate:
    """Return the plan with other works."""
    return candidate(
        plan.problem, things=things, recruits=plan.recruits, moves=plan.moves, n_moved=plan.n_moved
    )


def _minus(plan: Candidate, done: Candidate) -> Candidate:
    """Return a plan without a part whose teachers are all of its own, or none."""
    is_done = bool(done.recruits.any()) or len(done.moves) > 0
    return candidate(
        plan.problem,
        things=plan.things - done.things,
        recruits=plan.recruits - done.recruits,
        moves=plan.moves.only(np.full(len(plan.moves), not is_done)),
        n_moved=plan.n_moved[: 0 if is_done else None],
    )


def joined(parts: Sequence[Candidate]) -> Candidate:
    """Put parts of one plan together."""
    first = parts[0]
    moves, n_moved = first.moves, first.n_moved
    for part in parts[1:]:
        moves, n_moved = moves.with_(part.moves), np.concatenate([n_moved, part.n_moved])
    return candidate(
        first.problem,
        things=np.sum([part.things for part in parts], axis=0),
        recruits=np.sum([part.recruits for part in parts], axis=0),
        moves=moves,
        n_moved=n_moved,
    )


def one_percent_more(plan: Candidate, budgets: Mapping[int, float], *, seconds: float) -> float:
    """Return how many pupil-years more are spent in passing schools if every budget is one percent larger."""
    own, years = packages(plan), sorted(budgets)
    pupils = np.array([one.pupils for one in own])

    def outside(times: float) -> float:
        chosen, _ = _order(own, [budgets[year] * times for year in years], seconds=seconds)
        return float(pupils @ np.where(chosen < 0, len(years), chosen)) if len(own) else 0.0

    return outside(1.0) - outside(1.01)
