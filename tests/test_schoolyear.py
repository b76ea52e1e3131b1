"""School years: how they are written, when they begin and end, in what order they come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.errors import UsageError
from junheng.schoolyear import SchoolYear

YEARS = st.integers(1901, 2199)


@pytest.mark.parametrize(
    "wording",
    [
        2026,
        "2026",
        "2026-27",
        "2026-2027",
        "2026–2027",
        "2026/27",
        "2026至2027",
        "2026-2027学年",
        " 2026 - 27 学年 ",
        "2026学年",
    ],
)
def test_a_school_year_is_read_however_people_write_it(wording: str | int) -> None:
    assert SchoolYear.parse(wording) == SchoolYear(2026)


@pytest.mark.parametrize(
    "wording", ["", "26", "2026-28", "2026-2028", "2027-2026", "2026-7", "autumn 2026", "20262027", "2026-"]
)
def test_what_is_no_school_year_is_refused(wording: str) -> None:
    with pytest.raises(UsageError, match="2026-27"):
        SchoolYear.parse(wording)


def test_the_turn_of_a_century_is_no_obstacle() -> None:
    assert SchoolYear.parse("1999-00") == SchoolYear.parse("1999-2000") == SchoolYear(1999)
    assert str(SchoolYear(1999)) == "1999-00"


@pytest.mark.parametrize("start", [1899, 2201, 0, -5])
def test_an_implausible_year_is_refused(start: int) -> None:
    with pytest.raises(UsageError, match="not plausible"):
        SchoolYear(start)


@given(YEARS)
def test_it_begins_on_1_september_and_ends_the_day_before_the_next(start: int) -> None:
    year = SchoolYear(start)
    assert year.first_day == date(start, 9, 1)
    assert year.last_day + timedelta(days=1) == year.plus(1).first_day


@given(YEARS)
def test_what_it_writes_it_reads(start: int) -> None:
    assert SchoolYear.parse(str(SchoolYear(start))) == SchoolYear(start)


@given(YEARS, st.integers(-1, 1))
def test_years_come_in_order_and_add_up(start: int, years: int) -> None:
    year = SchoolYear(start)
    assert year.plus(years).plus(-years) == year
    assert (year.plus(years) > year) == (years > 0)
