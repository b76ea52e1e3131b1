"""Trials: forecasts of past years from what was known then, with what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from junheng.forecast.records import Bools, Floats, Records

FIRST_ORIGIN = 1
"""The earliest position of an origin: one year to the next is the least history that shows a progression."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One forecast of the past.

    Attributes
    ----------
    origin
        Position of the origin in the years of the records.
    pupils
        Forecast of the schools open at the origin, shape (horizon, schools, grades); zero in the others.
    actual
        What came, same shape; a school without pupils in a year is NaN there, and one that opened after the origin.
    district
        What came in the whole district, schools that opened since and those that closed included, shape (horizon,
        grades): the pupils of a school that closes go to others. A year without rolls is NaN.
    same_schools
        Whether no school opened or closed since the origin, shape (horizon,).
    """

    origin: int
    pupils: Floats
    actual: Floats
    district: Floats
    same_schools: Bools

    def until(self, year: int) -> Trial:
        """Return the part of which the outcome was known at a later origin."""
        n = year - self.origin
        return Trial(self.origin, self.pupils[:n], self.actual[:n], self.district[:n], self.same_schools[:n])


def compared(records: Records, origin: int, pupils: Floats) -> Trial:
    """Set a forecast, shape (horizon, schools, grades), beside what came."""
    years = slice(origin + 1, origin + 1 + len(pupils))
    actual = np.moveaxis(records.pupils[:, :, years], 2, 0)
    counted = np.nan_to_num(actual)
    is_open = np.nansum(records.pupils[:, :, origin], axis=1) > 0
    has_pupils = counted.sum(axis=2) > 0
    counts = is_open & has_pupils
    return Trial(
        origin=origin,
        pupils=np.where(is_open[:, None], pupils, 0.0),
        actual=np.where(counts[:, :, None], counted, np.nan),
        district=np.where(records.is_counted[years][:, None], counted.sum(axis=1), np.nan),
        same_schools=np.logical_and.accumulate(
            (has_pupils == is_open).all(axis=1) | ~records.is_counted[years]
        ),
    )


def origins(records: Records, until: int, *, most: int) -> Iterator[int]:
    """Yield the origins of which an outcome may be known in the year at position ``until``, latest last.

    A year without rolls is no origin.
    """
    first = max(FIRST_ORIGIN, until - most)
    yield from (origin for origin in range(first, until) if records.is_counted[origin])
