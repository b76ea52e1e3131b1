"""The pupil-weighted coefficient of variation against the published vector and against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from statistics import fmean, pstdev, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.measure.variation import coefficient_of_variation

# Five schools of the ministry's worked example: pupils, and books of the library.
PUPILS = np.array([45.0, 37, 89, 76, 55])
BOOKS = np.array([279.0, 137, 935, 160, 402])

SCHOOLS = st.lists(
    st.tuples(st.integers(1, 3000), st.floats(0.01, 1000, allow_nan=False)), min_size=1, max_size=40
)


def test_the_published_vector_gives_0_5153() -> None:
    mean, deviation, cv = coefficient_of_variation(BOOKS / PUPILS, PUPILS)
    assert float(mean) == pytest.approx(6.334, abs=5e-4)
    assert float(deviation) == pytest.approx(3.264, abs=5e-4)
    assert float(cv) == pytest.approx(0.5153, abs=5e-5)


def test_the_two_unweighted_formulas_give_other_numbers_one_of_which_would_pass() -> None:
    per_head = (BOOKS / PUPILS).tolist()
    assert pstdev(per_head) / fmean(per_head) == pytest.approx(0.4888, abs=5e-5)
    assert stdev(per_head) / fmean(per_head) == pytest.approx(0.5465, abs=5e-5)
    _, _, cv = coefficient_of_variation(BOOKS / PUPILS, PUPILS)
    assert float(cv) > 0.50 > pstdev(per_head) / fmean(per_head)


def test_the_mean_is_the_countys_total_over_its_pupils() -> None:
    mean, _, _ = coefficient_of_variation(BOOKS / PUPILS, PUPILS)
    assert float(mean) == pytest.approx(float(Fraction(279 + 137 + 935 + 160 + 402, 45 + 37 + 89 + 76 + 55)))


@given(SCHOOLS)
def test_it_agrees_with_exact_fractions(schools: list[tuple[int, float]]) -> None:
    pupils = [Fraction(p) for p, _ in schools]
    per_head = [Fraction(x) for _, x in schools]
    total = sum(pupils)
    mean = sum(p * x for p, x in zip(pupils, per_head, strict=True)) / total
    variance = sum(p * (x - mean) ** 2 for p, x in zip(pupils, per_head, strict=True)) / total
    found = coefficient_of_variation(
        np.array([x for _, x in schools]), np.array([float(p) for p, _ in schools])
    )
    assert float(found[0]) == pytest.approx(float(mean))
    assert float(found[1]) == pytest.approx(sqrt(variance), abs=1e-6 * float(mean))
    assert float(found[2]) == pytest.approx(sqrt(variance) / float(mean), abs=1e-6)


@given(SCHOOLS, st.floats(0.01, 100), st.floats(0.01, 100))
def test_richer_counties_and_larger_schools_vary_the_same(
    schools: list[tuple[int, float]], richer: float, larger: float
) -> None:
    pupils, per_head = np.array([float(p) for p, _ in schools]), np.array([x for _, x in schools])
    _, _, cv = coefficient_of_variation(per_head, pupils)
    _, _, scaled = coefficient_of_variation(per_head * richer, pupils * larger)
    assert float(scaled) == pytest.approx(float(cv), abs=1e-6)


@given(SCHOOLS)
def test_a_school_split_in_two_equal_halves_changes_nothing(schools: list[tuple[int, float]]) -> None:
    pupils, per_head = np.array([float(p) for p, _ in schools]), np.array([x for _, x in schools])
    halves = np.concatenate([pupils[:1] / 2, pupils[:1] / 2, pupils[1:]])
    whole = coefficient_of_variation(per_head, pupils)
    split = coefficient_of_variation(np.concatenate([per_head[:1], per_head]), halves)
    assert [float(x) for x in split] == pytest.approx([float(x) for x in whole], abs=1e-6)


def test_schools_that_are_alike_do_not_vary() -> None:
    _, deviation, cv = coefficient_of_variation(np.full(4, 4.2), np.array([10.0, 2000, 3, 500]))
    assert (float(deviation), float(cv)) == pytest.approx((0, 0), abs=1e-12)


def test_one_absent_figure_leaves_the_variation_unknown_and_others_alone() -> None:
    per_head = np.array([[1.0, np.nan], [1.0, 3.0]])
    mean, deviation, cv = coefficient_of_variation(per_head, np.array([100.0, 100.0]))
    assert np.isnan([mean[0], deviation[0], cv[0]]).all()
    assert (mean[1], deviation[1], cv[1]) == pytest.approx((2, 1, 0.5))


def test_where_nobody_has_anything_there_is_nothing_to_vary() -> None:
    mean, deviation, cv = coefficient_of_variation(np.zeros(3), np.array([1.0, 2, 3]))
    assert (float(mean), float(deviation)) == (0, 0)
    assert np.isnan(cv)
