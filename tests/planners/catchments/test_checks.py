"""What stands in the way of any plan is said before solving, with the numbers and the least relaxation."""

from __future__ import annotations

import numpy as np
import pytest

from junheng.errors import InfeasibleError
from junheng.planners.catchments.checks import check
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, solve


def grid(**changes):
    """Return four homes in a row, schools A and B at the ends, room for everybody."""
    fields = {
        "homes": ("H0", "H1", "H2", "H3"),
        "schools": ("A", "B"),
        "pupils": np.array([5, 5, 5, 5]),
        "distance_km": np.array([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 0.0]]),
        "capacity": np.array([10, 10]),
        "edges": np.array([(0, 1), (1, 2), (2, 3)]),
        "anchor": np.array([0, 3]),
        "allowed": np.ones((4, 2), bool),
        "present": np.array([0, 0, 1, 1]),
    }
    return CatchmentProblem(**(fields | changes))


def codes(problem):
    return [found.code for found in check(problem)]


def test_a_sound_problem_has_nothing_in_its_way():
    assert check(grid()) == []


def test_two_schools_in_one_home_are_named():
    (found,) = check(grid(anchor=np.array([0, 0])))
    assert found.code == "anchor-shared"
    assert "A, B" in found.found.en


def test_a_ban_on_a_schools_own_home_is_named():
    allowed = np.ones((4, 2), bool)
    allowed[0, 0] = False
    found = [problem for problem in check(grid(allowed=allowed)) if problem.code == "anchor-forbidden"]
    assert [problem.place.key for problem in found] == ["H0 → A"]


def test_a_home_with_every_school_banned_is_named():
    allowed = np.ones((4, 2), bool)
    allowed[1] = False
    assert "no-school-allowed" in codes(grid(allowed=allowed))


def test_homes_that_no_road_leads_from_are_named_together_and_not_laid_to_bans():
    km = np.array(grid().distance_km)
    km[1] = km[2] = np.inf
    allowed = np.isfinite(km)
    for units in ((), ((0, 3),)):
        found = check(grid(distance_km=km, allowed=allowed, units=units))
        assert (found[0].code, found[0].place.key) == ("no-road", "H1, H2")
        assert "no-school-allowed" not in {one.code for one in found}


def test_a_home_that_no_neighbour_joins_to_a_school_is_named_with_its_pupils():
    found = [p for p in check(grid(edges=np.array([(0, 1), (2, 3)]))) if p.code == "unreachable"]
    assert found == []
    (found,) = check(grid(edges=np.array([(0, 1), (1, 3)])))
    assert found.code == "unreachable"
    assert found.place.key == "H2"
    assert "5 pupils" in found.found.en


def test_a_home_locked_to_a_school_behind_other_zones_is_unreachable():
    allowed = np.ones((4, 2), bool)
    allowed[1] = [False, True]
    allowed[2] = [True, False]
    found = [problem for problem in check(grid(allowed=allowed)) if problem.code == "unreachable"]
    assert [problem.place.key for problem in found] == ["H1, H2"]


def test_too_few_places_are_a_warning_with_the_number_that_stays_over():
    (found,) = check(grid(capacity=np.array([8, 10])))
    assert (found.code, found.severity) == ("too-few-places", "warning")
    assert "2 more pupils" in found.found.en


def test_a_limit_on_moves_below_what_bans_force_says_the_least_limit():
    allowed = np.ones((4, 2), bool)
    allowed[1, 0] = False
    (found,) = check(grid(allowed=allowed, moved_pupils_cap=4))
    assert found.code == "moved-cap-too-low"
    assert found.remedy.en == "Raise the limit to 5"


@pytest.mark.parametrize("anchor", [[0, 0], [3, 3]])
def test_solving_an_impossible_problem_raises_with_every_reason(anchor):
    with pytest.raises(InfeasibleError) as raised:
        solve(grid(anchor=np.array(anchor)), options=CatchmentOptions(seconds=5.0), seed=0)
    assert "anchor-shared" in [problem.code for problem in raised.value.problems]


def test_a_unit_in_two_pieces_is_named_with_its_pieces():
    (found,) = check(grid(units=((0, 2),)))
    assert found.code == "unit-in-pieces"
    assert found.place.key == "H0 + H2"
    assert found.found.en == "in 2 pieces that do not touch: H0 | H2"


def test_a_unit_that_holds_two_schools_is_named_with_the_schools():
    (found,) = check(grid(units=((0, 1, 2, 3),)))
    assert found.code == "unit-two-schools"
    assert "A, B" in found.found.en


def test_locks_that_would_tear_a_unit_apart_are_named():
    allowed = np.ones((4, 2), bool)
    allowed[1] = [True, False]
    allowed[2] = [False, True]
    (found,) = check(grid(allowed=allowed, units=((1, 2),)))
    assert found.code == "unit-locks-contradict"


def test_what_hinders_a_whole_unit_is_said_with_all_its_homes():
    (found,) = check(grid(edges=np.array([(0, 3), (1, 2)]), units=((1, 2),)))
    assert found.code == "unreachable"
    assert found.place.key == "H1 + H2"
    assert "10 pupils" in found.found.en
