"""Entrants: pupils of the first grade, from earlier entrants and from the children known to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.forecast.records import Floats, Known
from junheng.forecast.settings import Settings

_FEWEST_CHILDREN = 0.1
"""Children known to come who were a smaller share of the entrants of the past are not who enters."""


@dataclass(frozen=True, eq=False)
class Entrants:
    """Entrants of the coming years, new dwellings left out.

    Attributes
    ----------
    from_births
        What the children known to come give at the share that enters in the whole district; where none are known, or
        entrants do not follow them, the level of recent entrants. Shape (horizon, schools).
    retention
        How much more or less of its children each school draws than the district, same shape.
    level
        The level of recent entrants, shape (schools,).
    """

    from_births: Floats
    retention: Floats
    level: Floats

    @property
    def total(self) -> Floats:
        """Entrants, shape (horizon, schools)."""
        return self.from_births + self.retention


def entrants(known: Known, entered: Floats, settings: Settings) -> Entrants:
    """Forecast the first grade.

    Parameters
    ----------
    entered
        Pupils of the first grade by school and year, new dwellings brought to the stock of the origin; NaN where
        absent, shape (schools, years).
    """
    n_years, expected = known.n_years, children_to_come(known)
    index = _children_index(known, expected, settings)
    then = index[:, :n_years]
    freed = np.divide(entered, then, out=np.full_like(entered, np.nan), where=then > 0)
    level = _level(freed, settings)
    course = _trend(freed, known.horizon, settings) * _return(known, freed, then, level, settings)
    total = level * index[:, n_years:].T * course
    if expected is None or settings.births_response == 0:
        return Entrants(total, np.zeros_like(total), level)
    coming = expected[:, n_years:].T
    is_known = np.isfinite(coming) & known.is_open
    children = np.where(is_known, coming, 0.0)
    drawn = np.where(is_known, total, 0.0).sum(axis=1, keepdims=True)
    share = drawn / np.maximum(children.sum(axis=1, keepdims=True), 1.0)
    from_births = np.where(is_known, children * share, total)
    return Entrants(from_births, total - from_births, level)


def children_to_come(known: Known) -> Floats | None:
    """Return the children expected to enter, gaps filled; `None` where they are not known, or not who enters.

    Children who were hardly any of those who entered (the first leavers of a new primary school, beside a junior school
    that is full) say nothing of them: entrants would grow by as many times as they do.
    """
    if known.expected is None:
        return None
    expected = _carried(known.expected)
    entered = known.pupils[:, 0, :]
    n_counted = max(int(np.isfinite(entered).any(axis=0).sum()), 1)
    usual = float(np.nansum(expected[:, : known.n_years])) / known.n_years
    is_enough = usual > 0 and usual >= _FEWEST_CHILDREN * float(np.nansum(entered)) / n_counted
    return expected if is_enough else None


def _level(entered: Floats, settings: Settings) -> Floats:
    """Return a recent level for every school: its share moves slowly, the district's entrants may move fast."""
    has = np.isfinite(entered)
    counted = np.where(has, entered, 0.0)
    ago = np.arange(entered.shape[1])[::-1]
    slow, fast = settings.entrants_recency**ago, settings.district_recency**ago
    weight = (has * slow).sum(axis=1)
    level = (counted * slow).sum(axis=1) / np.maximum(weight, 1e-12)
    throughout = has.all(axis=1)
    by_year = counted[throughout].sum(axis=0)
    recent, usual = (by_year @ fast) / fast.sum(), (by_year @ slow) / slow.sum()
    result: Floats = level * (recent / usual) if usual > 0 else level
    return result


def _trend(entered: Floats, horizon: int, settings: Settings) -> Floats:
    """Return the growth of entrants that goes on, damped, shape (horizon, schools); small schools lean on the district.

    The level lags behind a growing school by the mean age of the counts in it, which is made good first.
    """
    n_schools, n_years = entered.shape
    if settings.entrants_trend == 0 or n_years < 2:
        return np.ones((horizon, n_schools))
    after, before = entered[:, 1:], entered[:, :-1]
    both = np.isfinite(after) & np.isfinite(before)
    recency = settings.progression_recency ** np.arange(n_years - 1)[::-1]
    came = (np.where(both, after, 0.0) * recency).sum(axis=1)
    gone = (np.where(both, before, 0.0) * recency).sum(axis=1)
    k = settings.growth_pooling
    district = (came.sum() + k) / (gone.sum() + k)
    own = district * (came + k) / (gone * district + k)
    # `_level` follows the district quickly and a school's share of it slowly; each lags by its own mean age.
    slow, fast = (
        _mean_age(recency, n_years) for recency in (settings.entrants_recency, settings.district_recency)
    )
    made_good = ((own / district) ** slow * district**fast) ** settings.entrants_trend
    steps = np.cumsum(settings.entrants_trend ** np.arange(1, horizon + 1))
    result: Floats = made_good * own ** steps[:, None]
    return result


def _return(known: Known, freed: Floats, index: Floats, level: Floats, settings: Settings) -> Floats:
    """Return by what the level is multiplied on its way back to the average of the record, shape (horizon, 1).

    The average is that of the whole district, closed schools included: their children went to others.
    """
    now = float(level.sum())
    if settings.entrants_return == 0 or now <= 0:
        return np.ones((known.horizon, 1))
    of_closed = np.divide(known.pupils[:, 0, :], index, out=np.full_like(freed, np.nan), where=index > 0)
    entered = np.where(known.is_open[:, None], freed, of_closed)
    is_counted = np.isfinite(entered).any(axis=0)
    usual = np.nansum(entered[:, is_counted], axis=0).mean()
    away = (1 - settings.entrants_return) ** np.arange(1, known.horizon + 1)
    result: Floats = (usual + (now - usual) * away)[:, None] / now
    return result


def _mean_age(recency: float, n_years: int) -> float:
    """Return the mean age in years of counts that are weighed by recency."""
    ages = np.arange(n_years)
    return float(np.average(ages, weights=recency**ages))


def _children_index(known: Known, expected: Floats | None, settings: Settings) -> Floats:
    """Return how many children are expected over the average of the history, damped; 1 where nothing is known."""
    n_schools, n_ahead = known.pupils.shape[0], known.n_years + known.horizon
    if expected is None or settings.births_response == 0:
        return np.ones((n_schools, n_ahead))
    has = np.isfinite(expected).all(axis=1) & (np.nansum(expected, axis=1) > 0)
    expected = np.where(has[:, None], expected, 0.0)
    usual = expected[:, : known.n_years].mean(axis=1)
    district = expected.sum(axis=0) / max(float(usual.sum()), 1e-12) if has.any() else np.ones(n_ahead)
    k = settings.children_pooling
    own = (expected + k * district) / np.maximum(usual[:, None] + k, 1e-12)
    response = settings.births_response
    return np.where(has[:, None], 1 - response + response * own, 1.0)


def _carried(expected: Floats) -> Floats:
    """Fill what is not known with the nearest known year: unborn children are as many as the youngest."""
    has = np.isfinite(expected)
    at = np.where(has, np.arange(expected.shape[1]), -1)
    before = np.maximum.accumulate(at, axis=1)
    first = np.where(has.any(axis=1), has.argmax(axis=1), 0)[:, None]
    filled: Floats = np.take_along_axis(expected, np.where(before >= 0, before, first), axis=1)
    return filled
