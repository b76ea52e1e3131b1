"""Cooling a plan, on streets worked by hand and beside every plan of tiny districts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from full_zones import full_zones_around_a_square, street_with_room_at_the_far_end
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts, town

from junheng.planners.catchments.budget import Budget
from junheng.planners.catchments.constraints import allowed_and_anchor
from junheng.planners.catchments.objective import guide_goal
from junheng.planners.catchments.search.annealing import Cooling, annealed
from junheng.planners.catchments.search.growth import grow

COLD = 1e-6


def cooled(problem, plan, *, first=COLD, last=COLD, steps=2000, seed=0, seconds=60.0):
    return annealed(
        problem,
        allowed_and_anchor(problem),
        guide_goal(problem),
        np.array(plan),
        cooling=Cooling(first, last, steps),
        rng=np.random.default_rng(seed),
        budget=Budget(seconds),
        share=1.0,
    )


def test_a_home_that_overfills_a_zone_pushes_another_on_until_one_finds_room():
    problem = street_with_room_at_the_far_end()
    assert cooled(problem, problem.present).tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4]


def test_full_zones_exchange_homes_in_a_ring_when_it_is_cold():
    problem = full_zones_around_a_square()
    assert cooled(problem, problem.present).tolist() == [0, 1, 2, 1, 2, 0]


def test_an_island_with_a_school_of_a_shared_zone_pushes_nobody_on():
    street = street_with_room_at_the_far_end()
    problem = replace(
        street,
        edges=street.edges[street.edges.max(axis=1) < 14],
        allowed=np.where(np.arange(15)[:, None] == 14, np.arange(5) == 0, street.allowed),
        more_anchors=((14, 0),),
    )
    plan = cooled(problem, np.append(problem.present[:-1], 0), first=5.0, last=1.0)
    assert plan[14] == 0


@settings(max_examples=40)
@given(districts(has_years=True, has_group=True, has_wishes=True, has_sharing=True, most_homes=5), st.data())
def test_cooling_keeps_zones_whole_and_cold_steps_never_make_a_plan_worse(problem, data):
    free = replace(problem, composition=None)
    plans = list(contiguous_plans(free))
    if not plans:
        return
    start = data.draw(st.sampled_from(plans))
    goal = guide_goal(problem)
    cold = cooled(problem, start, steps=200)
    assert goal.value(problem, cold) <= goal.value(problem, np.array(start)) + 1e-3
    warm = cooled(problem, start, first=50.0, last=5.0, steps=200)
    assert {tuple(cold.tolist()), tuple(warm.tolist())} <= set(plans)


def test_a_plan_cooled_slowly_comes_before_one_that_only_fell():
    problem = town(60, 6, seed=1)
    start = grow(problem, allowed_and_anchor(problem), guide_goal(problem), -np.asarray(problem.distance_km))
    goal = guide_goal(problem)
    slow = min(
        goal.value(problem, cooled(problem, start, first=1.0, last=0.02, steps=20_000, seed=seed))
        for seed in range(3)
    )
    assert slow <= goal.value(problem, cooled(problem, start, steps=20_000))


def test_the_same_seed_gives_the_same_plan_and_no_time_gives_the_plan_back():
    problem = town(60, 6, seed=1)
    start = grow(problem, allowed_and_anchor(problem), guide_goal(problem), -np.asarray(problem.distance_km))
    one, two = (cooled(problem, start, first=1.0, last=0.1, seed=5).tolist() for _ in range(2))
    assert one == two != start.tolist()
    assert cooled(problem, start, first=1.0, last=0.1, seconds=0.0).tolist() == start.tolist()
