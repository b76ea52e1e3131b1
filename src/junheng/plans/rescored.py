"""Before and after side by side: what the balance assessment says of a district, and of the district after a plan."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from junheng.district.model import District
from junheng.measure.balance import Balance, balance
from junheng.plans.actions.priced import PricedAction
from junheng.plans.plan import Plan
from junheng.standards.lookup import StandardOnDate


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


def year_by_year(plan: Plan, district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Measure the district after each year of a plan.

    Returns
    -------
    polars.DataFrame
        One row a year in which something is done: ``year, yuan`` spent in it, and at its end ``stages_passing, stages,
        pupils_passing, pupils, over_limit`` (coefficients of variation over their limit) and ``verdict``.
    """
    dated = [(a.year, a) for a in plan.actions if isinstance(a, PricedAction) and a.year is not None]
    rows = []
    for year in sorted({year for year, _ in dated}):
        done = tuple(action for own, action in dated if own <= year)
        found = balance(replace(plan, actions=done).apply(district), standard)
        passing, pupils = passing_pupils(found)
        judged = found.stages.filter(pl.col("verdict") != "excluded")
        rows.append(
            {
                "year": year,
                "yuan": sum(action.yuan for action in done if action.year == year),
                "stages_passing": int((judged["verdict"] == "pass").sum()),
                "stages": judged.height,
                "pupils_passing": passing,
                "pupils": pupils,
                "over_limit": int((found.variation["verdict"] == "fail").sum()),
                "verdict": found.verdict,
            }
        )
    return pl.DataFrame(rows, schema=_YEARS)


_YEARS = {
    "year": pl.Int64,
    "yuan": pl.Float64,
    "stages_passing": pl.Int64,
    "stages": pl.Int64,
    "pupils_passing": pl.Int64,
    "pupils": pl.Int64,
    "over_limit": pl.Int64,
    "verdict": pl.String,
}
