"""Compounds and villages that are kept whole, from the column of the workbook to the plan's reasons."""

from __future__ import annotations

import polars as pl
import pytest
from row_district import row_district

from junheng.errors import InfeasibleError
from junheng.planners.catchments.planner import plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.standards import load_standard


def planned(units, **wishes):
    """Plan six homes in a row, schools A and B at the ends, 30 places each; units by home, None for none."""
    district = row_district(pupils=[10] * 6, schools={"A": 0, "B": 5}, places=[40, 40], present="AAABBB")
    homes = district.table("homes").with_columns(unit=units_column(units))
    plan = plan_catchments(
        district.replace(homes=homes),
        load_standard("cn"),
        wishes=Wishes(stage="primary", locked={}, forbidden=frozenset(), **wishes),
        options=CatchmentOptions(seconds=10.0),
        seed=0,
    )
    return plan, "".join(action.school for action in plan.actions)


def units_column(units):
    return pl.Series(units, dtype=pl.String)


def test_homes_of_one_village_go_to_one_school_and_the_plan_says_why():
    village = [None, None, "Oak", "Oak", None, None]
    plan, schools = planned(village)
    assert schools in ("AAAABB", "AABBBB")
    torn = next(action for action in plan.actions if action.reason == "unit_whole")
    assert torn.home in ("H2", "H3")
    assert plan.objective["pupil_km"].value == 10 * (0 + 1 + 2 + 3 + 1 + 0)
    assert plan.stopped_by == "proven"


def test_a_village_may_be_torn_apart_where_the_bureau_allows_it():
    _, schools = planned([None, None, "Oak", "Oak", None, None], keep_units=False)
    assert schools == "AAABBB"


def test_a_village_in_two_pieces_is_said_before_solving():
    with pytest.raises(InfeasibleError, match=r"\[Oak: H1 \+ H4\]: in 2 pieces that do not touch: H1 \| H4"):
        planned([None, "Oak", None, None, "Oak", None])


def test_a_home_alone_in_its_unit_is_like_any_other():
    _, schools = planned(["Oak", "Elm", "Ash", None, None, None])
    assert schools == "AAABBB"
