"""Properties of the exchange planner: more freedom never hurts, names do not matter, refusals change little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from junheng.errors import InfeasibleError
from junheng.planners.exchange.objective import values
from junheng.planners.exchange.problem import STAY, ExchangeProblem
from junheng.planners.exchange.solve import ExchangeOptions, ExchangeSolution, solve

EXACT = ExchangeOptions(seconds=20, gap=0.0)
SEEDS = range(40)


def _levels(solution: ExchangeSolution) -> list[float]:
    return [level.value for level in solution.levels.values()]


def _solved(problem: ExchangeProblem) -> ExchangeSolution | None:
    try:
        return solve(problem, options=EXACT)
    except InfeasibleError:
        return None


def test_a_willing_teacher_never_worsens_a_plan(drawn: Callable[[int], ExchangeProblem]) -> None:
    compared = 0
    for seed in SEEDS:
        problem = drawn(seed)
        found = _solved(problem)
        if found is None:
            continue
        broken = problem.broken.copy()
        broken[seed % problem.n_people] = False
        better = solve(replace(problem, broken=broken), options=EXACT)
        assert tuple(np.round(_levels(better), 6)) <= tuple(np.round(_levels(found), 6))
        compared += 1
    assert compared > 10


def test_one_more_who_may_move_never_worsens_a_plan(drawn: Callable[[int], ExchangeProblem]) -> None:
    for seed in SEEDS:
        problem = drawn(seed)
        kept_home = replace(problem, allowed=problem.allowed & (np.arange(problem.n_people) != 2)[:, None])
        without = _solved(kept_home)
        if without is not None:
            with_one = solve(problem, options=EXACT)
            assert tuple(np.round(_levels(with_one), 6)) <= tuple(np.round(_levels(without), 6))


@pytest.mark.parametrize("seed", range(12))
def test_other_names_and_another_order_change_nothing(
    seed: int, drawn: Callable[[int], ExchangeProblem], shuffled: Any
) -> None:
    problem = drawn(seed)
    other, _, _ = shuffled(problem, seed)
    first, second = _solved(problem), _solved(other)
    assert (first is None) is (second is None)
    if first is not None and second is not None:
        assert _levels(first) == pytest.approx(_levels(second))


def test_the_same_problem_gives_the_same_plan(drawn: Callable[[int], ExchangeProblem]) -> None:
    problem = next(drawn(seed) for seed in SEEDS if _solved(drawn(seed)) is not None)
    once, again = (solve(problem, options=EXACT).destination for _ in range(2))
    assert once.tolist() == again.tolist()


def test_nobody_to_move_is_a_plan_too(make: Any) -> None:
    problem = make([0, 1])
    assert solve(problem, options=EXACT).destination.tolist() == [STAY, STAY]
    assert solve(make([]), options=EXACT).destination.tolist() == []


def test_gaps_come_before_wishes_and_wishes_before_commutes(make: Any, posts: Any) -> None:
    # S1 lacks one backbone teacher. T0 is one, near and unwilling; T1 is one, far and willing; T2 is none.
    problem = make(
        [0, 0, 0],
        posts=posts(3, 2, need=[[0, 0, 0], [0, 11, 0], [0, 0, 0]]),
        counted=np.array([[False, True, False], [False, True, False], [False, False, False]]),
        broken=np.array([[True] * 3, [False] * 3, [False] * 3]),
        km=np.array([[0, 1.0, 1.0], [0, 20.0, 20.0], [0, 1.0, 1.0]]),
    )
    assert solve(problem, options=EXACT).destination.tolist() == [STAY, 1, STAY]


def test_past_rotations_make_a_kilometre_heavier(make: Any) -> None:
    km = np.array([[0, 5.0, 5.0], [0, 6.0, 6.0]])
    for burden, mover in (([1.0, 1.0], 0), ([2.0, 1.0], 0)):
        # The longest commute comes first: T0 moves whatever the burden, unless both are as far.
        solution = solve(make([0, 0], quota=1, km=km, burden=np.array(burden)), options=EXACT)
        assert int(np.flatnonzero(solution.destination != STAY)[0]) == mover
    level = make([0, 0], quota=1, km=np.full((2, 3), 5.0), burden=np.array([2.0, 1.0]))
    assert solve(level, options=EXACT).destination[0] == STAY


def test_a_refusal_changes_as_few_others_as_possible(make: Any) -> None:
    problem = make([0, 0, 1, 1], quota=2)
    first = solve(problem, options=EXACT).destination
    mover = int(np.flatnonzero(first != STAY)[0])
    allowed = problem.allowed & (np.arange(4) != mover)[:, None]
    again = solve(replace(problem, allowed=allowed, previous=first), options=EXACT)
    changed = np.flatnonzero(again.destination != first)
    assert mover in changed
    assert len(changed) == 2  # who refused, and one in their place
    assert values(problem, again.destination)["shortfall"] == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quota": 4}, "3 eligible teachers"),
        ({"quota": 2, "backbone_share": 0.5}, "at least 1"),
        ({"least_to_rural": 2}, "at least 2"),
        ({"must_move": np.array([True, False, False]), "allowed": np.zeros((3, 3), bool)}, "T0"),
    ],
)
def test_what_cannot_be_is_said_with_its_numbers_before_solving(
    given: dict[str, Any], said: str, make: Any
) -> None:
    with pytest.raises(InfeasibleError, match=said):
        solve(make([0, 0, 0], **given), options=EXACT)


def test_what_only_the_rules_together_forbid_is_said_with_the_least_relaxation(make: Any, posts: Any) -> None:
    problem = make([0, 0, 0], posts=posts(3, 2, subject_floor=[[9, 0], [0, 0], [0, 0]]), quota=3)
    with pytest.raises(InfeasibleError, match="Ask for 1"):
        solve(problem, options=EXACT)
