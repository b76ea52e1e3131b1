"""A plan measured in every year that it must hold for: one set of zones for all years, or one of each year's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.intake import Intake, all_enter, intake
from junheng.measure.shared import zoned_to_leads
from junheng.plans.plan import Plan
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class YearsCompared:
    """Places year by year under the zones of today and under a plan.

    Attributes
    ----------
    zones
        One row a year and zone, by its lead: ``year, plan`` (whether the plan is in force), ``school, places, staying,
        entering, load, over``. Staying are pupils who are there whatever the zones are.
    zones_today
        The same rows if the zones of today stayed.
    years
        One row a year: ``year, plan, over, over_today`` (pupils over places if the zones of today stayed),
        ``max_utilisation``.
    worst
        Pupils over places in the worst year of every zone, added up: the places to add so that all are taken in every
        year in which the plan is in force.
    worst_today
        The same if the zones of today stayed.
    """

    zones: pl.DataFrame
    zones_today: pl.DataFrame
    years: pl.DataFrame
    worst: int
    worst_today: int

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for JSON."""
        return {
            "worst": self.worst,
            "worst_today": self.worst_today,
            "years": self.years.to_dicts(),
            "zones": self.zones.to_dicts(),
            "zones_today": self.zones_today.to_dicts(),
        }


def compare_years(
    plan: Plan,
    years: Mapping[int, District],
    standard: StandardOnDate,
    *,
    stage: str,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> YearsCompared:
    """Measure a plan in every year.

    Parameters
    ----------
    plan
        The plan, applied to every year from its change on.
    years
        The District of each school year with the zones of today, such as forecasts.
    settings
        What the plan was asked for: ``since``, ``keep_present``, ``sibling_share``; see
        `junheng.planners.catchments.wishes.Wishes`. A plan computed here carries them.
    """
    since = settings.get("since")
    since = min(years) if since is None else int(since)
    keeps = bool(settings.get("keep_present", False))
    share = float(settings.get("sibling_share", 0.0))
    rows, today = [], []
    for year in sorted(years):
        before = years[year]
        found = (
            intake(before, standard, stage=stage, since=since, sibling_share=share)
            if keeps
            else all_enter(before, standard, stage=stage)
        )
        after = plan.apply(before, allow_changed=True) if year >= since else before
        rows.append(_zones(after, found, stage).with_columns(plan=pl.lit(value=year >= since)))
        today.append(_zones(before, found, stage).with_columns(plan=pl.lit(value=False)))
    return _compared(pl.concat(rows), pl.concat(today), since=since)


def as_if_now(settings: Mapping[str, Any], *, year: int) -> Text | None:
    """Say why a plan measured on this year's records is not what will come; `None` where nothing sets them apart.

    The measures give every child of the records to the plan's zones. A plan that changes the zones later, or for
    entrants alone, never does that: without this sentence its figures would be read as moves that nobody makes.

    Parameters
    ----------
    settings
        As of `compare_years`.
    year
        School year of the records.
    """
    since = settings.get("since")
    since = year if since is None else int(since)
    if settings.get("keep_present", False):
        told = Text(
            "这些数字按 {year} 学年全体学生都随新学区计算。方案自 {since} 学年起只安排新入学的学生，"
            "在读学生不改换学校；实际情况见逐年学位。",
            "These figures send all children of {year} by the new zones. The plan places only those who enter from "
            "{since} on, and nobody who is at a school changes it: what comes stands under places year by year.",
        )
    elif since > year:
        told = Text(
            "这些数字按新学区在 {year} 学年就实行计算；方案自 {since} 学年起实行，届时情况见逐年学位。",
            "These figures put the new zones in force in {year}. The plan changes them in {since}: what comes stands "
            "under places year by year.",
        )
    else:
        return None
    return told.format(year=year, since=since)


def compare_layouts(
    years: Mapping[int, tuple[District, District]], standard: StandardOnDate, *, stage: str
) -> YearsCompared:
    """Measure a plan that has its own schools and zones in every year, such as a layout; all children enter.

    Parameters
    ----------
    years
        Of each school year two Districts with that year's children: with today's schools, and with the planned ones.
    """
    rows, today = [], []
    for before, after in (years[year] for year in sorted(years)):
        found = all_enter(before, standard, stage=stage)
        rows.append(_zones(after, found, stage).with_columns(plan=pl.lit(value=True)))
        today.append(_zones(before, found, stage).with_columns(plan=pl.lit(value=False)))
    return _compared(pl.concat(rows), pl.concat(today), since=min(years))


def _compared(zones: pl.DataFrame, stayed: pl.DataFrame, *, since: int) -> YearsCompared:
    in_force = zones.filter(pl.col("plan"))
    columns = ("year", "plan", "school", "places", "staying", "entering", "load", "over")
    return YearsCompared(
        zones=zones.select(columns),
        zones_today=stayed.select(columns),
        years=_by_year(zones)
        .join(_by_year(stayed).select("year", over_today="over"), on="year", maintain_order="left")
        .select("year", "plan", "over", "over_today", "max_utilisation"),
        worst=_worst(in_force),
        worst_today=_worst(stayed.filter(pl.col("year") >= since)),
    )


def _zones(district: District, found: Intake, stage: str) -> pl.DataFrame:
    """Return the load of every zone of a District: ``year, school, places, staying, entering, load, over``."""
    entering = pl.DataFrame(
        {"home": found.homes, "entering": found.entering}, schema_overrides={"home": pl.String}
    )
    staying = pl.DataFrame(
        {"school": list(found.staying), "staying": list(found.staying.values())},
        schema={"school": pl.String, "staying": pl.Int64},
    ).with_columns(stage=pl.lit(stage))
    of_stage = pl.col("stage") == stage
    zoned = zoned_to_leads(district, district.table("catchments").filter(of_stage)).join(entering, on="home")
    places = zoned_to_leads(
        district, district.table("stages").filter(of_stage).select("stage", "school", "capacity_pupils")
    )
    return (
        places.group_by("school", maintain_order=True)
        .agg(
            places=pl.when(pl.col("capacity_pupils").null_count() == 0).then(pl.col("capacity_pupils").sum())
        )
        .join(zoned.group_by("school").agg(pl.col("entering").sum()), on="school", maintain_order="left")
        .join(
            zoned_to_leads(district, staying).group_by("school").agg(pl.col("staying").sum()),
            on="school",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("staying").fill_null(0), year=pl.lit(found.year, pl.Int64))
        .with_columns(load=pl.col("staying") + pl.col("entering"))
        .with_columns(over=(pl.col("load") - pl.col("places")).clip(lower_bound=0))
    )


def _by_year(zones: pl.DataFrame) -> pl.DataFrame:
    return zones.group_by("year", maintain_order=True).agg(
        pl.col("plan").first(),
        over=pl.when(pl.col("over").null_count() == 0).then(pl.col("over").sum()),
        max_utilisation=(pl.col("load") / pl.col("places")).filter(pl.col("places") > 0).max(),
    )


def _worst(zones: pl.DataFrame) -> int:
    return int(zones.group_by("school").agg(pl.col("over").max())["over"].sum())
