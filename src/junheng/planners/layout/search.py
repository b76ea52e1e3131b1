"""From the relaxation to plans: repair what it picks, serve everybody, change one or two sites at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.layout.constraints import (
    ROUNDING_YUAN,
    chosen_courses,
    land,
    moved_together,
    partner,
    places_of,
)
from junheng.planners.layout.course import MERGE
from junheng.planners.layout.flows import UNSERVED_YUAN, Flow, Served
from junheng.planners.layout.objective import Score, Service, score, spend
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.relaxation import Priced, Relaxation

NOBODY = np.zeros(0, np.int64)
MOST_MOVES = 40
"""Changes of one site that are tried without success before a plan counts as good."""
MOST_PAIRS = 200
"""Changes of two sites that are tried after that."""


@dataclass(frozen=True, eq=False)
class Layout:
    """One plan that keeps every rule: a course for each site, who is served where, and its score."""

    choice: IntArray
    service: Service
    score: Score
    place_yuan: FloatArray
    """What one more place would save, shape (slots, m)."""


class Evaluator:
    """Serves everybody for a choice of courses; what was solved once is remembered."""

    def __init__(self, problem: LayoutProblem) -> None:
        self.problem = problem
        self.solved = 0
        self._flows: dict[int, Flow] = {}
        self._known: dict[tuple[int, bytes, tuple[tuple[int, int], ...]], Served] = {}

    def layout(self, choice: IntArray) -> Layout | None:
        """Return the best service of a choice with its score; `None` where the choice breaks a rule."""
        problem = self.problem
        if (spend(problem, choice) > problem.budget_yuan + ROUNDING_YUAN).any():
            return None
        empty = Service(NOBODY, NOBODY, NOBODY, NOBODY)
        if any(next(rule(problem, choice, empty), None) is not None for rule in (land, partner)):
            return None
        places, moved = places_of(problem, choice), moved_together(problem, choice)
        parts = []
        for slot in range(problem.n_slots):
            year = int(problem.slot_year[slot])
            parts.append(self._flow(slot, places[year], moved[year]))
        service = Service(
            slot=np.repeat(np.arange(problem.n_slots), [len(part.home) for part in parts]),
            home=np.concatenate([part.home for part in parts]),
            site=np.concatenate([part.site for part in parts]),
            pupils=np.concatenate([part.pupils for part in parts]),
        )
        place_yuan = np.stack([part.place_yuan for part in parts])
        return Layout(choice.copy(), service, score(problem, choice, service), place_yuan)

    def fewest_unserved(self, places: IntArray) -> int:
        """Return the pupil-years that find no place, shape of the places (years, m), if nobody moves together."""
        years = enumerate(self.problem.slot_year.tolist())
        served = sum(int(self._flow(slot, places[year], {}).pupils.sum()) for slot, year in years)
        return int(self.problem.by_slot.sum()) - served

    def place_yuan(self, places: FloatArray) -> FloatArray:
        """Return what one more place would save in each slot, shape (slots, m), if nobody moves together.

        Parameters
        ----------
        places
            Pupils that each site can hold in each year, shape (years, m); need not be whole.
        """
        years = enumerate(self.problem.slot_year.tolist())
        return np.stack([self._of_slot(slot).solve(places[year], {}).place_yuan for slot, year in years])

    def _flow(self, slot: int, places: IntArray, moved: dict[int, int]) -> Served:
        key = (slot, places.tobytes(), tuple(sorted(moved.items())))
        if key not in self._known:
            self._known[key] = self._of_slot(slot).solve(places.astype(np.float64), moved)
            self.solved += 1
        return self._known[key]

    def _of_slot(self, slot: int) -> Flow:
        if slot not in self._flows:
            self._flows[slot] = Flow(self.problem, slot)
        return self._flows[slot]


def still_choice(problem: LayoutProblem) -> IntArray:
    """Return the choice that changes as little as the menus allow."""
    return np.array([problem.still(site) for site in range(len(problem.sites))], np.int64)


def repaired(problem: LayoutProblem, relaxation: Relaxation, priced: Priced, wanted: IntArray) -> IntArray:
    """Return a choice with budgets kept and partners teaching on, at the least loss of value."""
    choice = wanted.copy()
    for _ in range(2 * len(problem.sites)):
        over = spend(problem, choice) - problem.budget_yuan
        if over.max(initial=-np.inf) <= ROUNDING_YUAN:
            break
        best = min(_cheaper(problem, relaxation, priced, choice, year=int(over.argmax())), default=None)
        if best is None:
            break
        choice[best[1]] = best[2]
    return _with_partners(problem, relaxation, priced, choice)


def _cheaper(
    problem: LayoutProblem, relaxation: Relaxation, priced: Priced, choice: IntArray, *, year: int
) -> Iterator[tuple[float, int, int]]:
    """Yield (loss of value per yuan saved in the year, site, course) of every change that saves there."""
    for site, menu in enumerate(problem.courses):
        own = int(choice[site])
        if menu[own].spend_yuan[year] <= 0:
            continue
        value = priced.course_value[relaxation.first[site] : relaxation.first[site + 1]]
        for c, course in enumerate(menu):
            saved = menu[own].spend_yuan[year] - course.spend_yuan[year]
            if saved > 0:
                yield (float(value[c] - value[own]) / saved, site, c)


def _with_partners(
    problem: LayoutProblem, relaxation: Relaxation, priced: Priced, choice: IntArray
) -> IntArray:
    """Give every site whose partner does not teach on the best course that needs none."""
    for _ in range(len(problem.sites)):
        broken = next(partner(problem, choice, Service(NOBODY, NOBODY, NOBODY, NOBODY)), None)
        if broken is None:
            break
        site = problem.sites.index(broken.where.partition(" → ")[0])
        value = priced.course_value[relaxation.first[site] : relaxation.first[site + 1]]
        alone = [c for c, course in enumerate(problem.courses[site]) if course.partner is None]
        own = problem.courses[site][int(choice[site])]
        if own.partner is None or not alone:
            break
        choice[site] = min(alone, key=lambda c: (value[c], c))
    return choice


@dataclass(frozen=True, eq=False)
class Guide:
    """What the relaxation says about changes: the value of every course."""

    relaxation: Relaxation
    priced: Priced

    def gain(self, choice: IntArray) -> FloatArray:
        """Return the relaxation's change of value from the choice to every course."""
        own = self.priced.course_value[self.relaxation.first[:-1] + choice]
        gain: FloatArray = self.priced.course_value - own[self.relaxation.site_of]
        return gain

    def may_pay(self, best: Score) -> BoolArray:
        """Return the courses with which the bound leaves room for a better plan."""
        if best.unserved_pupils:
            return np.ones(len(self.priced.course_value), bool)
        may: BoolArray = self.relaxation.least_yuan(self.priced) < best.cost_yuan
        return may


