"""The moves with which the linear model of a large problem begins; others are priced in."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import BoolArray
from junheng.planners.exchange.master import mark_smallest
from junheng.planners.exchange.problem import ExchangeProblem

_ALL_MOVES = 20_000
"""A problem with no more allowed moves than this is solved with all of them from the start."""
_NEAREST = 5
"""Moves of each person to begin with, the nearest."""
_FOR_POST = 60
"""Moves to each post in need to begin with, from the nearest people."""


def first_moves(problem: ExchangeProblem) -> BoolArray:
    """Return the moves to begin with: all of a small problem, else the nearest ones and those to posts in need."""
    if int(problem.allowed.sum()) <= _ALL_MOVES:
        return problem.allowed
    km = np.where(problem.allowed, problem.km, np.inf)
    start = np.zeros(problem.allowed.shape, bool)
    mark_smallest(start, km, _NEAREST, axis=1)
    posts = problem.posts
    in_need = (posts.need > posts.counts).any(axis=1) | (posts.subject_need > posts.subject_counts).any(
        axis=1
    )
    if in_need.any():
        wanted = np.zeros((problem.allowed.shape[0], int(in_need.sum())), bool)
        mark_smallest(wanted, km[:, in_need], _FOR_POST, axis=0)
        start[:, in_need] |= wanted
    start |= (
        problem.allowed & problem.must_move[:, None] & (problem.allowed.sum(axis=1) <= _FOR_POST)[:, None]
    )
    return start & problem.allowed
