"""From the arrays of an outlook to the frames of a Forecast."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.forecast.calibration import probability_above
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.model import QUANTILE_COLUMNS
from junheng.forecast.outlook import Aggregate, Outlook, summed
from junheng.forecast.records import Bools, Floats, Records


def frame(
    records: Records, outlook: Outlook, aggregate: Aggregate, *, low: Floats, high: Floats
) -> pl.DataFrame:
    """Return one aggregate as rows: its keys, ``year, mean``, quantiles, scenarios and parts.

    Parameters
    ----------
    low, high
        The scenarios' pupils, shape (horizon, schools, grades).
    """
    parts = np.stack([summed(part, aggregate) for part in outlook.projection.parts])
    mean = parts.sum(axis=0)
    quantiles = outlook.quantiles(aggregate)
    wanted = _wanted(outlook, aggregate, mean)
    at = np.nonzero(wanted)
    columns = {
        **_keys(records, aggregate, at),
        "mean": mean[at],
        **{name: quantiles[i][at] for i, name in enumerate(QUANTILE_COLUMNS)},
        "low": summed(low, aggregate)[at],
        "high": summed(high, aggregate)[at],
        **{name: parts[i][at] for i, name in enumerate(COMPONENTS)},
    }
    return pl.DataFrame(columns)


def _wanted(outlook: Outlook, aggregate: Aggregate, mean: Floats) -> Bools:
    known = outlook.known
    wanted = np.ones(mean.shape, dtype=np.bool_)
    if aggregate == "cells":
        wanted &= known.teaches
    elif aggregate == "schools":
        wanted &= known.is_open
    return wanted


def _keys(records: Records, aggregate: Aggregate, at: tuple[np.ndarray, ...]) -> dict[str, pl.Series]:
    years = np.arange(1, records.beyond + 1) + records.years[-1]
    keys = {"stage": pl.Series([records.stage] * len(at[0]), dtype=pl.String)}
    if aggregate in ("cells", "schools"):
        keys = {"school": pl.Series(np.array(records.schools, dtype=object)[at[1]], dtype=pl.String), **keys}
    if aggregate in ("cells", "grades"):
        keys["grade"] = pl.Series(np.array(records.grades)[at[-1]])
    return keys | {"year": pl.Series(years[at[0]])}


def overflow_frame(records: Records, outlook: Outlook, places: Floats) -> pl.DataFrame:
    """Return the probability of overflow of every school and year whose places are known.

    Parameters
    ----------
    places
        Of each school for the stage, NaN where not known, shape (schools,). The places of the first grade are an
        equal share of the grades that the school teaches.
    """
    known = outlook.known
    grades = np.maximum(known.teaches.sum(axis=1), 1)
    subjects: tuple[tuple[str, Aggregate, Floats, Floats, Floats, Bools], ...] = (
        ("stage", "schools", outlook.pupils("schools"), outlook.variance("schools"), places, known.is_open),
        (
            "entrants",
            "cells",
            outlook.pupils("cells")[:, :, 0],
            outlook.variance("cells")[:, :, 0],
            places / grades,
            known.teaches[:, 0],
        ),
    )
    rows = []
    for of, aggregate, pupils, variance, limit, teaches in subjects:
        stretch = outlook.stretch[aggregate]
        has = teaches & np.isfinite(limit)
        for h in range(len(pupils)):
            # Whole pupils: more than 135 means 136 or more, and of 22.5 places a grade 23 are too many.
            above = probability_above(np.floor(limit[has]), pupils[h, has], variance[h, has], stretch, h + 1)
            rows.append(
                pl.DataFrame(
                    {
                        "school": np.array(records.schools, dtype=object)[has],
                        "stage": [records.stage] * int(has.sum()),
                        "year": [records.years[-1] + 1 + h] * int(has.sum()),
                        "of": [of] * int(has.sum()),
                        "places": limit[has],
                        "mean": pupils[h, has],
                        "probability": above,
                    },
                    schema_overrides={
                        "school": pl.String,
                        "stage": pl.String,
                        "year": pl.Int64,
                        "of": pl.String,
                    },
                )
            )
    return pl.concat(rows)
