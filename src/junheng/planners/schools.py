"""The schools of the records as the planners see them: which a plan is about, and what people call them."""

from __future__ import annotations

import polars as pl

from junheng.district.model import District

APART = ("special", "vocational", "kindergarten")
"""Kinds of school outside ordinary schooling: pupils and teachers of the whole district come to them."""


def is_ordinary_public() -> pl.Expr:
    """Return whether a row of the table ``schools`` is one that zones, feeders and exchange are about."""
    return pl.col("holder").ne_missing("private") & ~pl.col("kind").is_in(APART)


def zoned_schools(district: District, stage: str) -> tuple[str, ...]:
    """Return the schools that draw from a catchment at a stage: public, of an ordinary kind, with places."""
    frame = (
        district.table("stages")
        .filter(pl.col("stage") == stage)
        .join(district.table("schools"), on="school", maintain_order="left")
        .filter(is_ordinary_public())
        .filter(pl.col("capacity_pupils").fill_null(1) > 0)
    )
    return tuple(frame["school"].to_list())


def school_names(district: District) -> dict[str, str]:
    """Return the name of each school by its code."""
    schools = district.table("schools")
    return dict(zip(schools["school"].to_list(), schools["name"].to_list(), strict=True))
