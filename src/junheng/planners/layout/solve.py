"""Solve the layout problem: first bounds and plans from prices, then courses and service by turns, and the gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.layout.checks import unpaid
from junheng.planners.layout.constraints import ROUNDING_YUAN
from junheng.planners.layout.course import Course
from junheng.planners.layout.decomposition import decompose
from junheng.planners.layout.master import Master
from junheng.planners.layout.objective import COST, DISTANCE, UNITS, UNSERVED, spend
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.relaxation import Ascent, Relaxation
from junheng.planners.layout.search import Evaluator, Guide, Layout, improve, repaired, still_choice
from junheng.plans.plan import Level
from junheng.progress import Progress, silent
from junheng.text import Text

PLACE_YUAN = 1e6
"""What a child without a place costs in the bound on the cost, a year: as in the flows, more than any other place."""
LATER_PRICES = (1e5, 2e4, 5e3)
"""Lower such prices, tried as well where children stay without a place: they can prove more then."""
FIRST_ROUNDS = 4
"""Rounds of steps before the plan is improved."""
ROUND = 30
"""Steps of the prices between two looks at the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutOptions:
    """How long to search.

    Attributes
    ----------
    seconds
        Longest time; the best plan so far is returned with its gap.
    gap
        Good enough: (cost - bound) / cost.
    steps
        Most steps of the prices: the counted work that ends the run on every machine alike.
    """

    seconds: float = 60.0
    gap: float = 1e-3
    steps: int = 900


@dataclass(frozen=True, eq=False, kw_only=True)
class LayoutSolution:
    """The best plan with what was proven.

    Attributes
    ----------
    layout
        Courses, service and score.
    levels
        Unserved pupils, cost and distance by name, in that order.
    relaxation
        The courses of all sites in one order.
    least_yuan
        Below which no plan with a course costs, missing places at their price, shape (courses,); for every "why not".
    evaluator
        Serves everybody for other choices, to explain.
    bound_yuan
        The bound on the cost.
    stopped_by
        ``proven`` (the gap asked for is reached), ``work`` or ``time``.
    seconds
        How long it took.
    """

    layout: Layout
    levels: dict[str, Level]
    relaxation: Relaxation
    least_yuan: FloatArray
    evaluator: Evaluator
    bound_yuan: float
    stopped_by: str
    seconds: float


def solve(
    problem: LayoutProblem, *, options: LayoutOptions | None = None, progress: Progress = silent
) -> LayoutSolution:
    """Return a layout that keeps every rule, with bounds.

    The problem should have passed `junheng.planners.layout.checks.check`.
    """
    asked = LayoutOptions() if options is None else options
    clock = Clock(asked.seconds)
    evaluator = Evaluator(problem)
    relaxation = Relaxation(problem, most_price=PLACE_YUAN)
    ascent = Ascent(relaxation)
    best = _first(problem, evaluator, ascent, clock)
    progress(Text("求初步的下界和方案", "finding first bounds and plans"), 0.0)
    for _ in range(FIRST_ROUNDS):
        ascent.run(ROUND, target=_target(best))
        best = _better(evaluator, repaired(problem, relaxation, ascent.best, ascent.best.choice), best)

    tell = _Telling(asked, clock, progress)
    decomposed = decompose(
        evaluator, relaxation, ascent.prices, best, gap=asked.gap, clock=clock, share=0.85, tell=tell
    )
    best = decomposed.layout
    if not tell(best, max(decomposed.bound_yuan, ascent.best.value)):
        best = improve(
            evaluator, Guide(relaxation, ascent.best), best, clock=clock, share=0.95, is_enough=tell
        )
    while ascent.steps < asked.steps and not tell(best, ascent.best.value):
        if clock.is_over(0.95):
            break
        ascent.run(ROUND, target=_target(best))
    bound = max(tell.bound(best), _later(problem, best, steps=2 * ROUND))
    is_proven = _is_proven(best, bound, asked)
    return LayoutSolution(
        layout=best,
        levels=_levels(best, bound, _unserved_bound(evaluator, best)),
        relaxation=relaxation,
        least_yuan=np.maximum(decomposed.least_yuan, relaxation.least_yuan(ascent.best)),
        evaluator=evaluator,
        bound_yuan=bound,
        stopped_by="proven" if is_proven else "time" if clock.is_bitten else "work",
        seconds=clock.spent,
    )


class _Telling:
    """Tells of the best plan and of the largest bound so far, and says whether that is proven enough."""

    def __init__(self, asked: LayoutOptions, clock: Clock, progress: Progress) -> None:
        self._asked, self._clock, self._progress = asked, clock, progress
        self._with_missing = 0.0

    def __call__(self, found: Layout, with_missing: float = 0.0) -> bool:
        """Tell of a plan and of a bound on cost and missing places together; say whether the plan is proven enough."""
        self._with_missing = max(self._with_missing, with_missing)
        bound = self.bound(found)
        self._progress(_told(found, bound), min(0.95, self._clock.spent / self._asked.seconds))
        return _is_proven(found, bound, self._asked)

    def bound(self, found: Layout) -> float:
        """Return the bound on the cost of every plan that leaves out no more children than this one."""
        return max(0.0, self._with_missing - PLACE_YUAN * found.score.unserved_pupils)


