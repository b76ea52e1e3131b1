"""Each hard rule: a problem in which leaving the rule out gives a plan that breaks it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from junheng.planners.exchange import layout
from junheng.planners.exchange.constraints import NAMES, Rule, rules, violations
from junheng.planners.exchange.problem import ExchangeProblem
from junheng.planners.exchange.solve import ExchangeOptions, solve

EXACT = ExchangeOptions(seconds=20, gap=0.0)
ROWS = {"size": ("size_floor", "size_top"), "school_change": ("leave", "come")}
"""Rules that stand in the model as two."""


COUNT_FOR_S1 = {"counted": np.array([[True, False, False]] * 3)}
S1_NEEDS_THREE = {"need": [[0, 0, 0], [13, 0, 0], [0, 0, 0]], "counts": [[10, 10, 10]] * 3}
# Posts, then the rest of a problem of which the objective alone would break the rule.
PULLED: dict[str, dict[str, Any]] = {
    "subject_floor": {"subject_floor": [[9, 0]] * 3},
    "subject_top": {"subject_top": [[99, 99], [11, 99], [99, 99]]},
    "size": {"size_floor": [19, 0, 0]},
    "school_change": {"out_cap": [1, 9, 9]},
    "subject_change": {"subject_out_cap": [[1, 9]] * 3},
    "couples": {},
}
"""Three teachers of S0 whom S1 needs; the rule keeps one of them or more."""
OTHERS: dict[str, dict[str, Any]] = {
    "one_post": {"must_move": np.ones(3, bool), "is_by_date": np.ones(3, bool)},
    "quota": {"quota": 2},
    "backbone": {"quota": 2, "backbone_share": 0.5, "is_backbone": np.array([False, False, True])},
    "to_rural": {"quota": 1, "least_to_rural": 1},
}


def _case(name: str, make: Any, posts: Any) -> ExchangeProblem:
    """Return a problem of which the objective alone would break the rule."""
    if name == "verdict":
        counted = np.array([[True, False, False]] * 2 + [[False] * 3] * 2)  # the two who live nearest count
        return make([0] * 4, posts=posts(3, 2, floor=[[10, 0, 0]] * 3), counted=counted, quota=2)
    if name in PULLED:
        couples = {"couples": np.array([[0, 1]])} if name == "couples" else {}
        return make([0, 0, 0], posts=posts(3, 2, **S1_NEEDS_THREE, **PULLED[name]), **COUNT_FOR_S1, **couples)
    return make([0, 0, 0], posts=posts(3, 2, is_rural=[False, False, True]), **OTHERS[name])


MODELLED = [name for name in NAMES if name != "allowed"]


def test_every_rule_has_a_case() -> None:
    assert set(MODELLED) | {"allowed"} == set(NAMES)


@pytest.mark.parametrize("name", MODELLED)
def test_a_rule_is_kept_and_without_it_the_plan_breaks_it(
    name: str, make: Any, posts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = _case(name, make, posts)
    assert violations(problem, solve(problem, options=EXACT).destination) == []

    def without(given: ExchangeProblem) -> dict[str, Rule]:
        gone = ROWS.get(name, (name,))
        return {
            key: replace(
                rule, lower=np.full_like(rule.lower, -np.inf), upper=np.full_like(rule.upper, np.inf)
            )
            if key in gone
            else rule
            for key, rule in rules(given).items()
        }

    monkeypatch.setattr(layout, "rules", without)
    with pytest.raises(AssertionError, match=name):
        solve(problem, options=EXACT)


def test_nobody_goes_where_they_are_not_allowed(make: Any) -> None:
    allowed = np.array([[False, False, True]])
    problem = make([0], allowed=allowed, quota=1, km=np.array([[0.0, 1.0, 9.0]]))
    assert solve(problem, options=EXACT).destination.tolist() == [2]
    assert "allowed" in violations(problem, np.array([1]))


@pytest.mark.parametrize("cap", ["in_cap", "size_top"])
def test_the_receiving_side_of_a_two_sided_rule_is_kept_too(
    cap: str, make: Any, posts: Callable[..., Any]
) -> None:
    limits = {"in_cap": [9, 1, 9], "size_top": [99, 21, 99]}
    in_need = {"need": [[0, 0, 0], [13, 0, 0], [0, 0, 0]], "counts": [[10, 10, 10]] * 3}
    problem = make(
        [0, 0, 0],
        posts=posts(3, 2, **in_need, **{cap: limits[cap]}),
        counted=np.array([[True, False, False]] * 3),
    )
    assert solve(problem, options=EXACT).destination.tolist().count(1) == 1


def test_a_move_that_is_due_uses_no_cap(make: Any, posts: Callable[..., Any]) -> None:
    problem = make(
        [0],
        posts=posts(3, 2, out_cap=[0, 0, 0], in_cap=[0, 0, 0]),
        must_move=np.ones(1, bool),
        is_by_date=np.ones(1, bool),
    )
    assert solve(problem, options=EXACT).destination.tolist() == [1]
