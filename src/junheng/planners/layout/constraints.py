"""The hard rules: one function a rule with its stable name, and a checker that knows nothing of the solver.

============ ========================================================================================================
name         rule
============ ========================================================================================================
one_course   every site has one course of its menu; locks, bans, land, building time and protection shape the menu
budget       investment of every budget year stays within that year's budget
land         classes added at a school, in all stages that are planned together, stay within what its land can take
places       pupils of a site stay within its places (classes x class size) in every year and scenario
travel       children go only where the travel time allows it
partner      a school that takes pupils over, or leads a branch, itself teaches on from then on; a lead is no branch
together     from the year of a merger, all homes of the closed school's zone go to the one school that took it over
served_once  no home sends more children to school than live there
============ ========================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.layout.course import BRANCH, MERGE
from junheng.planners.layout.objective import Service, spend
from junheng.planners.layout.problem import LayoutProblem

ROUNDING_YUAN = 0.5


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a layout breaks, where, and by how much in the rule's own unit."""

    rule: str
    where: str
    amount: float


def one_course(problem: LayoutProblem, choice: IntArray, _: Service) -> Iterator[Violation]:
    """``one_course``: 0 <= choice[i] < number of courses of site i."""
    for site, (menu, chosen) in enumerate(zip(problem.courses, choice.tolist(), strict=True)):
        if not 0 <= chosen < len(menu):
            yield Violation("one_course", problem.sites[site], float(chosen))


def budget(problem: LayoutProblem, choice: IntArray, _: Service) -> Iterator[Violation]:
    """``budget``: sum over i of spend[i, s] <= budget[s] for each budget year s."""
    over = spend(problem, choice) - problem.budget_yuan
    for year in np.flatnonzero(over > ROUNDING_YUAN).tolist():
        yield Violation("budget", str(problem.years[year] - 1), float(over[year]))


def land(problem: LayoutProblem, choice: IntArray, _: Service) -> Iterator[Violation]:
    """``land``: sum of classes added at the sites of a school <= classes that its land can still take."""
    for one in problem.land:
        added = sum(problem.courses[site][int(choice[site])].classes for site in one.sites)
        if added > one.classes:
            yield Violation("land", one.school, float(added - one.classes))


def places(problem: LayoutProblem, choice: IntArray, service: Service) -> Iterator[Violation]:
    """``places``: pupils at i <= places of its course, for each year and scenario."""
    over = service.load(problem) - places_of(problem, choice)[problem.slot_year]
    for slot, site in np.argwhere(over > 0).tolist():
        yield Violation("places", f"{problem.sites[site]}/{_slot(problem, slot)}", float(over[slot, site]))


def travel(problem: LayoutProblem, _: IntArray, service: Service) -> Iterator[Violation]:
    """``travel``: pupils only on allowed pairs."""
    for entry in np.flatnonzero(~problem.allowed[service.home, service.site]).tolist():
        where = f"{problem.homes[service.home[entry]]} → {problem.sites[service.site[entry]]}"
        yield Violation("travel", where, float(service.pupils[entry]))


def partner(problem: LayoutProblem, choice: IntArray, _: Service) -> Iterator[Violation]:
    """``partner``: the partner of a merger or branch teaches from that year on, and a branch's lead is no branch."""
    for site, course in chosen_courses(problem, choice):
        if course.partner is None or course.year is None:
            continue
        other = problem.courses[course.partner][int(choice[course.partner])]
        is_led = course.kind == BRANCH and other.kind == BRANCH
        if is_led or not all(other.operates(year) for year in range(course.year, len(problem.years))):
            yield Violation("partner", f"{problem.sites[site]} → {problem.sites[course.partner]}", 1.0)


def together(problem: LayoutProblem, choice: IntArray, service: Service) -> Iterator[Violation]:
    """``together``: children of a merged school's zone are served by the school that took it over, or by none."""
    moved = moved_together(problem, choice)
    for entry in range(len(service.slot)):
        year, home = int(problem.slot_year[service.slot[entry]]), int(service.home[entry])
        site = moved[year].get(home)
        if site is not None and site != service.site[entry]:
            where = f"{problem.homes[home]}/{_slot(problem, int(service.slot[entry]))}"
            yield Violation("together", where, float(service.pupils[entry]))


def served_once(problem: LayoutProblem, _: IntArray, service: Service) -> Iterator[Violation]:
    """``served_once``: sum over i of pupils[h, i] <= demand[h] in every slot."""
    left = service.unserved(problem)
    for slot, home in np.argwhere(left < 0).tolist():
        yield Violation(
            "served_once", f"{problem.homes[home]}/{_slot(problem, slot)}", float(-left[slot, home])
        )


RULES: tuple[Callable[[LayoutProblem, IntArray, Service], Iterator[Violation]], ...] = (
    one_course,
    budget,
    land,
    places,
    travel,
    partner,
    together,
    served_once,
)


def violations(problem: LayoutProblem, choice: IntArray, service: Service) -> list[Violation]:
    """Return every rule that a layout breaks, from the plan alone."""
    first = list(one_course(problem, choice, service))
    return first or [found for rule in RULES for found in rule(problem, choice, service)]


def chosen_courses(problem: LayoutProblem, choice: IntArray):  # type: ignore[no-untyped-def]
    """Yield each site with its course."""
    return (
        (site, menu[c]) for site, (menu, c) in enumerate(zip(problem.courses, choice.tolist(), strict=True))
    )


def places_of(problem: LayoutProblem, choice: IntArray) -> IntArray:
    """Return the places of every site in every year, shape (years, m)."""
    held: IntArray = np.array([course.places for _, course in chosen_courses(problem, choice)], np.int64).T
    return held


def moved_together(problem: LayoutProblem, choice: IntArray) -> list[dict[int, int]]:
    """Return, for every year, the homes that a merger gives to one school: ``{home: site}``."""
    moved: list[dict[int, int]] = [{} for _ in problem.years]
    for site, course in chosen_courses(problem, choice):
        if course.kind == MERGE and course.partner is not None and course.year is not None:
            for year in range(course.year, len(problem.years)):
                moved[year].update(dict.fromkeys(problem.zone_of[site].tolist(), course.partner))
    return moved


def _slot(problem: LayoutProblem, slot: int) -> str:
    scenario = problem.scenarios[slot % len(problem.scenarios)]
    return f"{problem.years[problem.slot_year[slot]]}/{scenario}"
