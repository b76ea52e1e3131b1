"""The methods that a forecast must beat, against hand-worked numbers and another program."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from junheng.forecast.baselines import last_year_same, plain_cohort_survival, smoothing
from junheng.forecast.records import Records

Make = Callable[..., Records]


def test_last_year_same_is_last_year(stage: Make) -> None:
    known = stage([[[10, 20], [30, 40]]], beyond=2).at(1, horizon=2)
    assert last_year_same(known).tolist() == [[[20, 40]], [[20, 40]]]


def test_plain_cohort_survival_worked_by_hand(stage: Make) -> None:
    known = stage([[[60, 50, 40], [50, 54, 44]]], beyond=2).at(2, horizon=2)
    ratio = (54 + 44) / (60 + 50)
    assert plain_cohort_survival(known)[0, 0] == pytest.approx([50, 40 * ratio])
    assert plain_cohort_survival(known)[1, 0] == pytest.approx([50, 50 * ratio])


def test_smoothing_follows_a_level_and_a_line() -> None:
    level = np.full(12, 50.0)
    line = np.arange(12) * 3.0 + 10
    found = smoothing(np.array([level, line]), horizon=2)
    assert found[0] == pytest.approx([50, 50])
    assert found[1] == pytest.approx([46, 49], abs=0.5)


def test_smoothing_of_a_short_series_keeps_its_last_value() -> None:
    assert smoothing(np.array([[np.nan, np.nan, 7.0]]), horizon=2).tolist() == [[7.0, 7.0]]


def test_smoothing_never_forecasts_fewer_than_none() -> None:
    assert (smoothing(np.array([[50.0, 40, 30, 20, 10, 5]]), horizon=5) >= 0).all()
