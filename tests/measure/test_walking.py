"""Walking distances on a road network: against Floyd and Warshall's algorithm, and on maps small enough to walk."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.district.model import District
from junheng.measure.adjacency import adjacency
from junheng.measure.distances import distances
from junheng.measure.places import places
from junheng.standards import load_standard

KM = 1 / 111.195
"""One kilometre in degrees, near enough, at the equator."""


def district(
    *,
    junctions: dict[str, tuple[float, float]],
    roads: list[tuple[str, str, float | None]],
    homes: dict[str, tuple[float, float]],
    schools: dict[str, tuple[float, float]],
    **flags: list[str | None],
) -> District:
    """Return a district on the equator whose points are given in kilometres."""

    def points(name: str, of: dict[str, tuple[float, float]]) -> dict[str, Any]:
        return {
            name: list(of),
            "lon": [x * KM for x, _ in of.values()],
            "lat": [y * KM for _, y in of.values()],
        }

    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "homes": pl.DataFrame(points("home", homes)),
            "schools": pl.DataFrame(points("school", schools)).with_columns(
                name=pl.col("school"), kind=pl.lit("primary")
            ),
            "junctions": pl.DataFrame(points("junction", junctions)),
            "roads": pl.DataFrame(
                {
                    "start": [road[0] for road in roads],
                    "end": [road[1] for road in roads],
                    "km": pl.Series([road[2] for road in roads], dtype=pl.Float64),
                    **flags,
                }
            ),
        }
    )


# A river of 2 km length; the only bridge is at its eastern end.
RIVER = {"a": (0.0, 0.0), "b": (2.0, 0.0), "c": (2.0, 0.2), "d": (0.0, 0.2)}
BRIDGE: list[tuple[str, str, float | None]] = [("a", "b", None), ("b", "c", None), ("c", "d", None)]


def test_the_way_to_school_goes_over_the_bridge() -> None:
    found = distances(
        district(junctions=RIVER, roads=BRIDGE, homes={"H": (0, -0.05)}, schools={"S": (0, 0.25)}), ("S",)
    )
    assert found.method == "walking_network"
    assert found.off_network == ()
    # 0.05 to the road, 2 + 0.2 + 2 along it, 0.05 to the gate; 0.3 as the crow flies.
    assert found.km[0, 0] == pytest.approx(4.3, abs=2e-3)


def test_a_road_closed_to_walkers_is_no_way() -> None:
    closed = district(
        junctions=RIVER,
        roads=[*BRIDGE, ("a", "d", None)],
        walkable=["yes", None, "yes", "no"],
        homes={"H": (0, -0.05)},
        schools={"S": (0, 0.25)},
    )
    assert distances(closed, ("S",)).km[0, 0] == pytest.approx(4.3, abs=2e-3)


def test_a_home_off_the_network_is_measured_straight_and_named() -> None:
    found = distances(
        district(
            junctions=RIVER,
            roads=BRIDGE,
            homes={"H": (0, -0.05), "FAR": (0, 1.5)},
            schools={"S": (0, 0.25)},
        ),
        ("S",),
    )
    assert found.off_network == ("FAR",)
    assert found.km[1, 0] == pytest.approx(1.25, abs=2e-3)
    assert found.km[0, 0] > 4


def test_neighbours_of_the_school_need_no_road() -> None:
    found = distances(
        district(junctions=RIVER, roads=BRIDGE, homes={"H": (0, 0.65)}, schools={"S": (0.1, 0.65)}), ("S",)
    )
    assert found.km[0, 0] == pytest.approx(0.1, abs=2e-3)


def test_a_stray_piece_of_road_does_not_catch_a_home() -> None:
    stray = {**RIVER, "x": (0.0, -0.06), "y": (0.1, -0.06)}
    found = distances(
        district(
            junctions=stray,
            roads=[*BRIDGE, ("x", "y", None)],
            homes={"H": (0, -0.05)},
            schools={"S": (0, 0.25)},
        ),
        ("S",),
    )
    assert found.km[0, 0] == pytest.approx(4.3, abs=2e-3)


def test_a_length_on_record_counts_and_of_two_the_shorter() -> None:
    roads: list[tuple[str, str, float | None]] = [
        ("a", "b", 3.0),
        ("b", "c", None),
        ("c", "d", 2.5),
        ("d", "c", 2.1),
    ]
    found = distances(
        district(junctions=RIVER, roads=roads, homes={"H": (0, -0.05)}, schools={"S": (0, 0.25)}), ("S",)
    )
    assert found.km[0, 0] == pytest.approx(0.05 + 3 + 0.2 + 2.1 + 0.05, abs=2e-3)


@settings(max_examples=60)
@given(st.data())
def test_walks_are_the_shortest_of_all_ways(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 6))
    at = {str(i): (float(i), 0.0) for i in range(n)}
    chain = [(str(i), str(i + 1)) for i in range(n - 1)]
    more = [pair for pair in itertools.combinations(at, 2) if pair not in chain]
    pairs = chain + data.draw(st.lists(st.sampled_from(more), unique=True) if more else st.just([]))
    km = [data.draw(st.floats(0.1, 9)) for _ in pairs]
    found = distances(
        district(
            junctions=at,
            roads=[(a, b, length) for (a, b), length in zip(pairs, km, strict=True)],
            homes={f"H{name}": point for name, point in at.items()},
            schools={f"S{name}": point for name, point in at.items()},
        ),
        tuple(f"S{name}" for name in at),
    )
    best = np.full((n, n), np.inf)
    np.fill_diagonal(best, 0)
    for (a, b), length in zip(pairs, km, strict=True):
        best[int(a), int(b)] = best[int(b), int(a)] = min(best[int(a), int(b)], length)
    for via in range(n):
        best = np.minimum(best, best[:, [via]] + best[[via], :])
    # Homes and schools stand on junctions, but for the last bit of a great circle.
    assert found.km == pytest.approx(best, abs=1e-4)


def test_the_report_says_which_homes_are_measured_straight() -> None:
    made = district(
        junctions=RIVER, roads=BRIDGE, homes={"H": (0, -0.05), "FAR": (0, 1.5)}, schools={"S": (0, 0.25)}
    ).replace(
        stages=pl.DataFrame({"school": ["S"], "stage": ["primary"], "pupils": [10]}),
        catchments=pl.DataFrame({"stage": ["primary"] * 2, "home": ["H", "FAR"], "school": ["S", "S"]}),
    )
    found = places(made, load_standard().on(made.year.first_day))
    assert found.off_network == ("FAR",)
    assert found.how_far is not None
    assert found.how_far.en.endswith("off the network, by straight line: 1 (FAR)")


def test_a_railway_between_two_estates_parts_them() -> None:
    def square(x: float) -> str:
        w, e, s, n = (side * KM for side in (x, x + 1, 0, 1))
        return f"POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"

    row = district(
        junctions={"s": (1.0, -1.0), "n": (1.0, 2.0)},
        roads=[("s", "n", None)],
        walkable=["no"],
        barrier=["yes"],
        homes={"A": (0.5, 0.5), "B": (1.5, 0.5), "C": (2.5, 0.5)},
        schools={},
    )
    homes = row.table("homes").with_columns(polygon=pl.Series([square(0), square(1), square(2)]))
    found = adjacency(row.replace(homes=homes))
    assert found is not None
    assert found.pairs.tolist() == [[1, 2]]
    without = adjacency(row.replace(homes=homes, roads=row.table("roads").clear()))
    assert without is not None
    assert without.pairs.tolist() == [[0, 1], [1, 2]]


def test_a_pair_of_neighbours_marked_as_parted_is_none_and_no_way() -> None:
    pairs = pl.DataFrame(
        {
            "home": ["A", "B", "A"],
            "neighbour": ["B", "C", "C"],
            "road_km": [1.0, 1.0, 1.0],
            "barrier": ["yes", "no", None],
        }
    )
    made = district(
        junctions={}, roads=[], homes={"A": (0, 0), "B": (1, 0), "C": (0.5, 0.8)}, schools={"S": (1, 0)}
    ).replace(neighbours=pairs)
    found = adjacency(made)
    assert found is not None
    assert found.pairs.tolist() == [[0, 2], [1, 2]]
    assert distances(made, ("S",)).km[:, 0].tolist() == [2.0, 0.0, 1.0]
