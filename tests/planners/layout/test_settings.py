"""Limits of the layout planner: the standard's, a local standard's, or those of one plan."""

from __future__ import annotations

import math
from datetime import date

import pytest

from junheng.errors import UsageError
from junheng.planners.layout.settings import LayoutSettings, Limits
from junheng.standards import load_standard

TODAY = load_standard().on(date(2026, 9, 1))


def test_without_settings_the_limits_are_the_standards() -> None:
    found = Limits.of(LayoutSettings(), TODAY, "primary")
    assert found == Limits(longest_minutes=60.0, merge_up_to_pupils=300, branch_up_to_pupils=600)


def test_a_plan_may_set_its_own_limits_zero_among_them() -> None:
    found = Limits.of(LayoutSettings(merge_up_to_pupils=0, longest_minutes=25.0), TODAY, "junior")
    assert found == Limits(longest_minutes=25.0, merge_up_to_pupils=0, branch_up_to_pupils=600)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"branch_up_to_pupils": -1}, "branch_up_to_pupils.* a whole number from 0"),
        ({"open_yuan": math.inf}, "open_yuan.* a number from 0"),
        ({"branch_running_share": 1.5}, "branch_running_share.* a number from 0 to 1"),
        ({"open_tracks": ()}, "open_tracks.* a list of whole numbers from 1"),
        ({"expand_tracks": (0,), "partners": 0}, "expand_tracks.* from 1.*partners.* from 1"),
        ({"open_years": 0, "speed_km_per_hour": 0.0}, "speed_km_per_hour.*open_years"),
    ],
)
def test_settings_out_of_their_range_are_refused_with_it_all_together(wrong, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        LayoutSettings(**wrong)
