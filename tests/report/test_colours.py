"""Neighbouring zones have different colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.measure.adjacency import Adjacency
from junheng.report.colours import COLOURS, HUES, colouring, load_class, touching_zones

PAIRS = st.integers(1, 14).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
    )
)


@given(PAIRS)
def test_no_two_neighbours_have_one_colour(graph: tuple[int, list[tuple[int, int]]]) -> None:
    n, pairs = graph
    colour = colouring(n, pairs)
    assert len(colour) == n
    assert all(colour[a] != colour[b] for a, b in pairs if a != b)
    assert min(colour) >= 0


def test_a_planar_map_needs_no_hatching() -> None:
    side = 12
    pairs = [(r * side + c, r * side + c + 1) for r in range(side) for c in range(side - 1)]
    pairs += [(r * side + c, (r + 1) * side + c) for r in range(side - 1) for c in range(side)]
    pairs += [(r * side + c, (r + 1) * side + c + 1) for r in range(side - 1) for c in range(side - 1)]
    colour = colouring(side * side, pairs)
    assert max(colour) < HUES
    counts = np.bincount(colour, minlength=HUES)
    assert counts.max() < 2 * side * side / HUES  # the hues are used about equally


def test_where_everybody_touches_everybody_hatched_colours_are_used() -> None:
    n = COLOURS
    colour = colouring(n, [(a, b) for a in range(n) for b in range(a)])
    assert sorted(colour) == list(range(COLOURS))


def test_zones_touch_where_their_homes_are_neighbours_before_or_after() -> None:
    graph = Adjacency(("a", "b", "c", "d"), np.array([[0, 1], [1, 2], [2, 3]]), "neighbours")
    at = np.zeros((4, 2), dtype=int)
    before, after = np.array([0, 0, 1, -1]), np.array([0, 2, 1, -1])
    assert touching_zones(graph, at, [before]) == {(0, 1)}
    assert touching_zones(graph, at, [before, after]) == {(0, 1), (0, 2), (1, 2)}


def test_without_neighbours_the_nearest_homes_count() -> None:
    at = np.array([[0, 0], [1, 0], [100, 0], [101, 0]] + [[1000 + i, 0] for i in range(8)])
    school = np.array([0, 1, 2, 2] + [3] * 8)
    touching = touching_zones(None, at, [school])
    assert (0, 1) in touching
    assert touching_zones(None, at[:1], [school[:1]]) == set()


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        (None, "u-none"),
        (0.0, "u0"),
        (0.6, "u0"),
        (0.61, "u1"),
        (1.0, "u3"),
        (1.0000001, "u4"),
        (1.1, "u4"),
        (3.0, "u5"),
    ],
)
def test_a_full_school_is_not_shown_as_overfull(use: float | None, kind: str) -> None:
    assert load_class(use) == kind
