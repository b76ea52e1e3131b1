"""What plans about kindergartens come to, by the measure of the preschool stage: today, and after a plan."""

from __future__ import annotations

import polars as pl

from junheng.district.model import District
from junheng.measure.preschool import preschool
from junheng.plans.plan import Plan
from junheng.standards.lookup import StandardOnDate


def compare_preschool(district: District, plan: Plan, standard: StandardOnDate) -> pl.DataFrame:
    """Measure the kindergartens of a district as they are, and after a plan; the children stay those of today.

    Returns
    -------
    polars.DataFrame
        One row a rule of the county: ``rule, threshold, before, before_verdict, after, after_verdict``; values are null
        where a rule is not assessed.

    Raises
    ------
    UsageError, InputError
        For a plan that cannot be applied to the district; see `Plan.apply`.
    """
    before, after = (preschool(one, standard).county for one in (district, plan.apply(district)))
    later = after.select("rule", after="value", after_verdict="verdict")
    return before.select("rule", "threshold", before="value", before_verdict="verdict").join(
        later, on="rule", how="left", maintain_order="left"
    )
