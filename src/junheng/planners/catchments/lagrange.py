"""A sharper bound: homes priced, each school choosing its best set of homes that fits (Lagrangian relaxation).

The rule that each home goes to exactly one school, the contiguity cuts and the goal's limits are paid for by prices;
what is left is one knapsack a school, solved exactly with whole homes. At any prices (those of inequalities not
negative) the sum is a lower bound. Prices follow the breaches (subgradient steps: Held, Wolfe and Crowder,
Mathematical Programming 6, 1974; averaging: Barahona and Anbil, Mathematical Programming 87, 2000); contiguity cuts
that the average choice breaks join on the way (relax and cut).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.knapsack import Knapsack
from junheng.planners.catchments.objective import Goal
from junheng.planners.catchments.problem import BoolArray, CatchmentProblem, FloatArray
from junheng.planners.catchments.relaxation import CutPool, Relaxed
from junheng.planners.catchments.separation import Cut, separate

_FIRST_STEP, _LEAST_STEP, _RENEWED_STEP = 0.3, 0.002, 0.1
_PATIENCE = 10
_SHORTER = 1.6
_MOMENTUM = 0.5
_MEMORY = 0.95
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


class Lagrangian:
    """Lagrangian relaxation of one goal within a mask, started from the duals of the linear relaxation."""

    def __init__(
        self, problem: CatchmentProblem, mask: BoolArray, goal: Goal, pool: CutPool, relaxed: Relaxed
    ) -> None:
        self.problem, self.mask, self.goal, self.pool, self.relaxed = problem, mask, goal, pool, relaxed
        duals = relaxed.duals
        self.cuts: list[Cut] = list(duals.cuts)
        self.known = set(self.cuts)
        self.rows = self._rows()
        # Limits and overflow count in units of one typical home, as homes and cuts do.
        typical = max(1.0, float(problem.pupils.max(initial=0)))
        largest = [max(1e-9, float(limit.weight.max(initial=0.0))) for limit in goal.limits]
        self.units = np.array([*largest, typical])
        vector = np.concatenate([duals.home, duals.cut, duals.limit * largest, [duals.overflow * typical]])
        self.best = _Prices(vector, problem.n_homes, len(self.cuts))
        self.bound = -np.inf
        self.options = [np.flatnonzero(mask[:, school]) for school in range(problem.n_schools)]
        self.average: FloatArray | None = None

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
        prices, step, waited = self.best, _FIRST_STEP, 0
        push = np.zeros(len(prices.vector))
        for iteration in range(1, iterations + 1):
            value, breach = self._evaluate(prices)
            if value > self.bound + 1e-6 * max(1.0, abs(self.bound) if np.isfinite(self.bound) else 1.0):
                self.best, self.bound, waited = prices, value, 0
            else:
                waited += 1
            if self.bound >= enough or step < _LEAST_STEP or budget.is_over(share):
                break
            if waited >= _PATIENCE:
                prices, push, step, waited = self.best, np.zeros(len(push)), step / _SHORTER, 0
                continue
            push = _MOMENTUM * push + breach
            prices = self._stepped(prices, push, step * max(target - value, 1e-6 * abs(target)))
            if iteration % _EVERY == 0:
                report(self.bound)
                prices, push = self._renew(prices, push)
                step = max(step, _RENEWED_STEP) if iteration < iterations / 2 else step
        return self._answer()

    def _stepped(self, prices: _Prices, push: FloatArray, length: float) -> _Prices:
        free = prices.n_homes
        push = push.copy()
        push[free:][(prices.vector[free:] <= 0) & (push[free:] < 0)] = 0.0
        norm = float(push @ push)
        vector = prices.vector + (length / norm if norm > 0 else 0.0) * push
        vector[free:] = np.maximum(vector[free:], 0.0)
        if not self.goal.is_overflow_hard:
            vector[-1] = min(vector[-1], self.goal.overflow_price * self.units[-1])
        return replace(prices, vector=vector)

    def _knapsacks(self, prices: _Prices) -> list[tuple[Knapsack, FloatArray]]:
        """Return each school's knapsack and what each home open to it is worth."""
        cost = self.goal.cost + np.tensordot(prices.limit / self.units[:-1], self.goal.limit_weights, axes=1)
        if prices.n_cuts:
            cost = cost + np.asarray(self.rows.T @ prices.cut).reshape(cost.shape)
        most = self.goal.overflow_free if self.goal.is_overflow_hard else int(self.problem.pupils.sum())
        price = prices.overflow / self.units[-1]
        packs = []
        for school, homes in enumerate(self.options):
            pack = Knapsack(self.problem.pupils[homes], int(self.problem.capacity[school]), price, most)
            packs.append((pack, prices.home[homes] - cost[homes, school]))
        return packs

    def _constant(self, prices: _Prices) -> float:
        most = np.array([limit.most for limit in self.goal.limits])
        limits = float(prices.limit / self.units[:-1] @ most) if len(most) else 0.0
        overflow = prices.overflow / float(self.units[-1]) * self.goal.overflow_free
        return float(prices.home.sum()) - limits - overflow

    def _evaluate(self, prices: _Prices) -> tuple[float, FloatArray]:
        """Return the bound at some prices, and by how much the schools' choice breaks each priced rule."""
        value, overflow = self._constant(prices), 0
        chosen = np.zeros(self.mask.shape)
        for school, (pack, worth) in enumerate(self._knapsacks(prices)):
            best, taken = pack.best(worth)
            value -= best
            overflow += max(0, int(pack.pupils[taken].sum()) - pack.capacity)
            chosen[self.options[school][taken], school] = 1.0
        self.average = chosen if self.average is None else _MEMORY * self.average + (1 - _MEMORY) * chosen
        sums = (self.goal.limit_weights * chosen).sum(axis=(1, 2))
        most = np.array([limit.most for limit in self.goal.limits])
        over = np.append(sums - most, overflow - self.goal.overflow_free) / self.units
        cuts = self.rows @ chosen.ravel() if prices.n_cuts else np.zeros(0)
        return value, np.concatenate([1.0 - chosen.sum(axis=1), cuts, over])

    def _renew(self, prices: _Prices, push: FloatArray) -> tuple[_Prices, FloatArray]:
        """Forget cuts without a price, add cuts that the average choice breaks."""
        share = self._share()
        broken = [
            cut
            for cut in separate(self.problem, self.mask, share, tolerance=_BROKEN_BY)
            if cut not in self.known
        ]
        by = [share[cut.home, cut.school] - share[list(cut.separator), cut.school].sum() for cut in broken]
        new = [broken[k] for k in np.argsort(by, kind="stable")[::-1][:_CUTS_A_ROUND]]
        self.known.update(new)
        self.pool.add(new)
        kept = np.flatnonzero((prices.cut > 0) | (self.best.cut > 0))
        self.cuts = [self.cuts[k] for k in kept.tolist()] + new
        self.rows = self._rows()
        n, m = prices.n_homes, prices.n_cuts

        def fitted(vector: FloatArray) -> FloatArray:
            return np.concatenate([vector[:n], vector[n : n + m][kept], np.zeros(len(new)), vector[n + m :]])

        self.best = _Prices(fitted(self.best.vector), n, len(self.cuts))
        return _Prices(fitted(prices.vector), n, len(self.cuts)), fitted(push)

    def _share(self) -> FloatArray:
        """Return the average choice as a fractional plan."""
        average = np.zeros(self.mask.shape) if self.average is None else self.average
        return np.where(average < _BROKEN_BY / 2, 0.0, np.minimum(average, 1.0))

    def _rows(self) -> sparse.csr_array:
        n, m = self.mask.shape
        sizes = [1 + len(cut.separator) for cut in self.cuts]
        homes = [home for cut in self.cuts for home in (cut.home, *cut.separator)]
        schools = [cut.school for cut in self.cuts for _ in range(1 + len(cut.separator))]
        signs = [sign for size in sizes for sign in (1.0, *([-1.0] * (size - 1)))]
        columns = np.array(homes, np.int64) * m + np.array(schools, np.int64)
        rows = np.repeat(np.arange(len(sizes)), sizes)
        return sparse.csr_array((signs, (rows, columns)), shape=(len(self.cuts), n * m))

    def _answer(self) -> Relaxed:
        """Return the better bound, the average choice and the floor of every pair."""
        chosen, left_out = np.full(self.mask.shape, np.inf), np.zeros(self.mask.shape)
        for school, (pack, worth) in enumerate(self._knapsacks(self.best)):
            best, _ = pack.best(worth)
            with_it, without_it = pack.forced(worth)
            chosen[self.options[school], school] = best - with_it
            left_out[self.options[school], school] = best - without_it
        elsewhere = left_out.sum(axis=1, keepdims=True) - left_out
        floor = np.maximum(self.relaxed.floor, self.bound + np.maximum(chosen + elsewhere, 0.0))
        return replace(
            self.relaxed, bound=max(self.relaxed.bound, self.bound), floor=floor, share=self._share()
        )
