"""What an appointment of leaders is judged by, in order, computed from who holds which post."""

from __future__ import annotations

import numpy as np

from junheng.planners.leaders.problem import NOBODY, IntArray, LeadersProblem

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


def violations(problem: LeadersProblem, holder: IntArray) -> list[str]:
    """Return the names of the hard rules that an appointment breaks."""
    posts = np.arange(len(problem.schools))
    promoted = problem.is_promoted[holder, posts]
    teaching = problem.from_teaching[holder] & promoted
    broken = {
        "no_vacancy": bool((holder == NOBODY).any()),
        "one_post": len(set(holder.tolist())) != len(holder),
        "allowed": bool((~problem.allowed[holder, posts]).any()),
        "from_teaching": bool(teaching.sum() < problem.teaching_share * promoted.sum() - 1e-9),
    }
    return [name for name, is_broken in broken.items() if is_broken]
