"""What becomes of the records of a stage that is given up, table by table."""

from __future__ import annotations

import math

import polars as pl

from junheng.district.columns import table, tables
from junheng.district.model import District

NOT_ADDED = ("school", "stage", "capacity_pupils", "classes")
"""Columns of ``stages`` that do not move with pupils and teachers: rooms stay where they are."""


def with_sums(district: District, school: str, heir: str, stage: str) -> District:
    """Add the pupils and teachers of a stage, and its rolls, to those of the heir.

    A figure that only one of the two has recorded is not known for both together, and becomes absent.
    """
    frame = district.table("stages")
    given = frame.filter((pl.col("school") == school) & (pl.col("stage") == stage))
    is_heir = (pl.col("school") == heir) & (pl.col("stage") == stage)
    added = [
        pl.when(is_heir)
        .then(pl.col(name) + pl.lit(given[name].item(), frame.schema[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in frame.columns
        if name not in NOT_ADDED
    ]
    district = district.replace(stages=frame.with_columns(added))
    if not district.has("rolls"):
        return district
    rolls = district.table("rolls").with_columns(
        school=pl.when((pl.col("school") == school) & (pl.col("stage") == stage))
        .then(pl.lit(heir))
        .otherwise(pl.col("school"))
    )
    key = list(table("rolls").key)
    return district.replace(rolls=rolls.group_by(key, maintain_order=True).agg(pl.col("pupils").sum()))


def with_classes_formed(
    district: District, school: str, heir: str, stage: str, *, class_size: int
) -> District:
    """Form the heir's classes again, grade by grade: as few as the limit allows, as even as can be.

    Grades that nobody joins keep their classes. Where the classes of a school with pupils are not recorded, their
    number is not known for both together, and becomes absent: the heir's own would look like fuller classes than
    anybody counted.
    """
    classes = district.table("classes")
    of_stage = classes.filter((pl.col("stage") == stage) & pl.col("school").is_in([school, heir]))
    joined = of_stage.filter(pl.col("school") == school)["grade"].unique().to_list()
    formed = []
    for grade in sorted(joined):
        pupils = int(of_stage.filter(pl.col("grade") == grade)["pupils"].sum())
        count = max(1, math.ceil(pupils / class_size))
        for n in range(count):
            size = pupils // count + (n < pupils % count)
            formed.append(
                {"school": heir, "stage": stage, "grade": grade, "class": str(n + 1), "pupils": size}
            )
    kept = classes.filter(
        ~((pl.col("stage") == stage) & pl.col("school").is_in([school, heir]) & pl.col("grade").is_in(joined))
    )
    if formed:
        district = district.replace(classes=pl.concat([kept, pl.DataFrame(formed)], how="diagonal_relaxed"))
    stages = district.table("stages")
    is_heir = (pl.col("school") == heir) & (pl.col("stage") == stage)
    both = stages.filter((pl.col("stage") == stage) & pl.col("school").is_in([school, heir]))
    needed = both.filter(pl.col("pupils").ne_missing(0))["school"].to_list()
    is_known = set(needed) <= set(of_stage["school"].to_list())
    number = district.table("classes").filter(is_heir).height if is_known else None
    counted = stages.with_columns(
        classes=pl.when(is_heir).then(pl.lit(number, pl.Int64)).otherwise(pl.col("classes"))
    )
    return district.replace(stages=counted)


def without_stage(district: District, school: str, stage: str, *, heir: str | None) -> District:
    """Return the District without one stage of a school, and without the school where it was the last.

    Rows that are about the school itself (its key holds the school) go; rows that only name it, such as the teachers of
    the roster, go to the heir, or lose the name where there is none.
    """
    frames = {
        name: district.table(name).filter(~((pl.col("school") == school) & (pl.col("stage") == stage)))
        for name, one in tables().items()
        if name in district.tables and {"school", "stage"} <= set(one.key)
    }
    district = district.replace(**frames)
    if (district.table("stages")["school"] == school).any():
        return district
    district = _without_second_principal(district, school)
    for name, one in tables().items():
        if name not in district.tables:
            continue
        for column in one:
            is_key = column.is_key and column.refers_to == ("schools", "school")
            if (name == "schools" and column.name == "school") or is_key:
                district = district.replace(
                    **{name: district.table(name).filter(pl.col(column.name).ne_missing(school))}
                )
            elif column.refers_to == ("schools", "school"):
                named = pl.when(pl.col(column.name) == school).then(pl.lit(heir, pl.String))
                changed = district.table(name).with_columns(
                    named.otherwise(pl.col(column.name)).alias(column.name)
                )
                district = district.replace(**{name: changed})
    return district


def _without_second_principal(district: District, school: str) -> District:
    """Make the principal of a school that is given up a vice-principal: the heir has its own principal."""
    if not district.has("leaders"):
        return district
    leads = (pl.col("school") == school) & (pl.col("role") == "principal")
    role = pl.when(leads).then(pl.lit("vice_principal")).otherwise(pl.col("role"))
    return district.replace(leaders=district.table("leaders").with_columns(role=role))
