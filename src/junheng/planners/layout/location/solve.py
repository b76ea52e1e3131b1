"""Solve capacitated location: Lagrangian bounds, service by transportation, branch and bound on the sites.

A node prices the customers' demand from where its parent stopped, fixes every site that could only be decided the other
way at a cost above the best known, serves everybody from the sites that the relaxation chose, and is split at the site
that the relaxation opens about as often as not. Nodes with the lowest bound come first, so that the bound of
the whole is that of the next node.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field

import numpy as np

from junheng.errors import UsageError
from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.clock import Clock
from junheng.planners.layout.location.problem import LocationProblem
from junheng.planners.layout.location.relaxation import Count, Fixing, Point, counts, evaluate, forced
from junheng.planners.layout.location.transport import Service, serve
from junheng.text import Text

FIRST_STEPS = 240
"""Steps of the multipliers before the first node is split."""
STEPS = 40
"""Steps at every later node."""
PATIENCE = 12
"""Steps without a better bound before the step gets shorter."""
BETWEEN = 20
"""Steps between two looks at the sites that the relaxation chose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationOptions:
    """How long to search.

    Attributes
    ----------
    gap
        Stop when (cost - bound) / cost is as small: 0 for a proven optimum.
    seconds
        Longest time; the best so far is returned with its bound.
    most_nodes
        Most nodes of the search.
    """

    gap: float = 1e-6
    seconds: float = 60.0
    most_nodes: int = 20_000


