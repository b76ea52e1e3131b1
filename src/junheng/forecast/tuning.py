"""Choosing the settings on the district's own past: rolling origins, nothing later than the origin is looked at.

Every candidate forecasts each past year from each earlier one. Its loss is the mean, over the horizons, of the
absolute percentage error of school totals plus that of the district's grades, both over those of "next year as
this year"; a candidate must beat the default by a margin, so that chance does not choose.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from junheng.forecast.cohorts import Carried, Projection, carry, damp
from junheng.forecast.records import Floats, Records
from junheng.forecast.settings import HORIZON, Settings, candidates
from junheng.forecast.trials import Trial, compared, origins

MOST_ORIGINS = 10
"""Past origins that are tried; older ones say little about today."""
_MARGIN = 0.03
"""A candidate must be better than the default by this share of the default's loss."""
_TREND_PRICE = 0.05
"""A trend of entrants must be better by this share for each unit of it: trends seen in few years seldom go on."""
_LEAST = 1e-3
"""An error of "as this year" below this is luck: nothing is measured against less."""


class Tuning:
    """Trials of every candidate, made once and used for every origin of a backtest.

    Parameters
    ----------
    records
        The whole history; `best` looks only at what was known at its origin.
    horizon
        Years ahead that count.
    """

    def __init__(self, records: Records, *, horizon: int = HORIZON) -> None:
        self.records = records
        self.horizon = horizon
        self.candidates = candidates(has_children=records.expected is not None)
        self._trials: dict[tuple[Settings, int], Trial] = {}
        self._losses: dict[tuple[Settings, int], Floats] = {}
        self._carried: dict[tuple[Settings, int], Carried] = {}

    def best(self, origin: int) -> Settings:
        """Return the settings that did best on the outcomes known at an origin; the default where there are none."""
        if not list(origins(origin, most=MOST_ORIGINS)):
            return Settings()
        best = min(self.candidates, key=lambda settings: self._loss(settings, origin))
        is_better = self._loss(best, origin) < (1 - _MARGIN) * self._loss(Settings(), origin)
        return best if is_better else Settings()

    def trials(self, settings: Settings, origin: int) -> list[Trial]:
        """Return the trials with these settings whose outcomes were known at an origin."""
        return [self._trial(settings, past).until(origin) for past in origins(origin, most=MOST_ORIGINS)]

    def _trial(self, settings: Settings, origin: int) -> Trial:
        key = settings, origin
        if key not in self._trials:
            projection = self.projection(settings, origin)
            self._trials[key] = compared(self.records, origin, projection.pupils)
        return self._trials[key]

    def projection(self, settings: Settings, origin: int) -> Projection:
        """Return the forecast of a past origin as far as outcomes go; candidates share all but their damping."""
        key = replace(settings, damping=0.0, district_damping=0.0), origin
        if key not in self._carried:
            reach = min(self.horizon, len(self.records.years) - 1 - origin)
            self._carried[key] = carry(self.records.at(origin, horizon=reach), settings)
        return damp(self._carried[key], settings)

    def _loss(self, settings: Settings, origin: int) -> float:
        """Return the mean over horizons of the errors whose outcome was known at an origin."""
        rows = [self._errors(settings, past)[: origin - past] for past in origins(origin, most=MOST_ORIGINS)]
        longest = max(len(row) for row in rows)
        by_horizon = [np.mean([row[h] for row in rows if len(row) > h], axis=0) for h in range(longest)]
        loss = np.mean([errors[0] / errors[2] + errors[1] / errors[3] for errors in by_horizon])
        return float(loss) * (1 + _TREND_PRICE * settings.entrants_trend)

    def _errors(self, settings: Settings, origin: int) -> Floats:
        """Return errors by horizon: of schools and of grades, ours and those of "as this year", shape (horizon, 4)."""
        key = settings, origin
        if key not in self._losses:
            made = self._trial(settings, origin)
            last = np.nan_to_num(self.records.pupils[:, :, origin])
            self._losses[key] = np.array(
                [
                    (
                        _school_error(made.pupils[h], made.actual[h]),
                        _grade_error(made.pupils[h], made.district[h]),
                        max(_school_error(last, made.actual[h]), _LEAST),
                        max(_grade_error(last, made.district[h]), _LEAST),
                    )
                    for h in range(len(made.pupils))
                ]
            )
        return self._losses[key]


def _school_error(pupils: Floats, actual: Floats) -> float:
    """Return the mean absolute percentage error of school totals (as a share)."""
    total = actual.sum(axis=1)
    has = total > 0  # NaN is not
    return float(np.mean(np.abs(pupils.sum(axis=1)[has] - total[has]) / total[has])) if has.any() else 0.0


def _grade_error(pupils: Floats, district: Floats) -> float:
    """Return the mean absolute percentage error of the district's grades (as a share)."""
    has = district > 0
    return (
        float(np.mean(np.abs(pupils.sum(axis=0)[has] - district[has]) / district[has])) if has.any() else 0.0
    )
