"""Ways to school: distances to schools and candidate sites, and which of them the travel time allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.access import METRES, RADIUS
from junheng.measure.distances import distances
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.layout.settings import LayoutSettings, Limits
from junheng.standards.lookup import StandardOnDate

RURAL = ("township_centre", "village")
"""Urban-rural classes to which the travel time of the lower grades applies."""
LOWER_GRADES = "travel.lower_grades_minutes"
NO_ROAD_KM = 1e6
"""Stands for the way where no road leads."""


@dataclass(frozen=True, eq=False)
class Travel:
    """Distances from homes to sites: the schools first, then the candidates.

    Attributes
    ----------
    homes, sites, n_schools
        Codes, and how many of the sites are schools.
    km, allowed
        Distance, and whether the travel time keeps the limit, shape (homes, sites).
    limit_minutes
        Of each home, shape (homes,). A home goes to one school, so its youngest children set the limit.
    radius_km
        Service radius: transport costs count from there on.
    """

    homes: tuple[str, ...]
    sites: tuple[str, ...]
    n_schools: int
    km: FloatArray
    allowed: BoolArray
    limit_minutes: FloatArray
    radius_km: float

    def keeping(self, present: IntArray) -> Travel:
        """Return the same with every home's present school allowed: nobody is turned out for living far.

        Where no road is recorded between the two, nobody can tell how far, and the way stays closed.
        """
        allowed = self.allowed.copy()
        homes = np.flatnonzero(present >= 0)
        allowed[homes, present[homes]] = self.km[homes, present[homes]] < NO_ROAD_KM
        return replace(self, allowed=allowed)


def travel_of(
    district: District,
    standard: StandardOnDate,
    *,
    stage: str,
    schools: tuple[str, ...],
    settings: LayoutSettings,
) -> Travel:
    """Measure the ways to every school of the stage and every candidate site."""
    candidates = district.table("candidates").filter(pl.col("stage") == stage)
    codes = (*schools, *candidates["candidate"].to_list())
    placed = candidates.select(
        school="candidate", name="name", kind=pl.lit(stage), lon="lon", lat="lat", home="home"
    )
    known = pl.concat([district.table("schools"), placed], how="diagonal_relaxed")
    found = distances(district.replace(schools=known), codes)
    limit = _limits(district, standard, stage, settings)
    minutes = 60.0 * found.km / settings.speed_km_per_hour
    return Travel(
        homes=found.homes,
        sites=codes,
        n_schools=len(schools),
        km=np.where(np.isfinite(found.km), found.km, NO_ROAD_KM),
        allowed=minutes <= limit[:, None] * (1 + 1e-9),
        limit_minutes=limit,
        radius_km=standard.value(RADIUS, stage=stage).number / METRES,
    )


def _limits(district: District, standard: StandardOnDate, stage: str, settings: LayoutSettings) -> FloatArray:
    own = standard.value_or_none(LOWER_GRADES, stage=stage)
    is_rural = district.table("homes")["urban_rural"].is_in(RURAL).fill_null(False).to_numpy()
    usual = np.full(len(is_rural), Limits.of(settings, standard, stage).longest_minutes)
    return usual if own is None else np.where(is_rural, own.number, usual)
