"""Each rule on a case worked by hand in which it, and nothing else, decides; without it the answer is another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from junheng.planners.compliance.candidate import Candidate, violations
from junheng.planners.compliance.costs import UnitCosts
from junheng.planners.compliance.kinds import KINDS, Kind
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, solve

EXACT = ComplianceOptions(gap=0.0, seconds=30)
Build = Callable[..., ComplianceProblem]
PLAIN, PE = KINDS.index(Kind(True, False, False)), KINDS.index(Kind(True, False, True))


def best(problem: ComplianceProblem) -> Candidate:
    solution = solve(problem, options=EXACT)
    assert solution.plan is not None
    assert violations(solution.plan) == []
    assert solution.bound <= solution.plan.cost.total * (1 + 1e-9)
    return solution.plan


def level(problem: ComplianceProblem, changes: dict[tuple[int, int], float]) -> np.ndarray:
    """Return the totals with some of them set, by indicator and school stage."""
    total = problem.total.copy()
    for place, amount in changes.items():
        total[place] = amount
    return total


def test_a_district_that_passes_needs_nothing(problem_with: Build) -> None:
    plan = best(problem_with())
    assert plan.cost.total == 0
    assert not plan.things.any()
    assert not plan.recruits.any()
    assert len(plan.moves) == 0


def test_school_rule_one_indicator_may_stay_at_its_floor(problem_with: Build) -> None:
    # 200 pupils: the threshold of R4 is 900 m2, its floor 765; 700 are there, so that 65 are built.
    base = problem_with()
    plan = best(replace(base, total=level(base, {(3, 0): 700.0})))
    assert plan.things[0].tolist() == [65.0, 0.0, 0.0]
    assert plan.cost.total == 65 * 3500


def test_may_miss_only_one_stays_and_it_is_the_dearest(problem_with: Build) -> None:
    # R4 lacks 100 m2 (350,000 yuan), R5 lacks 300 m2 (180,000 yuan): R4 stays, being above its floor.
    base = problem_with()
    total = level(base, {(3, 0): 800.0, (4, 0): 1200.0})
    plan = best(replace(base, total=total))
    assert plan.things[0, 0] == 0
    assert plan.things[1, 0] == 300
    # Where none may be missed, both are built; where both may, neither.
    assert best(replace(base, total=total, may_miss=np.zeros(3, int))).cost.total == 350_000 + 180_000
    below_floor = level(base, {(3, 0): 800.0, (4, 0): 1200.0})
    both = best(replace(base, total=below_floor, may_miss=np.full(3, 2)))
    assert both.things[1, 0] == 75  # up to the floor of 1,275
    assert both.things[0, 0] == 0


def test_people_and_rooms_come_whole(problem_with: Build) -> None:
    # 210 pupils need 4.83 rooms, that is 5; 3 are there and may not be missed as R4 is missed already.
    base = problem_with(pupils=[210.0] * 3)
    plan = best(replace(base, total=level(base, {(6, 0): 3.0}), may_miss=np.zeros(3, int)))
    assert plan.things[3, 0] == 2


def test_spread_is_kept_exactly(problem_with: Build) -> None:
    # Two schools of equal size at a and b vary by |a - b| / (a + b): at 6000 and 2000 yuan by exactly 0.5; 8000
    # needs b = 8000 / 3 yuan a pupil, so 666.67 * 200 yuan more, in steps of a hundred.
    per_head = np.outer(np.array([4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3]), [1.2, 1.2])
    per_head[5] = [8000.0, 2000.0]
    problem = problem_with(n=2, per_head=per_head)
    plan = best(problem)
    assert plan.cost.total == pytest.approx((8000 / 3 - 2000) * 200, rel=1e-3)
    assert plan.cost.total >= (8000 / 3 - 2000) * 200
    per_head[5] = [6000.0, 2000.0]
    assert best(problem_with(n=2, per_head=per_head)).cost.total == 0


def test_spread_of_teachers_is_kept_by_moving_them(problem_with: Build) -> None:
    # 40 and 9 teachers above the degree for 200 pupils each vary by 31/49 = 0.63; 36.75 and 12.25 would by 0.5.
    base = problem_with(n=2)
    available = np.zeros((len(KINDS), 2), int)
    available[PLAIN] = [10, 0]
    plan = best(replace(base, total=level(base, {(0, 0): 40.0, (0, 1): 9.0}), available=available))
    assert plan.total[0].tolist() == [36.0, 13.0]
    assert plan.n_moved.tolist() == [4]
    assert not plan.recruits.any()


def test_ceiling_of_the_site(problem_with: Build) -> None:
    # R4 and R5 are short by 100 and 300 m2. R4 would stay, but R5's site takes only 200: so R4 is built.
    base = problem_with()
    total = level(base, {(3, 0): 800.0, (4, 0): 1300.0})
    ceiling = np.full((4, 3), np.inf)
    ceiling[1, 0] = 150.0
    assert best(replace(base, total=total)).things[:2, 0].tolist() == [0.0, 200.0]
    assert best(replace(base, total=total, ceiling=ceiling)).things[:2, 0].tolist() == [100.0, 0.0]


def test_pinned_works_are_done_whatever_they_cost(problem_with: Build) -> None:
    least = np.zeros((4, 3))
    least[0, 2] = 40.0
    assert best(problem_with(least=least)).things[0].tolist() == [0.0, 0.0, 40.0]


def lacking_pe(problem_with: Build, **changes: object) -> ComplianceProblem:
    """School C lacks one PE teacher (2 needed for 200 pupils, 1 there), R3 may not be missed; A and B have 3."""
    base = problem_with(may_miss=np.zeros(3, int))
    available = np.zeros((len(KINDS), 3), int)
    available[PE] = [1, 1, 0]
    total = level(base, {(2, 0): 3.0, (2, 1): 3.0, (2, 2): 1.0})
    return replace(base, total=total, available=available, **changes)


def test_the_nearest_who_may_is_moved(problem_with: Build) -> None:
    plan = best(lacking_pe(problem_with))
    assert (plan.moves.sender.tolist(), plan.moves.receiver.tolist()) == ([1], [2])
    assert plan.cost.total == 12_000 + 10 * 600


def test_available_nobody_leaves_who_is_not_there(problem_with: Build) -> None:
    problem = lacking_pe(problem_with)
    available = problem.available.copy()
    available[PE, 1] = 0
    plan = best(replace(problem, available=available))
    assert plan.moves.sender.tolist() == [0]


def test_leaving_no_more_than_may(problem_with: Build) -> None:
    plan = best(lacking_pe(problem_with, most_leaving=np.array([99, 0, 99])))
    assert plan.moves.sender.tolist() == [0]


def lacking_two(problem_with: Build, **changes: object) -> ComplianceProblem:
    """School C lacks two teachers above the degree (9 needed, 7 there); A and B have 13 and two who may leave each."""
    base = problem_with(may_miss=np.zeros(3, int))
    available = np.zeros((len(KINDS), 3), int)
    available[PLAIN] = [2, 2, 0]
    total = level(base, {(0, 0): 13.0, (0, 1): 13.0, (0, 2): 7.0})
    return replace(base, total=total, **{"available": available, **changes})


def senders(plan: Candidate) -> dict[int, int]:
    return dict(zip(plan.moves.sender.tolist(), plan.n_moved.tolist(), strict=True))


def test_available_no_more_leave_than_there_are_of_the_kind(problem_with: Build) -> None:
    assert senders(best(lacking_two(problem_with))) == {1: 2}
    available = np.zeros((len(KINDS), 3), int)
    available[PLAIN] = [2, 1, 0]
    assert senders(best(lacking_two(problem_with, available=available))) == {0: 1, 1: 1}


def test_leaving_no_more_leave_in_all_than_may(problem_with: Build) -> None:
    assert senders(best(lacking_two(problem_with, most_leaving=np.array([9, 1, 9])))) == {0: 1, 1: 1}


def test_donor_verdict_a_donor_may_not_fall_to_its_floor_though_it_would_still_pass(
    problem_with: Build,
) -> None:
    # B has just the 9 it needs; 8 are its floor, and it misses nothing else. C misses R5, so that it must meet R1.
    base = problem_with()
    available = np.zeros((len(KINDS), 3), int)
    available[PLAIN] = [1, 1, 0]
    total = level(base, {(0, 0): 13.0, (0, 1): 9.0, (0, 2): 8.0, (4, 2): 1400.0})
    ceiling = np.full((4, 3), np.inf)
    ceiling[1] = 0.0
    assert senders(best(replace(base, total=total, available=available, ceiling=ceiling))) == {0: 1}


def test_move_km_no_longer_than_the_limit(problem_with: Build) -> None:
    plan = best(lacking_pe(problem_with, max_move_km=5.0))
    assert len(plan.moves) == 0
    assert plan.recruits.sum() == 1


def test_receive_nobody_is_moved_to_a_closed_school(problem_with: Build) -> None:
    plan = best(lacking_pe(problem_with, may_receive=np.array([True, True, False])))
    assert plan.recruits.sum() == 1


def test_donor_verdict_no_school_gives_below_what_it_meets(problem_with: Build) -> None:
    # B has just the 2 PE teachers it needs: one may leave by the count, but then B would no longer meet R3.
    problem = lacking_pe(problem_with)
    total = problem.total.copy()
    total[2, 1] = 2.0
    assert best(replace(problem, total=total)).moves.sender.tolist() == [0]
    # Not even where one indicator might stay at its floor: what a donor meets today it meets afterwards.
    total[2, 2] = 0.0
    lenient = replace(problem, total=total, may_miss=np.ones(3, int))
    assert 1 not in best(lenient).moves.sender.tolist()


def test_recruits_no_more_than_there_are_posts(problem_with: Build) -> None:
    # A recruit costs less than a move here; with no post free, somebody is moved all the same.
    cheap = UnitCosts(recruit=1_000.0)
    assert best(lacking_pe(problem_with, costs=cheap)).recruits.sum() == 1
    plan = best(lacking_pe(problem_with, costs=cheap, max_recruits=0))
    assert plan.recruits.sum() == 0
    assert plan.n_moved.sum() == 1


def test_a_one_through_school_shares_what_is_built_by_weights(problem_with: Build) -> None:
    # 200 primary and 100 junior pupils, weights 1 and 1.1: 310 weighted. Primary needs 4.5 * 310 = 1395 m2, junior
    # 5.8 * 310 / 1.1 = 1634.5 (in whole square metres 1635) of the same rooms; 1500 are there, none may be missed.
    base = problem_with(n=2, may_miss=np.zeros(2, int), pupils=[200.0, 100.0])
    threshold = base.threshold.copy()
    threshold[:, 1] = [5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4]
    sharing = base.sharing.copy()
    sharing[3:, 0], sharing[3:, 1] = 310.0, 310.0 / 1.1
    total = base.total * 2
    total[3:] = np.array([1500.0, 4000.0, 1e6, 9.0])[:, None]
    plan = best(
        replace(
            base,
            schools=("A",),
            school=np.zeros(2, int),
            stage=np.array([0, 1]),
            threshold=threshold,
            floor=threshold * 0.85,
            sharing=sharing,
            total=total,
            distance_km=np.zeros((1, 1)),
            ceiling=np.full((4, 1), np.inf),
            least=np.zeros((4, 1)),
        )
    )
    assert plan.things[:, 0].tolist() == [135.0, 0.0, 0.0, 0.0]
