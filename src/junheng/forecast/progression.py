"""Progression: of the pupils of a grade, how many are in the next grade a year later.

A ratio of two small numbers says little, so every school leans on all schools. With pupils N, pooled ratio r of a
grade and a school's own factor f:

    N[next grade, next year] ~ Poisson(f r N[grade, year]),   f ~ Gamma(mean 1, weight k pupils)

whose posterior mean is (pupils who came + k) / (pupils expected + k): a large school keeps its own ratio, a tiny
one the district's. The same is done once for the school over all grades and once more for each of its grades.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.forecast.records import Floats, Known
from junheng.forecast.settings import Settings

_GRADE_POOLING = 2.0
"""Weight of the school's own factor when one of its grades is judged, over the weight of the district."""
_ORDINARY = 3.0
"""Robust standard deviations up to which a school's year counts in full; beyond, its weight falls with the square."""
_MAD_TO_SD = 1.4826
_ROUNDS = 3


@dataclass(frozen=True, eq=False)
class Progression:
    """Progression ratios.

    Attributes
    ----------
    pooled
        Of the district, from each grade to the next, shape (grades - 1,).
    own
        A school's ratio over the district's, shape (schools, grades - 1).
    own_variance
        How far a school's own factor may be from the truth: the variance of its posterior over the square of its mean,
        shape (schools,). It is the same in every year to come.
    """

    pooled: Floats
    own: Floats
    own_variance: Floats

    @property
    def ratio(self) -> Floats:
        """A school's ratio, shape (schools, grades - 1)."""
        return self.pooled * self.own


def progression(known: Known, settings: Settings) -> Progression:
    """Estimate every ratio from the history; pupils of new dwellings are counted apart and taken off."""
    after, before = _pairs(known)
    came_new, left_old = _passed_on(known, after, before)
    is_passed_on = (came_new + left_old).sum(axis=0) > 0
    n_pairs = after.shape[2]
    recency = settings.progression_recency ** np.arange(n_pairs)[::-1]
    ordinary = np.ones((after.shape[0], n_pairs))
    for _ in range(_ROUNDS):
        # Whoever takes over the pupils of a school that closed jumps; beside that school, it is no jump.
        common = recency * np.where(is_passed_on, 1.0, ordinary)[:, None, :]
        pooled = _ratio(
            (after * common).sum(axis=(0, 2)) + came_new @ recency + settings.unity_pupils,
            (before * common).sum(axis=(0, 2)) + left_old @ recency + settings.unity_pupils,
        )
        ordinary = _ordinary(after.sum(axis=1), np.einsum("sgy,g->sy", before, pooled))
    weight = recency * ordinary[:, None, :]
    came = (after * weight).sum(axis=2)
    promised = (before * weight).sum(axis=2) * pooled
    k = settings.pooling_pupils
    school_came = came.sum(axis=1, keepdims=True) + k
    school = _ratio(school_came, promised.sum(axis=1, keepdims=True) + k)
    promised = promised * school
    grade = _ratio(came + _GRADE_POOLING * k, promised + _GRADE_POOLING * k)
    return Progression(pooled, school * grade, own_variance=1 / np.maximum(school_came[:, 0], 1.0))


def _pairs(known: Known) -> tuple[Floats, Floats]:
    """Return pupils of each grade but the first, and of the grade below a year earlier; 0 where either is absent."""
    after = known.pupils[:, 1:, 1:] - known.arrivals[:, 1:, 1 : known.n_years]
    before = known.pupils[:, :-1, :-1]
    both = np.isfinite(after) & np.isfinite(before) & (before > 0)
    both &= (known.teaches | ~known.is_open[:, None])[:, 1:, None]
    return np.where(both, np.maximum(after, 0.0), 0.0), np.where(both, before, 0.0)


def _passed_on(known: Known, after: Floats, before: Floats) -> tuple[Floats, Floats]:
    """Return pupils of schools in their first year, and of schools in their last, shape (grades - 1, years - 1).

    They count in the ratios of the district alone: a school that closed passes its pupils on to others, and a new one
    begins with theirs, but for those of new dwellings. One that is absent in between has neither opened nor closed.

    They count as far as other schools lost or gained them. The rest came from elsewhere or went there, or were not on
    record before or since: once, and not as a share of everybody in every year to come.
    """
    gained = after - before
    counted = np.nan_to_num(known.pupils)
    has = counted.sum(axis=1) > 0
    taught = np.maximum.accumulate(has, axis=1)
    teaches_on = np.maximum.accumulate(has[:, ::-1], axis=1)[:, ::-1]
    is_new = (has[:, 1:] & ~taught[:, :-1])[:, None, :]
    is_last = (has[:, :-1] & ~teaches_on[:, 1:])[:, None, :]
    settled = np.maximum(counted[:, 1:, 1:] - known.arrivals[:, 1:, 1 : known.n_years], 0.0)
    came, left = (settled * is_new).sum(axis=0), (counted[:, :-1, :-1] * is_last).sum(axis=0)
    return (
        np.minimum(came, left + np.maximum(-gained, 0.0).sum(axis=0)),
        np.minimum(left, came + np.maximum(gained, 0.0).sum(axis=0)),
    )


def _ratio(after: Floats, before: Floats) -> Floats:
    """Return a ratio, 1 where there is nothing to tell it from."""
    return np.divide(after, before, out=np.ones_like(after), where=before > 0)


def _ordinary(came: Floats, promised: Floats) -> Floats:
    """Return the weight of each school's year, shape (schools, years): 1, less where a whole school jumped."""
    has_pupils = promised > 0
    if not has_pupils.any():
        return np.ones_like(promised)
    surprise = np.abs(came - promised) / np.sqrt(np.maximum(promised, 1.0))
    usual = max(_MAD_TO_SD * float(np.median(surprise[has_pupils])), 1.0)
    weight: Floats = np.minimum(1.0, _ORDINARY * usual / np.maximum(surprise, 1e-9)) ** 2
    return weight
