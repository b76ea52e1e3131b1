"""New dwellings: how many pupils of each grade they bring, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.axes import Axes
from junheng.forecast.records import Floats
from junheng.text import Text


@dataclass(frozen=True, kw_only=True)
class NewHousing:
    """How new dwellings fill with pupils; our own defaults, to be replaced by what the bureau has seen.

    Attributes
    ----------
    filling
        Share of the dwellings that is occupied in the school year of completion, in the next one, and so on.
    per_type
        Pupils per dwelling of a type, over those of the district's dwellings; 1 for a type that is not named.
    delay_years
        Years by which the completions still to come are late.
    """

    filling: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1)
    per_type: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    delay_years: int = 0

    def __post_init__(self) -> None:
        if min(self.filling, default=-1) < 0 or sum(self.filling) > 1 + 1e-9 or self.delay_years < 0:
            raise UsageError(
                Text(
                    "新建住房入住比例应为非负数且合计不超过 1，推迟年数不得为负",
                    "shares of dwellings filled must not be negative nor exceed 1 together, nor a delay be negative",
                )
            )


def arrivals(district: District, axes: Axes, new: NewHousing, *, entry_age: int) -> Floats:
    """Return the pupils of new dwellings, shape (schools, grades, years and beyond).

    In the first grade: entrants of that year who live in dwellings completed since the first year (every year the
    dwellings send a cohort). In the other grades: pupils who move in in that year (afterwards they are part of
    their cohort). Dwellings of a home without a catchment of the stage belong to no school: `unplaced` counts them.

    Parameters
    ----------
    entry_age
        Age at which children enter the first grade: it tells the grade of children who are recorded by age.
    """
    occupied = _occupied(district, axes, new)
    if not occupied.any():
        return np.zeros((len(axes.schools), len(axes.grades), len(axes.all_years)))
    per_dwelling = pupils_per_dwelling(district, axes, entry_age=entry_age)
    found = occupied[:, None, :] * per_dwelling[None, :, None]
    found[:, 0, :] = np.cumsum(found[:, 0, :], axis=1)
    return found


def unplaced(district: District, stage: str, schools: Collection[str]) -> int:
    """Return listed dwellings that lie in no catchment of these schools of a stage and bring them no pupils."""
    placed = _placed(district, stage)
    return int(placed.filter(~pl.col("school").is_in(schools).fill_null(False))["dwellings"].sum())


def brings_nobody(district: District, axes: Axes, *, entry_age: int) -> bool:
    """Return whether dwellings are occupied and yet bring no pupils, for want of recorded children of the stage."""
    return bool(
        _occupied(district, axes, NewHousing()).any()
        and not pupils_per_dwelling(district, axes, entry_age=entry_age).any()
    )


def pupils_per_dwelling(district: District, axes: Axes, *, entry_age: int) -> Floats:
    """Return the children per dwelling of each grade, from the homes of which both are recorded, shape (grades,).

    Children may be recorded by grade, by age or by stage, which all grades share alike; ages count at homes of which
    no grades are recorded.

    Raises
    ------
    UsageError
        Where new dwellings are listed but no home has both its dwellings and its children.
    """
    homes = district.table("homes").filter(pl.col("dwellings") > 0).select("home", "dwellings")
    children = district.table("children").filter(pl.col("year") == axes.years[-1]).join(homes, on="home")
    dwellings = float(homes.join(children.select("home").unique(), on="home")["dwellings"].sum())
    if dwellings == 0:
        raise UsageError(
            Text(
                "有住房竣工记录，但没有同时填报住宅套数和本学年适龄儿童的居住单元，无法推算每套住宅的学生数。"
                "请补填表“居住单元”的套数和表“适龄儿童”，或删去表“住房竣工”的行",
                "new dwellings are listed, but no home has both its dwellings and its children of this year: "
                "pupils per dwelling cannot be told. Fill in the dwellings of “homes” and the table “children”, "
                "or leave out the rows of “housing”",
            )
        )
    by_age = pl.when(~pl.col("grade").is_not_null().any().over("home")).then(pl.col("age") - entry_age + 1)
    graded = children.with_columns(grade=pl.coalesce("grade", by_age)).filter(pl.col("grade").is_not_null())
    by_grade = dict(graded.group_by("grade").agg(pl.col("children").sum()).iter_rows())
    staged = float(children.filter(pl.col("stage") == axes.stage)["children"].sum()) / len(axes.grades)
    return np.array([by_grade.get(grade, 0) + staged for grade in axes.grades]) / dwellings


def _placed(district: District, stage: str) -> pl.DataFrame:
    """Return housing with the school of the stage in whose catchment it lies."""
    zones = district.table("catchments").filter(pl.col("stage") == stage).select("home", zoned="school")
    return (
        district.table("housing")
        .join(zones, on="home", how="left", maintain_order="left")
        .with_columns(school=pl.coalesce("school", "zoned"))
        .drop("zoned")
    )


def _occupied(district: District, axes: Axes, new: NewHousing) -> Floats:
    """Return dwellings newly occupied, each type by its weight, shape (schools, years and beyond)."""
    place = {school: i for i, school in enumerate(axes.schools)}
    years = {year: i for i, year in enumerate(axes.all_years)}
    now = axes.years[-1]
    occupied = np.zeros((len(place), len(years)))
    for row in _placed(district, axes.stage).iter_rows(named=True):
        if row["school"] not in place:
            continue
        completed = row["year"] + (new.delay_years if row["year"] > now else 0)
        dwellings = row["dwellings"] * new.per_type.get(row["type"], 1.0)
        for later, share in enumerate(new.filling):
            year = years.get(completed + later)
            if year is not None:
                occupied[place[row["school"]], year] += dwellings * share
    return occupied
