"""Feeders: the leavers of primary schools, by the junior school in whose catchment they live."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.forecast.axes import Axes
from junheng.forecast.cohorts import carry
from junheng.forecast.records import Floats, Records
from junheng.forecast.settings import Settings


def feeder_children(district: District, axes: Axes, before: Records) -> Floats | None:
    """Return pupils expected to enter a stage from the one before, by origin; `None` where no catchments say so.

    What is known at an origin: the last grades of the years up to then, and beyond them the cohorts that were in
    the schools then, carried forward. The leavers of a year enter the year after.

    Parameters
    ----------
    before
        Arrays of the stage before, same years.

    Returns
    -------
    numpy.ndarray
        Shape (origins, schools, years and beyond); see `junheng.forecast.records.Records`.
    """
    shares = feeder_shares(district, axes, before)
    if shares is None or before.years[-1] != axes.years[-1]:
        return None
    n_all = len(axes.all_years)
    known = np.full((len(axes.years), len(axes.schools), n_all), np.nan)
    offset = axes.years[0] - before.years[0]
    for origin in range(len(axes.years)):
        at = origin + offset
        if at < 1 or not before.is_counted[at]:
            continue
        leavers = _leavers(before, at, axes.beyond)
        # Leavers of the position k of `before` enter in k + 1, which is k + 1 - offset here.
        first = max(0, 1 - offset)
        for year in range(first, min(n_all, origin + 1 + axes.beyond)):
            known[origin, :, year] = shares.T @ leavers[:, year - 1 + offset]
    return known


def _leavers(before: Records, origin: int, beyond: int) -> Floats:
    """Return pupils of the last grade, as counted up to an origin and as carried from it, (schools, years).

    Every year is taken as if it had had the new dwellings of the origin: what dwellings bring to the later stage is
    counted there (`junheng.forecast.housing.arrivals`). Nor are they damped: entrants of the earlier stage have no
    part in who leaves it.
    """
    counted = before.pupils[:, -1, : origin + 1]
    counted = np.where(np.isfinite(counted).any(axis=0), np.nan_to_num(counted), np.nan)
    came = before.arrivals[:, -1, : origin + 1]
    stock = came if len(before.grades) == 1 else np.cumsum(came, axis=1)  # those of a first grade are a stock
    carried = carry(before.at(origin, horizon=beyond), Settings()).settled[:, :, -1].T
    return np.concatenate([counted + (stock[:, -1:] - stock), carried], axis=1)


def feeder_shares(district: District, axes: Axes, before: Records) -> Floats | None:
    """Return the share of each earlier school's catchment that lies in each later school's, (before, schools).

    Homes weigh by their children of the school year, and alike where none are recorded. Rows sum to 1 or, for a
    school without a catchment, to 0: its leavers are not told apart by address.
    """
    zones = district.table("catchments")
    pairs = (
        zones.filter(pl.col("stage") == before.stage)
        .select("home", "school")
        .join(zones.filter(pl.col("stage") == axes.stage).select("home", later="school"), on="home")
    )
    if not pairs.height:
        return None
    children = (
        district.table("children")
        .filter(pl.col("year") == axes.years[-1])
        .group_by("home")
        .agg(weight=pl.col("children").sum().cast(pl.Float64))
    )
    weighted = pairs.join(children, on="home", how="left").with_columns(pl.col("weight").fill_null(1.0))
    rows = {school: i for i, school in enumerate(before.schools)}
    columns = {school: i for i, school in enumerate(axes.schools)}
    shares = np.zeros((len(rows), len(columns)))
    for school, later, weight in weighted.select("school", "later", "weight").iter_rows():
        if school in rows and later in columns:
            shares[rows[school], columns[later]] += weight
    total = shares.sum(axis=1, keepdims=True)
    result: Floats = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    return result
