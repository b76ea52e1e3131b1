"""Catchments: each zone has a school that teaches the stage, leaves no home with children out, is connected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from junheng.district.checks.children import SURE_GRADES
from junheng.district.checks.graph import components
from junheng.district.checks.kit import Check, Finding, check, each, listed
from junheng.district.checks.records import AT, Records
from junheng.district.columns import label_of
from junheng.district.shared import by_lead, leads
from junheng.text import Text


@check(
    "zone-without-stage",
    "error",
    "居住单元划给没有该学段的学校",
    "A home is zoned to a school that does not teach the stage",
)
def zone_without_stage(records: Records) -> Iterator[Finding]:
    """Yield catchments of a school that has no annual return for the stage."""
    if not records.has("stages"):
        return
    known = records.frame("catchments").join(records.schools.select("school"), on="school", how="semi")
    rows = known.join(records.frame("stages"), on=["school", "stage"], how="anti").sort(AT)
    for row in rows.iter_rows(named=True):
        yield Finding(
            table="catchments",
            at=row[AT],
            column="school",
            key=f"{row['stage']}/{row['home']}",
            found=Text("学校 {school} 没有{stage}学段", "school {school} has no stage {stage}").format(
                school=row["school"], stage=_stage(row["stage"])
            ),
            expected=Text("有该学段的学校", "a school that teaches the stage"),
            remedy=Text(
                "改正学校，或在学段年报中补充该学段", "Mend the school, or add the stage to “stages”"
            ),
        )


@check(
    "home-without-zone",
    "warning",
    "居住单元有该学段的儿童，却没有学区",
    "A home with children of a stage has no catchment",
)
def home_without_zone(records: Records) -> Iterator[Finding]:
    """Yield homes with children of a stage this year that the stage's catchments leave out."""
    if records.year is None:
        return
    for stage in records.frame("catchments")["stage"].drop_nulls().unique().sort().to_list():
        zoned = records.frame("catchments").filter(pl.col("stage") == stage)
        children = (
            records.frame("children")
            .filter((pl.col("stage") == stage) | pl.col("grade").is_in(SURE_GRADES.get(stage, [])))
            .filter(pl.col("year") == records.year)
            .group_by("home")
            .agg(pl.col("children").sum())
            .filter(pl.col("children") > 0)
        )
        rows = records.homes.join(children, on="home").join(zoned, on="home", how="anti").sort(AT)
        for row in rows.iter_rows(named=True):
            yield Finding(
                table="homes",
                at=row[AT],
                column="home",
                key=f"{stage}/{row['home']}",
                found=Text(
                    "{n} 名{stage}学段儿童没有学区", "{n} children of stage {stage} without a catchment"
                ).format(n=row["children"], stage=_stage(stage)),
                expected=Text("学区表中的一行", "a row of “catchments”"),
                remedy=Text("在学区表中补上该单元", "Add the home to “catchments”"),
            )


@check(
    "broken-zone",
    "warning",
    "学区不连片",
    "A catchment is not connected",
)
def broken_zone(records: Records) -> Iterator[Finding]:
    """Yield each school's zone that is in parts, naming the homes cut off from the school's own part."""
    if not records.has("neighbours"):
        return
    homes = records.homes.select("home", "n", home_at=AT)
    frame = records.frame("catchments").drop_nulls(["stage", "home", "school"])
    for (stage,), rows in frame.sort("stage", AT).group_by("stage", maintain_order=True):
        zoned = by_lead(rows, records.frame("shared_zones"))
        zones = zoned.unique("home", keep="first", maintain_order=True).join(homes, on="home").sort(AT)
        for zone in _parts(records, zones):
            cut_off = zone.filter(~pl.col("is_main"))
            first = cut_off.row(0, named=True)
            yield Finding(
                table="catchments",
                at=first[AT],
                column="school",
                key=f"{stage}/{first['school']}",
                found=Text(
                    "学校 {school} 的{stage}学区有 {n} 个单元与学校所在部分不相连：{codes}",
                    "{n} homes of school {school}'s {stage} zone are cut off from the school: {codes}",
                ).format(
                    school=first["school"],
                    stage=_stage(str(stage)),
                    n=cut_off.height,
                    codes=listed(cut_off["home"].to_list()),
                ),
                expected=Text("连成一片的学区", "one connected zone"),
                remedy=Text("核对学区与相邻关系", "Check the zone and the neighbours"),
            )


@check(
    "own-home-elsewhere",
    "warning",
    "学校所在的居住单元划给了别的学校",
    "The home in which a school stands is zoned to another school",
)
def own_home_elsewhere(records: Records) -> Iterator[Finding]:
    """Yield zoned schools whose own home goes elsewhere, unless it goes to another school in the same home."""
    zones = records.frame("catchments").unique(["stage", "home"], keep="first", maintain_order=True)
    own = records.schools.select(AT, "school", "home").drop_nulls("home")
    with_zone = zones.select("stage", "school").unique()
    shared = leads(records.frame("shared_zones"))
    rows = (
        own.join(with_zone, on="school")
        .join(zones.select("stage", "home", goes_to="school"), on=["stage", "home"])
        .join(shared.rename({"lead": "zone"}), on=["stage", "school"], how="left")
        .join(
            shared.select("stage", goes_to="school", goes_to_zone="lead"), on=["stage", "goes_to"], how="left"
        )
        .filter(pl.coalesce("zone", "school") != pl.coalesce("goes_to_zone", "goes_to"))
        .join(own.select(goes_to="school", home="home"), on=["goes_to", "home"], how="anti")
        .sort(AT, "stage")
    )
    yield from each(
        rows,
        "schools",
        "home",
        key=("stage", "school"),
        found=Text("{home} 划给 {goes_to}", "{home} is zoned to {goes_to}"),
        expected=Text("学校所在单元属于本校学区", "a school's own home in its own zone"),
        remedy=Text("核对所在居住单元与学区", "Check the school's home and the catchments"),
    )


CHECKS: tuple[Check, ...] = (
    zone_without_stage,
    home_without_zone,
    broken_zone,
    own_home_elsewhere,
)


def _parts(records: Records, zones: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the rows of every zone that has several parts, marked by whether they are in the main part.

    The main part is the one with the school's own home, else the largest.
    """
    school_of = zones.select("n", "school")
    inner = (
        records.edges.join(school_of.rename({"n": "a"}), on="a")
        .join(school_of.rename({"n": "b", "school": "other"}), on="b")
        .filter(pl.col("school") == pl.col("other"))
    )
    labels = components(records.homes.height, inner)
    own = records.schools.select("school", own_home="home")
    marked = (
        zones.with_columns(pl.Series("part", labels[zones["n"].to_numpy()].astype(np.int64)))
        .join(own, on="school", how="left", maintain_order="left")
        .with_columns(
            pl.len().over("school", "part").alias("size"),
            (pl.col("home") == pl.col("own_home"))
            .fill_null(value=False)
            .any()
            .over("school", "part")
            .alias("has_own"),
        )
        .with_columns(
            pl.col("part")
            .sort_by(["has_own", "size", "part"], descending=[True, True, False])
            .first()
            .over("school")
            .alias("main")
        )
        .with_columns((pl.col("part") == pl.col("main")).alias("is_main"))
    )
    broken = marked.filter(~pl.col("is_main").all().over("school"))
    for _, zone in broken.group_by("school", maintain_order=True):
        yield zone


def _stage(stage: str) -> Text:
    return label_of("stage", stage)
