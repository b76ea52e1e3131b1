"""Seeded catchment problems of known difficulty, made from nothing but a seed."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from junheng.planners.catchments.problem import CatchmentProblem

KINDS = ("road", "barrier", "tight", "short", "settled")
SPARE = {"road": 0.08, "barrier": 0.08, "tight": 0.02, "short": -0.05, "settled": 0.08}
_LAG = 0.15
"""Share of places that ``settled`` districts lack at their eastern edge, and have more at their western one."""


def instance(kind: str, *, seed: int, homes: int = 500, schools: int = 20) -> CatchmentProblem:
    """Make one problem.

    ``road``: road distances, 8% spare capacity. ``barrier``: straight-line distances on a graph cut by rivers
    with few bridges, 8% spare. ``tight``: as barrier with 2% spare. ``short``: as road, 5% too few places.
    ``settled``: as road, but schools stand where homes are, each with half to one and a half times the places
    that those nearest to it need, fewer in the east, which has grown. In the other kinds schools are spread over
    the land, so that the larger the district, the farther have the children of its towns to go.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind), homes, schools])
    points = _points(rng, homes)
    has_rivers = kind in ("barrier", "tight")
    edges = _edges(points, rng, has_rivers=has_rivers)
    pupils = rng.integers(5, 61, homes)
    is_settled = kind == "settled"
    anchor = _settled_anchors(rng, edges, homes, schools) if is_settled else _anchors(rng, points, schools)
    road = _road_km(points, edges, anchor, rng)
    straight = np.linalg.norm(points[:, None, :] - points[anchor][None, :, :], axis=2)
    present = road.argmin(axis=1)
    worth = np.ones(schools)
    if is_settled:
        lag = _LAG * (points[anchor, 0] - 10) / 10
        worth = (1 - lag) * np.bincount(present, weights=pupils, minlength=schools)
    capacity = _capacity(rng, round((1 + SPARE[kind]) * pupils.sum()), worth)
    return CatchmentProblem(
        homes=tuple(f"H{i:05d}" for i in range(homes)),
        schools=tuple(f"S{j:03d}" for j in range(schools)),
        pupils=pupils,
        distance_km=straight if has_rivers else road,
        capacity=capacity,
        edges=edges,
        anchor=anchor,
        allowed=np.ones((homes, schools), dtype=bool),
        present=present,
    )


def _points(rng: np.random.Generator, n: int) -> np.ndarray:
    """Two thirds in towns of different size, one third spread over a square of 20 km."""
    n_town = 2 * n // 3
    centres = rng.uniform(3, 17, (6, 2))
    sizes = rng.dirichlet(np.ones(6) * 2)
    town = rng.choice(6, size=n_town, p=sizes)
    inside = centres[town] + rng.normal(0, 1.3, (n_town, 2))
    return np.clip(np.vstack([inside, rng.uniform(0, 20, (n - n_town, 2))]), 0, 20) + rng.normal(
        0, 0.01, (n, 2)
    )


def _edges(points: np.ndarray, rng: np.random.Generator, *, has_rivers: bool) -> np.ndarray:
    """Gabriel neighbours (no third point in the circle over the edge), less most of those that cross a river."""
    triangles = Delaunay(points).simplices
    sides = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    middle = (points[pairs[:, 0]] + points[pairs[:, 1]]) / 2
    radius = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1) / 2
    nearest = np.array([np.linalg.norm(points - centre, axis=1).min() for centre in middle])
    pairs = pairs[nearest >= radius - 1e-9]
    if has_rivers:
        pairs = _without_rivers(points, pairs, rng)
    return pairs


def _without_rivers(points: np.ndarray, pairs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Drop 90% of the edges over three winding rivers; one edge is kept wherever the graph would fall apart."""
    crosses = np.zeros(len(pairs), dtype=bool)
    for _ in range(3):
        angle, offset, phase = rng.uniform(0, np.pi), rng.uniform(-4, 4), rng.uniform(0, 2 * np.pi)
        along = (points - 10) @ np.array([np.cos(angle), np.sin(angle)])
        across = (
            (points - 10) @ np.array([-np.sin(angle), np.cos(angle)])
            - offset
            - 1.5 * np.sin(along / 2 + phase)
        )
        crosses |= (across[pairs[:, 0]] > 0) != (across[pairs[:, 1]] > 0)
    crosses &= rng.uniform(size=len(pairs)) < 0.9
    n = len(points)
    # A spanning tree that prefers dry edges names the bridges that must stay.
    weight = np.where(crosses, 10.0, 1.0) + rng.uniform(0, 0.5, len(pairs))
    tree = minimum_spanning_tree(sparse.csr_array((weight, (pairs[:, 0], pairs[:, 1])), shape=(n, n))).tocoo()
    kept = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    stays = np.array([not wet or (a, b) in kept for wet, (a, b) in zip(crosses, pairs.tolist(), strict=True)])
    graph = sparse.csr_array((np.ones(stays.sum()), (pairs[stays, 0], pairs[stays, 1])), shape=(n, n))
    assert connected_components(graph, directed=False)[0] == 1
    return pairs[stays]


def _anchors(rng: np.random.Generator, points: np.ndarray, m: int) -> np.ndarray:
    """Homes that hold a school: drawn one after another, near ones of an earlier school less likely."""
    chosen = [int(rng.integers(len(points)))]
    gap = np.linalg.norm(points - points[chosen[0]], axis=1)
    while len(chosen) < m:
        weight = np.minimum(gap, 3.0) * (gap > 0)
        new = int(rng.choice(len(points), p=weight / weight.sum()))
        chosen.append(new)
        gap = np.minimum(gap, np.linalg.norm(points - points[new], axis=1))
    return np.array(chosen)


def _settled_anchors(rng: np.random.Generator, edges: np.ndarray, n: int, m: int) -> np.ndarray:
    """Homes that hold a school: any home is as likely, but none beside another school."""
    is_open = np.ones(n, dtype=bool)
    chosen: list[int] = []
    for home in rng.permutation(n).tolist():
        if is_open[home] and len(chosen) < m:
            chosen.append(home)
            is_open[edges[(edges == home).any(axis=1)]] = False
    return np.array(chosen)


def _road_km(
    points: np.ndarray, edges: np.ndarray, anchor: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1) * rng.uniform(
        1.0, 1.4, len(edges)
    )
    graph = sparse.csr_array((length, (edges[:, 0], edges[:, 1])), shape=(len(points), len(points)))
    return dijkstra(graph, directed=False, indices=anchor).T


def _capacity(rng: np.random.Generator, total: int, worth: np.ndarray) -> np.ndarray:
    """Split the places unevenly: the largest school has about three times the places of one worth as much."""
    share = rng.uniform(0.5, 1.5, len(worth)) * worth
    capacity = np.floor(total * share / share.sum()).astype(int)
    capacity[: total - capacity.sum()] += 1
    return capacity
