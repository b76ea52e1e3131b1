"""The command roads: a district with its roads on disk, or a refusal that names the file."""

from __future__ import annotations

import json
from pathlib import Path

import osmium
import pytest

from junheng.cli.main import main
from junheng.district.examples import example
from junheng.district.files import read_district, write


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("town") / "town.xlsx"
    write(example("town"), file)
    return file


def street_through(town: Path, osm: Path) -> None:
    """Write a map with one street from the first home of the town to the last."""
    homes = read_district(town).table("homes").select("lon", "lat").drop_nulls()
    with osmium.SimpleWriter(str(osm)) as writer:
        for number, at in enumerate((homes.row(0), homes.row(-1)), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags={"highway": "residential"}))


def test_roads_are_taken_into_a_district(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    osm, out = tmp_path / "town.osm.pbf", tmp_path / "with-roads"
    street_through(town, osm)
    code = main(["roads", str(town), str(osm), "--out", str(out), "--json"])
    said = json.loads(capsys.readouterr().out)
    assert (code, said["roads"], said["junctions"], said["barriers"]) == (0, 1, 2, 0)
    found = read_district(out)
    assert found.table("roads").height == 1
    assert found.table("schools").equals(read_district(town).table("schools"))


def test_a_map_that_cannot_be_read_leaves_nothing_behind(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    osm, out = tmp_path / "broken.osm.pbf", tmp_path / "with-roads.xlsx"
    osm.write_bytes(b"no map")
    assert main(["roads", str(town), str(osm), "--out", str(out), "--lang", "en"]) == 2
    assert "broken.osm.pbf" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [osm]