def _first(problem: LayoutProblem, evaluator: Evaluator, ascent: Ascent, clock: Clock) -> Layout:
    """Return the plan that changes least; where locks make that too dear, any that spreads them over the years."""
    still = still_choice(problem)
    spread = repaired(problem, ascent.relaxation, ascent.best, still)
    first = evaluator.layout(still) or evaluator.layout(spread)
    if first is None:
        exact = Master(ascent.relaxation).chosen(clock, gap=0.0, share=1.0).choice
        first = None if exact is None else evaluator.layout(exact)
    if first is None:
        over = (spend(problem, spread) - problem.budget_yuan).max(initial=0.0)
        raise InfeasibleError([unpaid(float(over))])
    return first


def _better(evaluator: Evaluator, choice: IntArray, best: Layout) -> Layout:
    found = evaluator.layout(choice)
    return found if found is not None and found.score.order < best.score.order else best


def _target(best: Layout) -> float:
    return best.score.cost_yuan + PLACE_YUAN * best.score.unserved_pupils


def _bound(ascent: Ascent, best: Layout) -> float:
    """Return the bound on the cost of every plan that leaves out no more children than the best."""
    return max(0.0, ascent.best.value - ascent.relaxation.most_price * best.score.unserved_pupils)


def _is_proven(best: Layout, bound: float, options: LayoutOptions) -> bool:
    is_cheap = best.score.cost_yuan - bound <= options.gap * best.score.cost_yuan
    return is_cheap and best.score.unserved_pupils == 0


def _later(problem: LayoutProblem, best: Layout, *, steps: int) -> float:
    """Return the bound on the cost with lower prices of a missing place, where children stay without one."""
    if best.score.unserved_pupils == 0:
        return 0.0
    found = []
    for price in LATER_PRICES:
        ascent = Ascent(Relaxation(problem, most_price=price))
        ascent.run(steps, target=best.score.cost_yuan + price * best.score.unserved_pupils)
        found.append(_bound(ascent, best))
    return max(found)


def _unserved_bound(evaluator: Evaluator, best: Layout) -> float:
    """Return how many pupil-years no plan can serve.

    What is left if every site held the most of any course that can be paid by itself; or what the relaxation without
    costs says, which knows of sites that compete for the money.
    """
    if best.score.unserved_pupils == 0:
        return 0.0
    problem = evaluator.problem
    most = np.array([_most_places(menu, problem.budget_yuan) for menu in problem.courses], np.int64).T
    ascent = Ascent(Relaxation(problem, most_price=1.0, has_costs=False))
    ascent.run(3 * ROUND, target=float(best.score.unserved_pupils))
    bound = max(evaluator.fewest_unserved(most), float(np.ceil(ascent.best.value - 1e-6)))
    return float(min(max(0.0, bound), best.score.unserved_pupils))


def _most_places(menu: tuple[Course, ...], budget_yuan: FloatArray) -> list[int]:
    """Return the most places of a site in each year, whatever happens to it that can be paid."""
    paid = [
        course.places for course in menu if (np.array(course.spend_yuan) <= budget_yuan + ROUNDING_YUAN).all()
    ]
    return [max(places) for places in zip(*paid, strict=True)]


def _levels(best: Layout, cost_bound: float, unserved_bound: float) -> dict[str, Level]:
    reached = best.score
    cost = min(cost_bound, reached.cost_yuan)
    return {
        UNSERVED: Level(value=reached.unserved_pupils, bound=unserved_bound, unit=UNITS[UNSERVED]),
        COST: Level(value=reached.cost_yuan, bound=cost, unit=UNITS[COST]),
        DISTANCE: Level(value=reached.distance_km, bound=None, unit=UNITS[DISTANCE]),
    }


def _told(best: Layout, bound: float) -> Text:
    cost, gap = best.score.cost_yuan, 0.0
    if cost > 0:
        gap = (cost - bound) / cost
    text = Text(
        "缺学位 {unserved} 人年，成本 {cost} 万元，差距 {gap}",
        "{unserved} pupil-years unserved, {cost} million yuan, gap {gap}",
    )
    zh = text.zh.format(unserved=best.score.unserved_pupils, cost=f"{cost / 1e4:,.0f}", gap=f"{gap:.2%}")
    return Text(
        zh, text.en.format(unserved=best.score.unserved_pupils, cost=f"{cost / 1e6:,.1f}", gap=f"{gap:.2%}")
    )
