"""Trials: forecasts of past years from what was known then, with what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from junheng.forecast.records import Floats, Records

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
        grades): the pupils of a school that closes go to others.
    """

    origin: int
    pupils: Floats
    actual: Floats
    district: Floats

    def until(self, year: int) -> Trial:
        """Return the part of which the outcome was known at a later origin."""
        n = year - self.origin
        return Trial(self.origin, self.pupils[:n], self.actual[:n], self.district[:n])


def compared(records: Records, origin: int, pupils: Floats) -> Trial:
    """Set a forecast, shape (horizon, schools, grades), beside what came."""
    actual = np.moveaxis(records.pupils[:, :, origin + 1 : origin + 1 + len(pupils)], 2, 0)
    counted = np.nan_to_num(actual)
    is_open = np.nansum(records.pupils[:, :, origin], axis=1) > 0
    counts = is_open & (counted.sum(axis=2) > 0)
    return Trial(
        origin=origin,
        pupils=np.where(is_open[:, None], pupils, 0.0),
        actual=np.where(counts[:, :, None], counted, np.nan),
        district=counted.sum(axis=1),
    )


def origins(until: int, *, most: int) -> Iterator[int]:
    """Yield the origins of which at least one outcome was known in the year at position ``until``, latest last."""
    yield from range(max(FIRST_ORIGIN, until - most), until)
