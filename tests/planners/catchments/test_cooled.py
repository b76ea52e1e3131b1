"""Cooling at prices: what is too much in a full town walks out to the villages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tiny_districts import town

from junheng.planners.catchments.cooled import cooled
from junheng.planners.catchments.objective import guide_goal, score, softened
from junheng.planners.catchments.search.growth import grow
from junheng.planners.catchments.solve import CatchmentOptions, open_workshop
from junheng.planners.catchments.violations import violations
from junheng.progress import silent


def cooled_from_the_nearest(problem, *, seconds=60.0):
    shop = open_workshop(problem, CatchmentOptions(seconds=seconds), seed=0, progress=silent)
    goal = guide_goal(problem)
    guide = shop.relax(softened(goal, problem), 1.0)
    nearest = grow(problem, shop.mask, replace(goal, overflow_price=0.0), -np.asarray(problem.distance_km))
    return nearest, guide, cooled(shop, guide, nearest, 1.0)


def full_town(*, room):
    """Return a town whose places all stand at one end of it, as many as there are pupils and a share more."""
    problem = town(120, 8, seed=2)
    share = np.where(np.asarray(problem.distance_km)[:8, 0] > 0.5, 2.0, 1.0)
    places = np.ceil((1 + room) * problem.pupils.sum() * share / share.sum()).astype(int)
    return replace(problem, capacity=places)


def test_a_full_town_is_relieved_without_much_longer_ways_than_the_relaxation_has():
    problem = full_town(room=0.08)
    nearest, guide, found = cooled_from_the_nearest(problem)
    assert violations(problem, found) == {}
    before, after = score(problem, nearest), score(problem, found)
    assert before.overflow_pupils > 0.1 * problem.pupils.sum()
    assert after.overflow_pupils < 0.01 * problem.pupils.sum()
    assert after.pupil_km < 1.1 * guide.bound


def test_limits_on_moves_have_their_price_while_it_cools():
    problem = full_town(room=0.08)
    now, _, free = cooled_from_the_nearest(problem)
    moved = score(replace(problem, present=now), free).moved_pupils
    _, _, held = cooled_from_the_nearest(replace(problem, present=now, moved_pupils_cap=moved // 2))
    assert score(replace(problem, present=now), held).moved_pupils < 0.9 * moved


def test_without_time_or_ways_the_plan_is_given_back():
    problem = town(30, 4, seed=2)
    nearest, _, found = cooled_from_the_nearest(problem, seconds=0.0)
    assert found.tolist() == nearest.tolist()
    nowhere = replace(problem, distance_km=np.zeros(problem.distance_km.shape))
    nearest, _, found = cooled_from_the_nearest(nowhere)
    assert found.tolist() == nearest.tolist()
