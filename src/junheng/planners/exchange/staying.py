"""Why those who stay stay: not eligible, needed where they are, or not chosen."""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.exchange.build import Exchange
from junheng.planners.exchange.problem import STAY, ExchangeProblem
from junheng.planners.exchange.standing import STANDINGS
from junheng.text import Text

STAYS: Mapping[str, Text] = MappingProxyType(
    {
        "nowhere": Text("通勤上限之内没有可去的学校", "no school is open within the limit on the commute"),
        "needed": Text("离开后本校低于应保的人数", "the school would fall below what it must keep"),
        "cap_reached": Text(
            "本校或本学科今年调出人数已到上限", "the cap on leaving this school or subject is reached"
        ),
        "not_chosen": Text(
            "符合条件；今年的名额由通勤更短、更合缺额的人承担",
            "eligible; this year others with shorter commutes or a better fit move",
        ),
    }
)
"""Why an eligible teacher stays, by stable code, in the order in which they are looked for."""


def why_stays(exchange: Exchange, movers: Set[str]) -> dict[str, Text]:
    """Return in words why each teacher of the roster who is not among the movers stays."""
    problem = exchange.problem
    destination = np.array([0 if teacher in movers else STAY for teacher in problem.people], dtype=np.int64)
    codes = _codes(problem, destination)
    stays = {
        teacher: STANDINGS[standing]
        for teacher, standing in exchange.roster.select("teacher", "standing").iter_rows()
        if teacher not in movers
    }
    eligible = STANDINGS["eligible"]
    for teacher, code in zip(problem.people, codes, strict=True):
        if teacher in stays and stays[teacher] == eligible:
            stays[teacher] = STAYS[code]
    return stays


def _codes(problem: ExchangeProblem, leaving: IntArray) -> list[str]:
    """Return a key of `STAYS` for each person; ``leaving`` only tells who goes, so that arrivals are not counted."""
    posts, at = problem.posts, np.maximum(problem.origin, 0)
    gone = leaving != STAY
    out = np.bincount(problem.origin[gone & (problem.origin >= 0)], minlength=len(posts))
    subject_out = np.zeros(posts.subject_counts.shape, np.int64)
    left = gone & (problem.origin >= 0)
    np.add.at(subject_out, (problem.origin[left], problem.subject[left]), 1)
    nowhere = ~problem.allowed.any(axis=1)
    needed = (problem.counted & (posts.counts[at] <= posts.floor[at])).any(axis=1)
    needed |= posts.subject_counts[at, problem.subject] <= posts.subject_floor[at, problem.subject]
    needed |= posts.size[at] <= posts.size_floor[at]
    capped = (out[at] >= posts.out_cap[at]) | (
        subject_out[at, problem.subject] >= posts.subject_out_cap[at, problem.subject]
    )
    choices = (("nowhere", nowhere), ("needed", needed), ("cap_reached", capped))
    codes = np.full(problem.n_people, "not_chosen", dtype="<U12")
    for code, holds in reversed(choices):
        codes[holds] = code
    return [str(code) for code in codes]
