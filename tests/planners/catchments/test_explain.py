"""Every home's reason, on a street of homes where each reason can be seen by eye."""

from __future__ import annotations

import numpy as np

from junheng.planners.catchments.explain import REASONS, explain
from junheng.planners.catchments.problem import CatchmentProblem


def street(pupils, capacity, *, present, allowed=None):
    """Return six homes in a row, one km apart, with school A in the first and school B in the last."""
    n = len(pupils)
    position = np.arange(n, dtype=float)
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=("A", "B"),
        pupils=np.array(pupils),
        distance_km=np.abs(position[:, None] - np.array([0.0, n - 1.0])),
        capacity=np.array(capacity),
        edges=np.array([(i, i + 1) for i in range(n - 1)]),
        anchor=np.array([0, n - 1]),
        allowed=np.ones((n, 2), bool) if allowed is None else allowed,
        present=np.array(present),
    )


def codes(problem, plan, *, locked=()):
    return [reason.code for reason in explain(problem, np.array(plan), locked=locked)]


def test_homes_of_the_nearest_school_say_so_and_the_schools_own_home_says_that():
    problem = street([10] * 6, [30, 30], present=[0, 0, 0, 1, 1, 1])
    assert codes(problem, [0, 0, 0, 1, 1, 1]) == [
        "own_school",
        "nearest",
        "nearest",
        "nearest",
        "nearest",
        "own_school",
    ]


def test_a_full_nearest_school_is_told_with_the_pupils_it_would_be_over():
    problem = street([10] * 6, [20, 40], present=[0, 0, 1, 1, 1, 1])
    reason = explain(problem, np.array([0, 0, 1, 1, 1, 1]), names=["First", "Second"])[2]
    assert reason.code == "nearest_full"
    assert reason.numbers == {"nearest": "A", "extra_km": 1.0, "over_pupils": 10}
    assert (
        reason.text.en
        == "the nearest, First, is full: 10 pupils over with this home; Second is 1.00 km further"
    )


def test_a_home_whose_neighbours_lie_in_another_zone_is_cut_off():
    problem = street([10] * 6, [60, 60], present=[0, 1, 1, 1, 1, 1])
    assert codes(problem, [0, 1, 1, 1, 1, 1])[2] == "cut_off"


def test_a_home_at_the_edge_of_its_zone_stays_where_it_is_today():
    problem = street([10] * 6, [60, 60], present=[0, 0, 0, 0, 0, 1])
    assert codes(problem, [0, 0, 0, 0, 0, 1])[4] == "kept"
    newly = street([10] * 6, [60, 60], present=[0, 0, 0, 0, 1, 1])
    assert codes(newly, [0, 0, 0, 0, 0, 1])[4] == "on_balance"


def test_a_home_on_which_others_of_its_zone_hang_holds_the_zone():
    # H1 touches B's home H3 and would be nearer to B, but H2 reaches A only through H1.
    problem = CatchmentProblem(
        homes=("H0", "H1", "H2", "H3"),
        schools=("A", "B"),
        pupils=np.array([1, 1, 1, 1]),
        distance_km=np.array([[0.0, 5.0], [2.0, 1.0], [1.0, 5.0], [5.0, 0.0]]),
        capacity=np.array([9, 9]),
        edges=np.array([(0, 1), (1, 2), (1, 3)]),
        anchor=np.array([0, 3]),
        allowed=np.ones((4, 2), bool),
        present=np.array([0, 0, 0, 1]),
    )
    assert codes(problem, [0, 0, 0, 1])[1] == "holds_zone"


def test_locks_and_bans_come_before_distances():
    allowed = np.ones((6, 2), bool)
    allowed[1, 0] = False
    problem = street([10] * 6, [60, 60], present=[0, 0, 0, 1, 1, 1], allowed=allowed)
    assert codes(problem, [0, 1, 1, 1, 1, 1], locked={"H1"})[1] == "locked"
    assert codes(problem, [0, 1, 1, 1, 1, 1])[1] == "forbidden"


def test_a_home_with_one_school_in_reach_is_not_said_to_be_locked():
    # A river between H2 and H3: no road leads from one side to the school of the other.
    sides = np.repeat(np.eye(2, dtype=bool), 3, axis=0)
    problem = street([10] * 6, [30, 30], present=[0, 0, 0, 1, 1, 1], allowed=sides)
    assert codes(problem, [0, 0, 0, 1, 1, 1])[1:5] == ["nearest"] * 4


def test_every_reason_has_words_in_both_languages():
    for text in REASONS.values():
        assert text.zh
        assert text.en
