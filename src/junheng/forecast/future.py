"""The district of a year to come: its rolls and children as forecast, for planners of that year."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.explain import whole_parts
from junheng.forecast.model import SCENARIOS, Forecast
from junheng.measure.children import children_by_home
from junheng.text import Text


def district_in(forecast: Forecast, year: int, *, scenario: str = "mean") -> District:
    """Return the district as forecast for a school year: year, rolls, pupils of stages, children of homes.

    A planner that reads ``children`` and ``stages`` of the district's year plans for that year without knowing
    that they are forecast. Buildings, staff and classes stay those of today; ``classes`` is left out, because nobody
    has formed them.

    Parameters
    ----------
    year
        A school year of the forecast.
    scenario
        ``mean``, ``low`` or ``high``.

    Raises
    ------
    UsageError
        For a year or a scenario that the forecast does not have.
    """
    rolls = rolls_in(forecast, year, scenario=scenario)
    district = forecast.district
    pupils = rolls.group_by("school", "stage").agg(forecast_pupils=pl.col("pupils").sum())
    stages = (
        district.table("stages")
        .join(pupils, on=["school", "stage"], how="left", maintain_order="left")
        .with_columns(pupils=pl.coalesce("forecast_pupils", "pupils"))
        .drop("forecast_pupils")
    )
    kept = District.of({name: frame for name, frame in district.tables.items() if name != "classes"})
    return kept.replace(
        district=district.table("district").with_columns(year=pl.lit(year, dtype=pl.Int64)),
        stages=stages,
        rolls=pl.concat([district.table("rolls"), rolls]),
        children=children_in(forecast, year, scenario=scenario),
    )


def rolls_in(forecast: Forecast, year: int, *, scenario: str = "mean") -> pl.DataFrame:
    """Return the rolls of a school year as the table ``rolls`` has them; whole pupils that keep each school's total."""
    rows = _of_year(forecast.cells, forecast, year, scenario)
    found = []
    for (school, stage), cells in rows.group_by("school", "stage", maintain_order=True):
        whole = whole_parts(cells[scenario].to_list())
        found += [
            (school, stage, grade, year, max(n, 0)) for grade, n in zip(cells["grade"], whole, strict=True)
        ]
    schema = {
        "school": pl.String,
        "stage": pl.String,
        "grade": pl.Int64,
        "year": pl.Int64,
        "pupils": pl.Int64,
    }
    return pl.DataFrame(found, schema=schema, orient="row")


def children_in(forecast: Forecast, year: int, *, scenario: str = "mean") -> pl.DataFrame:
    """Return the children of homes in a school year, by stage, as the table ``children`` has them.

    The children of a catchment change as the pupils of its school do; within the catchment, pupils of listed
    dwellings go to their homes, and the others to all homes in proportion to their children of today. The sum over
    the catchment is kept. A home without a catchment of a stage keeps its children.
    """
    district = forecast.district
    known = children_by_home(district, forecast.standard)
    zones = district.table("catchments").select("home", "stage", "school")
    now = pl.concat([known, _empty(zones, known)])
    schools = _of_year(forecast.schools, forecast, year, scenario).select(
        "school", "stage", "pupils_now", "housing", wanted=scenario
    )
    rows = (
        now.join(zones, on=["home", "stage"], how="left", maintain_order="left")
        .join(schools, on=["school", "stage"], how="left", maintain_order="left")
        .join(_dwellings(district, year), on="home", how="left", maintain_order="left")
        .with_columns(pl.col("dwellings").fill_null(0))
    )
    found = []
    for (stage, school), homes in rows.group_by("stage", "school", maintain_order=True):
        whole = homes["children"].to_list() if school is None else _shared(homes)
        found += [(home, year, stage, max(n, 0)) for home, n in zip(homes["home"], whole, strict=True)]
    schema = {"home": pl.String, "year": pl.Int64, "stage": pl.String, "children": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row").sort("home", "stage")


def _of_year(rows: pl.DataFrame, forecast: Forecast, year: int, scenario: str) -> pl.DataFrame:
    if year not in forecast.years or scenario not in SCENARIOS:
        raise UsageError(
            Text(
                "预测有学年 {years}、情景 {scenarios}，没有 {year}、{scenario}",
                "the forecast has the years {years} and the scenarios {scenarios}, not {year}, {scenario}",
            ).format(
                years=", ".join(map(str, forecast.years)),
                scenarios=", ".join(SCENARIOS),
                year=year,
                scenario=scenario,
            )
        )
    return rows.filter(pl.col("year") == year)


def _dwellings(district: District, year: int) -> pl.DataFrame:
    """Return the dwellings of each home that are listed as completed after today and up to the year."""
    return (
        district.table("housing")
        .filter(pl.col("home").is_not_null() & pl.col("year").is_between(district.year.start + 1, year))
        .group_by("home")
        .agg(pl.col("dwellings").sum())
    )


def _empty(zones: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the homes of catchments without children of a stage that is recorded: they have none yet."""
    recorded = zones.filter(pl.col("stage").is_in(known["stage"].unique().to_list()))
    others = (
        recorded.join(known, on=["home", "stage"], how="anti")
        .select("home", "stage")
        .unique(maintain_order=True)
    )
    return others.with_columns(pl.lit(0, dtype=known.schema["children"]).alias("children"))


def _shared(homes: pl.DataFrame) -> list[int]:
    """Return the children of the homes of one catchment."""
    children = homes["children"].to_numpy().astype(np.float64)
    row = homes.row(0, named=True)
    if row["wanted"] is None or not row["pupils_now"]:
        return [int(n) for n in children]
    total = children.sum() * row["wanted"] / row["pupils_now"]
    housing = min(children.sum() * row["housing"] / row["pupils_now"], total)
    dwellings = homes["dwellings"].to_numpy().astype(np.float64)
    if dwellings.sum() == 0:
        housing = 0.0
    settled = (total - housing) * children / max(children.sum(), 1.0)
    return whole_parts((settled + housing * dwellings / max(dwellings.sum(), 1.0)).tolist())