def improve(
    evaluator: Evaluator,
    guide: Guide,
    layout: Layout,
    *,
    clock: Clock,
    share: float,
    is_enough: Callable[[Layout], bool],
) -> Layout:
    """Change one site, then two, as long as a change among the most promising ones makes the plan better."""
    best: Layout | None = layout
    tried: set[bytes] = {layout.choice.tobytes()}
    while best is not None and not is_enough(best):
        layout = best
        best = _first_better(
            evaluator, layout, _moves(guide, layout, evaluator.problem), tried, clock=clock, share=share
        )
    return layout if best is None else best


def _first_better(
    evaluator: Evaluator,
    best: Layout,
    moves: Iterator[tuple[tuple[int, int], ...]],
    tried: set[bytes],
    *,
    clock: Clock,
    share: float,
) -> Layout | None:
    for move in moves:
        if clock.is_over(share):
            return None
        choice = best.choice.copy()
        for site, c in move:
            choice[site] = c
        if choice.tobytes() in tried:
            continue
        tried.add(choice.tobytes())
        found = evaluator.layout(choice)
        if found is not None and found.score.order < best.score.order:
            return found
    return None


def _moves(guide: Guide, best: Layout, problem: LayoutProblem) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield changes, the most promising first: of one site, then of two."""
    relaxation, gain = guide.relaxation, guide.gain(best.choice)
    current = relaxation.first[:-1] + best.choice
    may = guide.may_pay(best.score)
    may[current] = False

    def change(flat: int) -> tuple[int, int]:
        site = int(relaxation.site_of[flat])
        return site, int(flat - relaxation.first[site])

    if best.score.unserved_pupils:
        yield from ((change(flat),) for flat in _of_crowded_mergers(problem, relaxation, gain, best))
        helped, yuan = _relief(problem, best)
        wanted = np.lexsort((yuan, -np.minimum(helped, best.score.unserved_pupils)))[:MOST_MOVES]
        yield from ((change(flat),) for flat in wanted.tolist() if helped[flat] > 0 and may[flat])
    promising = np.argsort(np.where(may, gain, np.inf), kind="stable")[: int(may.sum())]
    singles = promising[:MOST_MOVES].tolist()
    yield from ((change(flat),) for flat in singles)
    changed = [site for site in range(len(problem.sites)) if best.choice[site] != problem.still(site)]
    back = [(site, problem.still(site)) for site in changed]
    pairs = _pairs([change(flat) for flat in singles], back)
    yield from itertools.islice(pairs, MOST_PAIRS)


def _pairs(
    singles: list[tuple[int, int]], back: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield pairs of changes of two sites: one of them taken back, or two promising ones."""
    for second in singles:
        for first in (*back, *singles[:6]):
            if first[0] != second[0]:
                yield first, second


def _of_crowded_mergers(
    problem: LayoutProblem, relaxation: Relaxation, gain: FloatArray, best: Layout
) -> list[int]:
    """Return the courses of merged schools whose children found no place together, the cheapest first."""
    short = best.service.unserved(problem).sum(axis=0) > 0
    found = [
        flat
        for site, course in chosen_courses(problem, best.choice)
        if course.kind == MERGE and short[problem.zone_of[site]].any()
        for flat in range(relaxation.first[site], relaxation.first[site + 1])
    ]
    return sorted(found, key=lambda flat: (gain[flat], flat))


def _relief(problem: LayoutProblem, best: Layout) -> tuple[FloatArray, FloatArray]:
    """Return how many children without a place each course could help to one, and what it costs beyond today's.

    A place helps where its value in the plan is that of a missing place.
    """
    short = best.service.unserved(problem).sum(axis=1)
    now = places_of(problem, best.choice)
    helps = best.place_yuan >= UNSERVED_YUAN / 2
    helped, yuan = [], []
    for site, menu in enumerate(problem.courses):
        own = menu[int(best.choice[site])].yuan
        for course in menu:
            more = (np.array(course.places) - now[:, site])[problem.slot_year]
            helped.append(float((helps[:, site] * np.minimum(more, short)).sum()))
            yuan.append(course.yuan - own)
    return np.array(helped), np.array(yuan)
