"""Limits of the layout planner: the standard's, a local standard's, or those of one plan."""

from __future__ import annotations

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


def test_limits_below_zero_are_refused() -> None:
    with pytest.raises(UsageError, match="branch_up_to_pupils"):
        LayoutSettings(branch_up_to_pupils=-1)
