"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.report import numbers


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1234567, "pupil", "1,234,567"),
        (1.005, "km", "1.00"),  # 1.005 is stored a little below itself
        (1.0051, "km", "1.01"),
        (-0.2, "pupil", "0"),
        (-12.4, "pupil", "−12"),
        (901, "month-day", "09-01"),
        (2017, "calendar year", "2017"),
        (None, "km", "—"),
        (math.nan, "km", "—"),
        (math.inf, "km", "—"),
    ],
)
def test_a_number_is_shown_by_its_unit(value: float | None, unit: str, shown: str) -> None:
    assert numbers.show(value, unit) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (4.2, "person/100 pupils", "4.2"),
        (2000, "yuan/pupil", "2,000"),
        (0.45, "ratio", "0.45"),
        (1, "ratio", "1"),
    ],
)
def test_a_limit_keeps_the_digits_it_is_written_with(value: float, unit: str, shown: str) -> None:
    assert numbers.limit(value, unit) == shown


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (0.934, "93.4%"),
        (1.0, "100.0%"),
        (1.0004, ">100.0%"),
        (0.9998, "<100.0%"),
        (0.0, "0.0%"),
        (0.0001, ">0.0%"),
        (None, "—"),
    ],
)
def test_a_share_that_is_not_whole_is_never_shown_as_whole(fraction: float | None, shown: str) -> None:
    assert numbers.share(fraction) == shown


@given(st.floats(min_value=0, max_value=1e9), st.sampled_from(["m2", "yuan", "person", "room"]))
def test_adding_the_shortage_that_is_shown_is_always_enough(value: float, unit: str) -> None:
    shown = float(numbers.shortage(value, unit).replace(",", ""))
    assert value - 1e-6 <= shown < value + 1


def test_a_shortage_of_whole_teachers_is_not_rounded_up_by_the_noise_of_a_subtraction() -> None:
    assert numbers.shortage(3.0000000000000004, "person") == "3"
    assert numbers.shortage(1239.2, "m2") == "1,240"
    assert numbers.shortage(None, "m2") == "—"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.03, "+0.03"), (-0.03, "−0.03"), (0.004, "±0"), (-0.004, "±0"), (None, "—")]
)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(value: float | None, shown: str) -> None:
    assert numbers.signed(value, "km") == shown


@given(st.floats(min_value=-1e6, max_value=1e6), st.integers(min_value=0, max_value=4))
def test_a_shown_number_reads_back_to_the_number(value: float, decimals: int) -> None:
    shown = numbers.decimal(value, decimals).replace(",", "").replace(numbers.MINUS, "-")
    assert float(shown) == pytest.approx(value, abs=0.5000001 * 10.0**-decimals)
