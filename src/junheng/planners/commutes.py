"""How far each teacher lives from each school: along the roads from a listed home, else as the crow flies."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.measure.distances import distances
from junheng.measure.positions import school_positions
from junheng.planners.arrays import FloatArray

NOWHERE = 1e6
"""Stands for a commute that is not known: no home is recorded, or no road leads to the school."""
DECIMALS = 1
"""Commutes are estimates: they are rounded to a tenth of a kilometre."""


def commutes(district: District, people: pl.DataFrame, schools: tuple[str, ...]) -> FloatArray:
    """Return the commute of each person to each school in km, shape (n, m), rounded to a tenth.

    Parameters
    ----------
    people
        With ``home`` and ``lon``, ``lat``; a listed home comes before a point. Without either the commute is
        `NOWHERE`, and so is one without a road.
    schools
        Codes; a school with two stages may stand there twice.
    """
    distinct = tuple(dict.fromkeys(schools))
    column = np.array([distinct.index(school) for school in schools], dtype=np.int64)
    km = np.full((people.height, len(distinct)), NOWHERE)
    if district.has("homes"):
        known = distances(district, distinct, needs_all=False)
        row_of = {home: i for i, home in enumerate(known.homes)}
        row = np.array([row_of.get(home, -1) for home in people["home"].to_list()], dtype=np.int64)
        km[row >= 0] = np.nan_to_num(known.km[row[row >= 0]], nan=NOWHERE, posinf=NOWHERE)
    at = people.select("lon", "lat").to_numpy().astype(float)
    to_point = np.isfinite(at).all(axis=1) & (km >= NOWHERE).all(axis=1)
    straight = great_circle_km(at[to_point][:, None, :], school_positions(district, distinct)[None, :, :])
    km[to_point] = np.nan_to_num(straight, nan=NOWHERE)
    return np.round(km[:, column], DECIMALS)
