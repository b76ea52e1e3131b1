"""What is known when a forecast is made: pupils by school, grade and year, as arrays of one stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from junheng.forecast.axes import Axes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


EntrantsBy = Literal["births", "children", "leavers", "recent"]
"""What entrants stand on: births, children by age or grade, leavers of the stage before, or recent entrants alone."""
_RECENT_YEARS = 3
"""A grade without a pupil for so many years is no longer taught."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Known:
    """What is known at one origin: the latest school year whose pupils are counted.

    Attributes
    ----------
    pupils
        Pupils, shape (schools, grades, years up to the origin); NaN where nothing is recorded.
    expected
        Children expected to enter each school's first grade, as known at the origin, shape (schools, years up to
        the origin and ``horizon`` beyond); NaN where not known; `None` where nothing of the kind is recorded.
    arrivals
        Pupils from new dwellings, same years: in the first grade the entrants of that year who live in dwellings
        completed since the first year; in the others those who move in that year.
    horizon
        Years ahead, at least 1.
    """

    pupils: Floats
    expected: Floats | None
    arrivals: Floats
    horizon: int

    @property
    def n_years(self) -> int:
        """Years of history."""
        return int(self.pupils.shape[2])

    @cached_property
    def latest(self) -> Floats:
        """Pupils at the origin, shape (schools, grades)."""
        return self.pupils[:, :, -1]

    @cached_property
    def is_open(self) -> Bools:
        """Whether each school has pupils at the origin, shape (schools,)."""
        open_: Bools = np.nansum(self.latest, axis=1) > 0
        return open_

    @cached_property
    def teaches(self) -> Bools:
        """Return which grades each school teaches, shape (schools, grades).

        A grade is taught if it had pupils in one of the last years. A school that teaches fewer grades than others
        goes on so (a teaching point), unless its highest grade is higher than ever before: then it is filling up
        from below and will go on to the top.
        """
        had = np.nan_to_num(self.pupils) > 0
        has: Bools = np.any(had[:, :, -_RECENT_YEARS:], axis=2) & self.is_open[:, None]
        before: Bools = np.asarray(np.any(had[:, :, :-1], axis=2))
        is_filling = self.is_open & has[:, 0] & (_top(has) > _top(before))
        return np.where(is_filling[:, None], True, has)

    @cached_property
    def has_absent(self) -> Bools:
        """Whether a grade had pupils last year and has no count at the origin, shape (schools, grades)."""
        if self.n_years < 2:
            return np.zeros_like(self.latest, dtype=np.bool_)
        had = np.nan_to_num(self.pupils[:, :, -2]) > 0
        return np.asarray(np.isnan(self.latest) & had & self.is_open[:, None])

    @cached_property
    def opened_now(self) -> bool:
        """Whether a school has its first pupils at the origin, which may have come from its neighbours."""
        if self.n_years < 2:
            return False
        before = np.nansum(self.pupils[:, :, :-1], axis=(1, 2)) > 0
        return bool((self.is_open & ~before).any())


@dataclass(frozen=True, eq=False, kw_only=True)
class Records:
    """The records of one stage: see `Known` for the arrays.

    Attributes
    ----------
    stage
        Of the schools.
    schools, grades, years
        Labels of the axes; years are consecutive.
    pupils
        Shape (schools, grades, years).
    expected
        Children expected to enter, by the origin at which they were known: shape (origins, schools, years and
        ``beyond``), one origin for each year; `None` where nothing is recorded.
    arrivals
        Shape (schools, grades, years and ``beyond``).
    beyond
        Years after the last one for which ``expected`` and ``arrivals`` are given.
    entrants_by
        What ``expected`` was taken from.
    """

    stage: str
    schools: tuple[str, ...]
    grades: tuple[int, ...]
    years: tuple[int, ...]
    pupils: Floats
    expected: Floats | None
    arrivals: Floats
    beyond: int
    entrants_by: EntrantsBy = "recent"

    @property
    def axes(self) -> Axes:
        """The labels of the axes."""
        return Axes(
            stage=self.stage, schools=self.schools, grades=self.grades, years=self.years, beyond=self.beyond
        )

    @cached_property
    def is_counted(self) -> Bools:
        """Whether anybody was counted in each year, shape (years,): a year without rolls is absent, not empty."""
        return np.asarray(np.isfinite(self.pupils).any(axis=(0, 1)))

    def at(self, origin: int, *, horizon: int) -> Known:
        """Return what was known at the origin, a position in ``years``; nothing later is handed on.

        Raises
        ------
        ValueError
            For a horizon beyond what ``expected`` and ``arrivals`` reach.
        """
        end = origin + 1 + horizon
        if end > len(self.years) + self.beyond:
            raise ValueError(f"horizon {horizon} from {self.years[origin]} is beyond the records")
        return Known(
            pupils=self.pupils[:, :, : origin + 1],
            expected=None if self.expected is None else self.expected[origin, :, :end],
            arrivals=self.arrivals[:, :, :end],
            horizon=horizon,
        )


def _top(has: Bools) -> npt.NDArray[np.int64]:
    """Return the position of the highest grade of each school, -1 where it has none."""
    top: npt.NDArray[np.int64] = np.where(has, np.arange(has.shape[1]), -1).max(axis=1)
    return top
