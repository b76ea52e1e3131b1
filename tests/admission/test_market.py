"""The arrays of a round: what fits together, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from junheng.admission.codes import Codes
from junheng.admission.market import ADJUSTMENT, Market, key_parts, market_from_lists
from junheng.errors import UsageError

GOOD = market_from_lists([[(0, 1, 0), (1, 0, 1)], []], draw=[5, 3], seats=[1, 1], floors=[[0, 0]] * 2,
                         ceilings=[[9, 9]] * 2)  # fmt: skip
ARRAYS = ("offsets", "school", "priority", "line", "draw", "size", "seats", "floors", "ceilings")


def changed(**arrays: object) -> Market:
    return Market(**{**{name: getattr(GOOD, name) for name in ARRAYS}, **arrays})  # type: ignore[arg-type]


def test_a_key_is_class_then_draw_and_reads_back() -> None:
    assert [key_parts(int(key)) for key in GOOD.keys] == [(1, 5), (0, 5)]
    assert GOOD.owner.tolist() == [0, 0]


@pytest.mark.parametrize(
    "arrays",
    [
        {"offsets": np.array([0, 1, 1])},
        {"offsets": np.array([0, 3, 2])},
        {"school": np.array([0, 2])},
        {"school": np.array([0, -1])},
        {"priority": np.array([0, ADJUSTMENT + 1])},
        {"line": np.array([0, 2])},
        {"draw": np.array([5, 2**24])},
        {"draw": np.array([5])},
        {"size": np.array([0, 1])},
        {"size": np.array([1, 300])},
        {"size": np.array([1.0, 1.5])},
        {"seats": np.array([-1, 1])},
        {"seats": np.array([2**31, 1])},
        {"floors": np.array([[1, 0], [0, 0]])},
        {"floors": np.array([0, 0])},
        {"floors": np.array([[0, 2], [0, 0]])},
        {"floors": np.array([[0, 1], [0, 0]]), "ceilings": np.array([[9, 0], [9, 9]])},
        {"ceilings": np.array([[9, 9]])},
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays: dict[str, np.ndarray]) -> None:
    with pytest.raises(UsageError):
        changed(**arrays)


def test_arrays_cannot_be_written_and_the_callers_own_stay_as_they_were() -> None:
    seats = np.array([1, 1], np.int32)
    market = changed(seats=seats)
    with pytest.raises(ValueError, match="read-only"):
        market.seats[0] = 2
    seats[0] = 1  # the caller's array is still the caller's


def test_a_round_too_large_for_its_codes_is_refused() -> None:
    draw = np.array([5, 2**24 - 1])
    small = Codes.of(changed(draw=draw))
    assert small.school_at + small.school <= 63
    schools = 2**22
    huge = Market(
        offsets=np.arange(2**13 + 1), school=np.full(2**13, schools - 1), priority=np.full(2**13, ADJUSTMENT),
        line=np.zeros(2**13, int), draw=np.arange(2**13) + 2**24 - 2**13, size=np.ones(2**13, int),
        seats=np.ones(schools, int), floors=np.zeros((schools, 1), int), ceilings=np.ones((schools, 1), int),
    )  # fmt: skip
    with pytest.raises(UsageError, match="split it"):
        Codes.of(huge)
