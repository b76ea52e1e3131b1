"""Money of each year: asked for, recorded, half recorded, or not limited."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from junheng.district.model import District
from junheng.errors import InputError
from junheng.planners.layout.budgets import budgets_of

YEARS = (2027, 2028, 2029)


def recorded(money: dict[int, float | None]) -> District:
    """Return a District with building money by year."""
    budgets = pl.DataFrame({"year": list(money), "building_yuan": list(money.values())})
    return District.of(
        {
            "district": pl.DataFrame({"district": ["1"], "name": ["试"], "year": [2026], "crs": ["WGS-84"]}),
            "budgets": budgets.with_columns(pl.col("building_yuan").cast(pl.Float64)),
        }
    )


def test_the_first_budget_year_is_the_one_before_the_first_planned_year():
    found, where = budgets_of(recorded({2026: 1.0, 2027: 2.0, 2028: 3.0, 2029: 9.0}), YEARS, wish_yuan=None)
    assert found.tolist() == [1.0, 2.0, 3.0]
    assert where == "table"


def test_what_people_ask_for_comes_before_the_table_and_nothing_at_all_is_a_limit_too():
    found, where = budgets_of(recorded({2026: 1.0, 2027: 2.0, 2028: 3.0}), YEARS, wish_yuan=0.0)
    assert found.tolist() == [0.0, 0.0, 0.0]
    assert where == "wish"


def test_a_table_without_building_money_sets_no_limit():
    found, where = budgets_of(recorded({2026: None, 2027: None}), YEARS, wish_yuan=None)
    assert np.isinf(found).all()
    assert where == "none"


def test_a_year_that_is_left_out_is_named_and_not_taken_for_nothing():
    with pytest.raises(InputError, match="2027"):
        budgets_of(recorded({2026: 1.0, 2027: None, 2028: 0.0}), YEARS, wish_yuan=None)
