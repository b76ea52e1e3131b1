"""Courses and service by turns: the master chooses courses, the flows serve everybody and say what the choice cost.

What they say becomes a cut of the master, which is exact where it was made, so that the bound rises until it meets the
best plan (Benders 1962). It starts from the prices of the Lagrangian relaxation and a few rounds of the linear master.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray
from junheng.planners.clock import Clock
from junheng.planners.layout.cuts import Cutter
from junheng.planners.layout.flows import UNSERVED_YUAN
from junheng.planners.layout.master import Master
from junheng.planners.layout.relaxation import Prices, Relaxation
from junheng.planners.layout.search import Evaluator, Layout

LINEAR_ROUNDS = 12
"""Rounds of the linear master at most."""
RISE = 2e-5
"""A linear round that lifts the bound by less, relative to it, is the last."""
ROUNDS = 40
"""Choices of the master at most."""
FINER = 0.25
"""Share of the gap asked for to which the master is solved."""


@dataclass(frozen=True, eq=False)
class Decomposed:
    """The best plan and what was proven, children without a place at their price.

    Attributes
    ----------
    layout
        The best plan.
    bound_yuan
        Below which no plan costs.
    least_yuan
        Below which no plan with a course costs, shape (courses,).
    """

    layout: Layout
    bound_yuan: float
    least_yuan: FloatArray


def decompose(
    evaluator: Evaluator,
    relaxation: Relaxation,
    prices: Prices,
    best: Layout,
    *,
    gap: float,
    clock: Clock,
    share: float,
    tell: Callable[[Layout, float], bool],
) -> Decomposed:
    """Return the best plan and bound that the master and the flows come to.

    Parameters
    ----------
    prices
        Of the relaxation, for the first cuts.
    best
        A plan to begin with.
    gap
        Good enough, relative to the cost.
    share
        Share of the clock's time after which to stop.
    tell
        Is told of the best plan and of the bound, and says whether that is proven enough.
    """
    cutter, master = Cutter(relaxation), Master(relaxation)
    master.add(cutter.at(prices.place))
    bound = _linear_rounds(evaluator, relaxation, cutter, master, clock=clock, share=share)
    tried: set[bytes] = set()
    for _ in range(ROUNDS):
        target = _with_missing(best)
        if clock.is_over(share) or tell(best, bound):
            break
        master.drop(prices.budget, target_yuan=target, keep=best.choice)
        found = master.chosen(clock, gap=FINER * gap * best.score.cost_yuan / target, share=share)
        bound = max(bound, found.bound_yuan)
        if found.choice is None or found.choice.tobytes() in tried:
            break
        tried.add(found.choice.tobytes())
        layout = evaluator.layout(found.choice)
        if layout is None:
            break
        master.add(cutter.of_room(relaxation.problem.slot_weight[:, None] * layout.place_yuan))
        if layout.score.order < best.score.order:
            best = layout
    return Decomposed(best, min(bound, _with_missing(best)), master.least_yuan(prices.budget))


def _linear_rounds(
    evaluator: Evaluator,
    relaxation: Relaxation,
    cutter: Cutter,
    master: Master,
    *,
    clock: Clock,
    share: float,
) -> float:
    """Cut off what shares of courses would cost less than anybody can be served for; return the bound so far."""
    problem, bound = relaxation.problem, 0.0
    places = np.array([course.places for menu in problem.courses for course in menu], np.float64)
    of_site = sparse.csr_array(
        (np.ones(len(places)), (relaxation.site_of, np.arange(len(places)))),
        shape=(len(problem.sites), len(places)),
    )
    for _ in range(LINEAR_ROUNDS):
        found = None if clock.is_over(share) else master.shares(clock)
        if found is None:
            break
        shares, value = found
        is_last = value <= bound * (1 + RISE)
        bound = max(bound, value)
        if is_last:
            break
        held = np.round(of_site @ (shares[:, None] * places), 2)
        room = evaluator.place_yuan(held.T)
        master.add(cutter.of_room(problem.slot_weight[:, None] * room))
    return bound


def _with_missing(layout: Layout) -> float:
    return layout.score.cost_yuan + UNSERVED_YUAN * layout.score.unserved_pupils
