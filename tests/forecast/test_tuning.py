"""The choice of settings and the width of intervals: by outcomes known at the origin, and by nothing later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from junheng.forecast.average import Carrier
from junheng.forecast.backtest import backtest
from junheng.forecast.cohorts import carry, damp, damped_pupils, project
from junheng.forecast.outlook import AGGREGATES, outlook
from junheng.forecast.records import Records
from junheng.forecast.settings import Settings, candidates
from junheng.forecast.trials import compared
from junheng.forecast.tuning import Tuning

Make = Callable[..., Records]
Draw = Callable[..., np.ndarray]


def test_what_came_after_the_origin_changes_nothing(stage: Make, simulated: Draw) -> None:
    pupils = simulated(seed=3, schools=8, years=12)
    other = pupils.copy()
    other[:, :, 9:] = other[::-1, :, 9:] * 3 + 7
    before, after = (outlook(Tuning(stage(one), horizon=3), 8, horizon=3) for one in (pupils, other))
    assert before.settings == after.settings
    for aggregate in AGGREGATES:
        assert (before.quantiles(aggregate) == after.quantiles(aggregate)).all()


def test_settings_chosen_in_a_backtest_are_those_of_the_day(stage: Make, simulated: Draw) -> None:
    # One Tuning serves every origin of a backtest, out of order too: what it remembers must not leak.
    pupils = simulated(seed=4, schools=8, years=12)
    shared = Tuning(stage(pupils), horizon=3)
    later_first = [shared.chosen(origin) for origin in (10, 6, 3)]
    alone = [Tuning(stage(pupils), horizon=3).chosen(origin) for origin in (10, 6, 3)]
    assert later_first == alone


def test_without_a_past_the_default_stands(stage: Make) -> None:
    assert Tuning(stage(np.full((2, 3, 4), 30.0))).chosen(1) == {Settings(): 1.0}


def test_the_loss_is_the_mean_of_errors_over_those_of_no_change(stage: Make, simulated: Draw) -> None:
    records = stage(simulated(seed=5, schools=6, years=5))
    tuning = Tuning(records, horizon=2)
    settings = replace(Settings(), births_response=0.0)
    made = compared(records, 3, project(records.at(3, horizon=1), settings).pupils)
    forecast, came, now = made.pupils[0], made.actual[0], records.pupils[:, :, 3]
    totals, grades = came.sum(axis=1), made.district[0]

    def schools(pupils: np.ndarray) -> float:
        return float(np.mean(np.abs(pupils.sum(axis=1) / totals - 1)))

    def by_grade(pupils: np.ndarray) -> float:
        return float(np.mean(np.abs(pupils.sum(axis=0) / grades - 1)))

    found = tuning._errors(settings, 3)[0]
    assert found == pytest.approx([schools(forecast), by_grade(forecast), schools(now), by_grade(now)])


def test_a_steady_trend_of_entrants_is_found_and_followed(stage: Make) -> None:
    entrants = 40 * 1.15 ** np.arange(12)
    growing = np.array([np.concatenate([np.full(g, 40.0), entrants[: 12 - g]]) for g in range(3)])
    records = stage(np.stack([growing * scale for scale in (1.0, 1.5, 0.8)]))
    chosen = Tuning(records).chosen(11)
    assert all(one.entrants_trend > 0 for one in chosen)
    carrier = Carrier(records.at(11, horizon=1))
    ahead, still = (
        carrier.projection(own).pupils[0, :, 0].sum()
        for own in (chosen, {replace(max(chosen, key=chosen.__getitem__), entrants_trend=0.0): 1.0})
    )
    truth = 3.3 * 40 * 1.15**12
    assert abs(ahead - truth) < 0.5 * abs(still - truth)


def test_entrants_that_swing_about_a_level_are_taken_back_to_it(stage: Make) -> None:
    entrants = np.tile([72.0, 72.0, 48.0, 48.0], 4)
    swinging = np.array([np.concatenate([np.full(g, 60.0), entrants[: 16 - g]]) for g in range(3)])
    records = stage(np.stack([swinging, np.round(swinging * 1.4), np.round(swinging * 0.8)]))
    chosen = Tuning(records).chosen(15)
    assert np.mean([one.entrants_return > 0 for one in chosen]) > 0.5
    assert all(one.entrants_trend == 0 for one in chosen)


def test_what_past_years_cannot_tell_apart_is_averaged(stage: Make, simulated: Draw) -> None:
    records = stage(simulated(seed=9, schools=6, years=8))
    tuning = Tuning(records, horizon=2)
    chosen = tuning.chosen(5)
    assert len(chosen) > 1
    known = records.at(5, horizon=2)
    alone = {own: project(known, own) for own in chosen}
    together = tuning.projection(chosen, 5)
    for name in ("parts", "pupils"):
        mean = sum(weight * getattr(alone[own], name) for own, weight in chosen.items())
        assert getattr(together, name) == pytest.approx(mean)
    losses = {own: tuning._loss(own, 5) for own in (Settings(), *tuning.candidates)}
    least = min(losses.values())
    assert set(chosen) == {own for own, loss in losses.items() if loss < 1.03 * least}
    assert sum(chosen.values()) == pytest.approx(1)
    assert losses[max(chosen, key=lambda own: chosen[own])] == least


def test_damped_pupils_are_those_of_the_parts(stage: Make, simulated: Draw) -> None:
    records = stage(simulated(seed=6, schools=5, years=6))
    carried = carry(records.at(5, horizon=4), Settings())
    for settings in candidates(has_children=False)[::17]:
        assert damped_pupils(carried, settings) == pytest.approx(damp(carried, settings).pupils)


def test_the_default_is_among_reasonable_candidates() -> None:
    for has_children in (True, False):
        found = candidates(has_children=has_children)
        assert len(set(found)) == len(found)
        assert {one.damping == 0 for one in found} == {True, False}
        assert has_children or {one.births_response for one in found} == {0.0}


def test_a_year_without_rolls_is_absent_and_not_empty(stage: Make, simulated: Draw) -> None:
    pupils = simulated(seed=7, schools=10, years=9)
    gap = pupils.copy()
    gap[:, :, 5] = np.nan
    whole, broken = (outlook(Tuning(stage(one), horizon=3), 8, horizon=3) for one in (pupils, gap))
    assert broken.pupils("district") == pytest.approx(whole.pupils("district"), rel=0.05)
    width = [view.quantiles("district")[3] - view.quantiles("district")[1] for view in (whole, broken)]
    assert (width[1] < 2 * width[0]).all()
    found = backtest(stage(gap), horizon=2)
    assert 2025 not in found.origins
    assert found.errors["mape"].max() < 100  # type: ignore[operator]


def test_nothing_can_be_chosen_where_no_outcome_was_counted(stage: Make) -> None:
    pupils = np.full((2, 3, 4), 30.0)
    pupils[:, :, 2] = np.nan
    assert Tuning(stage(pupils)).chosen(2) == {Settings(): 1.0}
