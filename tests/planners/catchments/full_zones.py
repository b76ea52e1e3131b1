"""Small districts with full zones, where only several homes that change zones at once make a plan better."""

from __future__ import annotations

import numpy as np

from junheng.planners.catchments.problem import CatchmentProblem


def street_with_room_at_the_far_end():
    """Return fifteen homes of ten pupils, three a zone; the first school is ten places short, the last has ten more."""
    n, at = 15, np.arange(15, dtype=float)
    anchor = np.array([1, 4, 7, 10, 13])
    return CatchmentProblem(
        homes=tuple(f"H{i:02d}" for i in range(n)),
        schools=tuple("ABCDE"),
        pupils=np.full(n, 10),
        distance_km=np.abs(at[:, None] - anchor[None, :]),
        capacity=np.array([20, 30, 30, 30, 40]),
        edges=np.array([(i, i + 1) for i in range(n - 1)]),
        anchor=anchor,
        allowed=np.ones((n, 5), bool),
        present=np.repeat(np.arange(5), 3),
    )


def full_zones_around_a_square():
    """Return three full zones whose homes 3, 4 and 5 each live nearest to the school of the next."""
    far = np.array([[9, 9, 9]] * 3 + [[1, 0, 10], [10, 1, 0], [0, 10, 1]], dtype=float)
    return CatchmentProblem(
        homes=tuple("abcdef"),
        schools=("A", "B", "C"),
        pupils=np.full(6, 10),
        distance_km=far,
        capacity=np.array([20, 20, 20]),
        edges=np.array([(i, j) for i in range(6) for j in range(i)]),
        anchor=np.arange(3),
        allowed=np.ones((6, 3), bool),
        present=np.array([0, 1, 2, 0, 1, 2]),
    )
