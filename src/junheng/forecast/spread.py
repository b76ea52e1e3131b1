"""Spread: how far a forecast may be off, by what makes it so: chance, the school, the district, the entrants.

One year ahead, a cell of f expected pupils errs by

    phi f                      chance: each family decides for itself (a Poisson count, over-dispersed by phi)
    + school^2 f^2             a shock that moves a whole school in that year
    + district^2 f^2           a shock that moves the whole district

with numbers of their own for entrants. The shocks of later years add up as the cohorts age; chance is carried along.
The numbers come from the errors of past forecasts one year ahead, by moments. A school's own ratio that is misjudged is
so every year: what that makes adds up with the years, and its square with the square of their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from junheng.forecast.calibration import RECENCY
from junheng.forecast.cohorts import Projection
from junheng.forecast.records import Floats
from junheng.forecast.trials import Trial

_DRIFT = 0.5
"""Shocks of entrants last: each further year adds this share of the variance of the first."""
_PRIOR_CELLS, _PRIOR_YEARS = 20.0, 3.0
"""Weights of the prior variances: in past errors, and for shocks of the whole district in years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shocks:
    """Sources of error of one kind of cell: over-dispersion of counts and relative variances of shocks."""

    chance: float
    school: float
    district: float


PRIOR_STAYERS = Shocks(chance=1.0, school=0.03**2, district=0.01**2)
PRIOR_ENTRANTS = Shocks(chance=1.0, school=0.08**2, district=0.03**2)


@dataclass(frozen=True, eq=False)
class Variances:
    """Variances of a projection, in pupils squared.

    Attributes
    ----------
    cells, schools, grades, district
        Of school and grade, shape (horizon, schools, grades); of schools' totals, (horizon, schools); of the district's
        grades, (horizon, grades); and of its total, (horizon,).
    shared
        Of the district's total, the part that all schools share, (horizon,).
    """

    cells: Floats
    schools: Floats
    grades: Floats
    district: Floats
    shared: Floats


def shocks_of(trials: Sequence[Trial]) -> tuple[Shocks, Shocks]:
    """Return the shocks of stayers and of entrants from past forecasts, the priors where there are few."""
    latest = max((one.origin for one in trials), default=0)
    first = [(RECENCY ** (latest - one.origin), one.pupils[0], one.actual[0]) for one in trials]
    stayers = [(weight, pupils[:, 1:], actual[:, 1:]) for weight, pupils, actual in first]
    entrants = [(weight, pupils[:, :1], actual[:, :1]) for weight, pupils, actual in first]
    return _moments(stayers, PRIOR_STAYERS), _moments(entrants, PRIOR_ENTRANTS)


def _moments(pairs: Sequence[tuple[float, Floats, Floats]], prior: Shocks) -> Shocks:
    """Solve for the three numbers, from the cells, the schools and the district in turn; each keeps some prior."""
    cells, schools, district = np.zeros(4), np.zeros(3), np.zeros(3)
    for recency, pupils, actual in pairs:
        has = np.isfinite(actual).all(axis=1)
        f, e = pupils[has], actual[has] - pupils[has]
        by_school, error = f.sum(axis=1), e.sum(axis=1)
        within = e - f * (error / np.maximum(by_school, 1e-9))[:, None]
        free = (f.shape[1] - 1) / f.shape[1] if f.shape[1] > 1 else 1.0
        cells += recency * np.array(
            (((within if f.shape[1] > 1 else e) ** 2).sum(), f.sum() * free, (f**2).sum(), f.size)
        )
        schools += recency * np.array(((error**2).sum(), by_school.sum(), (by_school**2).sum()))
        total = float(by_school.sum())
        district += recency * np.array((float(error.sum()) ** 2, total, total**2))
    has_grades = bool(pairs) and pairs[0][1].shape[1] > 1
    weight = cells[3] / (cells[3] + _PRIOR_CELLS)
    chance = prior.chance
    if has_grades and cells[1] > 0:
        chance = weight * cells[0] / cells[1] + (1 - weight) * prior.chance
    school = _share(schools[0] - chance * schools[1], schools[2], prior.school, weight)
    seen = sum(recency for recency, _, _ in pairs)
    years = seen / (seen + _PRIOR_YEARS)
    common = district[0] - chance * district[1] - school * schools[2]
    return Shocks(chance=chance, school=school, district=_share(common, district[2], prior.district, years))


def _share(excess: float, exposed: float, prior: float, weight: float) -> float:
    found = max(excess, 0.0) / exposed if exposed > 0 else prior
    return float(weight * found + (1 - weight) * prior)


def variances(projection: Projection, stayers: Shocks, entering: Shocks) -> Variances:
    """Return the variances of every number of a projection."""
    pupils = projection.pupils
    chance = _chance(projection, stayers, entering)
    lasting = 1 + _DRIFT * np.arange(len(pupils))
    misjudged = np.sqrt(projection.progression.own_variance)[:, None]
    cells, schools, grades, district, shared = [], [], [], [], []
    for h, f in enumerate(pupils):
        exposures = [np.where(np.arange(f.shape[1]) > j, f, 0.0) for j in range(h + 1)]
        # Entrants of this year and those who entered since the origin keep the shock of their entry.
        fresh = [np.where(np.arange(f.shape[1]) == j, f, 0.0) * np.sqrt(lasting[h - j]) for j in range(h + 1)]
        carried = np.minimum(np.arange(f.shape[1]), h + 1)  # years by a school's own ratio
        of_school = [
            *_summed(exposures, stayers.school, fresh, entering.school),
            (1.0, misjudged * carried * f),
        ]
        of_district = _summed(exposures, stayers.district, fresh, entering.district)
        common = sum(v * float(x.sum()) ** 2 for v, x in of_district)
        cells.append(chance[h] + sum(v * x**2 for v, x in (*of_school, *of_district)))
        schools.append(
            chance[h].sum(axis=1) + sum(v * x.sum(axis=1) ** 2 for v, x in (*of_school, *of_district))
        )
        grades.append(
            chance[h].sum(axis=0)
            + sum(v * (x**2).sum(axis=0) for v, x in of_school)
            + sum(v * x.sum(axis=0) ** 2 for v, x in of_district)
        )
        own = chance[h].sum() + sum(v * float((x.sum(axis=1) ** 2).sum()) for v, x in of_school)
        district.append(own + common)
        shared.append(common)
    return Variances(
        np.array(cells), np.array(schools), np.array(grades), np.array(district), np.array(shared)
    )


def _summed(
    exposures: list[Floats], stayers: float, fresh: list[Floats], entering: float
) -> list[tuple[float, Floats]]:
    """Pair every independent shock with the pupils exposed to it."""
    return [*((stayers, x) for x in exposures), *((entering, x) for x in fresh)]


def _chance(projection: Projection, stayers: Shocks, entering: Shocks) -> Floats:
    """Return the variance that chance gives every cell, carried along with its cohort."""
    ratio = projection.progression.ratio
    carried: list[Floats] = []
    for f in projection.pupils:
        now = np.empty_like(f)
        now[:, 0] = entering.chance * f[:, 0]
        before = carried[-1][:, :-1] * ratio**2 if carried else 0.0
        now[:, 1:] = before + stayers.chance * f[:, 1:]
        carried.append(now)
    return np.array(carried)
