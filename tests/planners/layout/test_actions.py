"""Which school every home has after a layout: where its children go, together with its zone, or where it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from junheng.planners.layout.actions import homes_in
from junheng.planners.layout.course import MERGE
from junheng.planners.layout.search import Evaluator, still_choice


def merged(problem):
    """Return the problem with its first merger of the first planned year done, and from where to where."""
    site, c, course = next(
        (site, c, course)
        for site, menu in enumerate(problem.courses)
        for c, course in enumerate(menu)
        if course.kind == MERGE and course.year == 0
    )
    choice = still_choice(problem)
    choice[site] = c
    return Evaluator(problem).layout(choice), site, course.partner


def test_homes_without_children_go_with_the_zone_of_their_merged_school(draw):
    found = 0
    for seed in range(12):
        problem = draw(seed)
        if not any(course.kind == MERGE for menu in problem.courses for course in menu):
            continue
        layout, site, into = merged(problem)
        nobody = replace(problem, demand=np.where(problem.present == site, 0, problem.demand))
        for one in (problem, nobody):
            goes = homes_in(one, Evaluator(one).layout(layout.choice), year=2)
            assert (goes[problem.present == site] == into).all()
        teaching = [j for j in range(3) if j != site]
        zone = problem.zone_of[site]
        nearest = np.array(teaching)[problem.km[zone][:, teaching].argmin(axis=1)]
        found += int((nearest != into).sum())
    assert found


def test_where_no_children_are_to_come_every_home_keeps_its_school(draw):
    problem = draw(0)
    empty = replace(problem, demand=np.zeros_like(problem.demand))
    layout = Evaluator(empty).layout(still_choice(empty))
    assert homes_in(empty, layout, year=0).tolist() == problem.present.tolist()
