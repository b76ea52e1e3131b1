"""A line drawn on the map keeps to the borders of homes by the shortest way; a corner that is moved leaves no gap."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import junheng.web.maps

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SCRIPTS = Path(junheng.web.maps.__file__).parent / "static" / "maps"
SCRIPT = SCRIPTS / "borders.js"
RESHAPED = """([script, features, steps]) => import(`data:text/javascript,${encodeURIComponent(script)}`)
  .then(({ Shared }) => {
    const shared = new Shared(features);
    const refused = [];
    for (const [act, ...spots] of steps) {
      const found = shared[act](...spots);
      for (const [home, geometry] of found ?? []) shared.changed.set(home, geometry);
      if (!found) refused.push(spots[0]);
    }
    return [features.map(({ id }) => shared.geometry(id)), refused];
  })"""
WAYS = """([script, features, pairs, spots]) => import(`data:text/javascript,${encodeURIComponent(script)}`)
  .then(({ Borders }) => {
    const borders = new Borders(features);
    return [pairs.map(([from, to]) => borders.way(from, to)), spots.map(([spot, most]) => borders.nearest(spot, most))];
  })"""
SIDE = 6


def homes(corners: np.ndarray) -> list[dict[str, Any]]:
    """Return a block of homes as GeoJSON, in two halves that do not touch, and a point without any border."""
    rings = [
        [corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1], corners[i, j]]
        for i in range(SIDE)
        for j in range(SIDE)
        if i != SIDE // 2
    ]
    areas = [{"type": "Polygon", "coordinates": [[spot.tolist() for spot in ring]]} for ring in rings]
    return [{"geometry": one} for one in [*areas, {"type": "Point", "coordinates": [0.0, 0.0]}]]


def test_a_line_runs_along_the_borders_of_homes_by_the_shortest_way(chromium: Browser) -> None:
    rng = np.random.default_rng(3)
    corners = np.moveaxis(np.mgrid[0 : SIDE + 1, 0 : SIDE + 1].astype(float), 0, 2)
    corners = np.round(
        [117.0, 36.0] + 0.002 * (corners + rng.uniform(-0.3, 0.3, corners.shape)), 6
    )  # latitude 36: a degree of longitude is four fifths of one of latitude
    features = homes(corners)
    known: dict[tuple[float, float], int] = {}
    edges = []
    for one in features[:-1]:
        ring = [tuple(spot) for spot in one["geometry"]["coordinates"][0]]
        numbers = [known.setdefault(spot, len(known)) for spot in ring]
        edges += [*pairwise(numbers)]
    spots = np.array(list(known))
    metric = np.array([np.cos(np.radians(spots[0, 1])), 1.0])
    ends = np.array(edges)
    lengths = np.hypot(*((spots[ends[:, 0]] - spots[ends[:, 1]]) * metric).T)
    graph = csr_array((lengths, ends.T), shape=(len(spots), len(spots)))
    shortest = dijkstra(graph.maximum(graph.T))
    pairs = rng.integers(0, len(spots), (40, 2))
    page = chromium.new_page()
    given = [
        SCRIPT.read_text(encoding="utf-8"),
        features,
        [[spots[a].tolist(), spots[b].tolist()] for a, b in pairs],
        [[(spots[7] + 1e-5).tolist(), 1e-4], [[116.0, 36.0], 1e-4]],
    ]
    ways, nearest = page.evaluate(WAYS, given)
    page.close()
    assert nearest == [spots[7].tolist(), None]
    is_edge = {frozenset(edge) for edge in edges}
    n_parted = 0
    for (a, b), way in zip(pairs.tolist(), ways, strict=True):
        if np.isinf(shortest[a, b]):  # nothing joins the halves: straight over
            n_parted += 1
            assert way == [spots[a].tolist(), spots[b].tolist()]
            continue
        numbers = [known[tuple(spot)] for spot in way]
        steps = list(pairwise(numbers))
        assert (numbers[0], numbers[-1]) == (a, b)
        assert all(frozenset(step) in is_edge for step in steps if step[0] != step[1])
        length = sum(np.hypot(*((spots[i] - spots[j]) * metric)) for i, j in steps)
        assert length == pytest.approx(shortest[a, b], rel=1e-9)
    assert 0 < n_parted < len(pairs)


def test_corners_that_are_moved_added_and_taken_away_leave_neither_gap_nor_overlap(chromium: Browser) -> None:
    corners = np.moveaxis(np.mgrid[0 : SIDE + 1, 0 : SIDE + 1].astype(float), 0, 2)
    features = [
        {"id": n, "geometry": one["geometry"]}
        for n, one in enumerate(homes(corners))
        if n < SIDE * (SIDE - 1)
    ]
    wide = [[7.0, 0.0], [8.0, 0.0], [8.0, 6.0], [6.0, 6.0], [6.0, 0.0]]  # its edge runs along six homes
    features.append({"id": len(features), "geometry": {"type": "Polygon", "coordinates": [[*wide, wide[0]]]}})
    steps = [
        ["moved", [2.0, 2.0], [2.25, 1.75]],
        ["added", [2.25, 1.75], [2.0, 3.0], [2.5, 2.5]],
        ["added", [1.0, 4.0], [1.0, 5.0], [1.5, 4.5]],
        ["removed", [1.5, 4.5]],
        ["removed", [1.0, 4.0]],  # four homes meet there: it stays
        ["moved", [6.0, 3.0], [6.5, 3.25]],
        ["moved", [5.0, 3.0], [5.0, 4.0]],  # onto another corner: the edge between them is gone
    ]
    page = chromium.new_page()
    found, refused = page.evaluate(
        RESHAPED, [(SCRIPTS / "shared.js").read_text(encoding="utf-8"), features, steps]
    )
    page.close()
    before, after = (
        np.array([shapely.geometry.shape(one) for one in shapes])
        for shapes in ([one["geometry"] for one in features], found)
    )
    assert refused == [[1.0, 4.0]]
    assert shapely.is_valid(after).all()
    assert shapely.coverage_is_valid(after)
    assert shapely.area(after).sum() == pytest.approx(shapely.area(shapely.union_all(before)))
    assert shapely.area(shapely.union_all(after)) == pytest.approx(shapely.area(after).sum())
    assert 7 < (~shapely.equals_exact(before, after)).sum() < 16
