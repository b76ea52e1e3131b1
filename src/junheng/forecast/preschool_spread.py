"""How far preschool demand may stray: by how much births changed from year to year, and how unevenly families moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.forecast.settings import SCENARIO

FEWEST_CHANGES = 3
"""Changes of births from one year to the next that a spread takes."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Yearly standard deviations of logarithms.

    Attributes
    ----------
    births
        Of the births of one year over those of the year before.
    moves
        Of children over their births, a year of their lives; 0 where children are not recorded by age.
    """

    births: float
    moves: float

    def factor(self, *, unborn: int, ahead: int) -> float:
        """Return the children of the high scenario over those of the middle one; the low one is the inverse.

        Parameters
        ----------
        unborn
            Years from the last recorded births to theirs; 0 for children who are born.
        ahead
            Years from now, in which families come and go.
        """
        score = NormalDist().inv_cdf(SCENARIO)
        return float(np.exp(score * (self.births * np.sqrt(max(unborn, 0)) + self.moves * ahead)))


def spread_of(district: District, births: Mapping[int, int], ages: range) -> Spread | None:
    """Return the spread of a district; `None` where its births are of too few years."""
    pairs = [(births[year], births[year + 1]) for year in sorted(births) if year + 1 in births]
    changes = [np.log(after / before) for before, after in pairs if before and after]
    if len(changes) < FEWEST_CHANGES:
        return None
    return Spread(births=float(np.std(changes, ddof=1)), moves=_of_moves(district, births, ages))


def _of_moves(district: District, births: Mapping[int, int], ages: range) -> float:
    now = district.year.start
    living = district.table("children").filter((pl.col("year") == now) & pl.col("age").is_in(list(ages)))
    by_age: dict[int, int] = dict(living.group_by("age").agg(pl.col("children").sum()).iter_rows())
    yearly = [
        np.log(by_age[age] / births[now - age - 1]) / (age + 1)
        for age in ages
        if by_age.get(age) and births.get(now - age - 1)
    ]
    return float(np.std(yearly, ddof=1)) if len(yearly) == len(ages) else 0.0
