"""The leaders' planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import numpy as np

from junheng.district.model import District
from junheng.planners.leaders.build import LeaderWishes, leaders_problem
from junheng.planners.leaders.explain import why
from junheng.planners.leaders.problem import NOBODY, LeadersProblem
from junheng.planners.leaders.solve import LeadersSolution, solve
from junheng.plans.actions.appoint_leader import AppointLeader
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Plan
from junheng.standards.standard import Standard
from junheng.text import Text


def plan_leaders(
    district: District,
    standard: Standard,
    *,
    wishes: LeaderWishes,
    seconds: float = 60.0,
    on: date | None = None,
) -> Plan:
    """Plan who leads which public school next year.

    Raises
    ------
    InputError
        Where the table ``leaders`` is absent or incomplete.
    InfeasibleError
        Naming the posts that cannot be filled and what would help.
    """
    day = district.year.first_day if on is None else on
    problem = leaders_problem(district, standard, wishes=wishes, on=day)
    solution = solve(problem, seconds=seconds)
    return computed_plan(
        "leaders",
        Text("校级干部调配方案", "plan of school leaders"),
        district=district,
        standard=standard,
        on=day,
        asked={**asdict(wishes), "seconds": seconds},
        objective=solution.levels,
        actions=_actions(district, problem, solution, wishes),
        stopped_by=solution.stopped_by,
        seconds=solution.seconds,
    )


def _actions(
    district: District, problem: LeadersProblem, solution: LeadersSolution, wishes: LeaderWishes
) -> tuple[AppointLeader, ...]:
    """Return who gets a post and who is left without one; those who keep theirs are not mentioned."""
    names = dict(district.table("schools").select("school", "name").iter_rows())
    year, post_of = district.year.start + 1, np.full(len(problem.people), NOBODY)
    post_of[solution.holder] = np.arange(len(problem.schools))
    actions = []
    for person, (post, present) in enumerate(zip(post_of.tolist(), problem.present.tolist(), strict=True)):
        if post == present:
            continue
        school = None if post == NOBODY else problem.schools[post]
        actions.append(
            AppointLeader(
                leader=problem.people[person],
                school=school,
                role="reserve" if post == NOBODY else problem.roles[post],
                year=year,
                term_years=wishes.term_years,
                text=why(problem, person, post, school=names.get(school or "", "")),
            )
        )
    return tuple(actions)
