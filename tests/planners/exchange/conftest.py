"""Tiny exchange problems, written by hand or drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from junheng.planners.exchange.problem import STAY, ExchangeProblem, Posts

Make = Callable[..., ExchangeProblem]
FREE = 99


def make_posts(m: int, k: int, **given: Any) -> Posts:
    """Return posts that ask nothing and forbid nothing but what is given."""
    zeros, full = np.zeros((m, k), int), np.full((m, k), FREE)
    plain: dict[str, Any] = {
        "schools": tuple(f"S{i}" for i in range(m)),
        "stages": ("primary",) * m,
        "counts": np.full((m, 3), 10),
        "need": np.zeros((m, 3), int),
        "floor": np.zeros((m, 3), int),
        "subject_counts": np.full((m, k), 10),
        "subject_need": zeros,
        "subject_floor": zeros,
        "subject_top": full,
        "size": np.full(m, 10 * k),
        "size_floor": np.zeros(m, int),
        "size_top": np.full(m, FREE),
        "out_cap": np.full(m, FREE),
        "in_cap": np.full(m, FREE),
        "subject_out_cap": full,
        "is_rural": np.zeros(m, bool),
    }
    return Posts(**{**plain, **given})


def make_problem(
    origin: list[int], m: int = 3, k: int = 2, *, posts: Posts | None = None, **given: Any
) -> ExchangeProblem:
    """Return a problem in which everybody may go everywhere else and nobody must, but for what is given."""
    n, at = len(origin), np.array(origin, dtype=int)
    allowed = np.ones((n, m), bool)
    allowed[at >= 0, at[at >= 0]] = False
    plain: dict[str, Any] = {
        "people": tuple(f"T{i}" for i in range(n)),
        "subjects": tuple(f"subject{i}" for i in range(k)),
        "posts": make_posts(m, k) if posts is None else posts,
        "origin": at,
        "subject": np.zeros(n, int),
        "counted": np.zeros((n, 3), bool),
        "is_backbone": np.zeros(n, bool),
        "allowed": allowed,
        "must_move": np.zeros(n, bool),
        "is_rotating": np.ones(n, bool),
        "is_by_date": np.zeros(n, bool),
        "km": np.add.outer(np.arange(n), np.arange(m) + 1.0),
        "burden": np.ones(n),
        "broken": np.zeros((n, m), bool),
        "later_choice": np.zeros((n, m), int),
    }
    return ExchangeProblem(**{**plain, **given})


def draw_problem(seed: int) -> ExchangeProblem:
    """Return a random problem of five people and three posts in which nobody moving breaks nothing but the quota."""
    rng = np.random.default_rng(seed)
    n, m, k = 5, 3, 2
    origin = rng.integers(-1, m, n)
    subject, counted = rng.integers(0, k, n), rng.random((n, 3)) < 0.5
    has = origin >= 0
    counts, by_subject = rng.integers(0, 2, (m, 3)), rng.integers(0, 2, (m, k))
    np.add.at(counts, origin[has], counted[has].astype(int))
    np.add.at(by_subject, (origin[has], subject[has]), 1)
    size = by_subject.sum(axis=1)
    need = counts + rng.integers(-1, 2, counts.shape)
    subject_need = np.maximum(by_subject + rng.integers(-2, 2, by_subject.shape), 0)
    posts = make_posts(
        m,
        k,
        counts=counts,
        need=np.maximum(need, 0),
        floor=np.maximum(np.minimum(need, counts) - rng.integers(0, 3, counts.shape), 0),
        subject_counts=by_subject,
        subject_need=subject_need,
        subject_floor=np.maximum(
            np.minimum(subject_need, by_subject) - rng.integers(0, 2, by_subject.shape), 0
        ),
        subject_top=by_subject + rng.integers(0, 3, by_subject.shape),
        size=size,
        size_floor=np.maximum(size - rng.integers(0, 3, m), 0),
        size_top=size + rng.integers(0, 3, m),
        out_cap=rng.integers(0, 4, m),
        in_cap=rng.integers(0, 4, m),
        subject_out_cap=rng.integers(0, 3, (m, k)),
        is_rural=rng.random(m) < 0.5,
    )
    allowed = rng.random((n, m)) < 0.8
    allowed[has, origin[has]] = False
    by_date = (~has | (rng.random(n) < 0.2)) & allowed.any(axis=1)
    return make_problem(
        origin.tolist(),
        m,
        k,
        posts=posts,
        subject=subject,
        counted=counted,
        is_backbone=counted[:, 1],
        allowed=allowed & (has | by_date)[:, None],
        must_move=by_date,
        is_by_date=by_date,
        is_rotating=has & ~by_date,
        km=np.round(rng.uniform(0, 9, (n, m)), 1),
        burden=1.0 + rng.integers(0, 3, n),
        broken=rng.random((n, m)) < 0.3,
        later_choice=rng.integers(0, 3, (n, m)),
        quota=int(rng.integers(0, 2)),
        backbone_share=0.2,
        least_to_rural=int(rng.random() < 0.2),
        couples=np.array([[0, 1]]),
        previous=rng.integers(-1, m, n) if rng.random() < 0.3 else None,
    )


@pytest.fixture
def make() -> Make:
    return make_problem


@pytest.fixture
def posts() -> Callable[..., Posts]:
    return make_posts


@pytest.fixture
def drawn() -> Callable[[int], ExchangeProblem]:
    return draw_problem


@pytest.fixture
def shuffled() -> Callable[[ExchangeProblem, int], tuple[ExchangeProblem, np.ndarray, np.ndarray]]:
    """Return a function that renumbers people and posts, with both orders."""

    def shuffle(problem: ExchangeProblem, seed: int) -> tuple[ExchangeProblem, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        who, where = rng.permutation(problem.n_people), rng.permutation(len(problem.posts))
        place = np.append(np.argsort(where), STAY)
        own = problem.posts
        posts = Posts(
            schools=tuple(own.schools[i] for i in where),
            stages=tuple(own.stages[i] for i in where),
            **{
                name: getattr(own, name)[where]
                for name in Posts.__dataclass_fields__
                if name not in ("schools", "stages")
            },
        )
        per_person = ("subject", "counted", "is_backbone", "must_move", "is_rotating", "is_by_date", "burden")
        both = ("allowed", "km", "broken", "later_choice")
        moved = {name: getattr(problem, name)[who] for name in per_person}
        moved |= {name: getattr(problem, name)[np.ix_(who, where)] for name in both}
        return (
            replace(
                problem,
                people=tuple(problem.people[i] for i in who),
                posts=posts,
                origin=place[problem.origin[who]],
                couples=np.argsort(who)[problem.couples],
                previous=None if problem.previous is None else place[problem.previous[who]],
                **moved,
            ),
            who,
            where,
        )

    return shuffle
