"""What an appointment of leaders is judged by, in order, computed from who holds which post."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.leaders.constraints import Columns
from junheng.planners.leaders.problem import NOBODY, LeadersProblem

WITHOUT_POST, MIX, COMMUTE = "leaders_without_post", "age_mix", "commute_km"
LEVELS = (WITHOUT_POST, MIX, COMMUTE)
UNITS = {WITHOUT_POST: "person", MIX: "person", COMMUTE: "km"}


def values(problem: LeadersProblem, holder: IntArray) -> dict[str, float]:
    """Return every level.

    Parameters
    ----------
    holder
        Person of each post, shape (m,).

    Returns
    -------
    dict
        ``leaders_without_post``: people who lead today and no longer do; ``age_mix``: by how many people the young
        among the holders of rural posts differ from their share among all holders; ``commute_km`` of those who change
        post.
    """
    posts = np.arange(len(problem.schools))
    leading = np.isin(np.flatnonzero(problem.present != NOBODY), holder)
    young = problem.is_young[holder]
    share = young.mean() if len(young) else 0.0
    rural = problem.is_rural
    return {
        WITHOUT_POST: float((~leading).sum()),
        MIX: float(abs(young[rural].sum() - share * rural.sum())),
        COMMUTE: float(problem.km[holder, posts].sum()),
    }


def costs(columns: Columns) -> dict[str, FloatArray]:
    """Return the cost of every column, level by level in their order; `constant` comes on top."""
    problem, who, where = columns.problem, columns.who, columns.where
    leads = (problem.present[who] != NOBODY).astype(float)
    return {
        WITHOUT_POST: columns.row(-leads),
        MIX: columns.row(np.zeros(columns.n_pairs), above=1.0, below=1.0),
        COMMUTE: columns.row(problem.km[who, where]),
    }


def constant(problem: LeadersProblem, level: str) -> float:
    """Return what a level is worth when no post has a holder."""
    return float((problem.present != NOBODY).sum()) if level == WITHOUT_POST else 0.0
