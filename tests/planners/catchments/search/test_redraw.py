"""Redrawing zones is held against every contiguous plan of tiny districts."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts, worth

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.objective import guide_goal
from junheng.planners.catchments.search.redraw import Redraw


def redrawn(problem, plan, *, ticks=500):
    mask = allowed_and_anchor(problem)
    search = Redraw(problem, mask, guide_goal(problem), cuts=(), rng=np.random.default_rng(0))
    return search.improve(np.array(plan), ticks=ticks, budget=Budget(60.0), until=1.0, enough=-1.0)


@settings(deadline=None, max_examples=40)
@given(districts(most_homes=6), st.integers(0, 10_000))
def test_redrawing_all_zones_together_finds_the_best_contiguous_plan(problem, position):
    plans = list(contiguous_plans(problem))
    assume(len(plans) > 1)
    price = guide_goal(problem).overflow_price

    def value(plan):
        overflow, km, _ = worth(problem, plan)
        return price * overflow + km

    found = redrawn(problem, plans[position % len(plans)])
    assert tuple(found) in set(plans)
    assert value(found) == pytest.approx(min(map(value, plans)), abs=1e-6)


@settings(deadline=None, max_examples=10)
@given(districts(most_homes=5))
def test_without_work_to_do_the_plan_stays_as_it_is(problem):
    plan = next(iter(contiguous_plans(problem)), None)
    assume(plan is not None)
    assert tuple(redrawn(problem, plan, ticks=0)) == plan
