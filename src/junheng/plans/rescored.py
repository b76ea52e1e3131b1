"""Before and after side by side: what the balance assessment says of a district, and of the district after a plan."""

from __future__ import annotations

import polars as pl

from junheng.measure.balance import Balance


def stages_side_by_side(before: Balance, after: Balance) -> pl.DataFrame:
    """Return one row per school stage: ``school, stage, pupils, before, after`` (verdicts) and indicators met.

    Columns
    -------
    school, stage, pupils
        As they are after the plan.
    before, after
        The verdict of the school rule.
    met_before, met_after
        How many of the seven indicators are met.
    """
    old = before.stages.select("school", "stage", before="verdict", met_before="n_met")
    new = after.stages.select("school", "stage", "pupils", after="verdict", met_after="n_met")
    return new.join(old, on=["school", "stage"], how="left", maintain_order="left").select(
        "school", "stage", "pupils", "before", "after", "met_before", "met_after"
    )


def indicators_side_by_side(before: Balance, after: Balance) -> pl.DataFrame:
    """Return one row per school stage and indicator: value and verdict before and after, and the threshold."""
    key = ["rule", "school", "stage"]
    old = before.indicators.select(*key, before="value", verdict_before="verdict")
    new = after.indicators.select(*key, "threshold", after="value", verdict_after="verdict")
    return new.join(old, on=key, how="left", maintain_order="left").select(
        *key, "threshold", "before", "after", "verdict_before", "verdict_after"
    )


def variation_side_by_side(before: Balance, after: Balance) -> pl.DataFrame:
    """Return one row per stage and indicator: coefficient and verdict before and after, and the limit."""
    key = ["stage", "rule"]
    judged = pl.col("rule").is_not_null()
    old = before.variation.filter(judged).select(*key, before="cv", verdict_before="verdict")
    new = after.variation.filter(judged).select(*key, "limit", after="cv", verdict_after="verdict")
    return new.join(old, on=key, how="left", maintain_order="left").select(
        *key, "limit", "before", "after", "verdict_before", "verdict_after"
    )


def passing_pupils(found: Balance) -> tuple[int, int]:
    """Return the pupils of school stages that pass, and of all that are judged."""
    judged = found.stages.filter(pl.col("verdict").is_in(["pass", "fail", "not_assessed"]))
    return int(judged.filter(pl.col("verdict") == "pass")["pupils"].sum()), int(judged["pupils"].sum())
