"""Tiny problems, every plan enumerated: the planner finds the cheapest, and its bound is below it.

The enumeration knows the rules from the measures, not from the planner: it goes school by school in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from junheng.planners.compliance.kinds import KINDS, Kind
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, solve

Build = Callable[..., ComplianceProblem]
PLAIN = KINDS.index(Kind(True, False, False))
NEED = {0: 4.2, 6: 2.3}
PUPILS = 100


def passes(teachers: list[int], rooms: list[int], missed_elsewhere: list[int], limit: float) -> bool:
    """Judge two indicators of schools of 100 pupils; the other five are met, or one of them is missed already."""
    for t, r, missed in zip(teachers, rooms, missed_elsewhere, strict=True):
        short = (t < 4.2) + (r < 2.3)
        if short + missed > 1 or t < 4.2 * 0.85 or r < 2.3 * 0.85:
            return False
    return all(variation(x) <= limit + 1e-12 for x in (teachers, rooms))


def variation(x: list[int]) -> float:
    mean = sum(x) / len(x)
    return sqrt(sum((one - mean) ** 2 for one in x) / len(x)) / mean


def cheapest(
    teachers: list[int], rooms: list[int], missed: list[int], spare: list[int], limit: float
) -> float:
    """Enumerate moves of plain teachers between two schools either way, recruits and rooms."""
    found = float("inf")
    both_ways = product(range(spare[0] + 1), range(spare[1] + 1))
    for there, back in both_ways:
        if any(
            sent and teachers[i] - sent + got < min(teachers[i], ceil(4.2 if teachers[i] >= 4.2 else 3.57))
            for i, (sent, got) in enumerate(((there, back), (back, there)))
        ):
            continue
        for hired_a, hired_b, built_a, built_b in product(range(6), range(6), range(4), range(4)):
            t = [teachers[0] - there + back + hired_a, teachers[1] - back + there + hired_b]
            r = [rooms[0] + built_a, rooms[1] + built_b]
            cost = 18_000 * (there + back) + 150_000 * (hired_a + hired_b) + 60_000 * (built_a + built_b)
            if cost < found and passes(t, r, missed, limit):
                found = cost
    return found


@given(
    teachers=st.lists(st.integers(3, 8), min_size=2, max_size=2),
    rooms=st.lists(st.integers(2, 5), min_size=2, max_size=2),
    missed=st.lists(st.integers(0, 1), min_size=2, max_size=2),
    spare=st.lists(st.integers(0, 2), min_size=2, max_size=2),
    limit=st.sampled_from([0.1, 0.2, 0.35, 0.5]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_planner_finds_the_cheapest_plan(
    problem_with: Build,
    teachers: list[int],
    rooms: list[int],
    missed: list[int],
    spare: list[int],
    limit: float,
) -> None:
    base = problem_with(n=2, pupils=[PUPILS] * 2)
    total = base.total.copy()
    total[0], total[6] = teachers, rooms
    total[2] = 2.0
    # An indicator missed elsewhere is R5, above its floor, on sites that can take no ground.
    total[4] = [0.9 * 750.0 if one else 900.0 for one in missed]
    ceiling = np.full((4, 2), np.inf)
    ceiling[1] = 0.0
    available = np.zeros((len(KINDS), 2), int)
    available[PLAIN] = spare
    limits = np.full((7, 2), np.inf)
    limits[[0, 6], 0] = limit
    problem = replace(base, total=total, available=available, ceiling=ceiling, cv_limit=limits)
    solution = solve(problem, options=ComplianceOptions(gap=0.0, seconds=30))
    expected = cheapest(teachers, rooms, missed, spare, limit)
    assert expected < float("inf")
    assert solution.plan is not None
    assert solution.plan.cost.total == pytest.approx(expected)
    assert solution.bound <= expected + 1e-3
    assert solution.stopped_by == "proven"
