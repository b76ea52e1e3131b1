"""Identity numbers: right by their own check, or refused with the reason. The numbers here belong to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.text import Text
from junheng.web.admissions.identity import Identity, check_character, masked, read_identity

TODAY = date(2026, 6, 1)
DIGITS = st.text("0123456789", min_size=3, max_size=3)
DAYS = st.dates(date(1930, 1, 1), TODAY)


def number(region: str, born: date, order: str) -> str:
    """Make a number by the table of weights that the standard prints, which the program does not use."""
    first = f"{region}{born:%Y%m%d}{order}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]


@pytest.mark.parametrize("known", ["11010519491231002X", "440524188001010014"])
def test_the_standards_own_examples_pass(known: str) -> None:
    """GB 11643-1999 prints these two."""
    assert check_character(known[:-1]) == known[-1]
    assert isinstance(read_identity(known, today=TODAY), Identity)


@given(DAYS, DIGITS)
def test_a_number_made_by_the_printed_weights_is_read_with_its_day_of_birth(born: date, order: str) -> None:
    found = read_identity(number("370102", born, order), today=TODAY)
    assert isinstance(found, Identity)
    assert found.born == born


@given(DAYS, DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born: date, order: str, place: int, by: int) -> None:
    right = number("370102", born, order)
    wrong = f"{right[:place]}{(int(right[place]) + by) % 10}{right[place + 1 :]}"
    assert isinstance(read_identity(wrong, today=TODAY), Text)


@given(DAYS, DIGITS, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(born: date, order: str, place: int) -> None:
    right = number("370102", born, order)
    swapped = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert swapped == right or isinstance(read_identity(swapped, today=TODAY), Text)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "18 位"),
        ("37010219880230001", "18 位"),
        ("1101051949123100２ｘ", None),  # full-width digits and a small x
        (" 110105 19491231 002x ", None),
        (number("370102", date(2020, 1, 1), "001").replace("20200101", "20201301"), "出生日期"),
        (number("370102", date(2027, 1, 1), "001"), "出生日期"),
        ("01010519491231002X", "18 位"),
        ("1101051949123100211", "18 位"),
        ("<script>", "18 位"),
    ],
)
def test_what_is_wrong_is_said(typed: str, says: str | None) -> None:
    found = read_identity(typed, today=TODAY)
    if says is None:
        assert isinstance(found, Identity)
    else:
        assert isinstance(found, Text)
        assert says in found.zh


def test_a_number_hides_itself_when_it_is_printed() -> None:
    found = read_identity("11010519491231002X", today=TODAY)
    assert "1949" not in repr(found)
    assert masked("11010519491231002X") == "110*************2X"
    assert masked("") == ""
