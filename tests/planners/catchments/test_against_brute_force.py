"""The planner against every contiguous plan of a tiny district: values and bounds of all three levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_districts import best_of, contiguous_plans, districts, town, worth

from junheng.errors import InfeasibleError
from junheng.planners.catchments.objective import score
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, solve
from junheng.planners.catchments.violations import violations

OPTIONS = CatchmentOptions(seconds=20.0, target_gap=0.0)


def keeps_every_promise(problem):
    """Compare a solution with the best of all contiguous plans: its values, its bounds and its rules."""
    best = best_of(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(problem, options=OPTIONS, seed=0)
        return
    solution = solve(problem, options=OPTIONS, seed=0)
    assert tuple(solution.assignment.tolist()) in set(contiguous_plans(problem))
    reached = worth(problem, solution.assignment.tolist())
    values = {level.name: level for level in solution.levels}
    assert list(values) == ["overflow_pupils", "pupil_km", "moved_pupils"]
    assert reached[0] == best[0] == values["overflow_pupils"].value
    assert reached[1] == pytest.approx(best[1], abs=1e-5)
    assert reached[2] == best[2]
    assert problem.moved_pupils_cap is None or reached[2] <= problem.moved_pupils_cap
    for level, least in zip(values.values(), best, strict=True):
        assert level.bound <= least + 1e-5


@settings(max_examples=30, deadline=None)
@given(districts())
def test_every_level_reaches_the_best_of_all_contiguous_plans_and_no_bound_is_above_it(problem):
    keeps_every_promise(problem)


@settings(max_examples=30, deadline=None)
@given(districts(has_wishes=True))
def test_locks_bans_and_the_limit_on_moves_leave_the_best_plan_that_keeps_them(problem):
    keeps_every_promise(problem)


@settings(max_examples=25, deadline=None)
@given(districts(has_wishes=True, has_years=True))
def test_zones_for_several_years_are_the_best_for_the_worst_year_of_every_school(problem):
    keeps_every_promise(problem)


@settings(max_examples=25, deadline=None)
@given(districts(has_wishes=True, has_sharing=True))
def test_a_zone_that_two_schools_share_holds_both_and_is_the_best(problem):
    keeps_every_promise(problem)


@settings(max_examples=30, deadline=None)
@given(districts(has_years=True, has_units=True, has_group=True))
def test_zones_that_must_share_a_group_are_the_best_that_do(problem):
    keeps_every_promise(problem)


@settings(max_examples=40, deadline=None)
@given(districts(has_wishes=True, has_years=True, has_units=True, has_sharing=True))
def test_units_kept_whole_leave_the_best_plan_that_tears_none_apart(problem):
    keeps_every_promise(problem)


@settings(max_examples=12, deadline=None)
@given(districts(has_wishes=True), st.randoms(use_true_random=False))
def test_other_names_for_homes_and_schools_change_no_value(problem, random):
    homes, schools = list(range(problem.n_homes)), list(range(problem.n_schools))
    random.shuffle(homes)
    random.shuffle(schools)
    renamed = relabelled(problem, homes, schools)
    try:
        values = [level.value for level in solve(problem, options=OPTIONS, seed=0).levels]
    except InfeasibleError:
        with pytest.raises(InfeasibleError):
            solve(renamed, options=OPTIONS, seed=0)
        return
    assert [level.value for level in solve(renamed, options=OPTIONS, seed=0).levels] == pytest.approx(values)


@settings(max_examples=12, deadline=None)
@given(districts(), st.integers(0, 2), st.integers(0, 20))
def test_more_places_never_leave_more_pupils_without_one_nor_longer_ways_at_equal_overflow(
    problem, school, more
):
    larger = problem.capacity.copy()
    larger[school % problem.n_schools] += more
    before = solve(problem, options=OPTIONS, seed=0)
    after = solve(replace(problem, capacity=larger), options=OPTIONS, seed=0)
    assert after.levels[0].value <= before.levels[0].value
    if after.levels[0].value == before.levels[0].value == 0:
        assert after.levels[1].value <= before.levels[1].value + 1e-6


def relabelled(problem, homes, schools):
    """Return the problem with its homes and schools in another order."""
    place = {old: new for new, old in enumerate(homes)}
    number = {old: new for new, old in enumerate(schools)} | {NO_SCHOOL: NO_SCHOOL}
    return replace(
        problem,
        pupils=problem.pupils[homes],
        distance_km=problem.distance_km[np.ix_(homes, schools)],
        capacity=problem.capacity[schools],
        edges=np.array([[place[a], place[b]] for a, b in problem.edges.tolist()]),
        anchor=np.array([place[problem.anchor[j]] for j in schools]),
        allowed=problem.allowed[np.ix_(homes, schools)],
        present=np.array([number[problem.present[i]] for i in homes]),
    )


def test_the_rule_that_a_neighbour_must_be_closer_would_miss_the_best_plan():
    # H2 is as far from A as H1 is near, and hangs on A's zone only through H1, which is further from A than H2.
    problem = CatchmentProblem(
        homes=("H0", "H1", "H2", "H3"),
        schools=("A", "B"),
        pupils=np.array([1, 1, 10, 1]),
        distance_km=np.array([[0.0, 9.0], [2.0, 5.0], [1.0, 8.0], [9.0, 0.0]]),
        capacity=np.array([20, 20]),
        edges=np.array([(0, 1), (1, 2), (2, 3), (0, 3)]),
        anchor=np.array([0, 3]),
        allowed=np.ones((4, 2), bool),
        present=np.array([-1, -1, -1, -1]),
    )
    solution = solve(problem, options=OPTIONS, seed=0)
    assert solution.assignment.tolist() == [0, 0, 0, 1]
    closer = [k for k in problem.neighbours[2] if problem.distance_km[k, 0] < problem.distance_km[2, 0]]
    assert closer == []  # the usual rule would have forbidden this plan


@pytest.mark.parametrize(("effort", "ends"), [(1.0, {"proven", "effort"}), (0.02, {"effort"})])
def test_the_same_inputs_give_the_same_plan(effort, ends):
    problem = town(40, 5, seed=7)
    options = CatchmentOptions(seconds=300.0, effort=effort)
    first, second = (solve(problem, options=options, seed=3) for _ in range(2))
    assert first.stopped_by == second.stopped_by
    assert first.stopped_by in ends  # never the clock, whose second run might end elsewhere
    assert first.assignment.tolist() == second.assignment.tolist()
    assert [level[1:] for level in first.levels] == [level[1:] for level in second.levels]
    assert score(problem, first.assignment).overflow_pupils == first.levels[0].value
    assert dict(first.statistics) == dict(second.statistics)


def test_a_run_that_the_clock_ends_says_so_and_keeps_every_rule():
    problem = town(40, 5, seed=7)
    solution = solve(problem, options=CatchmentOptions(seconds=0.05), seed=3)
    assert solution.stopped_by == "time limit"
    assert violations(problem, solution.assignment) == {}
    assert all(level.bound <= level.value for level in solution.levels)
