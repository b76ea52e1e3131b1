"""The map gives everybody what they may see and nothing else, and zones are exactly the union of their homes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from django.test import Client
from django.urls import reverse

from junheng.district.examples import example
from junheng.district.model import District
from junheng.measure.places import places
from junheng.report.colours import HUES
from junheng.text import Text
from junheng.web.registry.names import group_schools
from junheng.web.registry.store import give
from junheng.web.standard import standard

ClientOf = Callable[[str], Client]


def facts(client: Client, year: int, stage: str = "primary") -> Any:
    return client.get(reverse("maps:facts", args=[year, stage])).json()


def outlines(client: Client, year: int, stage: str = "primary") -> list[dict[str, Any]]:
    response = client.get(reverse("maps:homes", args=[year, stage]))
    found: list[dict[str, Any]] = json.loads(response.content)["features"]
    return found


def own_homes(year: int, school: str, stage: str = "primary") -> set[str]:
    zones = give(year).table("catchments").filter(pl.col("stage") == stage, pl.col("school") == school)
    return set(zones["home"].to_list())


def test_the_bureau_sees_every_home_with_its_outline_and_school(client_of: ClientOf, year: int) -> None:
    found, features = facts(client_of("officer"), year), outlines(client_of("officer"), year)
    district = give(year)
    assert found["homes"]["code"] == district.table("homes")["home"].to_list()
    codes = {school["id"]: school["code"] for school in found["schools"]}
    zones = district.table("catchments").filter(pl.col("stage") == "primary")
    kept = dict(zip(zones["home"].to_list(), zones["school"].to_list(), strict=True))
    shown = dict(
        zip(found["homes"]["code"], (codes.get(j) for j in found["sides"][0]["school"]), strict=True)
    )
    assert shown == kept
    polygons = dict(zip(found["homes"]["id"], district.table("homes")["polygon"].to_list(), strict=True))
    for feature in features:
        shape, drawn = shapely.from_wkt(polygons[feature["id"]]), shapely.geometry.shape(feature["geometry"])
        assert drawn.equals_exact(shape, tolerance=1e-6)
        assert feature["properties"] == {}


@pytest.mark.parametrize("member", ["principal", "clerk"])
def test_a_school_sees_its_own_zone_and_no_child_counts(
    member: str, client_of: ClientOf, year: int, own_school: str
) -> None:
    found, features = facts(client_of(member), year), outlines(client_of(member), year)
    assert [school["code"] for school in found["schools"]] == [own_school]
    assert set(found["homes"]["code"]) == own_homes(year, own_school)
    assert {feature["id"] for feature in features} == set(found["homes"]["id"])
    assert found["homes"]["children"] is None
    table = client_of(member).get(reverse("maps:page")).context["table"]
    assert len(table.rows) == 1


def test_a_group_lead_sees_the_zones_of_the_group_alone(client_of: ClientOf, year: int, account: Any) -> None:
    members = group_schools(account("group_lead").posts.get().group)
    found = facts(client_of("group_lead"), year)
    assert {school["code"] for school in found["schools"]} <= members
    assert set(found["homes"]["code"]) == set().union(*(own_homes(year, school) for school in members))


def test_loads_are_the_measures_own_figures(client_of: ClientOf, year: int) -> None:
    found, district = facts(client_of("planner"), year), give(year)
    measured = places(district, standard().on(district.year.first_day)).schools
    rows = {row["school"]: row for row in measured.iter_rows(named=True) if row["stage"] == "primary"}
    for school, load in zip(found["schools"], found["sides"][0]["loads"], strict=True):
        zoned = rows[school["code"]]["zoned"]
        assert load["zoned"] == ("—" if zoned is None else f"{zoned:,}")
        assert load["over"] is bool(rows[school["code"]]["zoned_over"])


def test_outlines_are_asked_for_again_and_sent_only_if_they_changed(
    client_of: ClientOf, year: int, person: Any
) -> None:
    from junheng.web.registry import store

    client, path = client_of("planner"), reverse("maps:homes", args=[year, "primary"])
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert gzip.decompress(first.content) == client.get(path).content
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client_of("visitor").get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 302
    district = give(year)
    homes = district.table("homes")
    fewer = district.replace(homes=homes.with_columns(polygon=pl.lit(None, dtype=pl.String)))
    store.take(fewer, by=person("planner"), why="test")
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert {one["geometry"]["type"] for one in changed.json()["features"]} == {"Point"}


def test_what_is_said_of_homes_and_schools_is_not_kept_by_the_browser(client_of: ClientOf, year: int) -> None:
    response = client_of("planner").get(reverse("maps:facts", args=[year, "primary"]))
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/map/?stage=senior", "/map/?year=1999", "/map/?year=x", "/map/1999/primary/facts.json"]
)
def test_a_year_or_stage_without_records_has_no_map(path: str, client_of: ClientOf) -> None:
    assert client_of("planner").get(path).status_code == 404


def test_the_table_says_what_the_map_says(client_of: ClientOf, year: int) -> None:
    client = client_of("inspector")
    page = client.get(reverse("maps:page"))
    found = facts(client, year)
    text = page.content.decode()
    for school, load in zip(found["schools"], found["sides"][0]["loads"], strict=True):
        assert school["name"] in text
        assert load["zoned"] in text
    export = client.get(reverse("maps:page") + "?zones-export=xlsx")
    assert export.content[:2] == b"PK"


def test_zones_are_the_union_of_their_homes_and_never_overlap() -> None:
    from junheng.web.maps.facts import atlas_of
    from junheng.web.maps.ground import ground_of, zone_shapes

    district = example("town", seed=1)
    on = standard().on(district.year.first_day)
    atlas = atlas_of(district, "primary", [("now", Text.same("x"), district, places(district, on))])
    ground, school = ground_of(district), atlas.sides[0].school
    shapes = {
        j: shapely.from_geojson(text)
        for j, text in zone_shapes(ground, school, range(len(atlas.schools))).items()
    }
    assert set(shapes) == set(school.tolist())
    for j, shape in shapes.items():
        own = shapely.union_all(ground.shapes[school == j])
        assert shapely.area(shapely.symmetric_difference(shape, own)) < 1e-3 * shapely.area(own)
    zones = list(shapes.values())
    smallest = min(map(shapely.area, zones))
    for n, one in enumerate(zones):
        for other in zones[n + 1 :]:
            assert shapely.area(shapely.intersection(one, other)) < 1e-3 * smallest


def test_zones_that_touch_differ_in_colour() -> None:
    from junheng.measure.adjacency import adjacency
    from junheng.web.maps.facts import atlas_of

    district = example("town", seed=1)
    on = standard().on(district.year.first_day)
    atlas = atlas_of(district, "primary", [("now", Text.same("x"), district, places(district, on))])
    graph, school = adjacency(district), atlas.sides[0].school
    assert graph is not None
    for a, b in graph.pairs:
        if school[a] != school[b]:
            assert atlas.colours[school[a]] != atlas.colours[school[b]]
    assert max(atlas.colours) < 2 * HUES


def bare(district: District, **columns: Any) -> District:
    return district.replace(homes=district.table("homes").with_columns(**columns))


def test_homes_without_outlines_are_points_and_without_a_place_only_in_the_list() -> None:
    from junheng.web.maps.facts import atlas_of, facts_of
    from junheng.web.maps.ground import homes_geojson

    whole = example("town", seed=1)
    first = pl.col("home") == "H0001"
    empty = pl.lit(None, dtype=pl.Float64)
    district = bare(
        whole,
        polygon=pl.lit(None, dtype=pl.String),
        lon=pl.when(first).then(empty).otherwise("lon"),
        lat=pl.when(first).then(empty).otherwise("lat"),
    ).replace(neighbours=whole.table("neighbours").clear())
    on = standard().on(district.year.first_day)
    atlas = atlas_of(district, "primary", [("now", Text.same("x"), district, places(district, on))])
    features = json.loads(homes_geojson(district, None))["features"]
    assert [one["geometry"]["type"] for one in features] == ["Point"] * (district.table("homes").height - 1)
    found = facts_of(atlas)
    assert found["homes"]["at"][0] is None
    assert found["sides"][0]["zones"]["features"] == []
    assert len(found["homes"]["code"]) == district.table("homes").height
    assert not np.isnan([one for one in found["homes"]["at"] if one is not None]).any()