@dataclass(frozen=True, eq=False, kw_only=True)
class LocationSolution:
    """The best sites and service found, with what was proven.

    Attributes
    ----------
    is_open
        Which sites are open, shape (m,).
    service
        Who is served where.
    cost
        Fixed costs and service together.
    bound
        No choice of sites and no service costs less.
    nodes
        Nodes of the search.
    """

    is_open: BoolArray
    service: Service
    cost: float
    bound: float
    nodes: int

    @property
    def gap(self) -> float:
        """``(cost - bound) / cost``, 0 where both are 0."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


@dataclass(order=True)
class _Node:
    bound: float
    order: int
    fixing: Fixing = field(compare=False)
    multipliers: FloatArray = field(compare=False)


@dataclass(eq=False)
class _Found:
    """The best so far, and which sets of sites have been served."""

    cost: float = np.inf
    is_open: BoolArray | None = None
    service: Service | None = None
    seen: set[bytes] = field(default_factory=set)
    floor: float = np.inf
    """Least bound of the leaves whose service is good, but not proven to be the cheapest."""


def solve_location(
    problem: LocationProblem, options: LocationOptions | None = None
) -> LocationSolution | None:
    """Return the cheapest choice of sites with its bound; `None` where no choice can serve everybody.

    Raises
    ------
    UsageError
        Where the time was over before any choice was found.
    """
    asked = LocationOptions() if options is None else options
    clock = Clock(asked.seconds)
    found = _Found()
    nothing = np.zeros(problem.n_sites, bool)
    root = _Node(0.0, 0, Fixing(nothing, nothing), _first_multipliers(problem))
    heap, order, nodes, bound = [root], itertools.count(1), 0, 0.0
    while heap:
        bound = max(bound, min(heap[0].bound, found.cost))
        if heap[0].bound >= _enough(found, asked) or nodes >= asked.most_nodes or clock.is_over():
            break
        node = heapq.heappop(heap)
        nodes += 1
        for child in _branch(problem, node, found, steps=FIRST_STEPS if nodes == 1 else STEPS, options=asked):
            heapq.heappush(
                heap, _Node(max(node.bound, child.bound), next(order), child.fixing, child.multipliers)
            )
    else:
        bound = np.inf
    if found.is_open is None or found.service is None:
        if not heap:
            return None
        raise UsageError(Text("时间用完，尚未找到方案", "the time was over before a solution was found"))
    return LocationSolution(
        is_open=found.is_open,
        service=found.service,
        cost=found.cost,
        bound=min(bound, found.floor, max(_enough(found, asked), 0.0)),
        nodes=nodes,
    )


def _enough(found: _Found, options: LocationOptions) -> float:
    return found.cost * (1 - options.gap) - 1e-9 if np.isfinite(found.cost) else np.inf


def _first_multipliers(problem: LocationProblem) -> FloatArray:
    """Start each customer between its nearest sites."""
    finite = np.where(np.isfinite(problem.cost), problem.cost, np.nan)
    position = min(3, problem.n_sites - 1)
    ranked = np.sort(finite, axis=0)
    start: FloatArray = np.nan_to_num(np.where(np.isnan(ranked[position]), ranked[0], ranked[position]))
    return start


def _branch(
    problem: LocationProblem, node: _Node, found: _Found, *, steps: int, options: LocationOptions
) -> list[_Node]:
    """Bound a node and return its two halves, or none where it cannot hold a better choice."""
    climb = _Climb(problem, node.fixing, node.multipliers)
    if not climb.count.is_possible:
        return []
    for _ in range(steps // BETWEEN):
        climb.run(BETWEEN, found, options)
        if climb.best.value >= _enough(found, options):
            return []
        for likely in (climb.best.chosen, climb.likely):
            _try(problem, _enlarged(problem, likely), found, at=climb.best)
        climb.fix(found, options)
        if not climb.count.is_possible:
            return []
    if climb.best.value >= _enough(found, options):
        return []
    free = np.flatnonzero(climb.fixing.free)
    if not len(free):
        _try(problem, climb.fixing.opened, found, at=climb.best)
        if not problem.may_split:
            found.floor = min(found.floor, climb.best.value)
        return []
    site = int(free[np.argmin(np.abs(climb.often[free] - 0.5))])
    halves = [climb.fixing.also(site, is_open=is_open) for is_open in (True, False)]
    return [_Node(climb.best.value, 0, half, climb.multipliers) for half in halves]


def _try(problem: LocationProblem, is_open: BoolArray, found: _Found, *, at: Point) -> None:
    """Serve everybody from a set of sites, once for each set, unless the relaxation says that it cannot pay."""
    key = np.packbits(is_open).tobytes()
    if key in found.seen or (problem.n_open is not None and is_open.sum() != problem.n_open):
        return
    if at.value - at.values[at.chosen].sum() + at.values[is_open].sum() >= found.cost:
        return
    found.seen.add(key)
    fixed = float(problem.fixed_cost[is_open].sum())
    service = serve(problem, is_open, most_cost=found.cost - fixed)
    if service is not None and fixed + service.cost < found.cost:
        found.cost, found.is_open, found.service = fixed + service.cost, is_open.copy(), service


def _enlarged(problem: LocationProblem, chosen: BoolArray) -> BoolArray:
    """Add the largest sites until the chosen ones can hold all demand."""
    enough = chosen.copy()
    for site in np.argsort(-problem.capacity, kind="stable"):
        if problem.n_open is not None or problem.capacity[enough].sum() >= problem.demand.sum():
            break
        enough[site] = True
    return enough


class _Climb:
    """Raises the bound of one node, step by step, along the demand that the relaxation leaves unserved."""

    def __init__(self, problem: LocationProblem, fixing: Fixing, multipliers: FloatArray) -> None:
        self.problem = problem
        self.fixing = fixing
        self.multipliers = multipliers
        self.count: Count = counts(problem, fixing)
        self.often = np.zeros(problem.n_sites)
        self._at = multipliers
        self._direction = np.zeros(problem.n_customers)
        self._length = 1.5
        self._waiting = 0
        self.best = Point(-np.inf, fixing.opened, self.often, self._direction)

    def run(self, steps: int, found: _Found, options: LocationOptions) -> None:
        """Take some steps; stops where the node cannot hold anything better."""
        for _ in range(steps):
            point = evaluate(self.problem, self._at, self.fixing, self.count)
            self.often += 0.1 * (point.chosen - self.often)
            self._keep(point)
            if self.best.value >= _enough(found, options):
                return
            self._direction = 0.7 * point.unserved + 0.3 * self._direction
            size = float(self._direction @ self._direction)
            if size < 1e-12:
                return
            target = found.cost if np.isfinite(found.cost) else 1.1 * abs(self.best.value) + 1.0
            aim = min(target, self.best.value + 0.1 * abs(self.best.value) + 1.0)
            self._at = self._at + self._length * max(aim - point.value, 0.0) / size * self._direction

    def _keep(self, point: Point) -> None:
        if point.value > self.best.value + 1e-7 * abs(point.value):
            self.best, self.multipliers, self._waiting = point, self._at, 0
            return
        self._waiting += 1
        if self._waiting >= PATIENCE:
            self._waiting, self._length, self._at = 0, 0.6 * self._length, self.multipliers

    def fix(self, found: _Found, options: LocationOptions) -> None:
        """Decide every site that could only be decided the other way above the best known cost."""
        rise = forced(self.best, self.fixing, self.count)
        settled = self.fixing.free & (self.best.value + rise >= _enough(found, options))
        if settled.any():
            opened = self.fixing.opened | (settled & self.best.chosen)
            self.fixing = Fixing(opened, self.fixing.closed | (settled & ~self.best.chosen))
            self.count = counts(self.problem, self.fixing)

    @property
    def likely(self) -> BoolArray:
        """The sites that the relaxation opened most of the time, as many as must be."""
        likely = self.fixing.opened.copy()
        free = np.flatnonzero(self.fixing.free)
        order = free[np.argsort(-self.often[free], kind="stable")]
        wanted = int(np.clip((self.often[free] > 0.5).sum(), self.count.least, self.count.most))
        likely[order[:wanted]] = True
        return likely
