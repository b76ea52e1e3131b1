"""Children known to come: births, or children by age, of each school's catchment by the year they enter school."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.forecast.axes import Axes
from junheng.forecast.records import EntrantsBy, Floats
from junheng.text import Text

_WAYS = {
    "home": Text("居住单元", "by home"),
    "school": Text("学区", "by school"),
    "district": Text("全区", "the whole district"),
}
"""Ways of counting births, in words."""
_FEWEST_YEARS = 3
"""Entry years in the past for which births must be known before entrants are set against them."""


def entry_children(
    district: District, axes: Axes, *, entry_age: int, entered: Floats
) -> tuple[Floats | None, EntrantsBy]:
    """Return children expected to enter, by the origin at which they were known, and what they were taken from.

    Births come first: they are known for past years, so that their weight can be tested. A child born in the birth
    year b (1 September b to 31 August b + 1) enters in b + entry age + 1, and is known at origins after b. Without
    births, the children of today by age or grade serve, known at the last origin only.

    Parameters
    ----------
    entry_age
        Age in completed years on 31 August at which children enter the first grade.
    entered
        Pupils of the first grade, shape (schools, years): where births are known for the district only, they are
        shared out in proportion to the last of them.

    Returns
    -------
    numpy.ndarray or None, str
        Shape (origins, schools, years and beyond), NaN where not known, and `None` where nothing serves; what it was
        taken from.
    """
    births = _births(district, axes, entered)
    if births is not None:
        by_entry = _shifted(births, axes, entry_age)
        past = by_entry[:, : len(axes.years)]
        if np.count_nonzero(np.isfinite(past).sum(axis=0)) >= _FEWEST_YEARS:
            return _as_known(by_entry, axes, entry_age), "births"
    today = _children_today(district, axes, entry_age)
    if today is None:
        return None, "recent"
    known = np.full((len(axes.years), *today.shape), np.nan)
    known[-1] = today
    return known, "children"


def births_left_out(district: District, schools: Collection[str]) -> int:
    """Return births that lie in no catchment of these primary schools; no school's entrants stand on them."""
    births = district.table("births")
    zones = district.table("catchments").filter(pl.col("stage") == "primary").select("home", zoned="school")
    placed = births.join(zones, on="home", how="left").with_columns(pl.coalesce("school", "zoned"))
    is_whole = pl.col("home").is_null() & pl.col("school").is_null()
    return int(placed.filter(~is_whole & ~pl.col("school").is_in(schools).fill_null(False))["births"].sum())


def _births(district: District, axes: Axes, entered: Floats) -> pl.DataFrame | None:
    """Return births as ``school, year, births``, each school's catchment; `None` where none are recorded."""
    rows, way = district.table("births"), births_counted_by(district)
    if way is None:
        return None
    if way == "home":
        zones = district.table("catchments").filter(pl.col("stage") == axes.stage)
        rows = rows.drop("school").join(zones.select("home", "school"), on="home")
    if way == "district":
        last = np.nan_to_num(entered[:, -1])
        share = pl.DataFrame({"school": axes.schools, "share": last / max(float(last.sum()), 1.0)})
        rows = rows.drop("school").join(share, how="cross").with_columns(pl.col("births") * pl.col("share"))
    return rows.group_by("school", "year").agg(pl.col("births").cast(pl.Float64).sum())


def births_counted_by(district: District) -> str | None:
    """Return by what births are counted, ``home``, ``school`` or ``district``; `None` where none are recorded.

    Raises
    ------
    InputError
        Where they are counted in two ways.
    """
    unless_home = pl.when(pl.col("school").is_not_null()).then(pl.lit("school")).otherwise(pl.lit("district"))
    by = pl.when(pl.col("home").is_not_null()).then(pl.lit("home")).otherwise(unless_home)
    used: list[str] = district.table("births").select(by.alias("by"))["by"].unique().sort().to_list()
    if len(used) > 1:
        raise InputError([_two_ways(used)])
    return used[0] if used else None


def _two_ways(used: list[str]) -> Problem:
    return Problem(
        code="births-counted-twice",
        severity="error",
        place=Place(sheet="出生人口"),
        found=Text.same(" + ").join(_WAYS[way] for way in used),
        expected=Text(
            "居住单元、学区、全区三种口径只用一种",
            "one way of counting: by home, by school, or the whole district",
        ),
        remedy=Text("请删去重复的行", "Delete the rows that count the same births again"),
    )


def _shifted(births: pl.DataFrame, axes: Axes, age: int) -> Floats:
    """Return births by school and the year of entry, shape (schools, years and beyond)."""
    place = {school: i for i, school in enumerate(axes.schools)}
    years = {year: i for i, year in enumerate(axes.all_years)}
    found = np.full((len(place), len(years)), np.nan)
    for school, year, count in births.select("school", "year", "births").iter_rows():
        entry = years.get(year + age + 1)
        if school in place and entry is not None:
            found[place[school], entry] = count
    return found


def _as_known(by_entry: Floats, axes: Axes, age: int) -> Floats:
    """Return a copy for each origin, without the children who were not born then."""
    known = np.repeat(by_entry[None], len(axes.years), axis=0)
    for origin in range(len(axes.years)):
        known[origin, :, origin + age + 1 :] = np.nan
    return known


def _children_today(district: District, axes: Axes, age: int) -> Floats | None:
    """Return the children of today by catchment and the year in which they enter or entered the first grade."""
    now = axes.years[-1]
    children = district.table("children").filter(
        (pl.col("year") == now) & (pl.col("age").is_not_null() | pl.col("grade").is_not_null())
    )
    zones = district.table("catchments").filter(pl.col("stage") == axes.stage)
    entry = pl.coalesce(now - pl.col("grade") + axes.grades[0], now + pl.lit(age) - pl.col("age")).alias(
        "entry"
    )
    rows = children.join(zones.select("home", "school"), on="home").with_columns(entry)
    if not rows.filter(pl.col("entry") > now).height:
        return None
    place = {school: i for i, school in enumerate(axes.schools)}
    years = {year: i for i, year in enumerate(axes.all_years)}
    found = np.full((len(place), len(years)), np.nan)
    by_entry = rows.group_by("school", "entry").agg(pl.col("children").sum())
    for school, year, count in by_entry.iter_rows():
        if school in place and year in years:
            found[place[school], years[year]] = count
    return found
