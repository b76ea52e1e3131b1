"""Cohorts against cases worked by hand, and what must hold of every number: its parts sum to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from junheng.forecast.cohorts import COMPONENTS, project
from junheng.forecast.records import Records
from junheng.forecast.settings import Settings

PLAIN = Settings(
    pooling_pupils=0.0,
    unity_pupils=0.0,
    damping=0.0,
    district_damping=0.0,
    births_response=0.0,
    progression_recency=1.0,
    entrants_recency=1.0,
    district_recency=1.0,
)
"""No prior, no damping, all years alike: the textbook method."""

Make = Callable[..., Records]


def test_cohort_survival_worked_by_hand(stage: Make) -> None:
    # One school, three grades, three years. From grade 1 to 2: (54 + 44) / (60 + 50) = 0.890909...; from 2 to 3:
    # (50 + 54) / (50 + 54) = 1. Entrants 60, 50, 40: 50 on average.
    records = stage([[[60, 50, 40], [50, 54, 44], [40, 50, 54]]], beyond=2)
    pupils = project(records.at(2, horizon=2), PLAIN).pupils
    assert pupils[0, 0] == pytest.approx([50, 40 * 98 / 110, 44])
    assert pupils[1, 0] == pytest.approx([50, 50 * 98 / 110, 40 * 98 / 110])


def test_births_carry_entrants_in_proportion_where_they_are_trusted_fully(stage: Make) -> None:
    # Half of the children enter; 80 children are on their way after 100 a year. One school is its own district.
    records = stage([[[50, 50, 50]]], expected=[[100, 100, 100, 80]], beyond=1)
    trusting = replace(PLAIN, births_response=1.0, children_pooling=0.0)
    found = project(records.at(2, horizon=1), trusting)
    assert found.pupils[0, 0, 0] == pytest.approx(40)
    assert found.parts[COMPONENTS.index("births"), 0, 0, 0] == pytest.approx(40)


def test_children_who_were_hardly_any_of_the_entrants_are_not_who_enters(stage: Make) -> None:
    # Sixty enter every year from elsewhere; the first leavers of the new primary school are still to come.
    first = [[0, 0, 0, 30, 40]]
    records = stage([[[60, 60, 60], [60, 60, 60]]], expected=first, beyond=2)
    found = project(records.at(2, horizon=2), replace(PLAIN, births_response=1.0))
    assert found.pupils[:, 0, 0] == pytest.approx([60, 60])


def test_entrants_come_back_to_the_average_of_the_record_by_the_same_share_every_year(stage: Make) -> None:
    # Entrants 60, 50, 40: 50 on average, 40 of late. Half of the way is gone every year.
    returning = replace(PLAIN, district_recency=0.0, entrants_return=0.5)
    found = project(stage([[[60, 50, 40]]], beyond=3).at(2, horizon=3), returning)
    assert found.pupils[:, 0, 0] == pytest.approx([45, 47.5, 48.75])


def test_the_average_of_the_record_counts_those_who_entered_schools_that_closed(stage: Make) -> None:
    # Sixty entered every year; half of them a school that has closed since.
    records = stage([[[30, 60, 60]], [[30, np.nan, np.nan]]], beyond=1)
    returning = replace(PLAIN, district_recency=0.0, entrants_return=0.5)
    assert project(records.at(2, horizon=1), returning).pupils[0, :, 0] == pytest.approx([60, 0])


def test_new_dwellings_bring_pupils_to_every_grade_and_entrants_every_year(stage: Make) -> None:
    # Ten pupils a grade move in during the first year ahead; in the first grade ten more than before, every year.
    arrivals = np.zeros((1, 2, 5))
    arrivals[0, 0, 3:], arrivals[0, 1, 3] = 10, 10
    records = stage([[[30, 30, 30], [30, 30, 30]]], arrivals=arrivals, beyond=2)
    found = project(records.at(2, horizon=2), PLAIN)
    assert found.pupils[0, 0] == pytest.approx([40, 40])
    assert found.pupils[1, 0] == pytest.approx(
        [40, 40]
    )  # the ten who entered are in grade 2; nobody moves in again
    assert found.parts[COMPONENTS.index("housing"), 1, 0] == pytest.approx([10, 10])


def test_dwellings_of_the_past_are_not_counted_again_as_progression(stage: Make) -> None:
    # Twenty pupils moved into grade 2 last year. Without the list that looks like a progression above one.
    pupils = [[[30, 30, 30], [30, 30, 50]]]
    arrivals = np.zeros((1, 2, 4))
    arrivals[0, 1, 2] = 20
    listed = project(stage(pupils, arrivals=arrivals, beyond=1).at(2, horizon=1), PLAIN)
    silent = project(stage(pupils, beyond=1).at(2, horizon=1), PLAIN)
    assert listed.pupils[0, 0, 1] == pytest.approx(30)
    assert silent.pupils[0, 0, 1] == pytest.approx(40)


def test_a_large_school_keeps_its_own_ratio_and_a_tiny_one_takes_the_districts(stage: Make) -> None:
    years = 6
    large = np.full((2, years), 100_000.0)
    large[1, 1:] = 90_000
    others = np.full((2, years), 50_000.0)
    tiny = np.full((2, years), 2.0)
    tiny[1, 1:] = 4
    records = stage([large, others, tiny], beyond=1)
    found = project(records.at(years - 1, horizon=1), Settings(pooling_pupils=1000.0)).progression
    ratio, pooled = found.ratio[:, 0], found.pooled[0]
    assert ratio[0] == pytest.approx(0.9, abs=0.003)
    assert ratio[2] == pytest.approx(pooled, abs=0.02)
    assert pooled < 1


def test_pupils_of_a_school_that_closed_are_no_growth_of_the_district(stage: Make) -> None:
    # Forty pupils a grade, ten of them in a school that closes after two years; all go on to the other.
    nan = np.nan
    closed = [[10, 10, nan, nan], [10, 10, nan, nan]]
    other = [[30, 30, 40, 40], [30, 30, 40, 40]]
    found = project(stage([closed, other], beyond=1).at(3, horizon=1), PLAIN)
    assert found.progression.pooled == pytest.approx([1.0])


def test_pupils_with_whom_a_new_school_begins_are_no_loss_of_the_district(stage: Make) -> None:
    nan = np.nan
    new = [[nan, nan, 10, 10], [nan, nan, 10, 10]]
    other = [[40, 40, 30, 30], [40, 40, 30, 30]]
    found = project(stage([new, other], beyond=1).at(3, horizon=1), PLAIN)
    assert found.progression.pooled == pytest.approx([1.0])


@pytest.mark.parametrize("rolls", [[np.nan, np.nan, 10, 10], [10, 10, np.nan, np.nan]], ids=["begin", "end"])
def test_rolls_that_begin_or_end_while_no_other_school_changes_say_nothing_of_the_others(
    stage: Make, rolls: list[float]
) -> None:
    other = [[40, 40, 40, 40], [40, 40, 40, 40]]
    found = project(stage([[rolls, rolls], other], beyond=1).at(3, horizon=1), PLAIN)
    assert found.progression.pooled == pytest.approx([1.0])


def test_pupils_of_new_dwellings_in_a_new_school_are_no_growth_by_themselves(stage: Make) -> None:
    nan = np.nan
    new = [[nan, nan, 10, 10], [nan, nan, 10, 10]]
    arrivals = np.zeros((2, 2, 5))
    arrivals[0, :, 2] = 10
    other = [[40, 40, 40, 40], [40, 40, 40, 40]]
    found = project(stage([new, other], arrivals=arrivals, beyond=1).at(3, horizon=1), PLAIN)
    assert found.progression.pooled == pytest.approx([1.0])


def test_a_school_that_fills_up_from_below_goes_on_to_the_top(stage: Make) -> None:
    nan = np.nan
    records = stage(
        [
            [[nan, nan, 40, 40], [nan, nan, nan, 40], [nan, nan, nan, nan]],
            [[50, 50, 50, 50], [50, 50, 50, 50], [50, 50, 50, 50]],
        ],
        beyond=2,
    )
    pupils = project(records.at(3, horizon=2), Settings()).pupils
    assert pupils[0, 0, 2] == pytest.approx(40, rel=0.1)


def test_a_teaching_point_stays_one(stage: Make) -> None:
    nan = np.nan
    point = [[8, 9, 8, 9], [8, 8, 9, 8], [nan] * 4]
    pupils = project(stage([point, [[50] * 4] * 3], beyond=3).at(3, horizon=3), Settings()).pupils
    assert (pupils[:, 0, 2] == 0).all()
    assert (pupils[:, 0, :2] > 4).all()


def test_a_closed_school_gets_nobody(stage: Make) -> None:
    nan = np.nan
    records = stage([[[30, 30, nan], [30, 30, nan]], [[50, 50, 50], [50, 50, 50]]], beyond=2)
    assert (project(records.at(2, horizon=2), Settings()).pupils[:, 0] == 0).all()


def test_a_count_that_seems_incomplete_is_mended_and_said(stage: Make) -> None:
    steady = np.full((6, 5), 70.0)
    short = steady.copy()
    short[:, -1] = 45
    records = stage([short, steady, steady], beyond=1)
    found = project(records.at(4, horizon=1), Settings())
    assert found.is_suspect.tolist() == [True, False, False]
    assert found.parts[COMPONENTS.index("correction"), 0, 0].sum() > 60
    assert found.pupils[0, 0].sum() > 350


def test_a_grade_without_a_count_is_carried_on_from_last_year_and_one_of_nobody_is_empty(stage: Make) -> None:
    steady = np.full((6, 5), 70.0)
    absent, empty = steady.copy(), steady.copy()
    absent[3, -1], empty[3, -1] = np.nan, 0
    records = stage([absent, empty, steady], beyond=1)
    found = project(records.at(4, horizon=1), PLAIN)
    assert found.parts[COMPONENTS.index("correction"), 0, :, 4].tolist() == pytest.approx([70, 0, 0])
    assert found.pupils[0, 0] == pytest.approx(found.pupils[0, 2], rel=0.02)
    assert found.pupils[0, 1, 4] == 0
    assert records.at(4, horizon=1).has_absent.nonzero() == ([0], [3])


def test_two_low_counts_in_a_row_are_believed(stage: Make) -> None:
    steady = np.full((6, 5), 70.0)
    low = steady.copy()
    low[:, -2:] = 45
    found = project(stage([low, steady, steady], beyond=1).at(4, horizon=1), Settings())
    assert not found.is_suspect.any()


def test_a_drop_in_the_year_in_which_a_school_opens_is_believed(stage: Make) -> None:
    nan = np.nan
    steady = np.full((6, 5), 70.0)
    low = steady.copy()
    low[:, -1] = 40
    opened = np.full((6, 5), nan)
    opened[:, -1] = 30
    found = project(stage([low, steady, opened], beyond=1).at(4, horizon=1), Settings())
    assert not found.is_suspect.any()


COUNTS = hnp.arrays(np.float64, (3, 4, 5), elements=st.integers(0, 120).map(float))
SETTINGS = st.builds(
    Settings,
    pooling_pupils=st.sampled_from([0.5, 300.0, 4000.0]),
    damping=st.sampled_from([0.0, 0.25, 1.0]),
    district_damping=st.sampled_from([0.0, 0.5]),
    entrants_trend=st.sampled_from([0.0, 0.4, 0.8]),
    entrants_return=st.sampled_from([0.0, 0.3, 1.0]),
    births_response=st.sampled_from([0.0, 0.5, 1.0]),
)
CHILDREN = hnp.arrays(np.float64, (3, 8), elements=st.one_of(st.integers(0, 200).map(float), st.just(np.nan)))


@given(pupils=COUNTS, settings=SETTINGS, children=CHILDREN)
def test_parts_sum_to_the_number_and_nothing_is_negative(
    pupils: np.ndarray, settings: Settings, children: np.ndarray, stage: Make
) -> None:
    found = project(stage(pupils, expected=children, beyond=3).at(4, horizon=3), settings)
    assert np.isfinite(found.parts).all()
    assert found.parts.sum(axis=0) == pytest.approx(found.pupils, abs=1e-9)
    assert (found.pupils >= -1e-9).all()


@given(pupils=COUNTS, order=st.permutations(range(3)))
def test_renaming_and_reordering_schools_changes_nothing(
    pupils: np.ndarray, order: list[int], stage: Make
) -> None:
    plain = project(stage(pupils, beyond=2).at(4, horizon=2), Settings()).pupils
    shuffled = project(stage(pupils[order], beyond=2).at(4, horizon=2), Settings()).pupils
    assert shuffled == pytest.approx(plain[:, order], rel=1e-9, abs=1e-9)


@given(pupils=COUNTS)
def test_nothing_after_the_origin_is_looked_at(pupils: np.ndarray, stage: Make) -> None:
    later = pupils.copy()
    later[:, :, 4:] = 999
    before, after = (project(stage(one).at(3, horizon=2), Settings()).pupils for one in (pupils, later))
    assert (before == after).all()


def test_full_damping_keeps_each_schools_share(stage: Make) -> None:
    pupils = [[[30, 40, 50], [30, 30, 40]], [[60, 50, 40], [60, 60, 50]]]
    found = project(stage(pupils, beyond=1).at(2, horizon=1), replace(PLAIN, damping=1.0)).pupils[0]
    assert found.sum(axis=1) / found.sum() == pytest.approx([90 / 180, 90 / 180])
