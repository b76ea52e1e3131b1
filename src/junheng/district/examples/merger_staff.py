"""The made-up roster of the merger case: as many teachers a school as reported, of subjects that do not quite fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from junheng.district.examples.profile import profile, stream
from junheng.district.examples.staff import staff

SUBJECTS = {
    "town": {"pe": 0.08, "music": 0.04, "art": 0.04},
    "away": {"pe": 0.05, "music": 0.015, "art": 0.015},
}
"""Shares of the subjects that the return counts; the others share the rest as in other examples."""
DEGREES = {
    "town": {"master": 0.2, "bachelor": 0.75, "associate": 0.05},
    "away": {"master": 0.04, "bachelor": 0.78, "associate": 0.18},
}
BACKBONE = {"town": 0.12, "away": 0.04}
AGES = {"town": "town", "away": "township"}
"""Whose ages of ``staff.yaml`` they have."""
STAGE = "junior"


def draw_roster(
    teachers: Mapping[str, int], *, in_town: Sequence[str], homes: Mapping[str, Sequence[str]], seed: int
) -> pl.DataFrame:
    """Return the table ``teachers``.

    Parameters
    ----------
    teachers
        How many each school has.
    in_town
        The schools of the county town; the others lie away from it.
    homes
        The homes of each school's zone, in one of which its teachers live.
    """
    rng = stream(seed, "merger-teachers")
    schools = np.repeat(list(teachers), list(teachers.values()))
    where = ["town" if school in in_town else "away" for school in schools]
    n, year = len(schools), profile().year
    age = np.array([np.floor(rng.triangular(*staff()["ages"][AGES[place]])) for place in where], np.int64)
    recruited = np.minimum(year - np.maximum(age - 23, 0), year)
    is_backbone = rng.random(n) < np.array([BACKBONE[place] for place in where])
    return pl.DataFrame(
        {
            "teacher": [f"M{i:04d}" for i in range(1, n + 1)],
            "name": [f"{surname}老师" for surname in rng.choice(staff()["surnames"], n)],
            "school": schools,
            "stage": STAGE,
            "subject": _drawn([_subjects(place) for place in where], rng),
            "certificate": STAGE,
            "degree": _drawn([DEGREES[place] for place in where], rng),
            "tier": np.where(is_backbone, "county", "none"),
            "tier_until": pl.Series(np.where(is_backbone, year + 3, -1)).replace(-1, None),
            "gender": np.where(rng.random(n) < staff()["female"][STAGE], "female", "male"),
            "birth_year": year - age,
            "recruit_year": recruited,
            "joined_year": np.maximum(recruited, year - rng.integers(0, 16, n)),
            "home": [homes[school][int(rng.integers(len(homes[school])))] for school in schools],
        }
    )


def _subjects(place: str) -> dict[str, float]:
    own = SUBJECTS[place]
    rest = 1.0 - sum(own.values())
    return {**own, **{code: share * rest for code, share in staff()["subjects"][STAGE].items()}}


def _drawn(shares: Sequence[Mapping[str, float]], rng: np.random.Generator) -> list[str]:
    """Draw one name for each row of shares."""
    chance = rng.random(len(shares))
    found = []
    for own, at in zip(shares, chance.tolist(), strict=True):
        ends = np.cumsum(list(own.values())) / sum(own.values())
        found.append(list(own)[int(np.searchsorted(ends, at, side="right"))])
    return found
