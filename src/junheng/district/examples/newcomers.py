"""Children still to come to the made-up schools: births of each home by year, and dwellings being built."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.examples.geography import Geography
from junheng.district.examples.people import AGES, People
from junheng.district.examples.profile import profile, stream


def draw_births(people: People, homes: list[str], *, seed: int) -> pl.DataFrame:
    """Return the table ``births``: children of today, less those who moved in since they were born.

    Born in year b means from 1 September b to 31 August b + 1: a child of completed age a on 31 August of the
    year y was born in y - a - 1.
    """
    rng = stream(seed, "births")
    first, years = AGES[-1] + 1, profile().history_years
    ages = np.arange(first + years)
    today = np.column_stack([people.by_age, people.by_grade[:, :years]])
    # Families move between birth and school as they do between the grades.
    moved = people.progression[:, None] ** np.minimum(ages, first)
    births = rng.poisson(today / moved)
    return pl.DataFrame(
        {
            "home": np.repeat(homes, len(ages)),
            "year": np.tile(profile().year - ages - 1, len(homes)),
            "births": births.ravel(),
        }
    )


def draw_housing(geography: Geography, people: People, homes: list[str], *, seed: int) -> pl.DataFrame:
    """Return the table ``housing``: blocks of flats completed from three years ago to three years ahead."""
    rng = stream(seed, "housing")
    rows = []
    for setting, levels in profile().housing.items():
        for home in np.flatnonzero(geography.setting == setting).tolist():
            if rng.random() >= levels["share_of_homes"]:
                continue
            year = profile().year + int(rng.integers(-3, 4))
            dwellings = round(float(people.dwellings[home]) * float(rng.uniform(*levels["growth"])))
            kind = str(rng.choice(list(levels["types"]), p=list(levels["types"].values())))
            rows.append((homes[home], year, kind, dwellings))
    schema = {"home": pl.String, "year": pl.Int64, "type": pl.String, "dwellings": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
