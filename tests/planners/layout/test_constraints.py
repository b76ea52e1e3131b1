"""The independent checker finds what is planted: every rule once, by its name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from junheng.planners.layout.constraints import violations
from junheng.planners.layout.course import MERGE
from junheng.planners.layout.objective import Service
from junheng.planners.layout.solve import LayoutOptions, solve


def broken(problem, choice, service) -> set[str]:
    return {found.rule for found in violations(problem, choice, service)}


def test_a_solved_layout_breaks_nothing_and_each_planted_fault_is_named(draw):
    problem = draw(1)
    layout = solve(problem, options=LayoutOptions(seconds=5, steps=60)).layout
    service = layout.service
    assert broken(problem, layout.choice, service) == set()

    nowhere = layout.choice.copy()
    nowhere[0] = 999
    assert broken(problem, nowhere, service) == {"one_course"}

    twice = Service(service.slot, service.home, service.site, service.pupils * 50)
    assert {"places", "served_once"} <= broken(problem, layout.choice, twice)

    barred = replace(problem, allowed=np.zeros_like(problem.allowed))
    assert "travel" in broken(barred, layout.choice, service)

    poor = replace(problem, budget_yuan=np.zeros(len(problem.years)))
    builds = np.array([max(range(len(menu)), key=lambda c: menu[c].yuan) for menu in problem.courses])
    assert "budget" in broken(poor, builds, service)

    full = replace(problem, land=tuple(replace(one, classes=0) for one in problem.land))
    grown = np.array([max(range(len(menu)), key=lambda c: menu[c].classes) for menu in problem.courses])
    assert "land" in broken(full, grown, service)


def test_a_merger_into_a_school_that_shuts_or_with_children_elsewhere_is_named(draw):
    for seed in range(30):
        problem = draw(seed)
        merges = [
            (site, c, course)
            for site, menu in enumerate(problem.courses)
            for c, course in enumerate(menu)
            if course.kind == MERGE and course.year == 0 and len(problem.zone_of[site])
        ]
        if merges:
            break
    site, c, course = merges[0]
    choice = np.zeros(len(problem.sites), np.int64)
    choice[site] = c
    home = int(problem.zone_of[site][0])
    elsewhere = next(j for j in range(len(problem.sites)) if j not in (site, course.partner))
    sent = Service(*(np.array([value]) for value in (0, home, elsewhere, 1)))
    assert "together" in broken(problem, choice, sent)
    shut = replace(
        problem,
        courses=tuple(
            tuple(replace(one, kind=MERGE, year=0) for one in menu) if j == course.partner else menu
            for j, menu in enumerate(problem.courses)
        ),
    )
    assert "partner" in broken(shut, choice, sent)
