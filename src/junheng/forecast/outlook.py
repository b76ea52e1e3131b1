"""Outlook: one stage seen from one origin, with the spread that past forecasts of the same kind had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from junheng.forecast.average import Carrier
from junheng.forecast.calibration import (
    RECENCY,
    Scores,
    Stretch,
    quantiles,
    standard_scores,
    stretch_of,
)
from junheng.forecast.cohorts import Projection
from junheng.forecast.entrants import children_to_come
from junheng.forecast.records import Floats, Known
from junheng.forecast.settings import Weighted
from junheng.forecast.spread import Shocks, Variances, shocks_of, variances
from junheng.forecast.trials import Trial
from junheng.forecast.tuning import Tuning

Aggregate = Literal["cells", "schools", "grades", "district"]
AGGREGATES: tuple[Aggregate, ...] = ("cells", "schools", "grades", "district")
"""A school's grade, a school, a grade of the district, the district: each has intervals of its own."""

_OF_SCHOOLS: tuple[Aggregate, ...] = ("cells", "schools")
_AFTER_CHANGE = 0.2
"""Weight of outcomes of schools after one has opened or closed: what that does to its neighbours is not foreseen."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Outlook:
    """What is to come, seen from one origin.

    Attributes
    ----------
    known
        What was known.
    settings
        Chosen on outcomes known at the origin; the forecast is an average of those by each of them.
    projection, variances
        Central numbers and the computed spread.
    stretch
        How the spread is calibrated, by aggregate.
    """

    known: Known
    settings: Weighted
    projection: Projection
    variances: Variances
    stretch: dict[Aggregate, Stretch]

    @property
    def follows_children(self) -> bool:
        """Whether entrants follow the children known to come, in any of the settings."""
        follows = any(one.births_response > 0 for one in self.settings)
        return follows and children_to_come(self.known) is not None

    def pupils(self, aggregate: Aggregate) -> Floats:
        """Return the central numbers, shape (horizon, ...)."""
        return summed(self.projection.pupils, aggregate)

    def variance(self, aggregate: Aggregate) -> Floats:
        """Return the computed variances, same shape."""
        found: Floats = getattr(self.variances, aggregate)
        return found

    def quantiles(self, aggregate: Aggregate) -> Floats:
        """Return the numbers at `junheng.forecast.calibration.QUANTILES`, shape (quantiles, horizon, ...)."""
        pupils, variance = self.pupils(aggregate), self.variance(aggregate)
        stretch = self.stretch[aggregate]
        return np.stack(
            [quantiles(pupils[h], variance[h], stretch, h + 1) for h in range(len(pupils))], axis=1
        )


_SUMS: dict[Aggregate, Callable[[Floats], Floats]] = {
    "cells": lambda pupils: pupils,
    "schools": lambda pupils: pupils.sum(axis=-1),
    "grades": lambda pupils: pupils.sum(axis=-2),
    "district": lambda pupils: pupils.sum(axis=(-2, -1)),
}


def summed(pupils: Floats, aggregate: Aggregate) -> Floats:
    """Add up an array of shape (..., schools, grades)."""
    return np.asarray(_SUMS[aggregate](pupils))


def outcome(one: Trial, aggregate: Aggregate) -> Floats:
    """Return what came, in the shape of the aggregate; NaN is no outcome."""
    if aggregate == "grades":
        return one.district
    return one.district.sum(axis=1) if aggregate == "district" else summed(one.actual, aggregate)


def outlook(tuning: Tuning, origin: int, *, horizon: int) -> Outlook:
    """Look ahead from an origin: choose the settings, project, and calibrate the spread on earlier outcomes.

    Parameters
    ----------
    tuning
        Has the records, and remembers trials between calls.
    origin
        Position in the years of the records; nothing later is looked at.
    """
    records = tuning.records
    settings = tuning.chosen(origin)
    trials = tuning.trials(settings, origin)
    shocks = shocks_of(trials)
    spreads = [_spread(tuning, one, settings, shocks) for one in trials]
    known = records.at(origin, horizon=horizon)
    projection = Carrier(known).projection(settings)
    stretch: dict[Aggregate, Stretch] = {}
    for aggregate in AGGREGATES:
        scores = _scores(trials, spreads, aggregate, origin=origin, horizon=horizon)
        stretch[aggregate] = stretch_of(scores, horizon=horizon)
    return Outlook(
        known=known,
        settings=settings,
        projection=projection,
        variances=variances(projection, *shocks),
        stretch=stretch,
    )


def _spread(tuning: Tuning, one: Trial, settings: Weighted, shocks: tuple[Shocks, Shocks]) -> Variances:
    """Return the variances of a past forecast as far as its outcomes were known."""
    projection = tuning.projection(settings, one.origin)
    known = replace(projection, parts=projection.parts[:, : len(one.pupils)])
    return variances(known, *shocks)


def _scores(
    trials: list[Trial], spreads: list[Variances], aggregate: Aggregate, *, origin: int, horizon: int
) -> list[Scores]:
    by_horizon = []
    for h in range(horizon):
        found = []
        for one, spread in zip(trials, spreads, strict=True):
            if h < len(one.pupils):
                scores = standard_scores(
                    summed(one.pupils, aggregate)[h],
                    getattr(spread, aggregate)[h],
                    outcome(one, aggregate)[h],
                )
                is_foreseen = aggregate not in _OF_SCHOOLS or one.same_schools[h]
                weight = RECENCY ** (origin - one.origin - h - 1) * (1.0 if is_foreseen else _AFTER_CHANGE)
                found.append((weight, np.ravel(scores)))
        by_horizon.append(Scores.of(found))
    return by_horizon
