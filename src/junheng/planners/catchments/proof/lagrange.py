"""A sharper bound: homes priced, each school choosing its best set of homes that fits (Lagrangian relaxation).

The rule that each home goes to exactly one school, the cuts and the goal's limits are paid for by prices; what is left
is one knapsack a school, solved exactly with whole homes. At any prices (those of inequalities not negative) the sum
is a lower bound. Prices follow the averaged breaches (the volume algorithm: Barahona and Anbil, Mathematical
Programming 87, 2000); cuts that the average choice breaks join on the way (relax and cut).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.bottlenecks import Bottlenecks, breach
from junheng.planners.catchments.proof.cuts import Cut, rows_of, within
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.proof.knapsack import Knapsack
from junheng.planners.catchments.proof.separation import separate
from junheng.planners.catchments.proof.standing import standing_cuts

_NEWEST = 0.05
"""Weight of the newest choice in the average of all."""
_FIRST_STEP, _LEAST_STEP, _LONGEST_STEP = 0.1, 1e-4, 2.0
_LONGER, _SHORTER = 1.1, 0.66
_PATIENCE = 10
_EVERY = 40
_BROKEN_BY = 0.05
_CUTS_A_ROUND = 150

Report = Callable[[float], None]


@dataclass(frozen=True)
class _Prices:
    """Prices of the homes, then of cuts, limits and overflow (these three from 0), as one vector."""

    vector: FloatArray
    n_homes: int
    n_cuts: int

    @property
    def home(self) -> FloatArray:
        return self.vector[: self.n_homes]

    @property
    def cut(self) -> FloatArray:
        return self.vector[self.n_homes : self.n_homes + self.n_cuts]

    @property
    def limit(self) -> FloatArray:
        return self.vector[self.n_homes + self.n_cuts : -1]

    @property
    def overflow(self) -> float:
        return float(self.vector[-1])


class _School(NamedTuple):
    """One school's knapsack at some prices, what each home open to it is worth, and overflow that pays for itself."""

    pack: Knapsack
    worth: FloatArray
    sure_overflow: int
    sure_value: float


