"""What a forecast must beat: last year's rolls, plain cohort survival, exponential smoothing."""

from __future__ import annotations

import numpy as np

from junheng.forecast.records import Floats, Known

COHORT_YEARS = 5
"""Years over which plain cohort survival averages each school's own ratios and entrants, as bureaus do by hand."""
_DAMPING = 0.9
"""Damping of the trend of exponential smoothing, from the range that practice recommends (0.8 to 0.98)."""
_WEIGHTS = np.linspace(0.05, 0.95, 19)


def last_year_same(known: Known) -> Floats:
    """Return this year's pupils for every year to come, shape (horizon, schools, grades)."""
    now = np.where(known.is_open[:, None], np.nan_to_num(known.latest), 0.0)
    return np.repeat(now[None], known.horizon, axis=0)


def plain_cohort_survival(known: Known, *, years: int = COHORT_YEARS) -> Floats:
    """Return each school's cohorts carried on at its own average ratios, entrants at their average.

    The textbook method: no pooling, no shrinkage; a grade without history keeps its pupils.
    """
    pupils = known.pupils[:, :, -(years + 1) :]
    after, before = pupils[:, 1:, 1:], pupils[:, :-1, :-1]
    both = np.isfinite(after) & np.isfinite(before) & (before > 0)
    total = np.where(both, before, 0.0).sum(axis=2)
    ratio = np.divide(np.where(both, after, 0.0).sum(axis=2), total, out=np.ones_like(total), where=total > 0)
    entered = known.pupils[:, 0, -years:]
    has = np.isfinite(entered)
    level = np.where(has, entered, 0.0).sum(axis=1) / np.maximum(has.sum(axis=1), 1)
    now, found = last_year_same(known)[0], []
    for _ in range(known.horizon):
        now = np.column_stack([level, now[:, :-1] * ratio]) * known.is_open[:, None]
        found.append(now)
    return np.array(found)


def smoothing(series: Floats, *, horizon: int) -> Floats:
    """Forecast series by exponential smoothing with errors, trends and damping chosen by AICc.

    The family of additive models without season: a level; a level and a trend; a level and a damped trend. Weights
    are chosen on a grid by least squares of the errors one step ahead, the first level being the first value and the
    first trend the average of the first changes.

    Parameters
    ----------
    series
        Shape (series, years); years before the first value of a series are NaN, none after it are.

    Returns
    -------
    numpy.ndarray
        Shape (series, horizon), never below 0.
    """
    return np.array([_smoothed(one[np.isfinite(one)], horizon) for one in series])


def _smoothed(values: Floats, horizon: int) -> Floats:
    n = len(values)
    if n < 2:
        return np.full(horizon, values[-1] if n else 0.0)
    level_weights, trend_weights = (grid.ravel() for grid in np.meshgrid(_WEIGHTS, _WEIGHTS))
    choices = [(_WEIGHTS, np.zeros_like(_WEIGHTS), 0.0, 0.0, 2)]
    if n >= 4:
        start = float(np.diff(values[:4]).mean())
        choices += [
            (level_weights, trend_weights * level_weights, 1.0, start, 4),
            (level_weights, trend_weights * level_weights, _DAMPING, start, 4),
        ]
    best, forecast = np.inf, np.full(horizon, values[-1])
    for alpha, beta, damping, trend, parameters in choices:
        level, slope, squares = _filtered(values, alpha, beta, damping, trend)
        k = int(np.argmin(squares))
        score = _aicc(float(squares[k]), n, parameters)
        if score < best:
            steps = np.cumsum(damping ** np.arange(1, horizon + 1))
            best, forecast = score, level[k] + slope[k] * steps
    result: Floats = np.maximum(forecast, 0.0)
    return result


def _filtered(
    values: Floats, alpha: Floats, beta: Floats, damping: float, trend: float
) -> tuple[Floats, Floats, Floats]:
    """Run the recursion for all weights at once; return the last level and slope, and the sum of squared errors."""
    level, slope = np.full_like(alpha, values[0]), np.full_like(alpha, trend)
    squares = np.zeros_like(alpha)
    for value in values[1:]:
        expected = level + damping * slope
        error = value - expected
        squares += error**2
        level, slope = expected + alpha * error, damping * slope + beta * error
    return level, slope, squares


def _aicc(squares: float, n: int, parameters: int) -> float:
    k = parameters + 1  # and the variance
    if n - 1 - k <= 0:
        return np.inf if parameters > 2 else 0.0
    return n * float(np.log(max(squares, 1e-9) / n)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
