"""Preschool demand follows from the births that also carry the entrants."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.forecast.preschool import births_overdue, preschool_demand
from junheng.standards import load_standard

RULES = load_standard().on(date(2026, 9, 1))


def _district(births: dict[int, int], **tables: list[dict[str, Any]]) -> District:
    return District.of(
        {
            "district": pl.DataFrame({"district": ["D"], "name": ["区"], "year": [2026]}),
            "homes": pl.DataFrame({"home": ["H"]}),
            "births": pl.DataFrame({"year": list(births), "births": list(births.values())}),
            **{name: pl.DataFrame(rows) for name, rows in tables.items()},
        }
    )


def test_demand_worked_by_hand() -> None:
    # In 2026 the children of 5, 4 and 3 were born in 2020, 2021 and 2022; a tenth has moved away; two thirds attend.
    births = {2020: 100, 2021: 90, 2022: 80, 2023: 70, 2024: 60, 2025: 50}
    living = [
        {"home": "H", "year": 2026, "age": age, "children": n} for age, n in ((5, 90), (4, 81), (3, 72))
    ]
    kindergarten = {
        "kindergarten": "K", "name": "幼", "nature": "public", "children": 162, "capacity_children": 150
    }  # fmt: skip
    found = preschool_demand(
        _district(births, children=living, kindergartens=[kindergarten]), RULES, horizon=4
    )
    assert found["year"].to_list() == [2026, 2027, 2028, 2029, 2030]
    assert found["children"].to_list() == pytest.approx([243, 216, 189, 162, 144])
    assert found["demand"][0] == pytest.approx(162)
    assert found["short"].to_list() == pytest.approx([12, 0, 0, 0, 0])
    assert found["is_known"].to_list() == [True, True, True, True, False]


def test_children_of_a_birth_year_that_is_not_over_are_not_counted_as_known() -> None:
    births = dict.fromkeys(range(2020, 2026), 100)
    whole, part = _district(births), _district({**births, 2026: 4})
    assert preschool_demand(part, RULES).equals(preschool_demand(whole, RULES))
    assert list(births_overdue(part)) == []
    assert list(births_overdue(_district({2022: 80}))) == [2023, 2024, 2025]


def test_low_and_high_follow_how_births_changed_and_how_unevenly_families_moved() -> None:
    # Births halve or double by turns: log changes of +-log 2; nobody moved.
    births = {2017: 50, 2018: 100, 2019: 50, 2020: 100, 2021: 50, 2022: 100}
    found = preschool_demand(_district(births), RULES, horizon=2)
    assert found["low"].to_list()[:1] == found["demand"].to_list()[:1] == found["high"].to_list()[:1]
    # In 2027 the children of three are not yet born: one year beyond the last births.
    sd = pl.Series([math.log(2), -math.log(2), math.log(2), -math.log(2), math.log(2)]).std()
    factor = math.exp(1.2815515655446004 * sd)
    assert found["high"][1] == pytest.approx(50 + 100 + 100 * factor)
    assert found["low"][1] == pytest.approx(50 + 100 + 100 / factor)
    assert preschool_demand(_district({2020: 100, 2021: 90, 2022: 80}), RULES)["low"].null_count() == 6


def test_families_who_come_and_go_unevenly_spread_the_children_who_are_born() -> None:
    births = dict.fromkeys(range(2017, 2026), 100)
    living = [
        {"home": "H", "year": 2026, "age": age, "children": n} for age, n in ((5, 200), (4, 100), (3, 100))
    ]
    found = preschool_demand(_district(births, children=living), RULES, horizon=2)
    sd = pl.Series([math.log(2) / 6, 0.0, 0.0]).std()
    ratio = (found["high"] / found["demand"]).to_list()
    assert ratio == pytest.approx(
        [1, math.exp(1.2815515655446004 * sd), math.exp(2 * 1.2815515655446004 * sd)]
    )


def test_without_children_or_kindergartens_all_are_counted_and_places_are_not_known() -> None:
    found = preschool_demand(_district({2020: 100, 2021: 90, 2022: 80}), RULES, horizon=0)
    assert found["demand"].to_list() == [270]
    assert found["short"].to_list() == [None]


def test_a_year_of_births_that_is_missing_gives_no_number() -> None:
    found = preschool_demand(_district({2020: 100, 2022: 80, 2023: 70}), RULES, horizon=3)
    assert found["year"].to_list() == [2028, 2029]


def test_without_births_there_is_no_demand_to_tell() -> None:
    with pytest.raises(UsageError, match="no births"):
        preschool_demand(_district({}), RULES)


def test_the_example_town_has_a_demand() -> None:
    found = preschool_demand(example("town"), RULES)
    assert found.height == 6
    assert (found["demand"] > 1000).all()


def test_years_that_nobody_can_look_ahead_and_births_counted_twice_are_refused() -> None:
    with pytest.raises(UsageError, match="16 years"):
        preschool_demand(_district({2020: 100}), RULES, horizon=16)
    once = _district({2020: 100, 2021: 90, 2022: 80})
    of_a_school = once.table("births").with_columns(school=pl.lit("S"))
    twice = once.replace(births=pl.concat([once.table("births"), of_a_school]))
    with pytest.raises(InputError, match="one way of counting"):
        preschool_demand(twice, RULES)
