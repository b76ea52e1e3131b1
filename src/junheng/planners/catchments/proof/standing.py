"""Rules that hold one school's zone to a sum, as cuts that are never forgotten: places of further years, composition.

A zone always holds its school's own home, x[a, j] = 1, so that a right side c moves to the left as -c x[a, j]:

    sum over i of p_i x[i, j] - c x[a, j]  <=  overflow_j.

The share of a group in a zone lies between two limits: sum over i of (10,000 q_i - most_j p_i) x[i, j] <= 0, and the
other side likewise.

Relaxations know these rows from the start. The pricing relaxation pays for them, and keeps the first year's places,
which are its knapsack, whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.planners.arrays import BoolArray
from junheng.planners.catchments.problem import SHARES, CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut


def standing_cuts(problem: CatchmentProblem, mask: BoolArray) -> list[Cut]:
    """Return the places of every year but the first, and the limits of a composition, over the pairs of a mask."""
    places = [
        cut
        for pupils, capacity in zip(problem.pupils_by_year[1:], problem.capacity_by_year[1:], strict=True)
        for school, anchor in enumerate(problem.anchor.tolist())
        if (cut := _places(pupils * mask[:, school], int(capacity[school]), anchor, school)).homes
    ]
    return [*places, *_compositions(problem, mask)]


def _compositions(problem: CatchmentProblem, mask: BoolArray) -> Iterator[Cut]:
    rule = problem.composition
    if rule is None:
        return
    for school in range(problem.n_schools):
        is_open = mask[:, school]
        for weights in (
            SHARES * rule.members - int(rule.most[school]) * rule.pupils,
            int(rule.least[school]) * rule.pupils - SHARES * rule.members,
        ):
            homes = np.flatnonzero(np.where(is_open, weights, 0))
            if len(homes):
                yield Cut(
                    school, tuple(homes.tolist()), tuple(weights[homes].tolist()), counts_overflow=False
                )


def _places(
    pupils: np.ndarray[tuple[int], np.dtype[np.int64]], capacity: int, anchor: int, school: int
) -> Cut:
    weights = pupils.copy()
    weights[anchor] -= capacity
    homes = np.flatnonzero(weights)
    return Cut(school, tuple(homes.tolist()), tuple(weights[homes].tolist()), counts_overflow=True)
