"""What every step of a run shares: the problem, the pairs that are open, work and time left, and chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.contiguity import cut_off
from junheng.planners.catchments.objective import Goal, is_used
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut
from junheng.planners.catchments.proof.duality import Relaxed
from junheng.planners.catchments.proof.pricing import PricedRelaxation, is_wide
from junheng.planners.catchments.proof.relaxation import Relaxation
from junheng.planners.catchments.search.descent import descend
from junheng.planners.catchments.search.growth import grow
from junheng.progress import Progress


@dataclass(kw_only=True)
class Workshop:
    """What every step of a run shares.

    Attributes
    ----------
    problem
        The problem.
    mask
        Pairs that a contiguous plan may use, shape (n, m).
    budget
        Work and time left.
    rng
        The only source of randomness.
    progress
        Called with what is being done.
    target_gap
        Gap at which a level counts as done.
    counts
        Counted work, for the result's statistics.
    columns
        Pairs that the relaxations of a large problem had as columns so far, shape (n, m).
    """

    problem: CatchmentProblem
    mask: BoolArray
    budget: Budget
    rng: np.random.Generator
    progress: Progress
    target_gap: float
    counts: dict[str, int] = field(default_factory=dict)
    columns: BoolArray | None = None

    def count(self, name: str, by: int) -> None:
        """Add to the counted work."""
        self.counts[name] = self.counts.get(name, 0) + by

    def relax(
        self,
        goal: Goal,
        share: float,
        *,
        mask: BoolArray | None = None,
        start: Iterable[Cut] = (),
        enough: float = np.inf,
        rounds: int = 200,
    ) -> Relaxed:
        """Return the relaxation of a goal over all pairs, or some, begun with some cuts, until its bound is enough."""
        open_ = self.mask if mask is None else mask
        relaxation: Relaxation | PricedRelaxation
        if is_wide(self.problem):
            known = None if self.columns is None else self.columns & open_
            relaxation = PricedRelaxation(self.problem, open_, goal, start=start, columns=known)
            self.columns = relaxation.columns  # what prices ask for under one goal, the next needs, too
        else:
            relaxation = Relaxation(self.problem, open_, goal, start=start)
        relaxed = relaxation.tighten(self.budget, share, enough=enough, rounds=rounds)
        self.count("cuts", len(relaxed.duals.cuts))
        return relaxed

    def keeps_rules(self, plan: IntArray) -> bool:
        """Return whether a plan keeps every hard rule (overflow is no hard rule)."""
        rows = np.arange(self.problem.n_homes)
        if not self.mask[rows, plan].all() or len(cut_off(self.problem, plan)):
            return False
        return all(int(one.weight[rows, plan].sum()) <= one.most for one in self.problem.sum_limits)

    def mend(self, goal: Goal, plan: IntArray) -> IntArray | None:
        """Return a contiguous plan near one with loose parts, improved by local search."""
        grown = grow(self.problem, self.mask, goal, is_used(self.problem, plan).astype(np.float64))
        if grown is None:
            return None
        return descend(self.problem, self.mask, goal, grown, budget=self.budget)
