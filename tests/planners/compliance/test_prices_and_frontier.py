"""What a rule costs, and what so many passing schools cost: cases worked by hand, and bounds that hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from junheng.planners.compliance.frontier import frontier, least_alone
from junheng.planners.compliance.prices import prices, without_indicator
from junheng.planners.compliance.problem import ComplianceProblem, variation
from junheng.planners.compliance.solve import ComplianceOptions, solve

Build = Callable[..., ComplianceProblem]
OPTIONS = ComplianceOptions(gap=0.0, seconds=30)


def short_twice(problem_with: Build) -> ComplianceProblem:
    """School A lacks 100 m2 of rooms, above the floor, and 300 m2 of ground, 75 of them to the floor; B lacks 65 m2 of
    rooms to the floor."""
    base = problem_with()
    total = base.total.copy()
    total[3, 0], total[4, 0], total[3, 1] = 800.0, 1200.0, 700.0
    return replace(base, total=total)


def test_prices_of_rules_are_what_the_plan_would_save(problem_with: Build) -> None:
    problem = short_twice(problem_with)
    solution = solve(problem, options=OPTIONS)
    assert solution.plan is not None
    assert solution.plan.cost.total == 300 * 600 + 65 * 3500
    found = {price.rule: price for price in prices(problem, solution, options=OPTIONS)}
    # Without R4, A's ground may stay at its floor (75 m2 more) and B needs nothing.
    assert found["balance.R4"].saving == 225 * 600 + 65 * 3500
    # Without R5, A's rooms may stay; B is as it was.
    assert found["balance.R5"].saving == 300 * 600
    # With two to miss, A's ground is built to its floor and its rooms stay.
    assert found["balance.school.indicators_met"].saving == 225 * 600
    for price in found.values():
        assert price.least <= price.saving <= price.most + 1e-6


def test_the_price_of_a_post_is_a_recruit_instead_of_what_else_was_done(problem_with: Build) -> None:
    base = problem_with(may_miss=np.zeros(3, int), max_recruits=1)
    total = base.total.copy()
    total[2, 2] = 1.0
    solution = solve(replace(base, total=total), options=OPTIONS)
    (price,) = [
        p for p in prices(replace(base, total=total), solution, options=OPTIONS) if p.rule == "recruits"
    ]
    assert price.saving == 0


def test_a_limit_that_binds_has_a_price(problem_with: Build) -> None:
    per_head = np.outer(np.array([4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3]), [1.2, 1.2])
    per_head[5] = [8000.0, 2000.0]
    problem = problem_with(n=2, per_head=per_head)
    solution = solve(problem, options=OPTIONS)
    (price,) = [p for p in prices(problem, solution, options=OPTIONS) if p.rule.startswith("balance.cv/")]
    assert price.rule == "balance.cv/balance.R6/primary"
    assert price.yuan == 0


def test_dropping_an_indicator_leaves_its_variation_as_it_is(problem_with: Build) -> None:
    problem = short_twice(problem_with)
    easier = without_indicator(problem, 3)
    assert easier.is_met[3].all()
    assert np.allclose(variation(easier, easier.total), variation(problem, problem.total))


def test_the_frontier_starts_with_what_passes_and_ends_with_all(problem_with: Build) -> None:
    problem = short_twice(problem_with)
    points = frontier(problem, options=OPTIONS)
    assert [(point.stages, point.school, point.yuan) for point in points] == [
        (1, None, 0.0),
        (2, "A", 300 * 600.0),
        (3, "B", 300 * 600.0 + 65 * 3500.0),
    ]
    for point in points:
        assert point.bound <= point.yuan + 1e-6
    assert points[1].bound == 300 * 600.0


def test_no_plan_makes_a_stage_pass_for_less_than_the_least(problem_with: Build) -> None:
    problem = replace(short_twice(problem_with), cv_limit=np.full((7, 2), np.inf))
    least = least_alone(problem)
    assert least.tolist() == [300 * 600, 65 * 3500, 0]
    solution = solve(problem, options=OPTIONS)
    assert solution.plan is not None
    assert least.sum() <= solution.plan.cost.total


def test_a_site_that_cannot_take_it_makes_the_other_choice_the_least(problem_with: Build) -> None:
    problem = short_twice(problem_with)
    ceiling = problem.ceiling.copy()
    ceiling[1, 0] = 200.0
    assert least_alone(replace(problem, ceiling=ceiling))[0] == 100 * 3500 + 75 * 600
