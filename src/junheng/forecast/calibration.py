"""Calibration: intervals are stretched until those of past forecasts held what they promised.

A forecast is a distribution on the logarithmic scale around its central number. Its standard scores on past
outcomes say how much too narrow or too wide the computed spread is, at 80% and at 95%; with few scores the computed
spread stays nearly as it is, and the far end follows the near one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from junheng.forecast.records import Floats

LEVELS = (0.8, 0.95)
"""Shares of outcomes that the intervals are to cover."""
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
"""Ends of the intervals, and the middle."""
_Z = {level: NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS}
_PRIOR_SCORES = {0.8: 10.0, 0.95: 60.0}
"""Weight of the computed spread, in past outcomes; the farther out, the more outcomes a judgement takes."""
_HORIZON_SCORES = 40.0
"""Weight of all horizons together when one of them is judged."""
RECENCY = 0.8
"""Weight of an outcome over that of the next year: districts grow calmer or wilder."""
_HALF = 0.5
"""Added to counts before logarithms are taken, so that an empty grade has one."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """By how much the computed spread is multiplied, by horizon, shape (horizon,)."""

    at_80: Floats
    at_95: Floats

    def of(self, score: Floats, ahead: int) -> Floats:
        """Return calibrated scores for standard normal ones, ``ahead`` years from the origin (1 is the next)."""
        near, far = self.at_80[ahead - 1] * _Z[0.8], self.at_95[ahead - 1] * _Z[0.95]
        size = np.abs(score)
        inner = size * self.at_80[ahead - 1]
        between = near + (size - _Z[0.8]) * (far - near) / (_Z[0.95] - _Z[0.8])
        outer = size * self.at_95[ahead - 1]
        stretched = np.where(size <= _Z[0.8], inner, np.where(size <= _Z[0.95], between, outer))
        result: Floats = np.sign(score) * stretched
        return result

    def undo(self, score: Floats, ahead: int) -> Floats:
        """Return the standard normal scores of calibrated ones: the inverse of `of`, by interpolation."""
        knots = np.array([0.0, _Z[0.8], _Z[0.95], 10.0])
        reached = self.of(knots, ahead)
        result: Floats = np.sign(score) * np.interp(np.abs(score), reached, knots)
        return result


def standard_scores(pupils: Floats, variance: Floats, actual: Floats) -> Floats:
    """Return how many computed standard deviations the outcomes are off, on the logarithmic scale.

    Where nothing is forecast (a school that is not open) there is no score: NaN.
    """
    off, sd = np.log((actual + _HALF) / (pupils + _HALF)), log_sd(pupils, variance)
    return np.divide(off, sd, out=np.full_like(off, np.nan), where=sd > 0)


def log_sd(pupils: Floats, variance: Floats) -> Floats:
    """Return the computed standard deviation on the logarithmic scale."""
    return np.sqrt(np.log1p(variance / (pupils + _HALF) ** 2))


@dataclass(frozen=True, eq=False)
class Scores:
    """Sizes of past standard scores of one horizon, and the weight of each; both of shape (n,)."""

    size: Floats
    weight: Floats

    @classmethod
    def of(cls, weighted: Sequence[tuple[float, Floats]]) -> Scores:
        """Gather scores of outcomes that weigh so much each; NaN is no outcome."""
        sizes = [np.abs(scores[np.isfinite(scores)]) for _, scores in weighted]
        weights = [np.full(len(size), weight) for (weight, _), size in zip(weighted, sizes, strict=True)]
        return cls(np.concatenate([*sizes, np.zeros(0)]), np.concatenate([*weights, np.zeros(0)]))


def stretch_of(scores: Sequence[Scores], *, horizon: int) -> Stretch:
    """Return the stretch from past standard scores.

    Parameters
    ----------
    scores
        One for each year ahead, the first being the next year.
    horizon
        Years ahead to give a stretch for; those without scores follow all others.
    """
    together = Scores(
        np.concatenate([*(one.size for one in scores), np.zeros(0)]),
        np.concatenate([*(one.weight for one in scores), np.zeros(0)]),
    )
    at: dict[float, Floats] = {}
    usual = 1.0
    for level in LEVELS:
        overall = _shrunk(together, level, towards=usual, weight=_PRIOR_SCORES[level])
        usual = max(usual, overall)  # few outcomes reach the far end: it is no nearer than the near end says
        own = [_shrunk(one, level, towards=overall, weight=_HORIZON_SCORES) for one in scores[:horizon]]
        at[level] = np.array([*own, *[overall] * (horizon - len(own))])
    least = at[0.8] * _Z[0.8] / _Z[0.95]  # the wider interval contains the narrower one
    return Stretch(at[0.8], np.maximum(at[0.95], least))


def _shrunk(scores: Scores, level: float, *, towards: float, weight: float) -> float:
    total = float(scores.weight.sum())
    if total == 0:
        return towards
    order = np.argsort(scores.size, kind="stable")
    reached = np.cumsum(scores.weight[order]) / total
    at = min(int(np.searchsorted(reached, level - 1e-12)), len(order) - 1)
    found = float(scores.size[order][at]) / _Z[level]
    return (total * found + weight * towards) / (total + weight)


def quantiles(pupils: Floats, variance: Floats, stretch: Stretch, ahead: int) -> Floats:
    """Return the numbers at `QUANTILES`, shape (quantiles, ...), never below 0."""
    sd = log_sd(pupils, variance)
    scores = stretch.of(np.array([NormalDist().inv_cdf(q) for q in QUANTILES]), ahead)
    shaped = scores.reshape(-1, *[1] * pupils.ndim)
    found: Floats = np.maximum((pupils + _HALF) * np.exp(shaped * sd) - _HALF, 0.0)
    return found


def probability_above(
    limit: Floats, pupils: Floats, variance: Floats, stretch: Stretch, ahead: int
) -> Floats:
    """Return the probability that a whole number of pupils exceeds a limit; 0 where nobody can come."""
    from scipy.special import ndtr  # noqa: PLC0415 - start-up time

    off, sd = np.log((limit + 1) / (pupils + _HALF)), log_sd(pupils, variance)
    score = np.divide(off, sd, out=np.full_like(off, np.inf), where=sd > 0)
    above: Floats = ndtr(-stretch.undo(score, ahead))
    return above
