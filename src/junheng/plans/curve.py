"""The plans of a trade-off, measured independently."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from junheng.district.model import District
from junheng.plans.compare import compare
from junheng.plans.plan import Plan
from junheng.standards.lookup import StandardOnDate


def measured_curve(
    district: District,
    plans: Sequence[Plan],
    standard: StandardOnDate,
    *,
    stage: str,
    group: str | None = None,
) -> pl.DataFrame:
    """Return the plans of a trade-off in their order, with their distances and bounds.

    Parameters
    ----------
    plans
        Catchment plans with the level ``pupil_km``.
    group
        The group whose share is traded too, if any.

    Returns
    -------
    polars.DataFrame
        One row a plan: its ``number`` from 1, the columns of `junheng.plans.compare.compare`, ``pupil_km`` and
        ``pupil_km_bound``.
    """
    measured = compare(district, plans, standard, stage=stage, group=group)[1:]
    return measured.with_columns(
        pl.Series("number", range(1, len(plans) + 1)),
        pl.Series("pupil_km_bound", [plan.objective["pupil_km"].bound for plan in plans]),
        pl.Series("pupil_km", [plan.objective["pupil_km"].value for plan in plans]),
    )
