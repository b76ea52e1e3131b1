"""When a teacher reaches the statutory age of retirement, from gender, year of birth and the standard."""

from __future__ import annotations

import polars as pl

from junheng.standards.lookup import StandardOnDate

AGES = {"male": "retirement.age_men", "female": "retirement.age_women"}
FIRST_COHORTS = {"male": "retirement.first_cohort_men", "female": "retirement.first_cohort_women"}


def retirement_year(standard: StandardOnDate) -> pl.Expr:
    """Return the calendar year in which a teacher reaches the age of retirement, with fractions.

    The age rises with the year of birth: from the first cohort concerned by so many months a cohort, up to a cap
    (the decision of 2024; before it the base age holds). People born in one year are taken together at their mean.

    Returns
    -------
    polars.Expr
        From ``gender`` and ``birth_year``; null where one of them is absent.
    """
    result = pl.lit(None, dtype=pl.Float64)
    for gender, rule in AGES.items():
        age = standard.value(rule).number
        delay = pl.lit(0.0)
        first = standard.value_or_none(FIRST_COHORTS[gender])
        if first is not None:
            step = standard.value("retirement.months_per_cohort").number
            most = standard.value("retirement.most_months").number
            # The first cohort is delayed by a mean of (step + 1) / 2 months, each later one by ``step`` more.
            months = (pl.col("birth_year") - first.number) * step + (step + 1) / 2
            is_delayed = pl.col("birth_year") >= first.number
            delay = pl.when(is_delayed).then(months.clip(0, most)).otherwise(0.0)
        result = (
            pl.when(pl.col("gender") == gender)
            .then(pl.col("birth_year") + age + delay / 12)
            .otherwise(result)
        )
    return result


def years_to_retirement(standard: StandardOnDate, *, year: int) -> pl.Expr:
    """Return the years from the first of September of a year until retirement; null where not known."""
    return retirement_year(standard) - year
