"""Which hard rules a plan breaks, looked at from the plan alone: no model, no cut, no solver has a part in it."""

from __future__ import annotations

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.problem import SHARES, CatchmentProblem


def violations(problem: CatchmentProblem, assignment: IntArray) -> dict[str, tuple[str, ...]]:
    """Return who breaks which rule, by the rule's name in `constraints`; empty for a plan that keeps them all.

    Parameters
    ----------
    problem
        What was asked.
    assignment
        School of each home, shape (n,), each from 0 to m - 1.

    Returns
    -------
    dict
        ``allowed`` and ``contiguity`` name homes, ``anchor`` schools, ``units`` the homes of units torn
        apart, ``composition`` the schools out of it; ``moved_cap`` gives the number moved.
        Capacity is not among them: overflow is counted, not forbidden.
    """
    plan = assignment.tolist()
    homes = range(problem.n_homes)
    banned = [problem.homes[i] for i in homes if not problem.allowed[i, plan[i]]]
    astray = [problem.schools[j] for home, j in problem.anchored.tolist() if plan[home] != j]
    held = set().union(*(_hanging_on(problem, plan, j) for j in range(problem.n_schools)))
    loose = [problem.homes[i] for i in homes if i not in held]
    passed = {one.name: sum(int(one.weight[i, plan[i]]) for i in homes) for one in problem.sum_limits}
    found = {
        "allowed": tuple(banned),
        "anchor": tuple(astray),
        "contiguity": tuple(loose),
        "units": tuple(
            " + ".join(problem.homes[i] for i in unit)
            for unit in problem.units
            if len({plan[i] for i in unit}) > 1
        ),
        "composition": tuple(problem.schools[j] for j in _out_of_composition(problem, plan)),
        **{
            one.name: (str(passed[one.name]),) if passed[one.name] > one.most else ()
            for one in problem.sum_limits
        },
    }
    return {name: offenders for name, offenders in found.items() if offenders}


def _out_of_composition(problem: CatchmentProblem, plan: list[int]) -> list[int]:
    """Return the schools whose zone has too small or too large a share of the group."""
    rule = problem.composition
    if rule is None:
        return []
    found = []
    for school in range(problem.n_schools):
        homes = [i for i, j in enumerate(plan) if j == school]
        members, pupils = (sum(int(counted[i]) for i in homes) for counted in (rule.members, rule.pupils))
        if not rule.least[school] * pupils <= SHARES * members <= rule.most[school] * pupils:
            found.append(school)
    return found


def _hanging_on(problem: CatchmentProblem, plan: list[int], school: int) -> set[int]:
    """Return the homes of a zone that a walk through the zone reaches from the school's own home."""
    start = int(problem.anchor[school])
    if plan[start] != school:
        return set()
    seen, waiting = {start}, [start]
    while waiting:
        for other in problem.neighbours[waiting.pop()]:
            if other not in seen and plan[other] == school:
                seen.add(other)
                waiting.append(other)
    return seen
