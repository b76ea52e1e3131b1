"""Mending with least change, against every contiguous plan of a tiny district."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import best_of, contiguous_plans, districts, worth

from junheng.errors import InfeasibleError
from junheng.planners.catchments.least_change import solve_least_change
from junheng.planners.catchments.problem import SumLimit
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.violations import violations

OPTIONS = CatchmentOptions(seconds=20.0, target_gap=0.0)


def least_of(problem, overflow_allowed):
    """Return the best overflow (as far as it is not allowed), pupils moved and pupil-km of any contiguous plan."""
    found = [
        (max(over, overflow_allowed), moved, km)
        for plan in contiguous_plans(problem)
        for over, km, moved in [worth(problem, plan)]
        if not violations(problem, np.array(plan))
    ]
    return min(found, default=None)


@settings(max_examples=40, deadline=None)
@given(districts(has_wishes=True, has_years=True, has_units=True), st.integers(0, 15))
def test_fewest_pupils_move_and_among_those_plans_the_ways_are_shortest(problem, overflow_allowed):
    least = least_of(problem, overflow_allowed)
    if least is None:
        with pytest.raises(InfeasibleError):
            solve_least_change(problem, overflow_allowed=overflow_allowed, options=OPTIONS, seed=0)
        return
    found = solve_least_change(problem, overflow_allowed=overflow_allowed, options=OPTIONS, seed=0)
    assert violations(problem, found.assignment) == {}
    over, km, moved = worth(problem, found.assignment.tolist())
    assert (max(over, overflow_allowed), moved, pytest.approx(km)) == least
    bounds = {one.name: one.bound for one in found.levels}
    assert list(bounds) == ["overflow_pupils", "moved_pupils", "pupil_km"]
    assert bounds["overflow_pupils"] <= best_of(problem)[0]
    assert bounds["moved_pupils"] <= moved
    assert bounds["pupil_km"] <= km + 1e-6


@settings(max_examples=15, deadline=None)
@given(districts(), st.integers(0, 30))
def test_a_further_limit_on_a_sum_is_kept_or_said_to_be_too_low(problem, most):
    weight = problem.pupils[:, None] * (np.arange(problem.n_schools) == 0)
    limited = replace(problem, further_limits=(SumLimit(name="first_zone", weight=weight, most=most),))
    least = least_of(limited, 0)
    if least is None:
        with pytest.raises(InfeasibleError):
            solve_least_change(limited, overflow_allowed=0, options=OPTIONS, seed=0)
        return
    found = solve_least_change(limited, overflow_allowed=0, options=OPTIONS, seed=0)
    assert problem.pupils[found.assignment == 0].sum() <= most
    assert worth(limited, found.assignment.tolist())[2] == least[1]


def test_a_plan_that_needs_no_mending_is_left_alone():
    from test_checks import grid  # noqa: PLC0415 - the row of four homes

    problem = grid(present=np.array([0, 0, 0, 1]), capacity=np.array([20, 20]))
    found = solve_least_change(problem, overflow_allowed=0, options=OPTIONS, seed=0)
    assert found.assignment.tolist() == [0, 0, 0, 1]  # H2 would be nearer to B
    assert found.stopped_by == "proven"
