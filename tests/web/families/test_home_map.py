"""The map for families: the zones as the records have them, a way on, and nothing that is not for everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from junheng.web.registry.store import give


def test_the_map_says_the_school_of_each_home_and_nothing_of_children_or_loads(
    client: Client, year: int
) -> None:
    told = client.get("/family/school/map/primary.json").json()
    district = give(year)
    zones = district.table("catchments").filter(stage="primary")
    expected = dict(zones.select("home", "school").iter_rows())
    codes = {one["id"]: one["code"] for one in told["schools"]}
    side = told["sides"][0]
    found = dict(zip(told["homes"]["code"], [codes.get(j) for j in side["school"]], strict=True))
    assert {home: school for home, school in found.items() if school} == expected
    assert told["homes"]["children"] is None
    kept = {"placesText", "pupils", "verdict"}
    assert {value for one in told["schools"] for name, value in one.items() if name in kept} == {""}
    loads = {one[name] for one in side["loads"] for name in ("zoned", "use", "beyond")}
    assert loads == {""}
    assert all(one["places"] is None for one in told["schools"])
    address = told["schools"][0]["page"]
    assert client.get(address).status_code == 200


def test_outlines_are_those_of_the_homes(client: Client, year: int) -> None:
    found = json.loads(client.get("/family/school/map/homes.geojson").content)
    assert len(found["features"]) == give(year).table("homes").height
    assert all(one["properties"] == {} for one in found["features"])


@pytest.mark.parametrize(
    ("query", "address", "by_name"),
    [
        ("", "/family/school/home/", "/family/school/?"),
        ("?round=families", "/family/apply/families/", "round=families"),
        ("?change=1", "/family/application/change/", "change=1"),
        ("?round=nothing", "/family/school/home/", "/family/school/?"),
    ],
)
def test_a_home_that_is_touched_leads_on_to_where_the_family_came_from(
    query: str, address: str, by_name: str, client: Client, found: Any
) -> None:
    page = client.get(f"/family/school/map/{query}").content.decode()
    assert f'data-chosen="{address}"' in page
    assert by_name in page


@pytest.mark.parametrize("address", ["?stage=kindergarten", "none.json"])
def test_a_stage_that_has_no_zones_has_no_map(address: str, client: Client) -> None:
    assert client.get(f"/family/school/map/{address}").status_code == 404
