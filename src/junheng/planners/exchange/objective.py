"""What a plan is judged by, in order; each level of a plan is computed here from the destinations alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.exchange.problem import STAY, ExchangeProblem
from junheng.text import Text

SHORTFALL = "shortfall"
CHANGED = "changed"
BROKEN = "wishes_broken"
LATER = "later_choices"
LONGEST = "longest_km"
BURDEN = "burden_km"
EXTRA = "moves_above_quota"
LEVELS = (SHORTFALL, CHANGED, BROKEN, LATER, LONGEST, BURDEN, EXTRA)
UNITS = {
    SHORTFALL: "person",
    CHANGED: "person",
    BROKEN: "person",
    LATER: "count",
    LONGEST: "km",
    BURDEN: "km",
    EXTRA: "person",
}
NAMES = {
    SHORTFALL: Text("缺额", "shortfall"),
    CHANGED: Text("与上一方案的差别", "changes to the earlier plan"),
    BROKEN: Text("违背意愿", "wishes broken"),
    LATER: Text("志愿靠后", "later choices"),
    LONGEST: Text("最远通勤", "longest commute"),
    BURDEN: Text("通勤负担", "burden of commutes"),
    EXTRA: Text("超出下限的调动", "moves above the quota"),
}
"""What people call the levels."""
WHOLE = frozenset({SHORTFALL, CHANGED, BROKEN, LATER, EXTRA})
"""Levels that are whole numbers, so that a bound may be rounded up."""


@dataclass(frozen=True, eq=False)
class Staffing:
    """Who is where after a plan: the counts of `Posts`, after the moves."""

    counts: IntArray
    subject_counts: IntArray
    size: IntArray


def staffing(problem: ExchangeProblem, destination: IntArray) -> Staffing:
    """Return the counts of each post after everybody went to their destination, shape (n,), `STAY` to stay."""
    posts, moved = problem.posts, np.flatnonzero(destination != STAY)
    counts, subjects, size = posts.counts.copy(), posts.subject_counts.copy(), posts.size.copy()
    for at, sign in ((problem.origin[moved], -1), (destination[moved], 1)):
        known = at >= 0
        who, where = moved[known], at[known]
        np.add.at(counts, where, sign * problem.counted[who].astype(np.int64))
        np.add.at(subjects, (where, problem.subject[who]), sign)
        np.add.at(size, where, sign)
    return Staffing(counts, subjects, size)


def values(problem: ExchangeProblem, destination: IntArray) -> dict[str, float]:
    """Return every level of a plan, from the destinations alone; see the table in ``docs/methods/exchange.md``."""
    posts, after = problem.posts, staffing(problem, destination)
    moved = np.flatnonzero(destination != STAY)
    to = destination[moved]
    km: FloatArray = problem.km[moved, to]
    short = np.maximum(posts.need - after.counts, 0).sum()
    vacant = np.maximum(posts.subject_need - after.subject_counts, 0).sum()
    changed = 0 if problem.previous is None else int((destination != problem.previous).sum())
    return {
        SHORTFALL: float(short + vacant),
        CHANGED: float(changed),
        BROKEN: float(problem.broken[moved, to].sum()),
        LATER: float(problem.later_choice[moved, to].sum()),
        LONGEST: float(km.max(initial=0.0)),
        BURDEN: float((km * problem.burden[moved]).sum()),
        EXTRA: float(max(int(problem.is_rotating[moved].sum()) - problem.quota, 0)),
    }


def levels_of(problem: ExchangeProblem) -> tuple[str, ...]:
    """Return the levels that a problem has: ``changed`` only where there is an earlier plan."""
    return tuple(name for name in LEVELS if name != CHANGED or problem.previous is not None)
