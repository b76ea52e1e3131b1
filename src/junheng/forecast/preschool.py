"""Preschool demand: the children of three to five in the years to come, from the same births as the entrants."""

from __future__ import annotations

import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.children import births_counted_by
from junheng.forecast.intake import LONGEST
from junheng.forecast.preschool_spread import spread_of
from junheng.measure.preschool import preschool_children
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text


def preschool_demand(district: District, standard: StandardOnDate, *, horizon: int = 5) -> pl.DataFrame:
    """Return the demand for kindergarten places by year.

    A child born in the birth year b is y - b - 1 years old on 31 August of y. Children of an age group over its births
    say how many families came or went since; where children of those ages are not recorded, nobody did. Demand is the
    children of the preschool ages at today's gross enrolment, at most all of them; where enrolment is not known, all.

    Parameters
    ----------
    district
        Takes ``births``; uses ``children`` by age and ``kindergartens``.

    Returns
    -------
    polars.DataFrame
        ``year, children, enrolment_percent, demand, low, high, places, short, is_known``: ``low`` and ``high`` are the
        demand of the scenarios (`junheng.forecast.preschool_spread`; null where births are of too few years);
        ``short`` is demand beyond the places of today (null where they are not known); ``is_known`` says whether the
        births of all the children are recorded, later ones being taken to be as many as the last.

    Raises
    ------
    UsageError
        Where no births are recorded, or for years that nobody can look ahead.
    InputError
        Where births are counted in two ways.
    """
    if not 0 <= horizon <= LONGEST:
        raise UsageError(
            Text(
                f"需求预测年数 {horizon} 不合理：应为 0 至 {LONGEST} 年",
                f"{horizon} years of demand are not plausible: give 0 to {LONGEST}",
            )
        )
    births_counted_by(district)
    births: dict[int, int] = dict(
        born_by_now(district).group_by("year").agg(pl.col("births").sum()).iter_rows()
    )
    if not births:
        raise UsageError(
            Text("没有出生人口，无法预测学前需求", "there are no births: preschool demand cannot be forecast")
        )
    entry = int(standard.value("schooling.entry_age").number)
    ages = range(entry - int(standard.value("preschool.years", stage="preschool").number), entry)
    now, last = district.year.start, int(max(births))
    moved, spread = _moved(district, births, ages), spread_of(district, births, ages)
    share = _enrolment(district, (ages[0], ages[-1]))
    places = _places(district)
    rows = []
    for year in range(now, now + horizon + 1):
        born = [year - age - 1 for age in ages]
        if any(one not in births and one < last for one in born):
            continue  # a year of births is missing in between: no number rather than a wrong one
        cohorts = [births.get(one, births[last]) * moved for one in born]
        demand = sum(cohorts) * share
        low, high = None, None
        if spread is not None:
            factors = [spread.factor(unborn=one - last, ahead=year - now) for one in born]
            low, high = (
                share * sum(n * f**sign for n, f in zip(cohorts, factors, strict=True)) for sign in (-1, 1)
            )
        short = None if places is None else max(demand - places, 0.0)
        rows.append((year, sum(cohorts), 100 * share, demand, low, high, places, short, max(born) <= last))
    schema = {
        "year": pl.Int64,
        "children": pl.Float64,
        "enrolment_percent": pl.Float64,
        "demand": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "places": pl.Int64,
        "short": pl.Float64,
        "is_known": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def born_by_now(district: District) -> pl.DataFrame:
    """Return the rows of ``births`` of birth years that are over: a part of a year is no year."""
    return district.table("births").filter(pl.col("year") < district.year.start)


def births_overdue(district: District) -> range:
    """Return the birth years that are over and come after the last recorded one."""
    now, last = district.year.start, born_by_now(district)["year"].max()
    return range(now, now) if last is None else range(int(last) + 1, now)  # type: ignore[arg-type]


def _moved(district: District, births: dict[int, int], ages: range) -> float:
    """Return children of the preschool ages today over the births of their years; 1 where either is not recorded."""
    living = preschool_children(district, ages=(ages[0], ages[-1]))
    born = [births.get(district.year.start - age - 1) for age in ages]
    known = [one for one in born if one is not None]
    if living is None or len(known) < len(born) or sum(known) == 0:
        return 1.0
    return living / sum(known)


def _enrolment(district: District, ages: tuple[int, int]) -> float:
    living, rows = preschool_children(district, ages=ages), district.table("kindergartens")
    if not living or not rows.height:
        return 1.0
    return min(float(rows["children"].sum()) / living, 1.0)


def _places(district: District) -> int | None:
    rows = district.table("kindergartens")
    if not rows.height or rows["capacity_children"].null_count():
        return None
    return int(rows["capacity_children"].sum())
