"""The cuts that count a zone's pupils behind a bottleneck, against every contiguous plan and a case worked by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import contiguous_plans, districts

from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.objective import overflows
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.proof.bottlenecks import Bottlenecks, room_beyond


def line(pupils, room):
    """A row of homes, each touching the next; school A stands in the first, school B in the last."""
    n = len(pupils)
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=("A", "B"),
        pupils=np.array(pupils),
        distance_km=np.zeros((n, 2)),
        capacity=np.array(room),
        edges=np.array([(i, i + 1) for i in range(n - 1)]),
        anchor=np.array([0, n - 1]),
        allowed=np.ones((n, 2), bool),
        present=np.full(n, NO_SCHOOL),
    )


def test_a_tenth_of_a_zone_may_not_carry_more_than_a_tenth_of_its_places():
    problem = line([4, 3, 50, 60, 5], [20, 200])
    mask = permitted(problem)
    # Behind H1, school A has 20 - 4 - 3 = 13 places left; behind H2 none.
    assert room_beyond(problem, mask)[:, 0].tolist() == [16, 13, 0, 0, 0]
    x = np.array([[1, 0], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9], [0, 1.0]])
    (cut,) = Bottlenecks(problem, mask).separate(x, np.zeros(2))
    assert cut.school == 0
    # H1 at a tenth lets 1.3 pupils through, but 11 are behind it: 50 x2 + 60 x3 <= 13 x1.
    assert dict(zip(cut.homes, cut.weights, strict=True)) == {1: -13, 2: 50, 3: 60}


def test_a_whole_plan_within_its_places_breaks_no_cut():
    problem = line([4, 3, 5, 6, 5], [20, 20])
    x = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1.0]])
    assert Bottlenecks(problem, permitted(problem)).separate(x, np.zeros(2)) == []


def test_places_that_settled_homes_fill_are_not_there_for_those_behind_a_bottleneck():
    problem = line([4, 3, 50, 60, 5], [20, 200])
    mask = permitted(problem)
    mask[1, 1] = False  # H1 is A's: 20 - 4 - 3 places are left, none of them behind H2
    assert room_beyond(problem, mask)[:, 0].tolist() == [13, 13, 0, 0, 0]
    (cut,) = Bottlenecks(problem, mask).at_gateways()[:1]
    assert (cut.school, dict(zip(cut.homes, cut.weights, strict=True))) == (0, {1: -13, 2: 50, 3: 60})


@settings(max_examples=80, deadline=None)
@given(districts(has_wishes=True), st.randoms(use_true_random=False))
def test_every_contiguous_plan_within_a_mask_keeps_the_cuts_of_its_gateways_and_bottlenecks(problem, random):
    homes = range(problem.n_homes)
    plans = list(contiguous_plans(problem))
    kept = random.sample(plans, k=min(2, len(plans)))
    mask = np.zeros((problem.n_homes, problem.n_schools), bool)
    for plan in kept:
        mask[homes, plan] = True
    if not kept:
        return
    bottlenecks = Bottlenecks(problem, mask)
    x = mask / mask.sum(axis=1, keepdims=True)
    cuts = [*bottlenecks.at_gateways(), *bottlenecks.separate(x, np.zeros(problem.n_schools))]
    for plan in plans:
        if mask[homes, plan].all():
            over = overflows(problem, np.array(plan))
            for cut in cuts:
                zone = [w for i, w in zip(cut.homes, cut.weights, strict=True) if plan[i] == cut.school]
                assert sum(zone) <= over[cut.school]


@settings(max_examples=80, deadline=None)
@given(districts(), st.randoms(use_true_random=False))
def test_every_contiguous_plan_keeps_every_cut_whatever_point_it_was_found_for(problem, random):
    mask = permitted(problem)
    x = np.array([[random.random() for _ in range(problem.n_schools)] for _ in range(problem.n_homes)]) * mask
    x /= np.maximum(x.sum(axis=1, keepdims=True), 1e-9)
    for cut in Bottlenecks(problem, mask).separate(x, np.zeros(problem.n_schools)):
        for plan in contiguous_plans(problem):
            over = overflows(problem, np.array(plan))
            zone = [w for i, w in zip(cut.homes, cut.weights, strict=True) if plan[i] == cut.school]
            assert sum(zone) <= over[cut.school]
