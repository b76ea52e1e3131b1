"""A few neighbouring zones as a problem of their own: the homes that they have now, and their schools."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.objective import overflows
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, SumLimit, YearLoad


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Part:
    """Some zones of a plan.

    Attributes
    ----------
    problem
        How to divide their homes among their schools: every plan of it, put in the place of the zones, leaves the
        other zones as they are and keeps the hard rules, and what it gains on each level, the whole plan gains.
    homes, schools
        Positions of its homes and schools in the whole problem, ascending.
    """

    problem: CatchmentProblem
    homes: IntArray
    schools: IntArray

    def inside(self, plan: IntArray) -> IntArray:
        """Return the part of a whole plan in the part's own numbers."""
        return np.asarray(np.searchsorted(self.schools, plan[self.homes]))

    def put_into(self, plan: IntArray, assignment: IntArray) -> IntArray:
        """Return the whole plan with the part's zones drawn as in one of its plans."""
        whole = plan.copy()
        whole[self.homes] = self.schools[assignment]
        return whole


def part_of(problem: CatchmentProblem, plan: IntArray, schools: IntArray) -> Part:
    """Return the zones of some schools as a problem.

    Parameters
    ----------
    problem
        The whole problem, without units.
    plan
        A plan of it that keeps the hard rules, shape (n,).
    schools
        Positions of the schools, ascending.
    """
    homes = np.flatnonzero(np.isin(plan, schools))
    pairs = np.ix_(homes, schools)
    home_at, school_at = _positions(homes, problem.n_homes), _positions(schools, problem.n_schools)
    edges = home_at[problem.edges]
    present = problem.present[homes]
    return Part(
        problem=replace(
            problem,
            homes=tuple(problem.homes[i] for i in homes.tolist()),
            schools=tuple(problem.schools[j] for j in schools.tolist()),
            pupils=problem.pupils[homes],
            distance_km=problem.distance_km[pairs],
            capacity=problem.capacity[schools],
            edges=edges[(edges >= 0).all(axis=1)],
            anchor=home_at[problem.anchor[schools]],
            allowed=problem.allowed[pairs],
            present=np.where(present == NO_SCHOOL, NO_SCHOOL, school_at[present]),
            moved_pupils_cap=None,
            other_years=tuple(
                YearLoad(year=one.year, pupils=one.pupils[homes], capacity=one.capacity[schools])
                for one in problem.other_years
            ),
            walking=None if problem.walking is None else problem.walking[homes],
            moving=problem.moved[pairs],
            more_anchors=tuple(
                (int(home_at[home]), int(school_at[school]))
                for home, school in problem.more_anchors
                if school_at[school] >= 0
            ),
            further_limits=_limits(problem, plan, homes, schools),
            overflow_allowed=_overflow_allowed(problem, plan, schools),
            composition=None
            if problem.composition is None
            else replace(
                problem.composition,
                members=problem.composition.members[homes],
                pupils=problem.composition.pupils[homes],
                least=problem.composition.least[schools],
                most=problem.composition.most[schools],
            ),
            claims=None,
        ),
        homes=homes,
        schools=schools,
    )


def divided(
    problem: CatchmentProblem, plan: IntArray, *, size: int, rng: np.random.Generator
) -> list[IntArray]:
    """Divide the schools into groups of at most so many whose zones touch one another, at random.

    Returns
    -------
    Groups of positions, each ascending; every school is in one.
    """
    first, second = plan[problem.edges].T
    touches = np.zeros((problem.n_schools, problem.n_schools), dtype=bool)
    touches[first, second] = touches[second, first] = True
    waiting = np.ones(problem.n_schools, dtype=bool)
    groups = []
    for start in rng.permutation(problem.n_schools).tolist():
        if not waiting[start]:
            continue
        group = [start]
        waiting[start] = False
        while len(group) < size:
            # The zone that touches most of the group keeps groups round, and leaves few zones alone.
            links = np.where(waiting, touches[group].sum(axis=0), 0)
            if not links.any():
                break
            group.append(int(links.argmax()))
            waiting[group[-1]] = False
        groups.append(np.array(sorted(group)))
    return groups


def _positions(chosen: IntArray, n: int) -> IntArray:
    """Return where each of n stands among the chosen; -1 for the others."""
    at = np.full(n, -1, np.int64)
    at[chosen] = np.arange(len(chosen))
    return at


def _limits(
    problem: CatchmentProblem, plan: IntArray, homes: IntArray, schools: IntArray
) -> tuple[SumLimit, ...]:
    """Return every limit less what the other zones take of it."""
    outside = np.setdiff1d(np.arange(problem.n_homes), homes)
    return tuple(
        SumLimit(
            name=one.name,
            weight=one.weight[np.ix_(homes, schools)],
            most=one.most - int(one.weight[outside, plan[outside]].sum()),
        )
        for one in problem.sum_limits
    )


def _overflow_allowed(problem: CatchmentProblem, plan: IntArray, schools: IntArray) -> int:
    """Return what the part may keep of an overflow that is allowed: what it has now."""
    return int(overflows(problem, plan)[schools].sum()) if problem.overflow_allowed else 0
