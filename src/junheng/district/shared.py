"""Shared zones (multi-school zones, 多校划片): several schools of a stage that draw from one zone."""

from __future__ import annotations

import polars as pl


def leads(shared: pl.DataFrame) -> pl.DataFrame:
    """Return the lead of every school that shares a zone: ``stage, school, lead``.

    The lead is the first school of the zone in the table ``shared_zones``; a zone goes by its code where one code is
    wanted. Homes may be zoned to any school of a shared zone: they are zoned to all of them.
    """
    zones = shared.drop_nulls(["stage", "zone", "school"])
    return zones.unique(["stage", "school"], keep="first", maintain_order=True).select(
        "stage", "school", lead=pl.col("school").first().over("stage", "zone")
    )


def by_lead(frame: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the columns ``stage`` and ``school``, each school that shares a zone replaced by its lead."""
    joined = frame.join(leads(shared), on=["stage", "school"], how="left", maintain_order="left")
    return joined.with_columns(school=pl.coalesce("lead", "school")).drop("lead")
