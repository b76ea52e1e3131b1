"""Looking a number up: what wins, what raises, and how a measured number is compared."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.errors import UsageError
from junheng.standards import StandardOnDate, Value, load_standard

DAY = date(2026, 9, 1)
PRIMARY_R1 = load_standard().value("balance.R1", on=DAY, stage="primary")


@pytest.fixture(scope="module")
def today() -> StandardOnDate:
    return load_standard().on(DAY)


def test_an_unknown_rule_is_named_with_the_nearest_ones(today: StandardOnDate) -> None:
    with pytest.raises(UsageError, match=r"did you mean balance\.R4"):
        today.value("balanse.R4", stage="primary")


def test_an_unknown_rule_raises_even_where_no_value_would_do(today: StandardOnDate) -> None:
    with pytest.raises(UsageError, match="has no rule"):
        today.value_or_none("balance.R8", stage="primary")


@pytest.mark.parametrize(("stage", "kind"), [("primery", None), (None, "nine-year")])
def test_an_unknown_stage_or_kind_raises(today: StandardOnDate, stage: str | None, kind: str | None) -> None:
    with pytest.raises(UsageError, match="no stage or kind"):
        today.value_or_none("guarantee.G4", stage=stage, kind=kind)


def test_a_rule_that_differs_by_stage_asks_for_the_stage(today: StandardOnDate) -> None:
    with pytest.raises(UsageError, match="junior, primary"):
        today.value("balance.R4")


def test_a_rule_before_its_time_says_from_when_it_holds() -> None:
    with pytest.raises(UsageError, match="from 2017-04-19 at the earliest"):
        load_standard().value("balance.R4", on=date(2016, 9, 1), stage="primary")


def test_a_rule_left_to_the_locality_says_so(today: StandardOnDate) -> None:
    with pytest.raises(UsageError, match="the locality sets it"):
        today.value("rotation.teacher_years", stage="primary")


def test_errors_are_in_both_languages(today: StandardOnDate) -> None:
    with pytest.raises(UsageError) as error:
        today.value("balance.R9", stage="primary")
    assert "标准中没有规则" in error.value.text.zh


def test_the_most_particular_value_wins(today: StandardOnDate) -> None:
    assert today.value("guarantee.G4", stage="primary", kind="nine_year").number == 2500
    assert today.value("guarantee.G4", stage="primary", kind="primary").number == 2000
    assert today.value("guarantee.G4", stage="primary").number == 2000


def test_asking_again_gives_the_same_object(today: StandardOnDate) -> None:
    assert today.value("balance.cv", stage="primary") is today.value("balance.cv", stage="primary")
    standard = load_standard()
    assert standard.on(DAY) is standard.on(DAY)


def test_a_method_is_named_not_numbered(today: StandardOnDate) -> None:
    method = today.method("quality.Q1.method")
    assert method.option == "net_entry"
    assert "graduates" in method.text.en
    with pytest.raises(UsageError):
        today.value("quality.Q1.method")


def test_both_retention_formulas_are_named() -> None:
    assert set(load_standard().rule("quality.Q1.method").options) == {"net_entry", "adjusted_graduates"}


def test_a_day_of_the_year_becomes_a_date(today: StandardOnDate) -> None:
    assert today.value("schooling.entry_cutoff").day_in(2026) == date(2026, 8, 31)
    with pytest.raises(UsageError, match="not a day"):
        today.value("schooling.entry_age").day_in(2026)


def test_announced_values_say_that_they_are_only_announced() -> None:
    target = load_standard().value("quality.target.disabled_enrolment", on=date(2028, 1, 1))
    assert (target.number, target.is_expected) == (97, True)


def test_at_least_includes_the_limit_and_below_does_not(today: StandardOnDate) -> None:
    assert today.value("recognition.SOC").meets(85)
    assert today.value("balance.cv", stage="primary").meets(0.50)
    assert not today.value("quality.Q9.difference_rate").meets(0.15)
    assert today.value("quality.Q9.difference_rate").meets(0.1499999)


def test_a_veto_is_met_by_no_and_evidence_by_yes(today: StandardOnDate) -> None:
    assert (today.value("veto.V1").meets(0), today.value("veto.V1").meets(1)) == (True, False)
    assert (today.value("guarantee.G1").meets(1), today.value("guarantee.G1").meets(0)) == (True, False)


def test_what_is_no_limit_cannot_be_met(today: StandardOnDate) -> None:
    with pytest.raises(UsageError, match="not a limit"):
        today.value("balance.split.nine_year", stage="junior").meets(1.1)


def test_an_absent_number_is_not_compared(today: StandardOnDate) -> None:
    with pytest.raises(UsageError, match="absent"):
        today.value("recognition.SOC").meets(float("nan"))


@given(pupils=st.integers(1, 10_000_000), teachers=st.integers(0, 1_000_000))
def test_a_verdict_on_a_quotient_is_the_exact_one(pupils: int, teachers: int) -> None:
    """The comparison of floats agrees with exact fractions for every count of people."""
    limit = PRIMARY_R1
    exact = Fraction(teachers * 100, pupils) >= Fraction("4.2")
    assert limit.meets(teachers / pupils * 100) is exact


@given(pupils=st.integers(1, 200_000))
def test_a_verdict_at_the_limit_itself_is_the_exact_one(pupils: int) -> None:
    """At exactly 4.2 teachers per 100 pupils, and one teacher fewer, whichever way the quotient is computed."""
    limit = PRIMARY_R1
    pupils, teachers = pupils * 500, pupils * 21
    for share in (teachers / pupils * 100, teachers * 100 / pupils, 100 / (pupils / teachers)):
        assert limit.meets(share)
    assert not limit.meets((teachers - 1) / pupils * 100)


@pytest.mark.parametrize("rule", ["recognition.SOC", "balance.cv", "quality.Q9.difference_rate", "veto.V1"])
def test_arrays_columns_and_numbers_are_compared_alike(today: StandardOnDate, rule: str) -> None:
    limit: Value = today.value(rule, stage="primary")
    numbers = [0.0, 0.15, 0.1499, 0.5, 0.51, 1.0, 84.99, 85.0, 100.0, 85 * (1 - 1e-14)]
    one_by_one = [limit.meets(number) for number in numbers]
    assert list(limit.is_met_by(np.array(numbers))) == one_by_one
    assert (
        pl.DataFrame({"x": numbers}).select(limit.is_met_by(pl.col("x"))).to_series().to_list() == one_by_one
    )
