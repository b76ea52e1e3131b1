"""A plan that breaks one rule is told which, and whose home or school breaks it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.violations import violations

ROW = CatchmentProblem(
    homes=("H0", "H1", "H2", "H3"),
    schools=("A", "B"),
    pupils=np.array([5, 6, 7, 8]),
    distance_km=np.zeros((4, 2)),
    capacity=np.array([1, 1]),
    edges=np.array([(0, 1), (1, 2), (2, 3)]),
    anchor=np.array([0, 3]),
    allowed=np.array([[True, True], [True, True], [False, True], [True, True]]),
    present=np.array([0, 0, -1, 1]),
)


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        ([0, 0, 1, 1], {}),
        ([0, 0, 0, 1], {"allowed": ("H2",)}),
        ([0, 1, 0, 1], {"allowed": ("H2",), "contiguity": ("H1", "H2")}),
        ([1, 1, 1, 1], {"anchor": ("A",)}),
    ],
)
def test_each_broken_rule_names_its_offenders(plan, found):
    assert violations(ROW, np.array(plan)) == found


def test_homes_without_a_school_today_do_not_count_as_moved():
    limited = replace(ROW, moved_pupils_cap=5)
    assert violations(limited, np.array([0, 0, 1, 1])) == {}
    assert violations(limited, np.array([0, 1, 1, 1])) == {"moved_cap": ("6",)}
