"""What the roster says in the terms of the annual return: who counts in which column of ``stages``."""

from __future__ import annotations

import polars as pl

DEGREE_COLUMNS = {
    "doctor": "teachers_doctor",
    "master": "teachers_master",
    "bachelor": "teachers_bachelor",
    "associate": "teachers_associate",
}
"""Degree -> column of ``stages``; lower degrees have none."""
SUBJECT_COLUMNS = {
    "pe": "pe_teachers",
    "music": "music_teachers",
    "art": "art_teachers",
    "arts": "arts_teachers",
}
"""Subject -> column of ``stages``; other subjects have none."""
BACKBONE = "backbone_teachers"
COUNTED = (*DEGREE_COLUMNS.values(), BACKBONE, *SUBJECT_COLUMNS.values())
"""Columns of ``stages`` that are parts of its teachers and that a roster can count."""


def is_backbone(year: int) -> pl.Expr:
    """Return whether a teacher is a backbone teacher of county level or above in a school year.

    Null where the tier is not recorded. A tier whose validity ended before the year no longer counts; one without
    an end holds.
    """
    tier, until = pl.col("tier"), pl.col("tier_until")
    return (tier != "none") & until.fill_null(year).ge(year)


def flags(year: int) -> list[pl.Expr]:
    """Return one yes/no column for each of `COUNTED`: whether a teacher counts there; null where not recorded."""
    by_degree = [(pl.col("degree") == code).alias(name) for code, name in DEGREE_COLUMNS.items()]
    by_subject = [(pl.col("subject") == code).alias(name) for code, name in SUBJECT_COLUMNS.items()]
    return [*by_degree, is_backbone(year).alias(BACKBONE), *by_subject]


def counts(teachers: pl.DataFrame, *, year: int) -> pl.DataFrame:
    """Return the roster counted as the annual return counts: ``school, stage, teachers`` and `COUNTED`.

    Parameters
    ----------
    teachers
        The table ``teachers``; those without a school are left out.
    year
        First year of the school year in which backbone tiers must hold.

    Returns
    -------
    polars.DataFrame
        One row a school stage with teachers; a count is null where a record that it needs is absent.
    """
    flagged = teachers.drop_nulls(["school", "stage"]).with_columns(flags(year))
    return flagged.group_by("school", "stage", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("teachers"),
        *(
            pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum().cast(pl.Int64)).alias(name)
            for name in COUNTED
        ),
    )
