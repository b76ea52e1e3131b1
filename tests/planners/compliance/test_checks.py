"""What no plan can keep is said with the school, the amount and the least relaxation; that relaxation suffices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from junheng.errors import InfeasibleError
from junheng.planners.compliance.checks import check, why_infeasible
from junheng.planners.compliance.planner import solved
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions

Build = Callable[..., ComplianceProblem]
OPTIONS = ComplianceOptions(seconds=20)


def with_total(
    base: ComplianceProblem, changes: dict[tuple[int, int], float], **more: object
) -> ComplianceProblem:
    total = base.total.copy()
    for place, amount in changes.items():
        total[place] = amount
    return replace(base, total=total, **more)


def ceilings(**at: float) -> np.ndarray:
    found = np.full((4, 3), np.inf)
    for name, most in at.items():
        thing, school = (int(part) for part in name[1:].split("_"))
        found[thing, school] = most
    return found


def test_a_problem_with_a_plan_is_not_complained_about(problem_with: Build) -> None:
    assert check(problem_with()) == []


def test_a_site_too_small_for_the_floor_is_named_with_what_would_help(problem_with: Build) -> None:
    # 200 pupils need 1,275 m2 of ground at the floor; 1,000 are there and 100 can be added: 175 more, or 172 pupils.
    problem = with_total(problem_with(), {(4, 1): 1000.0}, ceiling=ceilings(t1_1=100.0))
    (found,) = check(problem)
    assert found.code == "site-too-small"
    assert found.place.key == "balance.R5/B/primary"
    assert "175" in found.remedy.en
    assert "172 pupils" in found.remedy.en
    mended = replace(problem, ceiling=ceilings(t1_1=275.0))
    assert check(mended) == []
    assert solved(mended, options=OPTIONS).plan is not None


def test_of_two_indicators_that_cannot_be_met_one_may_stay_and_the_easier_is_named(
    problem_with: Build,
) -> None:
    problem = with_total(
        problem_with(), {(3, 0): 800.0, (4, 0): 1490.0}, ceiling=ceilings(t0_0=0.0, t1_0=0.0)
    )
    (found,) = check(problem)
    assert found.place.key == "balance.R5/A/primary"
    assert "10 " in found.remedy.en


def test_a_work_pinned_above_its_ceiling_is_a_contradiction(problem_with: Build) -> None:
    least = np.zeros((4, 3))
    least[0, 2] = 50.0
    (found,) = check(problem_with(least=least, ceiling=ceilings(t0_2=40.0)))
    assert found.code == "pinned-above-ceiling"


def test_too_few_posts_are_counted(problem_with: Build) -> None:
    # School C has 3 of the 9 teachers above the degree that it needs, nobody may move, and R1 may stay at 3.57: 8.
    problem = with_total(problem_with(), {(0, 2): 3.0}, max_recruits=2)
    (found,) = why_infeasible(problem)
    assert found.code == "too-few-posts"
    assert found.expected.en == "at least 5"
    assert solved(replace(problem, max_recruits=5), options=OPTIONS).plan is not None
    with pytest.raises(InfeasibleError):
        solved(problem, options=OPTIONS)


def test_a_limit_of_variation_out_of_reach_is_named_with_the_least_that_is_in_reach(
    problem_with: Build,
) -> None:
    # Two of three schools at 8 m2 and one at 40: with no site to grow, that varies by 0.808.
    problem = with_total(
        problem_with(),
        {(4, 0): 1600.0, (4, 1): 1600.0, (4, 2): 8000.0},
        ceiling=ceilings(t1_0=0.0, t1_1=0.0, t1_2=0.0),
    )
    x = np.array([8.0, 8.0, 40.0])
    least = x.std() / x.mean()
    with pytest.raises(InfeasibleError) as caught:
        solved(problem, options=OPTIONS)
    (found,) = caught.value.problems
    assert found.place.key == "balance.R5/primary"
    named = float(found.found.en.split("by ")[1].split(" ")[0])
    assert named == pytest.approx(least, abs=2e-3)
    limits = problem.cv_limit.copy()
    limits[4, 0] = named
    assert solved(replace(problem, cv_limit=limits), options=OPTIONS).plan is not None
