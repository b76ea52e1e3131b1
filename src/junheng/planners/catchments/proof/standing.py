"""Rules that hold one school's zone to a sum, written as cuts that are never forgotten: the places of further years.

A zone always holds its school's own home, x[a, j] = 1, so that a right side c moves to the left as -c x[a, j]:

    sum over i of p_i x[i, j] - c x[a, j]  <=  overflow_j.

Relaxations know these rows from the start. The pricing relaxation pays for them, and keeps the first year's places,
which are its knapsack, whole.
"""

from __future__ import annotations

import numpy as np

from junheng.planners.catchments.problem import BoolArray, CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut


def standing_cuts(problem: CatchmentProblem, mask: BoolArray) -> list[Cut]:
    """Return the places of every year but the first, one cut a school and year, over the pairs of a mask."""
    return [
        cut
        for pupils, capacity in zip(problem.pupils_by_year[1:], problem.capacity_by_year[1:], strict=True)
        for school, anchor in enumerate(problem.anchor.tolist())
        if (cut := _places(pupils * mask[:, school], int(capacity[school]), anchor, school)).homes
    ]


def _places(
    pupils: np.ndarray[tuple[int], np.dtype[np.int64]], capacity: int, anchor: int, school: int
) -> Cut:
    weights = pupils.copy()
    weights[anchor] -= capacity
    homes = np.flatnonzero(weights)
    return Cut(school, tuple(homes.tolist()), tuple(weights[homes].tolist()), counts_overflow=True)