class Lagrangian:
    """Lagrangian relaxation of one goal within a mask, started from the duals of the linear relaxation.

    Parameters
    ----------
    problem, mask, goal, relaxed
        The problem, the pairs that may be used, shape (n, m), the objective, and the linear relaxation's answer.
    has_cuts
        Whether cuts that the average choice breaks join on the way.
    """

    def __init__(
        self,
        problem: CatchmentProblem,
        mask: BoolArray,
        goal: Goal,
        relaxed: Relaxed,
        *,
        has_cuts: bool = True,
    ) -> None:
        self.problem, self.mask, self.goal, self.relaxed = problem, mask, goal, relaxed
        duals = relaxed.duals
        price_of = dict(zip(duals.cuts, duals.cut.tolist(), strict=True))
        standing = within(standing_cuts(problem, mask), mask)
        self.n_standing = len(standing)
        self.cuts: list[Cut] = list(dict.fromkeys([*standing, *duals.cuts]))
        cut_prices = np.array([price_of.get(cut, 0.0) for cut in self.cuts])
        self.known = set(self.cuts)
        self.rows = rows_of(self.cuts, mask.shape)
        self.bottlenecks = Bottlenecks(problem, mask) if has_cuts else None
        # Limits and overflow count in units of one typical home, as homes and cuts do.
        typical = max(1.0, float(problem.pupils.max(initial=0)))
        largest = [max(1e-9, float(limit.weight.max(initial=0.0))) for limit in goal.limits]
        self.units = np.array([*largest, typical])
        self.most_overflow = goal.overflow_free if goal.is_overflow_hard else problem.most_overflow
        self.options = [np.flatnonzero(mask[:, school]) for school in range(problem.n_schools)]
        vector = np.concatenate([duals.home, cut_prices, duals.limit * largest, [duals.overflow * typical]])
        self.best = _Prices(vector, problem.n_homes, len(self.cuts))
        self.average = np.zeros(mask.shape)
        self.overflow = np.zeros(problem.n_schools)
        self.bound = -np.inf

    def sharpen(
        self,
        *,
        target: float,
        enough: float,
        iterations: int,
        budget: Budget,
        share: float,
        report: Report = lambda _: None,
    ) -> Relaxed:
        """Return the relaxation with the better of both bounds, and what it says of every pair.

        Parameters
        ----------
        target
            Value of a known plan, which the steps aim at.
        enough
            Bound at which to stop.
        iterations, budget, share
            The steps end after so many iterations, or when this share of the time has passed.
        report
            Called with the bound now and then.
        """
        self.bound, push = self._evaluate(self.best, newest=1.0)
        step, waited = _FIRST_STEP, 0
        for iteration in range(1, iterations + 1):
            if self.bound >= enough or step < _LEAST_STEP or budget.is_over(share):
                break
            push = self._feasible(push)
            prices = self._stepped(push, step * max(target - self.bound, 1e-6 * abs(target)))
            value, broken = self._evaluate(prices, newest=_NEWEST)
            if value > self.bound:
                is_ascent = float(broken @ push) >= 0
                waited = 0 if value > self.bound + 1e-6 * abs(self.bound) else waited
                step = min(step * _LONGER, _LONGEST_STEP) if is_ascent else step
                self.best, self.bound = prices, value
            elif (waited := waited + 1) >= _PATIENCE:
                step, waited = step * _SHORTER, 0
            push = (1 - _NEWEST) * push + _NEWEST * broken
            if iteration % _EVERY == 0:
                report(self.bound)
                push = self._renew(push)
        return self._answer()

    def _feasible(self, push: FloatArray) -> FloatArray:
        """Return the direction without what would push a price below 0."""
        free = self.best.n_homes
        push = push.copy()
        push[free:][(self.best.vector[free:] <= 0) & (push[free:] < 0)] = 0.0
        return push

    def _stepped(self, push: FloatArray, length: float) -> _Prices:
        norm, free = float(push @ push), self.best.n_homes
        vector = self.best.vector + (length / norm if norm > 0 else 0.0) * push
        vector[free:] = np.maximum(vector[free:], 0.0)
        if not self.goal.is_overflow_hard:
            vector[-1] = min(vector[-1], self.goal.overflow_price * self.units[-1])
        return replace(self.best, vector=vector)

    def _schools(self, prices: _Prices) -> list[_School]:
        """Return each school's part of the relaxation."""
        cost = self.goal.cost + np.tensordot(prices.limit / self.units[:-1], self.goal.limit_weights, axes=1)
        overflow = np.full(self.problem.n_schools, prices.overflow / self.units[-1])
        if prices.n_cuts:
            cost = cost + np.asarray(self.rows.pairs.T @ prices.cut).reshape(cost.shape)
            np.add.at(overflow, self.rows.school, self.rows.overflow * prices.cut)
        schools = []
        for school, homes in enumerate(self.options):
            # Where the cuts' prices make overflow pay, all that may be is taken.
            price = float(overflow[school])
            sure = self.most_overflow if price < 0 else 0
            pack = Knapsack(
                self.problem.pupils[homes],
                int(self.problem.capacity[school]) + sure,
                max(price, 0.0),
                self.most_overflow - sure,
            )
            worth = prices.home[homes] - cost[homes, school]
            schools.append(_School(pack, worth, sure, min(price, 0.0) * sure))
        return schools

    def _constant(self, prices: _Prices) -> float:
        most = np.array([limit.most for limit in self.goal.limits])
        limits = float(prices.limit / self.units[:-1] @ most) if len(most) else 0.0
        overflow = prices.overflow / float(self.units[-1]) * self.goal.overflow_free
        return float(prices.home.sum()) - limits - overflow

    def _evaluate(self, prices: _Prices, *, newest: float) -> tuple[float, FloatArray]:
        """Return the bound at some prices, and by how much the schools' choice breaks each priced rule."""
        value = self._constant(prices)
        chosen, overflow = np.zeros(self.mask.shape), np.zeros(self.problem.n_schools)
        for school, (pack, worth, sure, sure_value) in enumerate(self._schools(prices)):
            best, taken = pack.best(worth)
            value += sure_value - best
            overflow[school] = sure + max(0, int(pack.pupils[taken].sum()) - pack.capacity)
            chosen[self.options[school][taken], school] = 1.0
        self.average = (1 - newest) * self.average + newest * chosen
        self.overflow = (1 - newest) * self.overflow + newest * overflow
        sums = (self.goal.limit_weights * chosen).sum(axis=(1, 2))
        most = np.array([limit.most for limit in self.goal.limits])
        over = np.append(sums - most, overflow.sum() - self.goal.overflow_free) / self.units
        cuts = self.rows.pairs @ chosen.ravel() + self.rows.overflow * overflow[self.rows.school]
        return value, np.concatenate([1.0 - chosen.sum(axis=1), cuts, over])

    def _renew(self, push: FloatArray) -> FloatArray:
        """Forget cuts without a price, add cuts that the average choice breaks; return the direction that fits."""
        new = self._broken()
        self.known.update(new)
        old, vector = self.best, self.best.vector
        kept = np.flatnonzero((old.cut > 0) | (np.arange(old.n_cuts) < self.n_standing))
        self.cuts = [self.cuts[k] for k in kept.tolist()] + new
        self.rows = rows_of(self.cuts, self.mask.shape)
        n, m = old.n_homes, old.n_cuts

        def fitted(values: FloatArray) -> FloatArray:
            return np.concatenate([values[:n], values[n : n + m][kept], np.zeros(len(new)), values[n + m :]])

        self.best = _Prices(fitted(vector), n, len(self.cuts))
        return fitted(push)

    def _broken(self) -> list[Cut]:
        """Return the cuts that the average choice breaks most."""
        if self.bottlenecks is None:
            return []
        share = self._share()
        cuts = [
            *separate(self.problem, self.mask, share, tolerance=_BROKEN_BY),
            *self.bottlenecks.separate(share, self.overflow),
        ]
        cuts = [cut for cut in cuts if cut not in self.known]
        by = [breach(cut, share, self.overflow) / max(map(abs, cut.weights)) for cut in cuts]
        return [cuts[k] for k in np.argsort(by, kind="stable")[::-1][:_CUTS_A_ROUND]]

    def _share(self) -> FloatArray:
        """Return the average choice as a fractional plan."""
        return np.where(self.average < _BROKEN_BY / 2, 0.0, np.minimum(self.average, 1.0))

    def _answer(self) -> Relaxed:
        """Return the better bound, the average choice and the floor of every pair."""
        chosen, left_out = np.full(self.mask.shape, np.inf), np.zeros(self.mask.shape)
        for school, (pack, worth, _, _) in enumerate(self._schools(self.best)):
            best, _ = pack.best(worth)
            with_it, without_it = pack.forced(worth)
            chosen[self.options[school], school] = best - with_it
            left_out[self.options[school], school] = best - without_it
        elsewhere = left_out.sum(axis=1, keepdims=True) - left_out
        floor = np.maximum(self.relaxed.floor, self.bound + np.maximum(chosen + elsewhere, 0.0))
        return replace(
            self.relaxed, bound=max(self.relaxed.bound, self.bound), floor=floor, share=self._share()
        )
