"""Problems of several stages as one, so that they share the money of each year; and its solution by stage again.

Sites and homes stand side by side, each with its stage before its code, and nobody goes from one stage to another: only
the budgets, and the land of schools that have several stages, couple them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from junheng.errors import UsageError
from junheng.planners.arrays import IntArray
from junheng.planners.layout.course import Course
from junheng.planners.layout.future import WEIGHTS
from junheng.planners.layout.objective import COST, DISTANCE, UNITS, UNSERVED, Service, score, spend
from junheng.planners.layout.problem import NO_SCHOOL, Land, LayoutProblem
from junheng.planners.layout.relaxation import Relaxation
from junheng.planners.layout.search import Evaluator, Layout
from junheng.planners.layout.solve import LayoutSolution
from junheng.plans.plan import Level
from junheng.text import Text

MIDDLE = "medium"


def joined(problems: Sequence[LayoutProblem]) -> LayoutProblem:
    """Return the problem of all stages, under one budget a year and on the same land.

    A stage with fewer scenarios than others has the children of its middle one, or of its only one, in those it lacks.

    Raises
    ------
    UsageError
        If the stages are planned for different years.
    """
    years = problems[0].years
    if any(one.years != years for one in problems):
        raise UsageError(
            Text(
                "各学段的规划学年不同，请用 --years 指定同样的学年",
                "the stages are planned for different years: ask for the same ones (--years)",
            )
        )
    named = {name for one in problems for name in one.scenarios}
    scenarios = tuple(name for name in WEIGHTS if name in named)
    weight = np.array([WEIGHTS[name] for name in scenarios])
    first = problems[0]
    sites = np.cumsum([0, *(len(one.sites) for one in problems)])
    homes = np.cumsum([0, *(len(one.homes) for one in problems)])
    shape = (int(homes[-1]), int(sites[-1]))
    km, transport = np.full(shape, np.inf), np.zeros(shape)
    allowed = np.zeros(shape, bool)
    for k, one in enumerate(problems):
        block = (slice(homes[k], homes[k + 1]), slice(sites[k], sites[k + 1]))
        km[block], transport[block], allowed[block] = one.km, one.transport_yuan, one.allowed
    return LayoutProblem(
        stage=",".join(one.stage for one in problems),
        sites=tuple(f"{one.stage}:{code}" for one in problems for code in one.sites),
        homes=tuple(f"{one.stage}:{code}" for one in problems for code in one.homes),
        years=years,
        scenarios=scenarios,
        weight=weight / weight.sum(),
        courses=tuple(
            tuple(_moved(course, by=int(sites[k])) for course in menu)
            for k, one in enumerate(problems)
            for menu in one.courses
        ),
        demand=np.concatenate([_demand(one, scenarios) for one in problems], axis=2),
        km=km,
        allowed=allowed,
        transport_yuan=transport,
        present=np.concatenate(
            [
                np.where(one.present == NO_SCHOOL, NO_SCHOOL, one.present + sites[k])
                for k, one in enumerate(problems)
            ]
        ),
        budget_yuan=first.budget_yuan,
        land=_land(problems, first_sites=sites.tolist()),
        closed_to=tuple(closed for one in problems for closed in one.closed_to),
        budget_from=first.budget_from,
        demand_from=",".join(dict.fromkeys(one.demand_from for one in problems)),
        notices=tuple(notice for one in problems for notice in one.notices),
    )


def _land(problems: Sequence[LayoutProblem], *, first_sites: Sequence[int]) -> tuple[Land, ...]:
    """Return the land of every school once, under the sites of all its stages."""
    found: dict[str, Land] = {}
    for first, problem in zip(first_sites, problems, strict=False):
        for one in problem.land:
            other = found.get(one.school, replace(one, sites=()))
            sites = (*other.sites, *(first + site for site in one.sites))
            found[one.school] = replace(one, sites=sites, classes=min(one.classes, other.classes))
    return tuple(found.values())


def _land_left(problem: LayoutProblem, whole: LayoutProblem, choice: IntArray) -> tuple[Land, ...]:
    """Return what the other stages leave of the land of a stage's schools."""
    shared = {one.school: one for one in whole.land}
    left = []
    for one in problem.land:
        others = [
            site for site in shared[one.school].sites if not whole.sites[site].startswith(f"{problem.stage}:")
        ]
        taken = sum(whole.courses[site][int(choice[site])].classes for site in others)
        left.append(replace(one, classes=shared[one.school].classes - taken))
    return tuple(left)


