"""Contiguity and capacity together: what a zone can hold behind a bottleneck that it enters only in part.

For school j with home a_j, let S be homes that part the homes U from a_j in the graph of the homes that j may take.
Homes that only one school is left for are sure: take their pupils, and the places that they fill, away. Let K_s be the
places of j that are left, less the pupils on the way from a_j to s that passes the fewest pupils (both ends counted). A
contiguous zone that reaches U passes a first home s of S; whatever it holds before and at s leaves at most K_s places,
and the overflow of j, for U. Hence every contiguous plan satisfies, p_i being 0 for sure homes,

    sum over U of p_i x[i, j]  <=  sum over S of K_s x[s, j] + overflow_j.

Contiguity cuts alone let a fraction of a zone crawl across the district and take that fraction of everything there;
these cuts count its pupils. A fractional point is separated, for one school at a time, by a maximum flow from a_j in
which home s lets K_s x[s, j] through and home i takes p_i x[i, j] (a capacity-scaled form of the single-commodity flow
of Shirabe, "Districting modeling with exact contiguity constraints", Environment and Planning B 36, 2009). The cuts of
single homes that part a zone, its gateways, are few and come first.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, dijkstra, maximum_flow

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.gateways import gateways
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.proof.cuts import Cut

_PARTS = 1000
"""Flow is counted in whole thousandths of a pupil."""
_WIDE = 2**31 - 1
_TINY = 1e-9
_LEAST_BREACH = 0.02
_LEAST_SHARE = 1e-3


class Bottlenecks:
    """Finds the cuts that a point breaks.

    Parameters
    ----------
    problem
        The problem.
    mask
        Pairs that a contiguous plan may use, shape (n, m).
    """

    def __init__(self, problem: CatchmentProblem, mask: BoolArray) -> None:
        self.problem, self.mask = problem, mask
        graph = problem.graph.tocoo()
        self.tail, self.head = graph.row.astype(np.int64), graph.col.astype(np.int64)
        self.room = room_beyond(problem, mask)
        self.pupils = unsettled_pupils(problem, mask)

    def at_gateways(self) -> list[Cut]:
        """Return the cut of every home that alone parts more pupils from a school than it has room for there."""
        found = []
        for school, anchor in enumerate(self.problem.anchor.tolist()):
            parted = gateways(self.problem.neighbours, self.mask[:, school], anchor)
            for gateway, behind in parted.items():
                if self.pupils[behind].sum() > self.room[gateway, school]:
                    weights = np.zeros_like(self.pupils)
                    weights[behind] = self.pupils[behind]
                    weights[gateway] = -self.room[gateway, school]
                    found.append(_cut_of(school, weights))
        return found

    def separate(self, x: FloatArray, overflow: FloatArray) -> list[Cut]:
        """Return cuts that shares x, shape (n, m), and overflows, shape (m,), break: at most one a school."""
        found = []
        for school in range(self.problem.n_schools):
            behind = self._unserved(school, x[:, school], float(overflow[school]))
            if behind is not None:
                cut = self._cut(school, behind)
                if breach(cut, x, overflow) > _LEAST_BREACH:
                    found.append(cut)
        return found

    def crowding(self, x: FloatArray) -> FloatArray:
        """Return how many pupils of shares x, shape (n, m), each school reaches through each home, shape (n, m)."""
        passed = np.zeros_like(x)
        for school in range(self.problem.n_schools):
            network, _, held = self._network(school, x[:, school])
            flow = maximum_flow(network, int(self.problem.anchor[school]), 2 * self.problem.n_homes).flow
            passed[held, school] = flow[held, held + self.problem.n_homes] / _PARTS
        return passed

    def _unserved(self, school: int, share: FloatArray, overflow: float) -> BoolArray | None:
        """Return the homes of the zone that the largest flow cannot reach, or `None` where it serves enough."""
        n, anchor = self.problem.n_homes, int(self.problem.anchor[school])
        network, wanted, held = self._network(school, share)
        flow = maximum_flow(network, anchor, 2 * n)
        short = float(wanted.sum()) - flow.flow_value / _PARTS
        if short <= overflow + max(_LEAST_BREACH, _LEAST_SHARE * float(wanted.sum())):
            return None
        left = network - flow.flow
        left.data[left.data < 0] = 0
        left.eliminate_zeros()
        reached = np.zeros(2 * n + 1, dtype=bool)
        reached[breadth_first_order(left, anchor, return_predecessors=False)] = True
        behind = np.zeros(n, dtype=bool)
        behind[held] = ~reached[held]
        return behind if behind.any() else None

    def _network(self, school: int, share: FloatArray) -> tuple[sparse.csr_array, FloatArray, IntArray]:
        """Return the network of one school's flow, the pupils that each home takes of it, and the homes in it.

        Its arcs lead between the entering sides (i) and the leaving sides (n + i) of homes, and to the sink (2 n).
        """
        n, anchor = self.problem.n_homes, self.problem.anchor[school]
        held = np.flatnonzero(share > _TINY)
        wanted = self.pupils * share
        wanted[anchor] = 0.0
        inside = (share[self.tail] > _TINY) & (share[self.head] > _TINY)
        through = self.room[held, school] * share[held]
        through = np.where(held == anchor, _WIDE / _PARTS, through)
        tails = np.concatenate([self.tail[inside] + n, held, held])
        heads = np.concatenate([self.head[inside], held + n, np.full(len(held), 2 * n)])
        room = np.concatenate([np.full(int(inside.sum()), _WIDE / _PARTS), through, wanted[held]])
        parts = np.minimum(np.rint(room * _PARTS), _WIDE).astype(np.int32)
        some = parts > 0
        network = sparse.csr_array(
            (parts[some], (tails[some], heads[some])), shape=(2 * n + 1, 2 * n + 1), dtype=np.int32
        )
        return network, wanted, held

    def _cut(self, school: int, behind: BoolArray) -> Cut:
        """Return the cut that parts these homes from the school; open homes without a share stand in it for free."""
        is_open = self.mask[:, school]
        border = self._touching(behind) & is_open & ~behind
        # Homes of the border that only others of it touch add nothing to the separator.
        separator = border & self._touching(self._reached(school, is_open & ~border))
        far = is_open & ~separator & ~self._reached(school, is_open & ~separator)
        weights = np.where(far, self.pupils, 0) - np.where(separator, self.room[:, school], 0)
        return _cut_of(school, weights)

    def _touching(self, homes: BoolArray) -> BoolArray:
        """Return the homes with a neighbour among some homes."""
        touched = np.zeros(len(homes), dtype=bool)
        touched[self.head[homes[self.tail]]] = True
        return touched

    def _reached(self, school: int, is_open: BoolArray) -> BoolArray:
        """Return the homes that the school's home reaches through open homes."""
        reached = np.zeros(len(is_open), dtype=bool)
        reached[self.problem.anchor[school]] = True
        while True:
            more = reached | (self._touching(reached) & is_open)
            if (more == reached).all():
                return reached
            reached = more


