"""The solver on tiny models with whole columns, against every value that these can take."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from junheng.planners.clock import Clock
from junheng.planners.linear import Rows
from junheng.planners.programme import Programme


def _rows(matrix: np.ndarray, lower: np.ndarray) -> Rows:
    return Rows("least", sparse.csr_array(matrix), lower, np.full(len(lower), np.inf))


def test_one_whole_and_one_free_column_are_weighed_against_each_other() -> None:
    """2 x + 3 z with x + z >= 4.5: x alone costs 9, and any whole z instead costs more."""
    model = Programme(
        cost=np.array([2.0, 3.0]),
        upper=np.array([10.0, 10.0]),
        rows=[_rows(np.array([[1.0, 1.0]]), np.array([4.5]))],
        integer=np.array([False, True]),
    )
    found = model.solve_integer(Clock(10), gap=0.0)
    assert found.columns == pytest.approx([4.5, 0.0])
    assert found.bound == pytest.approx(9.0)


@pytest.mark.parametrize("seed", range(40))
def test_overflow_over_whole_choices_is_the_least_of_all(seed: int) -> None:
    """Items of whole size go to one of two bins; what exceeds a bin's room is paid, bin by bin."""
    rng = np.random.default_rng(seed)
    n = 5
    size, room = rng.integers(1, 200, n), rng.integers(0, 400, 2)
    in_first = np.concatenate([-size, [0.0], [1.0, 0.0]])  # overflow - size in the first bin >= -room
    in_second = np.concatenate([size, [0.0], [0.0, 1.0]])  # overflow + size in the first bin >= total - room
    rows = _rows(np.stack([in_first, in_second]), np.array([-room[0], size.sum() - room[1]], float))
    model = Programme(
        cost=np.concatenate([np.zeros(n + 1), [1.0, 2.0]]),
        upper=np.concatenate([np.ones(n + 1), [np.inf, np.inf]]),
        rows=[rows],
        integer=np.arange(n + 3) <= n,
    )
    found = model.solve_integer(Clock(10), gap=0.0)
    first = [
        sum(s for s, chosen in zip(size, plan, strict=True) if chosen) for plan in product((0, 1), repeat=n)
    ]
    best = min(max(0, a - room[0]) + 2 * max(0, size.sum() - a - room[1]) for a in first)
    assert found.columns is not None
    assert found.bound == pytest.approx(best, abs=1e-4)


def test_whole_columns_without_a_solution_are_told_from_too_little_time() -> None:
    model = Programme(
        cost=np.array([1.0]),
        upper=np.array([1.0]),
        rows=[_rows(np.array([[2.0], [-2.0]]), np.array([1.0, -1.0]))],
        integer=np.array([True]),
    )
    clock = Clock(10)
    found = model.solve_integer(clock, gap=0.0)
    assert (found.columns, found.is_infeasible, clock.is_bitten) == (None, True, False)
