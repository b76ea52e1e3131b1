"""Intervals: nested, never negative, wider further out, and true on districts drawn by chance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from junheng.forecast.backtest import backtest
from junheng.forecast.calibration import (
    QUANTILES,
    Scores,
    Stretch,
    probability_above,
    quantiles,
    stretch_of,
)
from junheng.forecast.cohorts import project
from junheng.forecast.outlook import AGGREGATES, outlook
from junheng.forecast.records import Records
from junheng.forecast.settings import Settings
from junheng.forecast.spread import Shocks, variances
from junheng.forecast.trials import compared
from junheng.forecast.tuning import Tuning

Make = Callable[..., Records]
Draw = Callable[..., np.ndarray]


@given(
    pupils=st.floats(0, 3000),
    variance=st.floats(1e-3, 1e5),
    at_80=st.floats(0.3, 3),
    factor=st.floats(0.66, 3),
)
def test_quantiles_rise_and_are_never_negative(
    pupils: float, variance: float, at_80: float, factor: float
) -> None:
    stretch = Stretch(np.array([at_80]), np.array([at_80 * factor]))
    found = quantiles(np.array([pupils]), np.array([variance]), stretch, 1)[:, 0]
    assert (np.diff(found) >= 0).all()
    assert (found >= 0).all()
    assert found[2] == pytest.approx(pupils)


@given(score=st.floats(-6, 6), at_80=st.floats(0.3, 3), factor=st.floats(0.7, 3))
def test_undoing_the_stretch_gives_the_score_back(score: float, at_80: float, factor: float) -> None:
    stretch = Stretch(np.array([at_80]), np.array([at_80 * factor]))
    assert stretch.undo(stretch.of(np.array([score]), 1), 1)[0] == pytest.approx(score, abs=1e-6)


def test_the_probability_of_overflow_agrees_with_the_quantiles() -> None:
    stretch = Stretch(np.array([1.2]), np.array([1.4]))
    pupils, variance = np.array([250.0]), np.array([400.0])
    ends = quantiles(pupils, variance, stretch, 1)[:, 0]
    for share, end in zip(QUANTILES, ends, strict=True):
        # More than n whole pupils is n + 1 or more, and half a pupil belongs to either side.
        assert probability_above(np.array([end - 0.5]), pupils, variance, stretch, 1)[0] == pytest.approx(
            1 - share, abs=1e-6
        )
    nobody = np.zeros(2)
    assert probability_above(np.array([0.0, 30.0]), nobody, nobody, stretch, 1).tolist() == pytest.approx(
        [0, 0]
    )


def test_without_stretch_the_probability_is_the_normal_one_on_the_logarithm() -> None:
    stretch = Stretch(np.array([1.0]), np.array([1.0]))
    above = probability_above(np.array([110.0]), np.array([100.0]), np.array([100.0]), stretch, 1)[0]
    sd = np.sqrt(np.log1p(100 / 100.5**2))
    assert above == pytest.approx(norm.sf(np.log(111 / 100.5) / sd), abs=1e-4)


def test_scores_twice_as_wide_stretch_the_intervals_twice_and_few_scores_hardly() -> None:
    rng = np.random.default_rng(1)
    many = stretch_of([Scores.of([(1.0, 2 * rng.standard_normal(20_000))])], horizon=1)
    few = stretch_of([Scores.of([(1.0, 2 * rng.standard_normal(3))])], horizon=1)
    assert many.at_80[0] == pytest.approx(2, rel=0.03)
    assert many.at_95[0] == pytest.approx(2, rel=0.03)
    assert few.at_80[0] < 1.6
    assert few.at_95[0] == pytest.approx(few.at_80[0], rel=0.1)


def test_after_few_outcomes_far_off_the_95_percent_interval_is_still_wider_than_that_of_80() -> None:
    wild = stretch_of([Scores.of([(1.0, np.array([9.0, 8.0, 7.0]))])], horizon=2)
    assert (wild.at_80 > 2).all()
    assert (norm.isf(0.025) * wild.at_95 > 1.3 * norm.isf(0.1) * wild.at_80).all()


def test_without_a_past_the_computed_spread_stands() -> None:
    none = stretch_of([Scores.of([])], horizon=3)
    assert none.at_80.tolist() == none.at_95.tolist() == [1.0, 1.0, 1.0]


def test_scores_count_by_their_weight() -> None:
    old, new = (np.full(500, size) for size in (3.0, 1.0))
    calm_now = stretch_of([Scores.of([(0.2, old), (1.0, new)])], horizon=1).at_80[0]
    wild_now = stretch_of([Scores.of([(0.2, new), (1.0, old)])], horizon=1).at_80[0]
    assert calm_now < wild_now


def test_what_a_closure_did_to_its_neighbours_hardly_widens_their_intervals(
    stage: Make, simulated: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupils = simulated(seed=3, schools=8)
    pupils[1:, :, 9:] += pupils[0, :, 9:] / 7
    pupils[0, :, 9:] = np.nan
    records = stage(pupils)
    assert compared(records, 6, np.zeros((5, 8, 6))).same_schools.tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]
    found = outlook(Tuning(records), 13, horizon=3).stretch
    monkeypatch.setattr("junheng.forecast.outlook._AFTER_CHANGE", 1.0)
    in_full = outlook(Tuning(records), 13, horizon=3).stretch
    assert (found["schools"].at_80 < in_full["schools"].at_80).all()
    assert (found["grades"].at_80 == in_full["grades"].at_80).all()


def test_old_outcomes_weigh_less_than_recent_ones(
    stage: Make, simulated: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupils = simulated(seed=3, schools=8)
    jumps = np.exp(np.random.default_rng(4).normal(0, 0.3, (8, 1, 6)))
    pupils[:, :, 1:7] *= jumps  # wild years, then calm ones
    found = outlook(Tuning(stage(pupils)), 13, horizon=1).stretch["schools"].at_80
    monkeypatch.setattr("junheng.forecast.outlook.RECENCY", 1.0)
    assert (found < outlook(Tuning(stage(pupils)), 13, horizon=1).stretch["schools"].at_80).all()


def test_a_ratio_that_is_misjudged_is_so_in_every_year_to_come(stage: Make) -> None:
    # Of 100 pupils in each of three grades all go on, in two pairs of years, of which the older weighs 0.9.
    records, none = stage(np.full((1, 3, 3), 100.0)), Shocks(chance=0.0, school=0.0, district=0.0)
    found = project(records.at(2, horizon=3), Settings(pooling_pupils=300.0))
    apart = 1 / (200 * 1.9 + 300)
    assert found.progression.own_variance == pytest.approx([apart])
    spread = variances(found, none, none)
    years = np.array([[0, 1, 1], [0, 1, 2], [0, 1, 2]])
    assert spread.cells[:, 0] == pytest.approx(apart * (years * found.pupils[:, 0]) ** 2)
    assert spread.schools[:, 0] == pytest.approx(apart * (years * found.pupils[:, 0]).sum(axis=1) ** 2)


def test_intervals_are_nested_and_widen_with_the_years(stage: Make, simulated: Draw) -> None:
    view = outlook(Tuning(stage(simulated(seed=2))), 13, horizon=5)
    for aggregate in AGGREGATES:
        ends = view.quantiles(aggregate)
        assert (np.diff(ends, axis=0) >= -1e-9).all()
    width = view.quantiles("district")[3] - view.quantiles("district")[1]
    assert width[-1] > width[0]


def test_intervals_cover_what_they_promise_on_districts_drawn_by_chance(stage: Make, simulated: Draw) -> None:
    found = [
        backtest(stage(simulated(seed=seed)), origins=range(2028, 2033), horizon=3).coverage
        for seed in (1, 2)
    ]
    for of in ("cells", "schools"):
        rows = pl.concat(found).filter(of=of, horizon=0)
        assert rows["inside_80"].mean() == pytest.approx(80, abs=4)
        assert rows["inside_95"].mean() == pytest.approx(95, abs=3)
