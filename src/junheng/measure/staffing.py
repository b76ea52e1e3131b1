"""Who teaches: degree, title, age, tier, gender and subject by school, group, town and country; staff against the norm.

Everything is counted from the roster (``teachers``); a record that is absent is a category of its own and never part of
a share. Nothing here is a verdict: the national list judges teachers by balance.R1 to R3 and guarantee.G11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from junheng.district.columns import choices
from junheng.district.model import District
from junheng.district.roster import is_backbone
from junheng.measure.norms import scope_of
from junheng.measure.rotation import rotation
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.standards.value import Value
from junheng.text import Text

ATTRIBUTES: Mapping[str, Text] = {
    "degree": Text("学历", "degree"),
    "title": Text("职称", "title"),
    "age": Text("年龄", "age"),
    "tier": Text("骨干层级", "backbone tier"),
    "gender": Text("性别", "gender"),
    "subject": Text("学科", "subject"),
}
"""What the staff is broken down by."""
AGES = ((0, "under_30"), (30, "30_39"), (40, "40_49"), (50, "50_up"))
"""Lower ends of the bands of age, in completed years in the calendar year of the records."""
AGE_TEXTS: Mapping[str, Text] = {
    "under_30": Text("30 岁以下", "under 30"),
    "30_39": Text("30–39 岁", "30 to 39"),
    "40_49": Text("40–49 岁", "40 to 49"),
    "50_up": Text("50 岁及以上", "50 and over"),
}
PLACES: Mapping[str, Text] = {
    "urban": Text("城区", "urban"),
    "town": Text("镇区", "town"),
    "rural": Text("乡村", "rural"),
}
"""Urban-rural classes as statistics sum them up: codes 11x, 12x and 2xx."""
_PLACE_OF = {"1": {"1": "urban", "2": "town"}, "2": {"1": "rural", "2": "rural"}}
UNITS_OF_COUNT = ("district", "place", "group", "school")


@dataclass(frozen=True, eq=False)
class Staffing:
    """The staff of a district.

    Attributes
    ----------
    structure
        ``by`` (``district``, ``place``, ``group``, ``school``), ``key``, ``stage``, ``attribute``, ``category``, ``n``,
        ``share`` of those whose record is known, in percent. A category that is null holds the unknown.
    ratio
        One row a school stage with a norm: ``school, stage, pupils, staff, ratio, norm, allowed, over,
        decided_by``: staff that the norm allows for the pupils, by how much the school is over it (below 0: under), and
        whose norm it is. Null where absent.
    rotation
        Achieved ratios of rotation; see `junheng.measure.rotation.rotation`.
    values
        Every value of the standard that was used.
    """

    structure: pl.DataFrame
    ratio: pl.DataFrame
    rotation: pl.DataFrame
    values: tuple[Value, ...]


def staffing(district: District, standard: Standard, *, on: date | None = None) -> Staffing:
    """Count the staff and hold it against the norms of a day (the first of the school year if not given)."""
    today = standard.on(district.year.first_day if on is None else on)
    ratio, used = _ratio(district, today)
    rotated, used_too = rotation(district, today)
    return Staffing(structure(district), ratio, rotated, (*used, *used_too))


def structure(district: District) -> pl.DataFrame:
    """Return the breakdown of `Staffing.structure`; teachers without a school are left out."""
    people = _people(district)
    parts = [
        _counted(people.drop_nulls(unit), unit, attribute)
        for unit in UNITS_OF_COUNT
        for attribute in ATTRIBUTES
    ]
    return pl.concat(parts).sort("by", "key", "stage", "attribute", "category", nulls_last=True)


def category_text(attribute: str, category: str | None) -> Text:
    """Return what people call a category of an attribute; null is "not recorded"."""
    return Text("未填报", "not recorded") if category is None else _categories(attribute)[category]


def category_rank(attribute: str, category: str | None) -> int:
    """Return where people list a category of an attribute, from 0; what is not recorded comes last."""
    codes = list(_categories(attribute))
    return len(codes) if category is None else codes.index(category)


def _categories(attribute: str) -> Mapping[str, Text]:
    """Return what people call the categories of an attribute, in the order in which they list them."""
    return AGE_TEXTS if attribute == "age" else {one.code: one.text for one in choices(attribute)}


def places(district: District) -> pl.DataFrame:
    """Return ``school, place``: urban, town or rural; null where the class is not recorded."""
    official = {choice.code: choice.official for choice in choices("urban_rural")}
    place = {code: _PLACE_OF[number[0]][number[1]] for code, number in official.items() if number is not None}
    return district.table("schools").select(
        "school", place=pl.col("urban_rural").replace_strict(place, default=None, return_dtype=pl.String)
    )


def _people(district: District) -> pl.DataFrame:
    year = district.year.start
    age = year - pl.col("birth_year")
    band = pl.lit(None, dtype=pl.String)
    for least, name in AGES:
        band = pl.when(age >= least).then(pl.lit(name)).otherwise(band)
    # A tier that no longer holds is none; one that is not recorded stays unknown.
    tier = (
        pl.when(pl.col("tier").is_null())
        .then(None)
        .when(is_backbone(year))
        .then("tier")
        .otherwise(pl.lit("none"))
    )
    groups = district.table("groups").select("school", "group").unique("school", maintain_order=True)
    return (
        district.table("teachers")
        .drop_nulls(["school", "stage"])
        .with_columns(age=band, tier=tier, district=pl.lit(district.code))
        .join(places(district), on="school", how="left")
        .join(groups, on="school", how="left")
    )


def _counted(people: pl.DataFrame, unit: str, attribute: str) -> pl.DataFrame:
    counted = people.group_by(pl.col(unit).alias("key"), "stage", pl.col(attribute).alias("category")).agg(
        pl.len().cast(pl.Int64).alias("n")
    )
    known = pl.col("category").is_not_null()
    return counted.select(
        pl.lit(unit).alias("by"),
        "key",
        "stage",
        pl.lit(attribute).alias("attribute"),
        "category",
        "n",
        share=pl.when(known).then(100 * pl.col("n") / pl.col("n").filter(known).sum().over("key", "stage")),
    )


def _ratio(district: District, today: StandardOnDate) -> tuple[pl.DataFrame, tuple[Value, ...]]:
    """Hold the staff of each school stage against the norm; stages without a norm are left out."""
    stages = district.table("stages").select("school", "stage", "pupils", "staff")
    found = {
        stage: today.value_or_none("staffing.pupils_per_staff", stage=stage)
        for stage in stages["stage"].unique()
    }
    norms = {stage: value for stage, value in found.items() if value is not None}
    norm = pl.col("stage").replace_strict(
        {stage: value.number for stage, value in norms.items()}, default=None, return_dtype=pl.Float64
    )
    scope = pl.col("stage").replace_strict(
        {stage: scope_of(value) for stage, value in norms.items()}, default=None, return_dtype=pl.String
    )
    ratio = stages.filter(pl.col("stage").is_in(list(norms))).with_columns(
        ratio=pl.when(pl.col("staff") > 0).then(pl.col("pupils") / pl.col("staff")),
        norm=norm,
        allowed=pl.col("pupils") / norm,
        decided_by=scope,
    )
    return ratio.with_columns(over=pl.col("staff") - pl.col("allowed")), tuple(norms.values())
