"""Small parts of reading: names, wording of rows and values, grouping of problems."""

from __future__ import annotations

import doctest

import pytest

from junheng.district.intake import headers, names, wording
from junheng.district.intake.grouping import grouped
from junheng.errors import Place, Problem
from junheng.text import Text


def problem(row: int | None, *, code: str = "text-in-number", column: str = "人数") -> Problem:
    place = Place(file="a.xlsx", sheet="在校生", row=row, column=column)
    text = Text.same("x")
    return Problem(code=code, severity="error", place=place, found=text, expected=text, remedy=text)


def test_the_examples_in_the_docstrings_hold() -> None:
    results = [doctest.testmod(module) for module in (names, headers, wording)]
    assert [result.failed for result in results] == [0, 0, 0]
    assert sum(result.attempted for result in results) >= 3


@pytest.mark.parametrize(
    ("rows", "text"),
    [([], ""), ([3], "3"), ([2, 3, 4, 9], "2-4, 9"), ([1, 3, 5], "1, 3, 5"), ([7, 8], "7-8")],
)
def test_rows_are_put_into_ranges(rows: list[int], text: str) -> None:
    assert wording.row_ranges(rows) == text


def test_up_to_fifty_of_a_kind_are_shown_one_by_one() -> None:
    (group,) = grouped(problem(row) for row in range(2, 52))
    assert (len(group.shown), group.total, group.summary()) == (50, 50, None)


def test_of_more_than_fifty_twenty_are_shown_and_the_rest_named_by_row() -> None:
    many = [problem(row) for row in range(2, 62)]
    (group,) = grouped(many)
    assert (group.shown, group.shown + group.rest) == (tuple(many[:20]), tuple(many))
    summary = group.summary()
    assert summary is not None
    assert summary.zh == "同类问题共 60 个，其余在第 22-61 行"
    assert "60 of the same" in summary.en


def test_kinds_are_apart_and_keep_the_order_in_which_they_appear() -> None:
    mixed = [problem(2), problem(3, column="年级"), problem(4), problem(None, code="missing-column")]
    assert [group.shown for group in grouped(mixed)] == [(mixed[0], mixed[2]), (mixed[1],), (mixed[3],)]
    assert grouped([]) == []


def test_problems_without_rows_are_counted_only() -> None:
    (group,) = grouped([problem(None)] * 60)
    summary = group.summary()
    assert summary is not None
    assert summary.zh == "同类问题共 60 个"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3701000001.0, "3701000001"), (1.5, "1.5"), (1e300, "1e+300"), (True, "TRUE"), ("x", "x"), (-0.0, "-0")],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert wording.plain(value) == text


def test_long_values_are_cut_in_messages() -> None:
    assert wording.shown("长" * 100).zh == f"“{'长' * 40}…”"
    assert wording.shown("a\n  b").en == "“a b”"
