"""The cheapest ways found of doing what a plan does not: with all else as planned, or with one other site adapting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.layout.constraints import ROUNDING_YUAN, chosen_courses, places_of
from junheng.planners.layout.course import BUY_BACK, EXPAND, OPEN, Course
from junheng.planners.layout.objective import spend
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Evaluator, Layout

Key = tuple[int, str]
"""A site and a kind of course."""
BUILT = (EXPAND, OPEN, BUY_BACK)
FIRST_TRIED, MOST_TRIED = 3, 40
"""Ways of doing one thing in which another site adapts that are worked through at most, at first and in the end."""


@dataclass(frozen=True, eq=False)
class Way:
    """One way of doing a thing, worked through.

    Attributes
    ----------
    course
        What the site does.
    layout
        Everybody served accordingly.
    other, other_course
        The one other site that does something else than planned, and what; `None` where all else is as planned.
    """

    course: Course
    layout: Layout
    other: int | None = None
    other_course: Course | None = None

    @property
    def order(self) -> tuple[int, float]:
        """Return what ways are compared by."""
        return self.layout.score.unserved_pupils, round(self.layout.score.cost_yuan)


class Otherwise:
    """Works alternatives to a plan through, rules and wishes that somebody could lift lifted, while the time lasts."""

    def __init__(self, problem: LayoutProblem, layout: Layout, *, clock: Clock) -> None:
        self._own, self._layout, self._clock = problem, layout, clock
        lifted = problem.anyway or tuple({} for _ in problem.sites)
        courses = tuple(
            (*menu, *(course for courses in more.values() for course in courses))
            for menu, more in zip(problem.courses, lifted, strict=True)
        )
        self._problem = replace(problem, courses=courses)
        self._evaluator = Evaluator(self._problem)
        self._nearest_yuan = _nearest_yuan(problem)
        self._children = problem.by_slot.sum(axis=1)
        self._spend = [[np.array(course.spend_yuan) for course in menu] for menu in courses]
        self._places = [[np.array(course.places) for course in menu] for menu in courses]

    def ways(self, asked: Sequence[Key], *, first: dict[Key, int]) -> dict[Key, Way]:
        """Return the best way found of each thing that is asked for; none where every one breaks another rule.

        Every thing is tried once; then what breaks a rule so, with another site adapting; then all in all their ways,
        the cheapest things first: what the time does not suffice for is the finer part of the dearest.

        Parameters
        ----------
        first
            Which course of a thing to try first; the first one where that is not said.
        """
        found: dict[Key, Way] = {}
        for key in asked:
            courses = self._courses(key)
            self._try(found, key, [first.get(key, courses[0])] if courses else [])
        for key in (key for key in asked if key not in found):
            self._try(found, key, self._courses(key))
            self._adapt(found, key, most=FIRST_TRIED)
        for key in sorted(found, key=lambda key: found[key].order):
            self._try(found, key, self._courses(key))
            self._adapt(found, key, most=MOST_TRIED)
        return found

    def _courses(self, key: Key) -> list[int]:
        site, kind = key
        return [c for c, course in enumerate(self._problem.courses[site]) if course.kind == kind]

    def _try(self, found: dict[Key, Way], key: Key, courses: Sequence[int]) -> None:
        for c in courses:
            self._keep(found, key, self._choice((key[0], c)), course=c)

    def _adapt(self, found: dict[Key, Way], key: Key, *, most: int) -> None:
        """Try the ways in which one other site does something else, the cheapest first, as far as they can pay."""
        tried = 0
        for missing, yuan, c, other, k in sorted(self._adapting(found, key)):
            best = found.get(key)
            if best is not None and (missing, round(yuan + self._nearest_yuan)) >= best.order:
                continue
            if tried == most or self._clock.is_over():
                return
            tried += 1
            self._keep(found, key, self._choice((key[0], c), (other, k)), course=c, other=(other, k))

    def _adapting(self, found: dict[Key, Way], key: Key) -> Iterator[tuple[int, float, int, int, int]]:
        """Yield (pupil-years that find no place anywhere, yuan without transport, course, other site, its course)."""
        site, planned = key[0], self._layout.choice
        lacks = key in found and found[key].order[0] > self._layout.score.unserved_pupils
        yuan = sum(course.yuan for _, course in chosen_courses(self._own, planned))
        held = places_of(self._own, planned).sum(axis=1)
        left = self._own.budget_yuan - spend(self._own, planned) + ROUNDING_YUAN
        for c in () if self._clock.is_over() else self._courses(key):
            for other, k in self._others(site, self._problem.courses[site][c], lacks_places=lacks):
                changed = ((site, c), (other, k))
                more = sum(self._problem.courses[i][one].yuan for i, one in changed)
                less = sum(self._own.courses[i][planned[i]].yuan for i, _ in changed)
                spent = sum(self._spend[i][one] - self._spend[i][planned[i]] for i, one in changed)
                if (spent > left).any():
                    continue
                places = held + sum(self._places[i][one] - self._places[i][planned[i]] for i, one in changed)
                yield self._missing(places), yuan + more - less, c, other, k

    def _others(self, site: int, course: Course, *, lacks_places: bool) -> Iterator[tuple[int, int]]:
        """Yield what else the partner and the sites that are built on could do; any site where places are lacking."""
        for other, planned in chosen_courses(self._own, self._layout.choice):
            if other != site and (lacks_places or planned.kind in BUILT or other == course.partner):
                for k in range(len(self._own.courses[other])):
                    if k != self._layout.choice[other]:
                        yield other, k

    def _choice(self, *changes: tuple[int, int]) -> IntArray:
        choice = self._layout.choice.copy()
        for site, c in changes:
            choice[site] = c
        return choice

    def _missing(self, places: IntArray) -> int:
        """Return how many pupil-years find none of the places of each year, however they travel."""
        return int(np.maximum(self._children - places[self._own.slot_year], 0).sum())

    def _keep(
        self,
        found: dict[Key, Way],
        key: Key,
        choice: IntArray,
        *,
        course: int,
        other: tuple[int, int] | None = None,
    ) -> None:
        """Work one way through and keep it where it is the best so far."""
        layout = None if self._clock.is_over() else self._evaluator.layout(choice)
        if layout is None:
            return
        way = Way(self._problem.courses[key[0]][course], layout)
        if other is not None:
            way = replace(way, other=other[0], other_course=self._own.courses[other[0]][other[1]])
        if key not in found or way.order < found[key].order:
            found[key] = way


def _nearest_yuan(problem: LayoutProblem) -> float:
    """Return what transport costs at least, if everybody went where the way is cheapest, or nowhere."""
    cheapest: FloatArray = np.where(problem.allowed, problem.transport_yuan, np.inf).min(axis=1)
    each = problem.by_slot @ np.where(np.isfinite(cheapest), cheapest, 0.0)
    return float((problem.slot_weight * each).sum())
