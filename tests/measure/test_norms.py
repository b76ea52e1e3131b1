"""The standard's numbers as arrays, and rounding as a form rounds."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.errors import UsageError
from junheng.measure.norms import lowered, norms_of, rounded_half_up
from junheng.measure.resources import KINDS
from junheng.standards import load_standard

TODAY = date(2026, 9, 1)


@given(st.integers(0, 10**9), st.integers(0, 5))
def test_rounding_is_that_of_a_form_where_five_goes_up(thousandths: int, decimals: int) -> None:
    exact = Decimal(thousandths) / 1000
    expected = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert float(rounded_half_up(np.array(float(exact)), decimals)) == pytest.approx(
        float(expected), rel=1e-12
    )


@pytest.mark.parametrize(("shown", "value"), [(4.5, 4.495), (5.8, 5.795), (1.01, 1.005), (4.2, 4.196)])
def test_values_that_binary_numbers_cannot_hold_still_round_up(shown: float, value: float) -> None:
    assert float(rounded_half_up(np.array(value), 2)) == shown


def test_lowering_a_limit_absorbs_the_last_bit_and_no_real_shortfall() -> None:
    assert lowered(np.array(4.2)) <= 4.199999999999999
    # The smallest real shortfall: one teacher of ten million pupils.
    assert lowered(np.array(4.2)) > 4.2 - 100 / 10_000_000


def test_thresholds_and_floors_are_those_of_the_measures() -> None:
    norms = norms_of(load_standard().on(TODAY))
    primary, junior = norms.threshold.T.tolist()
    assert primary == [4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3]
    assert junior == [5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4]
    floors = norms.floor.T.tolist()
    assert floors[0] == pytest.approx([3.57, 0.85, 0.765, 3.825, 6.375, 1700, 1.955])
    assert floors[1] == pytest.approx([4.505, 0.85, 0.765, 4.93, 8.67, 2125, 2.04])


def test_only_special_and_vocational_schools_are_left_out_by_kind() -> None:
    norms = norms_of(load_standard().on(TODAY))
    left_out = [kind for kind, is_out in zip([*KINDS, None], norms.is_left_out, strict=True) if is_out]
    assert left_out == ["vocational", "special"]
    fewest = dict(zip([*KINDS, None], norms.fewest_pupils.tolist(), strict=True))
    assert fewest.pop("teaching_point") == 50
    assert set(fewest.values()) == {0}


def test_the_form_shows_two_decimals_and_three_for_the_coefficient() -> None:
    decimals = norms_of(load_standard().on(TODAY)).decimals
    assert (decimals.school, decimals.mean, decimals.cv) == (2, 2, 3)


def test_every_number_behind_the_norms_is_kept_with_its_citation() -> None:
    values = norms_of(load_standard().on(TODAY)).values
    rules = {value.rule for value in values}
    assert {f"balance.R{i}" for i in range(1, 8)} < rules
    assert {"balance.county.schools_passing", "balance.form.mean_decimals", "balance.cv"} < rules
    assert all(value.citation.clause for value in values)


def test_before_the_measures_were_in_force_there_is_nothing_to_assess_by() -> None:
    with pytest.raises(UsageError, match="no value in force"):
        norms_of(load_standard().on(date(2017, 4, 18)))
