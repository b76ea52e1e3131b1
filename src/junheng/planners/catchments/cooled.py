"""Cool the plan of a large district: first at the prices of places, then with less and less of them.

Where a town is full, its children have to go outwards, zone by zone. Without prices every such step is a loss until the
last one finds a free place, so a pupil without a place stays where he is. At the prices of the relaxation a zone
farther out costs as much less as the way there is longer: what is too much walks outwards freely, and zones keep to
where the relaxation has them. But at full prices an empty place in a dear school costs nothing. So prices fade while it
gets colder, and full zones are filled to the last places.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.objective import guide_goal
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.proof.pricing import pair_prices
from junheng.planners.catchments.search.annealing import Cooling, annealed
from junheng.planners.catchments.workshop import Workshop


class _Stage(NamedTuple):
    """A share of the prices, the first and the last temperature in ways of a typical home, and steps a home."""

    priced: float
    first: float
    last: float
    steps: int


_STAGES = (
    _Stage(1.0, 0.3, 0.1, 150),
    _Stage(1.0, 0.1, 0.05, 200),
    _Stage(0.6, 0.07, 0.03, 300),
    _Stage(0.2, 0.05, 0.01, 300),
    _Stage(0.0, 0.03, 0.005, 200),
)
_DEAR, _DEARER = 6.0, 1.4
"""Cost of a pupil over capacity: so many typical ways, and so many times what is left out of the dearest price."""


def cooled(shop: Workshop, guide: Relaxed, plan: IntArray, until: float) -> IntArray:
    """Return a contiguous plan near the relaxation's; it may have a few pupils over capacity that another had not.

    Parameters
    ----------
    shop
        What every step shares.
    guide
        The relaxation of overflow and distance in one sum: its bound says what a typical way is, its prices what
        places, further years and limits are worth.
    plan
        A contiguous plan to begin with, shape (n,); it is left as it is.
    until
        The search stops when this share of the time has passed.
    """
    problem, goal = shop.problem, guide_goal(shop.problem)
    if guide.bound <= 0:
        return plan
    limits = np.tensordot(guide.duals.limit, goal.limit_weights, axes=1)
    prices = np.where(shop.mask, pair_prices(problem, shop.mask, goal, guide.duals) - goal.cost - limits, 0.0)
    typical, way = guide.bound / problem.n_homes, guide.bound / float(problem.pupils.sum())
    dearest = float(guide.duals.places.max())
    for stage in _STAGES:
        plan = annealed(
            problem,
            shop.mask,
            replace(
                goal,
                cost=goal.cost + limits + stage.priced * prices,
                overflow_price=_DEAR * way + _DEARER * (1 - stage.priced) * dearest,
            ),
            plan,
            cooling=Cooling(
                stage.first * typical,
                stage.last * typical,
                shop.budget.ticks(stage.steps * problem.n_homes),
            ),
            rng=shop.rng,
            budget=shop.budget,
            share=until,
        )
    return plan
