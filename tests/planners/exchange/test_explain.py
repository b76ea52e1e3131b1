"""Reasons of a tiny exchange: each code where it is true, with its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from junheng.planners.exchange.explain import Facts, Reason, explain
from junheng.planners.exchange.problem import ExchangeProblem


def _told(problem: ExchangeProblem, destination: list[int], **given: Any) -> dict[int, Reason]:
    plain = {
        "names": [f"school {i}" for i in range(len(problem.posts))],
        "standing": ["eligible"] * problem.n_people,
        "years": [8] * problem.n_people,
        "km": problem.km,
        "ranks": np.zeros(problem.allowed.shape, int),
    }
    return explain(problem, np.array(destination), Facts(**{**plain, **given}))


def test_a_gap_that_is_filled_is_the_reason_and_others_would_leave_it(make: Any, posts: Any) -> None:
    problem = make(
        [0],
        posts=posts(3, 2, need=[[0, 0, 0], [0, 0, 0], [0, 11, 0]]),
        counted=np.array([[False, True, False]]),
    )
    reason = _told(problem, [2])[0]
    assert reason.code == "fills_backbone"
    assert "8 years" in reason.text.en
    assert reason.numbers["not_S1"] == "leaves_gap"


def test_without_a_gap_the_quota_is_and_the_further_school_is_called_so(make: Any) -> None:
    reason = _told(make([0], quota=1), [1])[0]
    assert reason.code == "quota"
    assert "nearest" in reason.text.en
    assert reason.numbers["not_S2"] == "further"


def test_a_nearer_school_that_is_full_or_unwished_is_called_so(make: Any, posts: Any) -> None:
    full = make([0], quota=1, posts=posts(3, 2, subject_top=[[99, 99], [10, 99], [99, 99]]))
    assert _told(full, [2])[0].numbers["not_S1"] == "subject_full"
    unwished = make([0], quota=1, broken=np.array([[False, True, False]]))
    assert _told(unwished, [2])[0].numbers["not_S1"] == "unwished"
    closed = make([0], quota=1, posts=posts(3, 2, in_cap=[9, 0, 9]))
    assert _told(closed, [2])[0].numbers["not_S1"] == "school_full"


def test_a_wish_and_an_only_school_are_named(make: Any) -> None:
    wished = _told(make([0], quota=1), [2], ranks=np.array([[0, 0, 2]]))[0]
    assert "wish number 2" in wished.text.en
    only = _told(make([0], allowed=np.array([[False, False, True]])), [2], standing=["returns"])[0]
    assert only.code == "returns"
    assert "the only school open" in only.text.en
