"""What must hold of every plan: relabelling changes nothing, more room or posts never cost more, the verdict turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from junheng.district.model import District
from junheng.planners.compliance.candidate import violations
from junheng.planners.compliance.kinds import KINDS, expected_kinds, rostered_kinds
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, solve

Build = Callable[..., ComplianceProblem]
NEARLY = 1e-2
OPTIONS = ComplianceOptions(gap=1e-3, seconds=20)


def random_problem(problem_with: Build, seed: int, n: int = 4) -> ComplianceProblem:
    rng = np.random.default_rng(seed)
    base = problem_with(n=n, pupils=rng.integers(100, 900, n).astype(float))
    factor = np.exp(rng.normal(0.2, 0.35, (7, n)))
    total = np.round(base.threshold * base.sharing / np.array([[100.0, 100, 100, 1, 1, 1, 100]]).T * factor)
    teachers = total[0] * 1.1
    available = expected_kinds(teachers, np.minimum(total[:3], teachers))
    ceiling = np.round(total[3:] * rng.uniform(0.4, 2.0, (4, n)))
    return replace(base, total=total, available=available, ceiling=ceiling, most_leaving=np.full(n, 5))


def cost(problem: ComplianceProblem) -> float | None:
    found = solve(problem, options=OPTIONS)
    if found.plan is None:
        assert found.is_infeasible
        return None
    assert found.gap is not None
    assert found.gap < NEARLY
    assert violations(found.plan) == []
    return found.plan.cost.total


@pytest.mark.parametrize(
    ("seed", "yuan"),
    [(5, 3_271_300), (6, 3_690_800), (10, 4_151_500), (13, 1_146_900), (14, 641_100), (21, 660_800)],
)
def test_the_plan_is_the_one_that_scip_proved_best(problem_with: Build, seed: int, yuan: float) -> None:
    # Found and proven by SCIP 10 on the cones in one piece (benchmarks/compliance_peers.py, scip_direct).
    assert cost(random_problem(problem_with, seed, n=6)) == pytest.approx(yuan, rel=2e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_renaming_and_reordering_the_schools_changes_nothing(problem_with: Build, seed: int) -> None:
    problem = random_problem(problem_with, seed)
    order = np.random.default_rng(seed).permutation(problem.n_schools)
    other = replace(
        problem,
        schools=tuple(f"X{i}" for i in range(problem.n_schools)),
        pupils=problem.pupils[order],
        total=problem.total[:, order],
        sharing=problem.sharing[:, order],
        available=problem.available[:, order],
        distance_km=problem.distance_km[np.ix_(order, order)],
        ceiling=problem.ceiling[:, order],
    )
    one, two = cost(problem), cost(other)
    assert (one is None) == (two is None)
    if one is not None:
        assert two == pytest.approx(one, rel=NEARLY, abs=3_500)


@given(st.integers(0, 10_000), st.sampled_from(["ceiling", "posts", "teachers", "limit"]))
@settings(max_examples=16, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_more_room_posts_teachers_or_latitude_never_cost_more(
    problem_with: Build, seed: int, what: str
) -> None:
    problem = replace(random_problem(problem_with, seed), max_recruits=6)
    looser = {
        "ceiling": lambda: replace(problem, ceiling=problem.ceiling * 2),
        "posts": lambda: replace(problem, max_recruits=7),
        "teachers": lambda: replace(problem, available=problem.available + 1),
        "limit": lambda: replace(problem, cv_limit=problem.cv_limit * 1.05),
    }[what]()
    before = cost(problem)
    assume(before is not None)
    after = cost(looser)
    assert after is not None
    assert before is not None
    assert after <= before * (1 + NEARLY) + 3_500


def test_the_same_problem_gives_the_same_plan(problem_with: Build) -> None:
    one, two = (solve(random_problem(problem_with, 3), options=OPTIONS).plan for _ in range(2))
    assert one is not None
    assert two is not None
    assert np.array_equal(one.things, two.things)
    assert np.array_equal(one.recruits, two.recruits)
    assert np.array_equal(one.n_moved, two.n_moved)


@given(st.integers(1, 200), st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_the_kinds_never_add_up_to_more_than_a_count(teachers: int, shares: list[float]) -> None:
    counts = np.floor(np.array(shares) * teachers)[:, None]
    kinds = expected_kinds(np.array([float(teachers)]), counts)
    assert kinds.sum() <= teachers
    for position in range(3):
        counted = sum(int(kinds[k, 0]) for k, kind in enumerate(KINDS) if kind[position])
        assert counted <= counts[position, 0]


def test_nobody_may_leave_a_school_whose_teachers_nobody_counted() -> None:
    kinds = expected_kinds(np.array([np.nan, 10.0]), np.array([[5.0, 12.0], [1.0, 1.0], [1.0, 1.0]]))
    assert not kinds.any()


def test_the_roster_says_who_is_backbone_and_teaches_pe() -> None:
    columns = ("school", "stage", "degree", "tier", "tier_until", "subject", "exemption", "return_year")
    rows = [
        ("A", "primary", "associate", "county", 2026, "pe", None, None),  # all three
        ("A", "primary", "bachelor", "county", 2025, "chinese", None, None),  # no longer backbone
        ("A", "primary", "below", "none", None, "music", None, None),
        ("A", "primary", "bachelor", "none", None, "art", "illness", None),  # exempt
        ("A", "primary", "bachelor", "none", None, "art", None, 2028),  # on a stint
        ("A", "primary", None, "none", None, "art", None, None),  # degree not recorded
        ("B", "junior", "associate", "none", None, "pe", None, None),  # below what junior asks
    ]
    roster = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        teacher=pl.Series([f"T{i}" for i in range(len(rows))])
    )
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "teachers": roster,
        }
    )
    keys = [("A", "primary"), ("B", "junior"), ("B", "primary")]
    counts, is_rostered = rostered_kinds(district, keys, year=2026)
    assert is_rostered.tolist() == [True, True, False]
    found = {(KINDS[k].code, i): int(counts[k, i]) for k, i in np.argwhere(counts).tolist()}
    assert found == {
        ("qualified+backbone+pe_arts", 0): 1,
        ("qualified", 0): 1,
        ("pe_arts", 0): 1,
        ("pe_arts", 1): 1,
    }