def unsettled_pupils(problem: CatchmentProblem, mask: BoolArray) -> IntArray:
    """Return the pupils of each home that more than one school is left for, 0 for the others, shape (n,)."""
    return np.where(mask.sum(axis=1) == 1, 0, problem.pupils)


def room_beyond(problem: CatchmentProblem, mask: BoolArray) -> IntArray:
    """Return K: the places that each school has left behind each home, shape (n, m), from 0."""
    pupils = unsettled_pupils(problem, mask)
    left = problem.capacity - (problem.pupils - pupils) @ mask
    room = np.zeros(mask.shape, dtype=np.int64)
    graph = sparse.csr_array(problem.graph, dtype=np.float64)
    for school, anchor in enumerate(problem.anchor.tolist()):
        # Entering a home costs its pupils; the addend keeps free steps in the sparse graph.
        entering = np.where(mask[:, school], pupils, np.inf) + _TINY
        graph.data = entering[graph.indices]
        passed = dijkstra(graph, indices=anchor) + pupils[anchor]
        open_ = np.isfinite(passed)
        room[open_, school] = left[school] - np.floor(passed[open_] + _LEAST_BREACH).astype(np.int64)
    return np.maximum(room, 0)


def _cut_of(school: int, weights: IntArray) -> Cut:
    homes = np.flatnonzero(weights)
    return Cut(school, tuple(homes.tolist()), tuple(weights[homes].tolist()), counts_overflow=True)


def breach(cut: Cut, x: FloatArray, overflow: FloatArray) -> float:
    """Return by how much a point breaks a cut, in the cut's own unit."""
    weighed = float(np.array(cut.weights) @ x[list(cut.homes), cut.school])
    return weighed - float(overflow[cut.school]) * cut.counts_overflow