def _moved(course: Course, *, by: int) -> Course:
    return course if course.partner is None else replace(course, partner=course.partner + by)


def _demand(problem: LayoutProblem, scenarios: Sequence[str]) -> IntArray:
    usual = problem.scenarios.index(MIDDLE) if MIDDLE in problem.scenarios else 0
    own = {name: i for i, name in enumerate(problem.scenarios)}
    demand: IntArray = problem.demand[:, [own.get(name, usual) for name in scenarios]]
    return demand


def parted(
    problems: Sequence[LayoutProblem], whole: LayoutProblem, solution: LayoutSolution
) -> list[tuple[LayoutProblem, LayoutSolution]]:
    """Return each stage's problem and its part of the solution.

    Money and land of a stage are what the others leave, so that "why not" asks what it could do with those; what is
    proven is of all stages together, a stage has no bound of its own.
    """
    found = []
    first_site, first_home, first_course = 0, 0, 0
    total = spend(whole, solution.layout.choice)
    for own in problems:
        demand, scenarios = _demand(own, whole.scenarios), whole.scenarios
        part = replace(own, scenarios=scenarios, weight=whole.weight, demand=demand)
        n_courses = sum(len(menu) for menu in own.courses)
        layout = _part(part, solution.layout, first_site=first_site, first_home=first_home)
        left = whole.budget_yuan - total + spend(part, layout.choice)
        part = replace(
            part,
            budget_yuan=np.maximum(left, 0.0),
            land=_land_left(own, whole, solution.layout.choice),
        )
        relaxation = Relaxation(part, most_price=solution.relaxation.most_price)
        # The rest of the plan costs what it costs.
        rest = _with_missing(solution.layout, relaxation) - _with_missing(layout, relaxation)
        found.append(
            (
                part,
                replace(
                    solution,
                    layout=layout,
                    levels=_levels(layout),
                    relaxation=relaxation,
                    least_yuan=solution.least_yuan[first_course : first_course + n_courses] - rest,
                    evaluator=Evaluator(part),
                    bound_yuan=0.0,
                ),
            )
        )
        first_site, first_home = first_site + len(own.sites), first_home + len(own.homes)
        first_course += n_courses
    return found


def _part(problem: LayoutProblem, layout: Layout, *, first_site: int, first_home: int) -> Layout:
    sites = slice(first_site, first_site + len(problem.sites))
    service, choice = layout.service, layout.choice[sites]
    mine = (service.site >= sites.start) & (service.site < sites.stop)
    own = Service(
        slot=service.slot[mine],
        home=service.home[mine] - first_home,
        site=service.site[mine] - first_site,
        pupils=service.pupils[mine],
    )
    return Layout(choice, own, score(problem, choice, own), layout.place_yuan[:, sites])


def _with_missing(layout: Layout, relaxation: Relaxation) -> float:
    return layout.score.cost_yuan + relaxation.most_price * layout.score.unserved_pupils


def _levels(layout: Layout) -> dict[str, Level]:
    reached = layout.score
    return {
        UNSERVED: Level(value=reached.unserved_pupils, bound=None, unit=UNITS[UNSERVED]),
        COST: Level(value=reached.cost_yuan, bound=None, unit=UNITS[COST]),
        DISTANCE: Level(value=reached.distance_km, bound=None, unit=UNITS[DISTANCE]),
    }
