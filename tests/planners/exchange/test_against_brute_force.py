"""Tiny exchanges solved by trying everything: same values on every level, same verdict on what is infeasible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from junheng.errors import InfeasibleError
from junheng.planners.exchange.constraints import violations
from junheng.planners.exchange.objective import levels_of
from junheng.planners.exchange.problem import STAY, ExchangeProblem
from junheng.planners.exchange.solve import ExchangeOptions, solve

EXACT = ExchangeOptions(seconds=30, gap=0.0)


def _is_allowed(p: ExchangeProblem, plan: tuple[int, ...]) -> bool:
    """Say whether a plan keeps every hard rule; written from the rules' wording, with nothing of the program's."""
    posts, moves = p.posts, [(i, to) for i, to in enumerate(plan) if to != STAY]
    chosen = [(i, to) for i, to in moves if not p.is_by_date[i]]
    rotating = [(i, to) for i, to in moves if p.is_rotating[i]]
    if any(p.must_move[i] and plan[i] == STAY for i in range(p.n_people)):
        return False
    if any(not p.allowed[i, to] for i, to in moves):
        return False
    if not all(_is_post_kept(p, u, moves, chosen) for u in range(len(posts))):
        return False
    n_backbone = sum(bool(p.is_backbone[i]) for i, _ in rotating)
    n_rural = sum(
        bool(p.origin[i] >= 0 and not posts.is_rural[p.origin[i]] and posts.is_rural[to])
        for i, to in rotating
    )
    movers = {i for i, _ in moves}
    apart = any({a, b} <= movers and not (p.must_move[a] and p.must_move[b]) for a, b in p.couples.tolist())
    return (
        len(rotating) >= p.quota
        and n_backbone >= p.backbone_share * len(rotating) - 1e-9
        and n_rural >= p.least_to_rural
        and not apart
    )


def _is_post_kept(
    p: ExchangeProblem, u: int, moves: list[tuple[int, int]], chosen: list[tuple[int, int]]
) -> bool:
    """Say whether the rules of one post are kept."""
    posts = p.posts
    out = [i for i, _ in moves if p.origin[i] == u]
    into = [i for i, to in moves if to == u]
    by_choice = [i for i, to in chosen if to == u]
    for k in range(3):
        count = posts.counts[u, k] + sum(p.counted[i, k] for i in into) - sum(p.counted[i, k] for i in out)
        if count < posts.floor[u, k]:
            return False
    for s in range(len(p.subjects)):
        here = posts.subject_counts[u, s] - sum(p.subject[i] == s for i in out)
        if here + sum(p.subject[i] == s for i in into) < posts.subject_floor[u, s]:
            return False
        if here + sum(p.subject[i] == s for i in by_choice) > posts.subject_top[u, s]:
            return False
        leaving = sum(p.subject[i] == s for i, _ in chosen if p.origin[i] == u)
        if leaving > posts.subject_out_cap[u, s]:
            return False
    if posts.size[u] + len(into) - len(out) < posts.size_floor[u]:
        return False
    if posts.size[u] + len(by_choice) - len(out) > posts.size_top[u]:
        return False
    n_leaving = sum(p.origin[i] == u for i, _ in chosen)
    return bool(n_leaving <= posts.out_cap[u] and len(by_choice) <= posts.in_cap[u])


def _score(p: ExchangeProblem, plan: tuple[int, ...]) -> tuple[float, ...]:
    """Return the levels of a plan in order, from their wording."""
    posts, moves = p.posts, [(i, to) for i, to in enumerate(plan) if to != STAY]
    counted: Counter[tuple[int, int]] = Counter()
    subjects: Counter[tuple[int, int]] = Counter()
    for i, to in moves:
        for u, sign in ((p.origin[i], -1), (to, 1)):
            subjects[u, p.subject[i]] += sign
            for k in range(3):
                counted[u, k] += sign * int(p.counted[i, k])
    places = range(len(posts))
    short = sum(
        max(posts.need[u, k] - posts.counts[u, k] - counted[u, k], 0) for u in places for k in range(3)
    )
    short += sum(
        max(posts.subject_need[u, s] - posts.subject_counts[u, s] - subjects[u, s], 0)
        for u in places
        for s in range(len(p.subjects))
    )
    changed = (
        [] if p.previous is None else [sum(a != b for a, b in zip(plan, p.previous.tolist(), strict=True))]
    )
    return (
        short,
        *changed,
        sum(bool(p.broken[i, to]) for i, to in moves),
        sum(p.later_choice[i, to] for i, to in moves),
        round(max((p.km[i, to] for i, to in moves), default=0.0), 6),
        round(sum(p.km[i, to] * p.burden[i] for i, to in moves), 6),
        max(sum(bool(p.is_rotating[i]) for i, _ in moves) - p.quota, 0),
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_level_is_as_good_as_trying_everything(
    seed: int, drawn: Callable[[int], ExchangeProblem]
) -> None:
    problem = drawn(seed)
    plans = product(range(STAY, len(problem.posts)), repeat=problem.n_people)
    possible = [plan for plan in plans if _is_allowed(problem, plan)]
    if not possible:
        with pytest.raises(InfeasibleError):
            solve(problem, options=EXACT)
        return
    best = min(_score(problem, plan) for plan in possible)
    found = solve(problem, options=EXACT)
    assert _is_allowed(problem, tuple(found.destination.tolist()))
    assert list(found.levels) == list(levels_of(problem))
    assert [level.value for level in found.levels.values()] == pytest.approx(best)
    bounds = [level.bound for level in found.levels.values()]
    assert all(bound is not None and bound <= value + 1e-6 for bound, value in zip(bounds, best, strict=True))


def test_most_of_the_drawn_exchanges_can_be_planned_and_some_cannot(
    drawn: Callable[[int], ExchangeProblem],
) -> None:
    can = []
    for seed in range(60):
        problem = drawn(seed)
        plans = product(range(STAY, len(problem.posts)), repeat=problem.n_people)
        can.append(any(_is_allowed(problem, plan) for plan in plans))
    assert 20 < sum(can) < 60


@pytest.mark.parametrize("seed", range(8))
def test_the_checker_says_of_every_plan_what_the_rules_say(
    seed: int, drawn: Callable[[int], ExchangeProblem]
) -> None:
    problem = drawn(seed)
    for plan in product(range(STAY, len(problem.posts)), repeat=problem.n_people):
        assert (violations(problem, np.array(plan)) == []) is _is_allowed(problem, plan)
