"""Pair primary with junior schools, level by level, each with its proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from junheng.errors import InfeasibleError
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.clock import Clock
from junheng.planners.feeders.checks import check
from junheng.planners.feeders.constraints import Pairs, at_most, one_target, pairs_of, places
from junheng.planners.feeders.objective import MIXING, UNITS_OF_LEVELS, costs, score
from junheng.planners.feeders.problem import FeederProblem
from junheng.planners.linear import Rows
from junheng.planners.programme import Programme, Solution
from junheng.plans.plan import Level
from junheng.progress import Progress, silent
from junheng.text import Text

GAP = 1e-6
"""Two values closer than this count as equal: far below one pupil in a district's sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederOptions:
    """How to solve.

    Attributes
    ----------
    mixing_slack
        Share by which ``strong_to_strong`` may exceed its least value, so that distance has a say: 0.1 is a tenth.
    seconds
        Longest time of each level.
    """

    mixing_slack: float = 0.1
    seconds: float = 60.0


@dataclass(frozen=True, eq=False, kw_only=True)
class FeederSolution:
    """A pairing with its proof.

    Attributes
    ----------
    target
        Junior school of each primary school, shape (p,).
    levels
        Levels by name, in their order.
    is_proven
        Whether every level is proven least.
    seconds
        How long it took.
    """

    target: IntArray
    levels: dict[str, Level]
    is_proven: bool
    seconds: float


def solve(
    problem: FeederProblem, *, options: FeederOptions | None = None, progress: Progress = silent
) -> FeederSolution:
    """Return the best pairing.

    Raises
    ------
    InfeasibleError
        Naming every primary school without an allowed target.
    """
    options = FeederOptions() if options is None else options
    errors = [found for found in check(problem) if found.severity == "error"]
    if errors:
        raise InfeasibleError(errors)
    pairs = pairs_of(problem)
    rules = [one_target(problem, pairs), places(problem, pairs)]
    bounds: dict[str, float] = {}
    target = _nearest(problem)
    is_proven = True
    of_levels = costs(problem, pairs)
    clock = Clock(options.seconds * len(of_levels))
    for place, (name, cost) in enumerate(of_levels.items(), start=1):
        progress(Text(f"求解第 {place}/{len(of_levels)} 级目标", f"objective {place} of {len(of_levels)}"))
        result = _least(cost, rules, pairs, options.seconds)
        if result.columns is not None:
            target = _target(result.columns, pairs)
        value = score(problem, target)[name]
        # Costs are never negative: where nothing else is proven, 0 is.
        bounds[name] = min(value, max(0.0, result.bound)) if isfinite(result.bound) else 0.0
        is_proven &= result.is_optimal
        slack = options.mixing_slack if name == MIXING else 0.0
        rules.append(at_most(cost, value * (1 + slack) + GAP))
    final = score(problem, target)
    levels = {
        name: Level(value=final[name], bound=bound, unit=UNITS_OF_LEVELS[name])
        for name, bound in bounds.items()
    }
    return FeederSolution(target=target, levels=levels, is_proven=is_proven, seconds=clock.spent)


def _nearest(problem: FeederProblem) -> IntArray:
    """Return the nearest allowed target of each primary school: a pairing to fall back on."""
    km = np.where(problem.allowed, problem.distance_km, np.inf)
    nearest: IntArray = np.argmin(km, axis=1)
    return nearest


def _least(cost: FloatArray, rules: list[Rows], pairs: Pairs, seconds: float) -> Solution:
    is_pair = np.arange(pairs.n_columns) < len(pairs.primary)
    model = Programme(cost=cost, upper=np.where(is_pair, 1.0, np.inf), rows=rules, integer=is_pair)
    return model.solve_integer(Clock(seconds), gap=GAP)


def _target(columns: FloatArray, pairs: Pairs) -> IntArray:
    chosen = np.flatnonzero(columns[: len(pairs.primary)] > 0.5)
    target = np.empty(len(chosen), dtype=np.int64)
    target[pairs.primary[chosen]] = pairs.junior[chosen]
    return target
