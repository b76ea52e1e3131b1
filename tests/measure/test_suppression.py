"""Small numbers stay hidden: no line of the table, totals included, lets one of them be worked out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.measure.suppression import hidden, with_totals

tables = st.integers(1, 4).flatmap(
    lambda c: st.lists(st.lists(st.integers(0, 12), min_size=c, max_size=c), min_size=1, max_size=4)
)


@given(tables)
def test_no_line_has_exactly_one_hidden_cell(cells: list[list[int]]) -> None:
    marks = hidden(np.array(cells))
    for line in [*marks, *marks.T]:
        assert line.sum() != 1


@given(tables)
def test_every_small_number_is_hidden_and_a_table_without_any_is_whole(cells: list[list[int]]) -> None:
    whole, marks = with_totals(np.array(cells)), hidden(np.array(cells))
    small = (whole > 0) & (whole < 5)
    assert marks[small].all()
    if not small.any():
        assert not marks.any()


def test_a_small_number_hides_its_complement_too() -> None:
    marks = hidden(np.array([[3, 20, 40], [10, 30, 50]]))
    # 3, the next in its row, and both below them.
    assert marks.tolist() == [
        [True, True, False, False],
        [True, True, False, False],
        [False, False, False, False],
    ]


@pytest.mark.parametrize(("n", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_the_limit_is_inclusive_where_it_says_so(n: int, is_hidden: bool) -> None:
    marks = hidden(np.array([[n, 20], [20, 20]]))
    assert bool(marks[0, 0]) is is_hidden
