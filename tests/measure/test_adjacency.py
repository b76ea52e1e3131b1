"""Who neighbours whom, from the table or from polygons, and what hangs together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.district.model import District
from junheng.measure.adjacency import adjacency, cut_off

METRE = 1 / 111_195
"""One metre in degrees, near enough, at the equator."""


def district(homes: pl.DataFrame, neighbours: pl.DataFrame | None = None) -> District:
    tables = {"district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}), "homes": homes}
    return District.of(tables | ({} if neighbours is None else {"neighbours": neighbours}))


def box(west: float, south: float, east: float, north: float) -> str:
    """Return a box whose sides are given in metres."""
    w, s, e, n = (side * METRE for side in (west, south, east, north))
    return f"POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"


def pairs_of(*polygons: str) -> set[tuple[int, int]]:
    homes = pl.DataFrame({"home": [f"H{i}" for i in range(len(polygons))], "polygon": polygons})
    found = adjacency(district(homes))
    assert found is not None
    assert found.method == "shared_border"
    return {(int(a), int(b)) for a, b in found.pairs}


LEFT = box(0, 0, 100, 100)


@pytest.mark.parametrize(
    ("other", "touches"),
    [
        (box(100, 0, 200, 100), True),
        (box(100, 50, 200, 150), True),
        (box(100, 100, 200, 200), False),  # one corner in common
        (box(100, 98, 200, 200), False),  # two metres of border are a corner drawn by hand
        (box(100, 80, 200, 200), True),
        (box(100.5, 0, 200, 100), True),  # a gap of half a metre is a slip of the hand
        (box(99.5, 0, 200, 100), True),  # and so is an overlap
        (box(110, 0, 200, 100), False),  # ten metres are a street
        (box(20, 20, 40, 40), True),  # an island inside
        (box(500, 500, 600, 600), False),
    ],
)
def test_homes_are_neighbours_when_they_share_a_border_and_not_at_a_corner(other: str, touches: bool) -> None:
    assert pairs_of(LEFT, other) == ({(0, 1)} if touches else set())


def test_far_from_the_equator_a_metre_is_still_a_metre() -> None:
    squeeze = np.cos(np.radians(50))

    def north(west: float, south: float, east: float, top: float) -> str:
        w, e = west * METRE / squeeze, east * METRE / squeeze
        s, n = 50 + south * METRE, 50 + top * METRE
        return f"POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"

    assert pairs_of(north(0, 0, 100, 100), north(100, 0, 200, 100)) == {(0, 1)}
    assert pairs_of(north(0, 0, 100, 100), north(110, 0, 200, 100)) == set()
    # 80 cm apart; in degrees, and unshrunk, that would look like 1.24 m.
    assert pairs_of(north(0, 0, 100, 100), north(100.8, 0, 200, 100)) == {(0, 1)}


def test_a_chessboard_has_the_borders_of_a_grid_and_no_diagonals() -> None:
    n = 4
    boxes = [box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for y in range(n) for x in range(n)]
    grid = {(n * y + x, n * y + x + 1) for y in range(n) for x in range(n - 1)}
    grid |= {(n * y + x, n * y + x + n) for y in range(n - 1) for x in range(n)}
    assert pairs_of(*boxes) == grid


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_borders_drawn_once_and_borders_drawn_twice_make_the_same_neighbours(seed: int) -> None:
    """The same shapes, every other one with a further corner on each side, have no edge in common corner by corner."""
    rng = np.random.default_rng(seed)
    spots = 60 * np.moveaxis(np.mgrid[0:5, 0:5].astype(float), 0, 2) + rng.uniform(-25, 25, (5, 5, 2))
    rings = [
        np.array([spots[i, j], spots[i + 1, j], spots[i + 1, j + 1], spots[i, j + 1]])
        for i in range(4)
        for j in range(4)
    ]
    halved = [
        np.stack([ring, (ring + np.roll(ring, -1, axis=0)) / 2], axis=1).reshape(-1, 2) if n % 2 else ring
        for n, ring in enumerate(rings)
    ]
    assert pairs_of(*map(polygon, rings)) == pairs_of(*map(polygon, halved))


def polygon(corners: np.ndarray) -> str:
    closed = [*corners.tolist(), corners[0].tolist()]
    return "POLYGON((" + ", ".join(f"{METRE * x} {METRE * y}" for x, y in closed) + "))"


def test_a_single_home_has_no_neighbour() -> None:
    assert pairs_of(LEFT) == set()


def test_the_table_of_neighbours_comes_before_the_polygons() -> None:
    homes = pl.DataFrame({"home": ["A", "B", "C"], "polygon": [LEFT, box(100, 0, 200, 100), None]})
    table = pl.DataFrame({"home": ["C", "A", "A", "B"], "neighbour": ["A", "C", "A", "C"]})
    found = adjacency(district(homes, table))
    assert found is not None
    assert found.method == "neighbours"
    # Each pair once, in either direction, and nobody neighbours itself.
    assert found.pairs.tolist() == [[0, 2], [1, 2]]


def test_one_home_without_polygon_leaves_neighbours_unknown() -> None:
    homes = pl.DataFrame({"home": ["A", "B"], "polygon": [LEFT, None]})
    assert adjacency(district(homes)) is None


@given(st.data())
def test_cut_off_is_what_a_walk_through_the_zone_does_not_reach(data: st.DataObject) -> None:
    n, m = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 3))
    everyone = [(a, b) for a in range(n) for b in range(a + 1, n)]
    pairs = data.draw(st.lists(st.sampled_from(everyone), unique=True)) if everyone else []
    school_of = data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n))
    own = data.draw(st.lists(st.integers(0, n - 1), min_size=m, max_size=m))
    found = cut_off(
        np.array(pairs, dtype=int).reshape(-1, 2), np.array(school_of, dtype=int), np.array(own, dtype=int)
    )
    expected = [
        school >= 0 and home not in _walk(own[school], pairs, [i for i in range(n) if school_of[i] == school])
        for home, school in enumerate(school_of)
    ]
    assert found.tolist() == expected


def _walk(start: int, pairs: Iterable[tuple[int, int]], zone: list[int]) -> set[int]:
    if start not in zone:
        return set()
    reached, waiting = {start}, [start]
    while waiting:
        home = waiting.pop()
        for a, b in pairs:
            for here, there in ((a, b), (b, a)):
                if here == home and there in zone and there not in reached:
                    reached.add(there)
                    waiting.append(there)
    return reached
