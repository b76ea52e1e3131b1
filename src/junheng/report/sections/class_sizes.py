"""Classes that are over the limit, large or very large."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from junheng.measure.assessment import Assessment
from junheng.report import numbers
from junheng.report.facts import Names, is_local, scope_label, stage_label
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of one school stage."""

    school: str
    stage: Text
    stage_code: str
    n_classes: int
    mean: str
    largest: int
    limit: int
    n_over: int
    n_large: int
    n_very_large: int
    decided_by: Text
    is_local: bool


def crowded(now: Assessment) -> list[Classes]:
    """Return the school stages with a class over the limit, the worst first."""
    names = Names.of(now.district)
    over = now.places.classes.filter((pl.col("n_over") > 0) | (pl.col("n_large") > 0)).sort(
        ["n_very_large", "n_large", "n_over", "largest"], descending=True, maintain_order=True
    )
    return [
        Classes(
            school=names.school(row["school"]),
            stage=stage_label(row["stage"]),
            stage_code=row["stage"],
            n_classes=row["n_classes"],
            mean=numbers.decimal(row["mean"], 1),
            largest=row["largest"],
            limit=row["limit"],
            n_over=row["n_over"],
            n_large=row["n_large"],
            n_very_large=row["n_very_large"],
            decided_by=scope_label(now.standard, row["decided_by"]),
            is_local=is_local(row["decided_by"]),
        )
        for row in over.iter_rows(named=True)
    ]
