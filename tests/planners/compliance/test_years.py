"""Which schools first: against every order on small cases, and measured year by year on an example district."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from junheng.district.examples import example
from junheng.errors import UsageError
from junheng.planners.compliance.candidate import Candidate, passing
from junheng.planners.compliance.packages import packages, rest
from junheng.planners.compliance.planner import Study, budgets_of, study
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, solve
from junheng.planners.compliance.wishes import Wishes
from junheng.planners.compliance.years import joined, one_percent_more, schedule
from junheng.plans.rescored import year_by_year
from junheng.standards import load_standard

Build = Callable[..., ComplianceProblem]
STANDARD = load_standard()
TODAY = STANDARD.on(date(2026, 9, 1))


def three_short(problem_with: Build, lacks: list[float], pupils: list[float]) -> Candidate:
    """Three schools that lack so many square metres of ground, 600 yuan each, and one that passes."""
    base = problem_with(n=4, pupils=[*pupils, 500.0], may_miss=np.zeros(4, int))
    total = base.total.copy()
    for i, lack in enumerate(lacks):
        total[4, i] = base.need[4, i] - lack
    limits = np.full((7, 2), np.inf)
    found = solve(replace(base, total=total, cv_limit=limits), options=ComplianceOptions(seconds=20)).plan
    assert found is not None
    return found


@given(
    lacks=st.lists(st.integers(50, 400).map(float), min_size=3, max_size=3),
    pupils=st.lists(st.integers(1, 9).map(lambda n: 100.0 * n), min_size=3, max_size=3),
    budgets=st.lists(st.integers(0, 400_000).map(float), min_size=1, max_size=3),
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_leaves_the_fewest_pupil_years_outside(
    problem_with: Build, lacks: list[float], pupils: list[float], budgets: list[float]
) -> None:
    plan = three_short(problem_with, lacks, pupils)
    years = range(2026, 2026 + len(budgets))
    found = schedule(plan, dict(zip(years, budgets, strict=True)), seconds=20)
    yuan = [one.yuan for one in packages(plan)]
    assert yuan == pytest.approx([600 * lack for lack in lacks], abs=600)  # within a step
    best = min(
        sum(p * at for p, at in zip(pupils, order, strict=True))
        for order in product(range(len(budgets) + 1), repeat=3)
        if all(
            sum(y for y, at in zip(yuan, order, strict=True) if at == year) <= budgets[year]
            for year in range(len(budgets))
        )
    )
    assert found.outside == pytest.approx(best)
    assert found.bound <= best + 1e-3
    for year, budget in zip(years, budgets, strict=True):
        assert found.parts[year].cost.total <= budget + 1e-6


@given(
    lacks=st.lists(st.integers(50, 400).map(float), min_size=3, max_size=3),
    budgets=st.lists(st.integers(0, 400_000).map(float), min_size=2, max_size=2),
    more=st.integers(0, 200_000),
    year=st.integers(0, 1),
)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_more_money_in_a_year_never_leaves_more_pupils_outside(
    problem_with: Build, lacks: list[float], budgets: list[float], more: int, year: int
) -> None:
    plan = three_short(problem_with, lacks, [200.0, 300.0, 400.0])
    richer = [yuan + more * (i == year) for i, yuan in enumerate(budgets)]
    one, two = (
        schedule(plan, dict(enumerate(given, 2026)), seconds=20).outside for given in (budgets, richer)
    )
    assert two <= one


def test_each_package_alone_makes_its_school_pass(problem_with: Build) -> None:
    plan = three_short(problem_with, [100.0, 200.0, 300.0], [200.0, 300.0, 400.0])
    for one in packages(plan):
        own = plan.problem.school == one.school
        assert not plan.problem.passes[own].any()
        assert passing(plan.problem, one.part.total)[own].all()


def test_packages_and_rest_are_the_whole_plan(problem_with: Build) -> None:
    plan = three_short(problem_with, [100.0, 200.0, 300.0], [200.0, 300.0, 400.0])
    own = packages(plan)
    together = joined([*(one.part for one in own), rest(plan, own)])
    assert np.array_equal(together.things, plan.things)
    assert together.cost.total == pytest.approx(plan.cost.total)


def test_one_percent_more_can_bring_a_school_in(problem_with: Build) -> None:
    plan = three_short(problem_with, [100.0, 200.0, 300.0], [200.0, 300.0, 400.0])
    # 600 m2 are 360,000 yuan: with one percent more all three pass in the year, where the two largest did before.
    assert one_percent_more(plan, {2026: 358_000.0}, seconds=20) == pytest.approx(200)
    assert one_percent_more(plan, {2026: 350_000.0}, seconds=20) == pytest.approx(0)


@pytest.fixture(scope="module")
def studied() -> Study:
    return study(example("district"), STANDARD, wishes=Wishes(), options=ComplianceOptions(seconds=50))


def test_measured_year_by_year_more_pupils_pass_and_no_budget_is_broken(studied: Study) -> None:
    budgets = {2026: 400_000.0, 2027: 5_000_000.0, 2028: 30_000_000.0}
    plan, found = studied.over_years(budgets)
    measured = year_by_year(plan, studied.district, TODAY)
    assert measured["pupils_passing"].is_sorted()
    assert measured["verdict"].to_list() == ["fail", "fail", "pass"]
    for year, yuan in measured.select("year", "yuan").iter_rows():
        assert yuan <= budgets[year]
    outside = (measured["pupils"] - measured["pupils_passing"]).sum()
    assert outside == pytest.approx(found.outside)
    assert found.unfunded.cost.total == pytest.approx(0, abs=1e-6)


def test_too_little_money_leaves_the_rest_undone_and_says_how_much(studied: Study) -> None:
    plan, found = studied.over_years({2026: 400_000.0})
    whole = studied.candidate.cost.total
    done = sum(action.yuan for action in plan.actions)
    assert done <= 400_000
    assert found.unfunded.cost.total == pytest.approx(whole - done)


def test_the_years_of_the_table_are_used(studied: Study) -> None:
    assert list(budgets_of(studied.district)) == [2026, 2027, 2028]


def test_no_budget_at_all_is_refused(studied: Study) -> None:
    with pytest.raises(UsageError, match="budget"):
        studied.over_years({})
