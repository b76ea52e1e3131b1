"""Roads from an OpenStreetMap file: where ways are cut, what one can walk along, what parts homes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import osmium
import polars as pl
import pytest

from junheng.district.checks import check
from junheng.district.files import read_district, write
from junheng.district.model import District
from junheng.district.osm import is_for_walking, is_parting, with_roads
from junheng.errors import UsageError

DISTRICT = District.of(
    {
        "district": pl.DataFrame(
            {
                "district": ["X"],
                "name": ["X"],
                "year": [2026],
                "crs": ["WGS-84"],
                "west": [117.0],
                "south": [36.6],
                "east": [117.1],
                "north": [36.7],
            }
        )
    }
)
# A street 1-2-3-4, a footway 2-5, a railway 6-7-8, and a street far outside 9-10.
NODES = {
    1: (117.01, 36.65),
    2: (117.02, 36.65),
    3: (117.03, 36.65),
    4: (117.04, 36.65),
    5: (117.02, 36.66),
    6: (117.01, 36.655),
    7: (117.02, 36.656),
    8: (117.04, 36.655),
    9: (121.0, 31.0),
    10: (121.01, 31.0),
}
WAYS: list[tuple[list[int], dict[str, str]]] = [
    ([1, 2, 3, 4], {"highway": "residential"}),
    ([2, 5], {"highway": "footway"}),
    ([6, 7, 8], {"railway": "rail"}),
    ([9, 10], {"highway": "residential"}),
    ([3, 5], {"building": "yes"}),
]


@pytest.fixture(params=["roads.osm.pbf", "roads.osm"])
def osm(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    write_osm(path, WAYS)
    return path


def write_osm(path: Path, ways: list[tuple[list[int], dict[str, str]]]) -> None:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, at in NODES.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))


def roads_of(district: District) -> dict[tuple[str, str], dict[str, Any]]:
    rows = district.table("roads").iter_rows(named=True)
    return {(row["start"], row["end"]): row for row in rows}


def test_streets_are_cut_where_they_meet_and_barriers_at_every_point(osm: Path) -> None:
    found = roads_of(with_roads(DISTRICT, osm))
    walkable = {pair for pair, row in found.items() if row["walkable"] == "yes"}
    assert walkable == {("1", "2"), ("2", "4"), ("2", "5")}
    assert {pair for pair, row in found.items() if row["barrier"] == "yes"} == {("6", "7"), ("7", "8")}


def test_a_stretch_is_as_long_as_its_line(osm: Path) -> None:
    # 0.01 degrees of longitude at 36.65 degrees north: 111.195 km * cos(36.65 degrees) / 100 = 0.8922 km.
    found = roads_of(with_roads(DISTRICT, osm))
    assert found["1", "2"]["km"] == pytest.approx(0.8922, abs=1e-4)
    assert found["2", "4"]["km"] == pytest.approx(2 * 0.8922, abs=2e-4)


def test_only_junctions_of_the_district_are_kept_and_each_once(osm: Path) -> None:
    junctions = with_roads(DISTRICT, osm).table("junctions")["junction"].to_list()
    assert sorted(junctions, key=int) == ["1", "2", "4", "5", "6", "7", "8"]


def test_the_district_with_roads_is_written_and_read_back_the_same(osm: Path, tmp_path: Path) -> None:
    found = with_roads(DISTRICT, osm)
    assert [problem.code for problem in check(found) if problem.code.startswith(("unknown", "dup"))] == []
    schools = pl.DataFrame({"school": ["S"], "name": ["S"], "kind": ["primary"]})
    stages = pl.DataFrame({"school": ["S"], "stage": ["primary"], "pupils": [100]})
    whole = found.replace(schools=schools, stages=stages)
    write(whole, tmp_path / "district.xlsx")
    assert read_district(tmp_path / "district.xlsx").hash == whole.hash


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "primary"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "designated"}, True),
        ({"highway": "construction"}, False),
        ({"railway": "rail", "foot": "yes"}, False),
    ],
)
def test_where_children_may_walk(tags: dict[str, str], expected: bool) -> None:
    assert is_for_walking(tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"railway": "rail"}, True),
        ({"railway": "rail", "tunnel": "yes"}, False),
        ({"highway": "motorway", "bridge": "yes"}, False),
        ({"highway": "motorway", "bridge": "no"}, True),
        ({"waterway": "river"}, True),
        ({"waterway": "stream"}, False),
        ({"highway": "primary"}, False),
    ],
)
def test_what_nobody_may_cross(tags: dict[str, str], expected: bool) -> None:
    assert is_parting(tags) is expected


def test_a_file_without_roads_in_the_district_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.osm.pbf"
    write_osm(path, [WAYS[3]])
    with pytest.raises(UsageError, match=r"elsewhere\.osm\.pbf has no road"):
        with_roads(DISTRICT, path)


@pytest.mark.parametrize("content", [b"", b"not a map", b"PK\x03\x04"])
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="cannot read the road file"):
        with_roads(DISTRICT, path)
    with pytest.raises(UsageError, match="cannot read the road file"):
        with_roads(DISTRICT, tmp_path / "absent.osm.pbf")


def test_a_district_without_extent_and_positions_says_so(osm: Path) -> None:
    bare = District.of({"district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]})})
    with pytest.raises(UsageError, match="no extent"):
        with_roads(bare, osm)
