"""Children to come by home, year and scenario, as the table ``demand`` has them: what a layout is planned for."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.forecast.future import children_in
from junheng.forecast.model import Forecast
from junheng.measure.children import children_by_home, zoned_homes
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

CALLED = {"low": "low", "mean": "medium", "high": "high"}
"""The scenarios of a forecast as the table ``demand`` calls them."""


def demand_of(forecast: Forecast, stage: str, years: Sequence[int]) -> pl.DataFrame:
    """Return the table ``demand`` of a stage: ``home, stage, year, scenario, children``.

    The pupils of each school are shared out over the homes of its catchment (`junheng.forecast.future.children_in`):
    those of listed dwellings to their homes, the others by `shares_of`. Homes of which no children are recorded and
    where none are built for have none to come.

    Parameters
    ----------
    years
        School years of the forecast.

    Raises
    ------
    InputError
        If no children of the stage are recorded: nobody knows then where the pupils of a school live.
    UsageError
        For a year that the forecast does not have.
    """
    _refuse_unknown_homes(forecast.district, forecast.standard, stage)
    frames = [
        children_in(forecast, year, scenario=own)
        .filter(pl.col("stage") == stage)
        .with_columns(scenario=pl.lit(called))
        for year in years
        for own, called in CALLED.items()
    ]
    found = pl.concat(frames).select("home", "stage", "year", "scenario", "children")
    axes = found.select("year", "scenario").unique(maintain_order=True)
    homes = forecast.district.table("homes").select("home", stage=pl.lit(stage)).join(axes, how="cross")
    return homes.join(
        found, on=["home", "stage", "year", "scenario"], how="left", maintain_order="left"
    ).with_columns(pl.col("children").fill_null(0))


def shares_of(district: District, standard: StandardOnDate, stage: str) -> pl.DataFrame:
    """Return the share of its catchment's children of today in each home: ``home, school, children_now, share``.

    ``school`` is null for a home without a catchment; ``share`` is null there, and where a catchment has no children.
    """
    now = children_by_home(district, standard)
    zoned = zoned_homes(district, now).filter(pl.col("stage") == stage).drop("stage")
    whole = pl.col("children").sum().over("school")
    share = pl.when(whole > 0).then(pl.col("children") / whole)
    homes = district.table("homes").select("home")
    return homes.join(zoned.with_columns(share=share), on="home", how="left", maintain_order="left").select(
        "home", "school", children_now="children", share="share"
    )


def _refuse_unknown_homes(district: District, standard: StandardOnDate, stage: str) -> None:
    if (children_by_home(district, standard)["stage"] == stage).any():
        return
    raise InputError(
        [
            Problem(
                code="children-unknown",
                severity="error",
                place=Place(sheet="children"),
                found=Text("没有{stage}儿童", "no children of the {stage} stage").format(
                    stage=label_of("stage", stage)
                ),
                expected=Text("本学年各居住单元的儿童", "the children of the homes of this school year"),
                remedy=Text(
                    "请补填，各校预测人数才能分到居住单元",
                    "Fill them in: the pupils of a school are shared out by them",
                ),
            )
        ]
    )
