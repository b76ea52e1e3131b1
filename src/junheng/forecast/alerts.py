"""Alerts of places (学位预警): red, orange, yellow, green by the probability of overflow, not by a point forecast."""

from __future__ import annotations

import polars as pl

from junheng.forecast.model import Forecast
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

COLOURS: dict[str, Text] = {
    "red": Text("红色", "red"),
    "orange": Text("橙色", "orange"),
    "yellow": Text("黄色", "yellow"),
    "green": Text("绿色", "green"),
}
"""From the most urgent to none."""
SUBJECTS: dict[str, Text] = {
    "stage": Text("全学段", "whole stage"),
    "entrants": Text("起始年级", "first grade"),
}


def alerts(forecast: Forecast, standard: StandardOnDate) -> pl.DataFrame:
    """Return the colour of every school, stage and year, most urgent first.

    The limits are ``alert.places.red``, ``orange`` and ``yellow`` of the standard; they are this system's own
    defaults, and a local overlay sets others. Schools whose places are not recorded have no row.

    Returns
    -------
    polars.DataFrame
        ``school, stage, year, of, places, mean, over, probability, colour``: ``of`` is ``stage`` for all pupils
        against all places, ``entrants`` for the first grade against an equal share of them; ``over`` is the
        central forecast less the places, negative where there is room.
    """
    colour = pl.lit("green")
    for name in ("yellow", "orange", "red"):
        limit = standard.value(f"alert.places.{name}")
        colour = pl.when(limit.is_met_by(pl.col("probability") * 100)).then(pl.lit(name)).otherwise(colour)
    # Probabilities that people read as the same percentage are told apart by the pupils without a place.
    percent = (pl.col("probability") * 100).round()
    urgency = pl.col("colour").replace_strict({name: k for k, name in enumerate(COLOURS)})
    return (
        forecast.overflow.with_columns(over=pl.col("mean") - pl.col("places"), colour=colour)
        .sort(urgency, percent, "over", "school", "year", descending=[False, True, True, False, False])
        .select("school", "stage", "year", "of", "places", "mean", "over", "probability", "colour")
    )
