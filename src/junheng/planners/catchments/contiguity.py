"""Which zones hang together: exact connectivity of zones in the home graph, without any distance rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from junheng.planners.arrays import BoolArray, IntArray
from junheng.planners.catchments.problem import CatchmentProblem

Neighbours = Sequence[Sequence[int]]


def cut_off(problem: CatchmentProblem, assignment: IntArray) -> IntArray:
    """Return the homes that no path inside their own zone joins to their zone's school.

    Parameters
    ----------
    problem
        The problem; its graph and anchors are read.
    assignment
        School of each home, shape (n,).

    Returns
    -------
    Indexes of the homes that are cut off, ascending; empty where every zone is connected.
    """
    zone = assignment.tolist()  # plain numbers: one home at a time, they are much faster than arrays
    is_joined = [False] * problem.n_homes
    for school, anchor in enumerate(problem.anchor.tolist()):
        if zone[anchor] == school:
            for home in zone_part(problem.neighbours, zone, anchor):
                is_joined[home] = True
    return np.flatnonzero(~np.array(is_joined))


def permitted(problem: CatchmentProblem) -> BoolArray:
    """Return the pairs that some contiguous plan might use, shape (n, m).

    A pair of home and school stays where the home is allowed the school, holds no other school, and can
    be reached from the school through such homes. Every contiguous plan uses only these pairs.
    """
    mask = np.array(problem.allowed)
    homes, schools = problem.anchored.T
    own = mask[homes, schools].copy()
    mask[homes, :] = False
    mask[homes, schools] = own
    return reachable(problem, mask)


def reachable(problem: CatchmentProblem, mask: BoolArray) -> BoolArray:
    """Return the pairs of a mask in which the home can be reached from the school through the mask's homes."""
    reached = np.zeros_like(mask)
    for school, home in enumerate(problem.anchor.tolist()):
        reached[:, school] = _reached(problem, mask[:, school], home)
    return reached


def _reached(problem: CatchmentProblem, is_open: BoolArray, start: int) -> BoolArray:
    """Return the open homes that can be reached from ``start`` through open homes."""
    first, second = problem.edges.T
    passable = is_open[first] & is_open[second]
    n = problem.n_homes
    graph = sparse.csr_array(
        (np.ones(passable.sum(), np.int8), (first[passable], second[passable])), shape=(n, n)
    )
    part = connected_components(graph, directed=False)[1]
    return np.asarray((part == part[start]) & is_open[start] & is_open)


def can_leave(neighbours: Neighbours, assignment: Sequence[int] | IntArray, home: int) -> bool:
    """Return whether the rest of the home's zone stays in one piece without it.

    Holds for a zone that is connected now; the caller sees to it that the home holds no school.
    """
    school = assignment[home]
    wanted = {other for other in neighbours[home] if assignment[other] == school}
    if len(wanted) <= 1:
        return True
    start = wanted.pop()
    seen = {home, start}
    stack = [start]
    while stack:
        for other in neighbours[stack.pop()]:
            if other not in seen and assignment[other] == school:
                seen.add(other)
                wanted.discard(other)
                if not wanted:
                    return True
                stack.append(other)
    return False


def zone_part(neighbours: Neighbours, assignment: Sequence[int] | IntArray, start: int) -> set[int]:
    """Return the connected part of a zone in which the home ``start`` lies."""
    school = assignment[start]
    seen = {start}
    stack = [start]
    while stack:
        for other in neighbours[stack.pop()]:
            if other not in seen and assignment[other] == school:
                seen.add(other)
                stack.append(other)
    return seen
