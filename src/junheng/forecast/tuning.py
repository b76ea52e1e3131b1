"""Choosing the settings on the district's own past: rolling origins, nothing later than the origin is looked at.

Every candidate forecasts each past year from each earlier one. Its loss is the mean, over the horizons, of the
absolute percentage error of school totals plus that of the district's grades, both over those of "next year as
this year". Candidates whose losses differ by less than a margin can hardly be told apart, so that chance would choose
among them: the forecast is an average of theirs, to which the best gives most (Bates and Granger 1969; Clemen 1989).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from junheng.forecast.average import Carrier
from junheng.forecast.cohorts import Projection, damped_pupils
from junheng.forecast.records import Floats, Records
from junheng.forecast.settings import HORIZON, Settings, Weighted, candidates
from junheng.forecast.trials import Trial, compared, origins

MOST_ORIGINS = 10
"""Past origins that are tried; older ones say little about today."""
_MARGIN = 0.03
"""A candidate counts the less, the more its loss is above the least, and nothing from this share on."""
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
        self._errors_of: dict[tuple[Settings, int], Floats] = {}
        self._yardsticks: dict[int, _Yardstick] = {}
        self._carriers: dict[int, Carrier] = {}

    def chosen(self, origin: int) -> Weighted:
        """Return the settings that did best on the outcomes known at an origin, with the weight of each.

        The default alone where there are no outcomes, or none that anything misses.
        """
        if not list(origins(self.records, origin, most=MOST_ORIGINS)):
            return {Settings(): 1.0}
        losses = {own: self._loss(own, origin) for own in (Settings(), *self.candidates)}
        least = min(losses.values())
        if least <= 0:
            return {Settings(): 1.0}
        weights = {own: 1 - (loss / least - 1) / _MARGIN for own, loss in losses.items()}
        total = sum(weight for weight in weights.values() if weight > 0)
        return {own: weight / total for own, weight in weights.items() if weight > 0}

    def trials(self, chosen: Weighted, origin: int) -> list[Trial]:
        """Return the trials with these settings whose outcomes were known at an origin."""
        return [
            compared(self.records, past, self.projection(chosen, past).pupils).until(origin)
            for past in origins(self.records, origin, most=MOST_ORIGINS)
        ]

    def projection(self, chosen: Weighted, origin: int) -> Projection:
        """Return the forecast of a past origin as far as outcomes go: the average of those by these settings."""
        return self._carrier(origin).projection(chosen)

    def _carrier(self, origin: int) -> Carrier:
        if origin not in self._carriers:
            reach = min(self.horizon, len(self.records.years) - 1 - origin)
            self._carriers[origin] = Carrier(self.records.at(origin, horizon=reach))
        return self._carriers[origin]

    def _loss(self, settings: Settings, origin: int) -> float:
        """Return the mean over horizons of the errors whose outcome was known at an origin."""
        rows = [
            self._errors(settings, past)[: origin - past]
            for past in origins(self.records, origin, most=MOST_ORIGINS)
        ]
        longest = max(len(row) for row in rows)
        known = [
            [row[h] for row in rows if len(row) > h and np.isfinite(row[h]).all()] for h in range(longest)
        ]
        by_horizon = [np.mean(errors, axis=0) for errors in known if errors]
        if not by_horizon:
            return 0.0
        loss = np.mean([errors[0] / errors[2] + errors[1] / errors[3] for errors in by_horizon])
        return float(loss) * (1 + _TREND_PRICE * settings.entrants_trend)

    def _errors(self, settings: Settings, origin: int) -> Floats:
        """Return errors by horizon: of schools and of grades, ours and those of "as this year", shape (horizon, 4)."""
        key = settings, origin
        if key not in self._errors_of:
            carried = self._carrier(origin).carried(settings)
            if origin not in self._yardsticks:
                unchanged = np.repeat(
                    np.nan_to_num(self.records.pupils[None, :, :, origin]), len(carried.settled), axis=0
                )
                self._yardsticks[origin] = _Yardstick.of(compared(self.records, origin, unchanged))
            self._errors_of[key] = self._yardsticks[origin].errors(damped_pupils(carried, settings))
        return self._errors_of[key]


@dataclass(frozen=True, eq=False)
class _Yardstick:
    """The outcomes of one origin, weighed so that a weighted sum of errors is their mean percentage (as a share).

    A year without rolls has NaN for errors.

    Attributes
    ----------
    schools, school_weight
        Totals of schools that count, 0 for others, and 1 / total / number of them, shape (horizon, schools).
    grades, grade_weight
        The same for the grades of the district, shape (horizon, grades).
    unchanged
        Errors of "as this year", of schools and grades, shape (horizon, 2).
    """

    schools: Floats
    school_weight: Floats
    grades: Floats
    grade_weight: Floats
    unchanged: Floats

    @classmethod
    def of(cls, made: Trial) -> _Yardstick:
        """Take the outcomes of a trial whose forecast is "as this year"."""
        schools = np.nan_to_num(made.actual.sum(axis=2))
        weights = _weight(schools), _weight(made.district)
        empty = cls(schools, weights[0], made.district, weights[1], np.zeros((0, 2)))
        return replace(empty, unchanged=np.maximum(empty._both(made.pupils), _LEAST))

    def errors(self, pupils: Floats) -> Floats:
        """Return the errors of a forecast, and then those of "as this year", shape (horizon, 4)."""
        errors: Floats = np.column_stack([self._both(pupils), self.unchanged])
        return errors

    def _both(self, pupils: Floats) -> Floats:
        schools = (np.abs(pupils.sum(axis=2) - self.schools) * self.school_weight).sum(axis=1)
        grades = (np.abs(pupils.sum(axis=1) - self.grades) * self.grade_weight).sum(axis=1)
        both: Floats = np.column_stack([schools, grades])
        return both


def _weight(totals: Floats) -> Floats:
    number = np.maximum((totals > 0).sum(axis=1, keepdims=True), 1)
    weight: Floats = np.divide(1.0, totals * number, out=np.zeros_like(totals), where=totals > 0)
    return weight
