"""Colours of zones on the map: neighbours differ, and a school keeps its colour before and after the plan.

Few hues are told apart by everybody; where a map needs more, the same hues come again with hatching.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from junheng.measure.adjacency import Adjacency

HUES = 6
"""Hues of the style sheet; colour ``c`` is hue ``c % HUES``, hatched from ``HUES`` on."""
COLOURS = 2 * HUES

LOAD_STEPS = (0.6, 0.8, 0.95, 1.0, 1.1)
"""Upper ends of the classes of utilisation on the map; what is above the last is a class of its own."""

Ints = npt.NDArray[np.int_]


def colouring(n: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Colour ``n`` zones so that no pair has the same colour, with few colours.

    The zone whose neighbours already show the most colours is next (DSATUR, Brélaz 1979); it takes the
    colour that was used least of those that are free among the first `HUES`, else the lowest free one.
    """
    neighbours: list[set[int]] = [set() for _ in range(n)]
    for a, b in pairs:
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    colour = [-1] * n
    used = [0] * max(n, HUES)
    seen: list[set[int]] = [set() for _ in range(n)]
    waiting = set(range(n))
    while waiting:
        zone = max(waiting, key=lambda z: (len(seen[z]), len(neighbours[z]), -z))
        waiting.remove(zone)
        free = [c for c in range(HUES) if c not in seen[zone]]
        chosen = min(free, key=lambda c: (used[c], c)) if free else _lowest(seen[zone])
        colour[zone] = chosen
        used[chosen] += 1
        for other in neighbours[zone]:
            seen[other].add(chosen)
    return colour


def _lowest(taken: set[int]) -> int:
    colour = HUES
    while colour in taken:
        colour += 1
    return colour


def touching_zones(graph: Adjacency | None, home_at: Ints, schools: Sequence[Ints]) -> set[tuple[int, int]]:
    """Return the pairs of schools whose zones touch, in any of several assignments.

    Parameters
    ----------
    graph
        Who neighbours whom; without it the nearest homes on the map count as neighbours.
    home_at
        Positions of the homes on the map, shape (n, 2).
    schools
        Assignments: the position of each home's school, -1 for none, shape (n,) each.
    """
    pairs = _nearest(home_at) if graph is None else graph.pairs
    found: set[tuple[int, int]] = set()
    for one in schools:
        ends = np.sort(one[pairs].reshape(-1, 2), axis=1)
        differ = ends[(ends[:, 0] != ends[:, 1]) & (ends[:, 0] >= 0)]
        found |= {(int(a), int(b)) for a, b in np.unique(differ, axis=0)}
    return found


def _nearest(at: Ints, *, k: int = 7) -> Ints:
    """Return pairs of each point and its nearest others."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - only for maps of points

    n = len(at)
    if n < 2:
        return np.empty((0, 2), dtype=int)
    _, others = cKDTree(at).query(at, k=min(k, n))
    result: Ints = np.stack([np.repeat(np.arange(n), others.shape[1]), others.ravel()], axis=1)
    return result


def load_class(utilisation: float | None) -> str:
    """Return the CSS class of a utilisation (a fraction); ``u-none`` where it is not known."""
    if utilisation is None:
        return "u-none"
    return f"u{sum(utilisation > step + 1e-12 for step in LOAD_STEPS)}"
