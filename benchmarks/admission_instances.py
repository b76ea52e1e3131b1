"""Made-up admission rounds: homes and schools on a square, near and famous schools wanted by too many."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from junheng.admission.market import NO_CEILING, Market

LISTED = 12
NEAR = 40
LINES = 4


def market(n: int, *, schools: int, seed: int = 0, lines: int = LINES, twins: float = 0.01) -> Market:
    """Return a round of n applications: as many places as applications, schools of unequal size and fame.

    A family lists schools among those nearest to its own, by fame, distance and taste; the class is 0 in the own zone
    (and for 3% with a sibling there), 1 at near schools, 2 further away. Lines: 15% migrant children (guaranteed 10% of
    each school, at most 40%), 5% another and 2% a third (5% and 2% guaranteed).
    """
    rng, listed = np.random.default_rng(seed), min(LISTED, schools)
    points, fame = rng.random((schools, 2)), rng.normal(size=schools)
    near = cKDTree(points).query(points, k=min(NEAR, schools))[1]
    zone = rng.integers(0, schools, n)
    school, priority = np.empty((n, listed), np.int32), np.empty((n, listed), np.uint8)
    for first in range(0, n, 100_000):
        own = zone[first : first + 100_000]
        candidates = near[own]
        wish = (
            fame[candidates] - 0.08 * np.arange(candidates.shape[1]) + 0.7 * rng.gumbel(size=candidates.shape)
        )
        wish[:, 0] += 1.0
        best = np.argsort(-wish, axis=1)[:, :listed]
        school[first : first + len(own)] = np.take_along_axis(candidates, best, axis=1)
        has_sibling = rng.random(best.shape) < 0.03
        priority[first : first + len(own)] = np.where(has_sibling | (best == 0), 0, np.where(best < 6, 1, 2))
    share = np.exp(0.3 * rng.normal(size=schools))
    seats = np.maximum(1, share / share.sum() * n).astype(np.int64)
    floors, ceilings = np.zeros((schools, lines), np.int64), np.full((schools, lines), NO_CEILING)
    line = np.zeros((n, listed), np.uint8)
    if lines == LINES:
        floors[:, 1:] = seats[:, None] * np.array([0.10, 0.05, 0.02])
        ceilings[:, 1] = np.maximum(floors[:, 1], 0.4 * seats)
        line = np.where(rng.random((n, listed)) < 0.05, 2, line)
        line[rng.random(n) < 0.15] = 1
        line[rng.random(n) < 0.02] = 3
    return Market(
        offsets=np.arange(0, n * listed + 1, listed), school=school.ravel(), priority=priority.ravel(),
        line=line.ravel(), draw=rng.permutation(n), size=np.where(rng.random(n) < twins, 2, 1),
        seats=seats, floors=floors, ceilings=ceilings,
    )  # fmt: skip


def peer_market(n: int, schools: int) -> Market:
    """Return such a round without reserves and twins, which is all that the peer can state."""
    return market(n, schools=schools, lines=1, twins=0.0)
