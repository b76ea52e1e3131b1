"""Chains and rings of shifts, on streets worked by hand and beside every plan of tiny districts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from full_zones import full_zones_around_a_square, street_with_room_at_the_far_end
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts, worth

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.objective import guide_goal, score
from junheng.planners.catchments.search.chains import exchange
from junheng.planners.catchments.search.descent import descend


def improved(by, problem, plan):
    goal = guide_goal(problem)
    return by(problem, allowed_and_anchor(problem), goal, np.array(plan), budget=Budget(60.0), share=1.0)


def test_a_pupil_without_a_place_is_passed_on_through_three_full_zones():
    problem = street_with_room_at_the_far_end()
    assert score(problem, improved(descend, problem, problem.present)).overflow_pupils == 10
    found = improved(exchange, problem, problem.present)
    assert score(problem, found).overflow_pupils == 0
    assert found.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4]


def test_three_full_zones_exchange_homes_in_a_ring():
    problem = full_zones_around_a_square()
    assert improved(descend, problem, problem.present).tolist() == [0, 1, 2, 0, 1, 2]
    assert improved(exchange, problem, problem.present).tolist() == [0, 1, 2, 1, 2, 0]


@settings(deadline=None, max_examples=60)
@given(districts(has_years=True, most_homes=6), st.integers(0, 10_000))
def test_what_is_exchanged_is_a_contiguous_plan_that_no_shift_of_one_home_improves(drawn, position):
    problem = replace(drawn, moved_pupils_cap=None)
    plans = list(contiguous_plans(problem))  # never empty: nothing is locked
    price = guide_goal(problem).overflow_price

    def value(plan):
        overflow, km, _ = worth(problem, plan)
        return price * overflow + km

    start = plans[position % len(plans)]
    found = tuple(improved(exchange, problem, start).tolist())
    assert found in set(plans)
    near = [plan for plan in plans if sum(a != b for a, b in zip(plan, found, strict=True)) == 1]
    assert value(found) <= min(map(value, [start, *near])) + 1e-6
