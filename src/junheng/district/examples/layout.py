"""The made-up future: children to come by scenario, candidate sites in growing places, classes that sites can hold."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.examples.geography import FloatArray, Geography, degrees
from junheng.district.examples.people import AGES, People
from junheng.district.examples.profile import COMPULSORY, profile, stream

YEARS = 5
"""Planned school years after the present one."""
GROWTH = {"low": -0.02, "medium": 0.0, "high": 0.02}
"""How much faster, a year, each scenario grows than the cohorts alone say."""
MOST_HOMES = 1000
"""Larger examples carry no forecast: it would be most of their file."""
SHARE_OF_HOMES = {"preschool": 0.08, "primary": 0.06, "junior": 0.03}
"""Candidate sites for each home of a growing settlement."""
MOST_CLASSES = {"preschool": 12, "primary": 36, "junior": 36}


def draw_layout(
    geography: Geography,
    people: People,
    homes: list[str],
    sites: pl.DataFrame,
    stages: pl.DataFrame,
    *,
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables ``candidates`` and ``demand``, and ``sites`` with the classes that each site can hold."""
    rng = stream(seed, "layout")
    drawn = {
        "sites": _with_classes(sites, stages, rng),
        "candidates": pl.concat(
            [
                _candidates(geography, people, homes, rng),
                _estates(geography, people, homes, stream(seed, "estate-kindergartens")),
            ],
            how="diagonal_relaxed",
        ),
    }
    return drawn if len(homes) > MOST_HOMES else {**drawn, "demand": _demand(people, homes)}


def _with_classes(sites: pl.DataFrame, stages: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Add the classes that the land holds: what stands, and room for one or two more a grade at every other site."""
    held = stages.group_by("school").agg(pl.col("classes").sum())
    joined = sites.join(held, on="school", how="left", maintain_order="left")
    steps = len(profile().stages["primary"].grades)
    more = steps * rng.choice([0, 0, 1, 2], joined.height)
    return joined.with_columns(most_classes=pl.col("classes") + pl.Series(more)).drop("classes")


def _candidates(
    geography: Geography, people: People, homes: list[str], rng: np.random.Generator
) -> pl.DataFrame:
    growing = np.flatnonzero(people.entry_growth > 1)
    places = degrees(geography.xy)
    rows = []
    for stage in COMPULSORY:
        count = min(len(growing), max(1, round(SHARE_OF_HOMES[stage] * len(growing))))
        for n, home in enumerate(np.sort(rng.choice(growing, count, replace=False)).tolist(), start=1):
            rows.append(
                {
                    "candidate": f"N{stage[0].upper()}{n:03d}",
                    "stage": stage,
                    "name": f"规划{'小学' if stage == 'primary' else '初中'}{n}",
                    "home": homes[home],
                    "lon": float(places[home, 0]),
                    "lat": float(places[home, 1]),
                    "most_classes": MOST_CLASSES[stage],
                    "brought_in": "yes" if n % 4 == 0 else "no",
                }
            )
    return pl.DataFrame(rows)


def _estates(
    geography: Geography, people: People, homes: list[str], rng: np.random.Generator
) -> pl.DataFrame:
    """Return kindergartens of new estates: every second in premises that can be bought back, the others to be built."""
    growing = np.flatnonzero(people.entry_growth > 1)
    count = min(len(growing), max(1, round(SHARE_OF_HOMES["preschool"] * len(growing))))
    at, places = np.sort(rng.choice(growing, count, replace=False)).tolist(), degrees(geography.xy)
    return pl.DataFrame(
        [
            {
                "candidate": f"NK{n:03d}",
                "stage": "preschool",
                "name": f"规划幼儿园{n}",
                "home": homes[home],
                "lon": float(places[home, 0]),
                "lat": float(places[home, 1]),
                "most_classes": MOST_CLASSES["preschool"],
                "bought_back": "yes" if n % 2 else "no",
            }
            for n, home in enumerate(at, start=1)
        ]
    )


def _demand(people: People, homes: list[str]) -> pl.DataFrame:
    """Return the cohorts of today moved on year by year, more of them or fewer by scenario."""
    frames = []
    for ahead in range(1, YEARS + 1):
        cohorts = _moved_on(people, ahead)
        for stage in COMPULSORY:
            grades = np.array(profile().stages[stage].grades)
            children = cohorts[:, grades - 1].sum(axis=1)
            for scenario, growth in GROWTH.items():
                frames.append(
                    pl.DataFrame(
                        {
                            "home": homes,
                            "stage": stage,
                            "year": profile().year + ahead,
                            "scenario": scenario,
                            "children": np.rint(children * (1 + growth) ** ahead).astype(np.int64),
                        }
                    )
                )
    return pl.concat(frames)


def _moved_on(people: People, ahead: int) -> FloatArray:
    """Return the children of grades 1 to 9 some years from now: each cohort grows by its home's progression."""
    # A child of five on 31 August enters grade 1 a year later.
    line = np.concatenate([people.by_age, people.by_grade], axis=1)
    n_ages = len(AGES)
    moved: FloatArray = line[:, n_ages - ahead : n_ages - ahead + people.by_grade.shape[1]].astype(np.float64)
    return moved * people.progression[:, None] ** ahead
