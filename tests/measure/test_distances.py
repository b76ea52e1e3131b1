"""Distances against another program, against brute force, and on a map small enough to walk."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from junheng.district.model import District
from junheng.district.sphere import EARTH_RADIUS_KM, great_circle_km
from junheng.errors import InputError
from junheng.measure.access import weighted_percentile
from junheng.measure.distances import distances
from junheng.measure.positions import own_homes

SPHERE = Geod(a=EARTH_RADIUS_KM * 1000, b=EARTH_RADIUS_KM * 1000)
EARTH = Geod(ellps="WGS84")
LON = st.floats(-180, 180, allow_nan=False)
LAT = st.floats(-89, 89, allow_nan=False)


def district(homes: pl.DataFrame, schools: pl.DataFrame, neighbours: pl.DataFrame | None = None) -> District:
    tables = {
        "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
        "homes": homes,
        "schools": schools.with_columns(name=pl.col("school"), kind=pl.lit("primary")),
    }
    return District.of(tables | ({} if neighbours is None else {"neighbours": neighbours}))


SQUARE = pl.DataFrame({"home": ["SW", "SE", "NW", "NE"], "lon": [0.0, 1, 0, 1], "lat": [0.0, 0, 1, 1]})


@given(LON, LAT, LON, LAT)
def test_great_circles_agree_with_proj_on_the_same_sphere(
    lon1: float, lat1: float, lon2: float, lat2: float
) -> None:
    found = float(great_circle_km(np.array([lon1, lat1]), np.array([lon2, lat2])))
    _, _, metres = SPHERE.inv(lon1, lat1, lon2, lat2)
    assert found == pytest.approx(metres / 1000, rel=1e-6, abs=1e-3)


@given(st.floats(73, 135), st.floats(18, 53), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_within_a_county_of_china_the_sphere_is_within_half_a_percent_of_the_ellipsoid(
    lon: float, lat: float, east: float, north: float
) -> None:
    found = float(great_circle_km(np.array([lon, lat]), np.array([lon + east, lat + north])))
    _, _, metres = EARTH.inv(lon, lat, lon + east, lat + north)
    assert found == pytest.approx(metres / 1000, rel=5e-3, abs=1e-6)


@settings(max_examples=60)
@given(st.data())
def test_ways_along_roads_are_the_shortest_of_all_ways(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 5))
    codes = [f"H{i}" for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(n)]
    roads = data.draw(
        st.lists(st.tuples(st.sampled_from(pairs), st.integers(0, 40)), min_size=1, max_size=12)
    )
    found = distances(
        district(
            pl.DataFrame({"home": codes, "lon": [0.0] * n, "lat": [0.0] * n}),
            pl.DataFrame({"school": ["S"], "lon": [0.0], "lat": [0.0], "home": ["H0"]}),
            pl.DataFrame(
                {
                    "home": [codes[i] for (i, _), _ in roads],
                    "neighbour": [codes[j] for (_, j), _ in roads],
                    "road_km": [float(km) for _, km in roads],
                }
            ),
        ),
        ("S",),
    )
    assert found.method == "road_network"
    expected = [_shortest(n, [(i, j, km) for (i, j), km in roads], home) for home in range(n)]
    assert found.km[:, 0].tolist() == pytest.approx(expected, abs=1e-4)


def _shortest(n: int, roads: list[tuple[int, int, int]], home: int) -> float:
    """Try every way without a detour from a home to H0."""
    if home == 0:
        return 0
    km: dict[tuple[int, int], float] = {}
    for i, j, length in roads:
        for pair in ((i, j), (j, i)):
            km[pair] = min(length, km.get(pair, length))
    others = [i for i in range(n) if i not in (0, home)]
    best = float("inf")
    for length in range(len(others) + 1):
        for middle in permutations(others, length):
            way = (home, *middle, 0)
            best = min(best, sum(km.get(step, float("inf")) for step in pairwise(way)))
    return best


def test_the_way_ends_at_the_gate_and_not_in_the_middle_of_its_home() -> None:
    schools = pl.DataFrame({"school": ["S"], "lon": [0.0], "lat": [0.01], "home": ["SW"]})
    roads = pl.DataFrame({"home": ["SW"], "neighbour": ["SE"], "road_km": [120.0]})
    found = distances(district(SQUARE, schools, roads), ("S",))
    gate = 0.01 * EARTH_RADIUS_KM * np.pi / 180
    assert found.km[:2, 0].tolist() == pytest.approx([gate, 120 + gate])
    assert np.isinf(found.km[2:, 0]).all(), "no road leads there"


def test_a_road_given_in_both_directions_is_one_road_and_the_shorter_length_counts() -> None:
    schools = pl.DataFrame({"school": ["S"], "lon": [0.0], "lat": [0.0], "home": ["SW"]})
    roads = pl.DataFrame(
        {"home": ["SW", "SE", "SE"], "neighbour": ["SE", "SW", "NE"], "road_km": [5.0, 4.0, 1.0]}
    )
    found = distances(district(SQUARE, schools, roads), ("S",))
    assert found.km[[1, 3], 0].tolist() == pytest.approx([4, 5])


def test_rows_and_columns_keep_the_order_that_was_asked_for() -> None:
    schools = pl.DataFrame({"school": ["A", "B"], "lon": [0.0, 1.0], "lat": [0.0, 1.0]})
    found = distances(district(SQUARE, schools), ("B", "A"))
    assert (found.homes, found.schools) == (("SW", "SE", "NW", "NE"), ("B", "A"))
    assert found.km[3, 0] == found.km[0, 1] == 0
    assert found.km[0, 0] > 150


def test_every_missing_position_is_named_at_once() -> None:
    homes = SQUARE.with_columns(lat=pl.Series([0.0, None, 1, None]))
    schools = pl.DataFrame({"school": ["A", "B"], "lon": [0.0, None], "lat": [0.0, 1.0]})
    with pytest.raises(InputError) as refused:
        distances(district(homes, schools), ("A", "B"))
    assert [problem.place.key for problem in refused.value.problems] == ["SE", "NE", "B"]


def test_where_not_all_are_needed_only_what_is_missing_is_open() -> None:
    homes = SQUARE.with_columns(lat=pl.Series([0.0, None, 1, 1]))
    schools = pl.DataFrame({"school": ["A", "B"], "lon": [0.0, None], "lat": [0.0, 1.0]})
    km = distances(district(homes, schools), ("A", "B"), needs_all=False).km
    assert np.isnan(km).tolist() == [[False, True], [True, True], [False, True], [False, True]]


def test_a_home_with_a_polygon_stands_inside_it() -> None:
    # A crescent: its centre of mass lies outside.
    crescent = "POLYGON((0 0, 3 0, 3 3, 0 3, 0 2, 2 2, 2 1, 0 1, 0 0))"
    homes = pl.DataFrame({"home": ["C"], "polygon": [crescent]})
    schools = pl.DataFrame({"school": ["S"], "lon": [1.0], "lat": [1.5]})
    found = distances(district(homes, schools), ("S",))
    assert found.km[0, 0] > 50, "the school stands in the hollow, half a degree from the crescent at least"


@pytest.mark.parametrize(
    ("lon", "lat", "home", "expected"),
    [
        (0.5, 0.5, "EAST", 1),  # the record decides, wherever the gate is
        (1.5, 0.5, None, 1),  # else the polygon around the gate
        (2.6, 0.5, None, 1),  # else the nearest home
        (-9.0, 0.5, None, 0),
    ],
)
def test_the_home_a_school_stands_in(lon: float, lat: float, home: str | None, expected: int) -> None:
    homes = pl.DataFrame(
        {
            "home": ["WEST", "EAST"],
            "polygon": ["POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))", "POLYGON((1 0, 2 0, 2 1, 1 1, 1 0))"],
        }
    )
    schools = pl.DataFrame(
        {"school": ["S"], "lon": [lon], "lat": [lat], "home": [home]},
        schema_overrides={"home": pl.String},
    )
    assert own_homes(district(homes, schools), ("S",)).tolist() == [expected]


def test_a_gate_at_the_edge_of_a_large_home_belongs_to_it_and_not_to_the_nearer_middle_of_a_small_one() -> (
    None
):
    homes = pl.DataFrame(
        {
            "home": ["LARGE", "SMALL"],
            "polygon": ["POLYGON((0 0, 10 0, 10 1, 0 1, 0 0))", "POLYGON((10 0, 11 0, 11 1, 10 1, 10 0))"],
        }
    )
    schools = pl.DataFrame({"school": ["S"], "lon": [9.9], "lat": [0.5]})
    assert own_homes(district(homes, schools), ("S",)).tolist() == [0]


def test_a_school_that_stands_nowhere_is_named() -> None:
    schools = pl.DataFrame({"school": ["S"], "lon": [None], "lat": [None]})
    own = district(SQUARE, schools.cast(pl.String).with_columns(lon=None, lat=None))
    with pytest.raises(InputError, match="S"):
        own_homes(own, ("S",))
    assert own_homes(own, ("S",), needs_all=False).tolist() == [-1]


WEIGHTED = st.lists(st.tuples(st.floats(0, 50), st.integers(0, 9)), min_size=1, max_size=15).filter(
    lambda pairs: any(weight for _, weight in pairs)
)


@given(WEIGHTED, st.integers(1, 100))
def test_a_weighted_percentile_is_that_of_the_children_one_by_one(
    pairs: list[tuple[float, int]], percent: int
) -> None:
    children = sorted(value for value, weight in pairs for _ in range(weight))
    place = -(-percent * len(children) // 100)  # rounded up, in whole numbers
    values, weights = np.array([v for v, _ in pairs]), np.array([float(w) for _, w in pairs])
    assert weighted_percentile(values, weights, percent / 100) == children[place - 1]
