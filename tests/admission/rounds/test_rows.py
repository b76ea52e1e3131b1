"""Rows of adjustment: by the way on foot where the district knows it, and by the straight line where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_round import child, district_of, frozen_of, rules_of

from junheng.admission.rounds.arrays import round_arrays
from junheng.admission.rounds.folder import read_frozen, write_frozen
from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.rounds.rows import ADJUSTED, adjustment_distances

PUBLIC = {"kind": "primary", "holder": "county_education", "lat": 30.0}
SCHOOLS = [
    {**PUBLIC, "school": "A", "name": "甲校", "lon": 100.0},
    {**PUBLIC, "school": "B", "name": "乙校", "lon": 100.02},
    {**PUBLIC, "school": "C", "name": "丙校", "lon": 100.03},
]
PLACES = {"A": 1, "B": 1, "C": 1}
ROADS = {  # from the home HA at 100.0 along a river: C is on the way to the bridge, B on the other bank
    "junctions": [
        {"junction": "1", "lon": 100.0, "lat": 30.0},
        {"junction": "2", "lon": 100.03, "lat": 30.0},
        {"junction": "3", "lon": 100.02, "lat": 30.0},
    ],
    "roads": [
        {"start": "1", "end": "2", "km": 3.0},
        {"start": "2", "end": "3", "km": 4.0},
        {"start": "1", "end": "3", "km": 1.95, "walkable": "no"},
    ],
}
ALONG_HOMES = {
    "neighbours": [
        {"home": "HA", "neighbour": "HB", "road_km": 9.0},
        {"home": "HA", "neighbour": "HC", "road_km": 3.0},
    ],
    "homes": [
        {"home": "HA", "lon": 100.0, "lat": 30.0},
        {"home": "HB", "lon": 100.02, "lat": 30.0},
        {"home": "HC", "lon": 100.03, "lat": 30.0},
    ],
}


def frozen_with(folder: Path, **tables: list[dict[str, Any]]) -> FrozenRound:
    stages = [{"school": school, "stage": "primary", "pupils": 100} for school in "ABC"]
    given: dict[str, Any] = {"schools": SCHOOLS, "stages": stages, **tables}
    return frozen_of(
        district_of([child("1", "A"), child("2", "A")], places=PLACES, **given), rules_of(folder)
    )


def adjusted_to(frozen: FrozenRound) -> list[str]:
    rows = round_arrays(frozen).rows
    return [row["school"] for row in rows.iter_rows(named=True) if row["kind"] == ADJUSTED][:2]


@pytest.mark.parametrize(
    ("tables", "method", "schools"),
    [
        ({}, "straight_line", ["B", "C"]),
        (ROADS, "walking_network", ["C", "B"]),
        (ALONG_HOMES, "road_network", ["C", "B"]),
    ],
)
def test_the_nearest_school_is_the_nearest_by_the_way_that_is_known(
    tables: dict[str, Any], method: str, schools: list[str], tmp_path: Path
) -> None:
    frozen = frozen_with(tmp_path, **tables)
    assert adjustment_distances(frozen).method == method
    assert adjusted_to(frozen) == schools


@pytest.mark.parametrize("tables", [{}, ROADS, ALONG_HOMES])
def test_a_frozen_round_read_back_measures_the_same_ways(tables: dict[str, Any], tmp_path: Path) -> None:
    frozen = frozen_with(tmp_path, **tables)
    write_frozen(frozen, tmp_path / "frozen")
    again = read_frozen(tmp_path / "frozen")
    assert again.hash == frozen.hash
    assert adjustment_distances(again).km.tolist() == adjustment_distances(frozen).km.tolist()


def test_a_round_without_roads_keeps_no_table_of_them(tmp_path: Path) -> None:
    names = set(frozen_with(tmp_path).files)
    assert names.isdisjoint({"roads.csv", "junctions.csv", "neighbours.csv"})
    assert {"roads.csv", "junctions.csv"} <= set(frozen_with(tmp_path, **ROADS).files)
