"""A layout plan on the map: every site that changes, where it lies, what happens to it and from which year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.positions import home_positions
from junheng.measure.seven import COMPULSORY
from junheng.planners.layout.course import BATCHES, KINDS, STILL
from junheng.report import numbers
from junheng.text import Text
from junheng.web.language import said
from junheng.web.planning.comparing import stage_of
from junheng.web.planning.kinds.layout_tables import told_by
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of

MARKS: Mapping[str, Text] = {
    "open": Text("新", "N"),
    "expand": Text("扩", "E"),
    "buy_back": Text("回", "R"),
    "branch": Text("分", "B"),
    "merge": Text("并", "M"),
    "close": Text("停", "C"),
}
"""One letter for what happens to a site, so that its mark does not depend on colours."""


def years_of(plan: PlanRecord) -> list[int]:
    """Return the planned years of a layout."""
    return sorted({one["year"] for one in told_by(plan).get("years", ())})


def legend() -> list[dict[str, str]]:
    """Return what each mark says."""
    return [
        {"kind": kind, "mark": said(MARKS[kind]), "text": said(text)}
        for kind, text in KINDS.items()
        if kind not in STILL
    ]


def courses_of(plan: PlanRecord) -> list[dict[str, Any]]:
    """Return what happens where and from when, for JSON; sites without a place on the map are only in the tables."""
    at = _places(district_of(plan.snapshot_id))
    return [
        {
            "name": one["name"],
            "kind": one["kind"],
            "mark": said(MARKS[one["kind"]]),
            "text": said(KINDS[one["kind"]]),
            "year": one["in_use"],
            "at": at[one["site"]],
            "to": at.get(one.get("partner_site")),
            "partner": one["partner"],
            "batch": said(BATCHES[one["batch"]]),
            "yuan": numbers.show(one["yuan"], "yuan"),
        }
        for one in told_by(plan).get("schedule", ())
        if one["site"] in at
    ]


def zoned_stage_of(plan: PlanRecord) -> str:
    """Return the stage whose zones lie under the sites: the first of the plan that has any, else primary schools'."""
    return next((stage for stage in stage_of(plan).split(",") if stage in COMPULSORY), COMPULSORY[0])


def _places(district: District) -> dict[str | None, list[float]]:
    """Return longitude and latitude of schools, kindergartens and candidate sites by code, where they are known."""
    schools = district.table("schools").select(pl.col("school").alias("site"), "lon", "lat")
    candidates = district.table("candidates").select(pl.col("candidate").alias("site"), "lon", "lat")
    homes = pl.DataFrame(home_positions(district), schema={"lon": pl.Float64, "lat": pl.Float64})
    kindergartens = (
        district.table("kindergartens")
        .select(pl.col("kindergarten").alias("site"), "home")
        .join(homes.with_columns(district.table("homes")["home"]), on="home", how="left")
        .select("site", "lon", "lat")
    )
    found = pl.concat([schools, candidates, kindergartens]).fill_nan(None).drop_nulls()
    return {site: [lon, lat] for site, lon, lat in found.iter_rows()}
