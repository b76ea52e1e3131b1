"""The made-up families: dwellings of each home, and children by grade and by age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junheng.district.examples.geography import FloatArray, Geography, IntArray
from junheng.district.examples.profile import COMPULSORY, Size, profile, stream

AGES = (0, 1, 2, 3, 4, 5)


@dataclass(frozen=True, eq=False)
class People:
    """Who lives in each home.

    Attributes
    ----------
    urban_rural
        Urban-rural class of each home, shape (n,).
    dwellings
        Dwellings of each home, shape (n,).
    by_grade
        Children in each grade from 1, shape (n, 9).
    by_age
        Children of each age from 0 to 5, shape (n, 6).
    entry_growth, progression
        How this home's first-graders grow from year to year, and its cohorts; shape (n,).
    """

    urban_rural: npt.NDArray[np.str_]
    dwellings: IntArray
    by_grade: IntArray
    by_age: IntArray
    entry_growth: FloatArray
    progression: FloatArray

    def of_stage(self, stage: str) -> IntArray:
        """Return the children of each home in a stage, shape (n,)."""
        grades = np.array(profile().stages[stage].grades)
        children: IntArray = self.by_grade[:, grades - 1].sum(axis=1)
        return children


def draw_people(size: Size, geography: Geography, *, seed: int) -> People:
    """Draw the dwellings and children of every home."""
    rng = stream(seed, "people")
    settings = profile().settings
    n = len(geography.setting)
    urban_rural = np.empty(n, dtype="<U20")
    dwellings = np.zeros(n, dtype=np.int64)
    by_grade, by_age = np.zeros((n, 9), dtype=np.int64), np.zeros((n, len(AGES)), dtype=np.int64)
    growth, progression = np.zeros(n), np.zeros(n)
    for name, setting in settings.items():
        homes = np.flatnonzero(geography.setting == name)
        if not len(homes):
            continue
        urban_rural[homes] = rng.choice(
            list(setting.urban_rural), len(homes), p=list(setting.urban_rural.values())
        )
        dwellings[homes] = _dwellings(setting.dwellings, len(homes), rng)
        growth[homes], progression[homes] = setting.entry_growth, setting.progression
        profile_of_grades = _grade_profile(setting.entry_growth, setting.progression)
        weight = dwellings[homes] / dwellings[homes].sum() * size.children * size.share[name]
        by_grade[homes] = rng.poisson(weight[:, None] * profile_of_grades)
        steps = AGES[-1] + 1 - np.array(AGES)
        births = profile_of_grades[0] * setting.birth_trend**steps
        by_age[homes] = rng.poisson(weight[:, None] * births)
    return People(urban_rural, dwellings, by_grade, by_age, growth, progression)


def _dwellings(between: tuple[int, int], n: int, rng: np.random.Generator) -> IntArray:
    least, most = between
    drawn = least + (most - least) * rng.beta(1.8, 3.0, n)
    return np.round(drawn / 2).astype(np.int64) * 2


def _grade_profile(entry_growth: float, progression: float) -> FloatArray:
    """Share of each grade among the children of grades 1 to 9: earlier cohorts began smaller, then changed."""
    stages = profile().stages
    years = np.arange(stages[COMPULSORY[-1]].last_grade)
    cohorts = (progression / entry_growth) ** years
    share: FloatArray = cohorts / cohorts.sum()
    return share
