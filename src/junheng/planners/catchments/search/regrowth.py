"""Improve a plan by clearing a patch of homes and letting the zones grow over it again (ruin and recreate).

Source of the idea: Schrimpf, Schneider, Stamm-Wilbrandt and Dueck, "Record breaking optimization results using the
ruin and recreate principle", Journal of Computational Physics 159(2), 2000. Here the relaxation's fractional plan
says how likely a home is regrown into which zone, and slightly worse plans are accepted at a falling temperature.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.objective import Goal, is_used
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.search.descent import descend
from junheng.planners.catchments.search.growth import grow

_PATCH = (0.05, 0.4)
"""Least and largest share of all homes in a patch."""
_LEAST_PATCH = 2
_KEPT = 0.3
"""Weight of a home's zone in hand beside the relaxation's share."""
_ANY = 1e-3
"""Weight of every pair that may be used at all."""
_WARMTH = 0.06
"""First temperature as a share of the gap."""
_NOISE = 1e-9
_REPORT_EVERY = 100

Report = Callable[[float], None]


class Regrowth:
    """Ruin-and-recreate search for one goal.

    Parameters
    ----------
    problem, mask, goal
        The problem, the pairs that may be used, shape (n, m), and the objective, excess priced.
    share
        A fractional plan that guides the growth, shape (n, m).
    bound
        A lower bound of the goal, which sets the temperature.
    rng
        Draws patches and growth.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        *,
        share: FloatArray,
        bound: float,
        rng: np.random.Generator,
    ) -> None:
        self.problem, self.mask, self.goal = problem, mask, goal
        self.share, self.bound, self.rng = share, bound, rng
        self.n_tried = 0

    def improve(
        self,
        plan: IntArray,
        *,
        rounds: int,
        budget: Budget,
        until: float,
        enough: float,
        report: Report = lambda _: None,
    ) -> IntArray:
        """Return the best plan of so many rounds, at least as good as the given one.

        Parameters
        ----------
        plan
            A contiguous plan, shape (n,).
        rounds
            Patches to try.
        budget, until
            The search also stops when this share of the time has passed.
        enough
            Value of the goal at which to stop.
        report
            Called with the best value now and then.
        """
        best = now = plan
        best_value = now_value = self.goal.value(self.problem, plan)
        warmth = _WARMTH * min(best_value - self.bound, 0.02 * abs(self.bound) + 1.0)
        for number in range(rounds):
            if best_value <= enough or budget.is_over(until):
                break
            tried = self._regrown(now, budget)
            self.n_tried += 1
            if tried is None:
                continue
            value = self.goal.value(self.problem, tried)
            heat = warmth * (1.0 - number / rounds) + _NOISE
            if value <= now_value or self.rng.random() < np.exp((now_value - value) / heat):
                now, now_value = tried, value
            if value < best_value - _NOISE * max(1.0, abs(best_value)):
                best, best_value = tried, value
            if number % _REPORT_EVERY == 0:
                report(best_value)
        return best

    def _regrown(self, plan: IntArray, budget: Budget) -> IntArray | None:
        """Return the plan with one patch regrown and the whole improved; `None` where nothing came of it."""
        patch = self._patch()
        wish = is_used(self.problem, plan).astype(np.float64)
        weight = (self.share[patch] + _KEPT * wish[patch]) * self.rng.uniform(
            0.0, 2.0, (len(patch), wish.shape[1])
        )
        wish[patch] = weight + _ANY * self.rng.random(weight.shape)
        grown = grow(self.problem, self.mask, self.goal, wish)
        if grown is None or np.array_equal(grown, plan):
            return None
        return descend(self.problem, self.mask, self.goal, grown, budget=budget)

    def _patch(self) -> IntArray:
        """Return homes around a random home, as many as a random patch holds."""
        n = self.problem.n_homes
        low = min(n, max(_LEAST_PATCH, int(_PATCH[0] * n)))
        size = int(self.rng.integers(low, max(low, int(_PATCH[1] * n)) + 1))
        patch = [int(self.rng.integers(n))]
        seen = set(patch)
        for home in patch:
            for other in self.problem.neighbours[home]:
                if other not in seen and len(patch) < size:
                    seen.add(other)
                    patch.append(other)
        return np.array(patch)
