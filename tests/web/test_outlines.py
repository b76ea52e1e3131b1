"""Outlines of homes that are changed on the map: nothing overlaps, no crack is left, and who did it stays written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely
from django.test import Client
from django.urls import reverse

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.web.maps.outlines import base_of, keep_outlines, read_outlines, try_outlines
from junheng.web.registry.models import FieldChange
from junheng.web.registry.store import give

ClientOf = Callable[[str], Client]
WEST, SOUTH, SIDE = 117.0, 36.0, 0.002
MIDDLE = (1.0, 1.0)
Ring = list[tuple[float, float]]


def ring(*corners: tuple[float, float]) -> Ring:
    return [(round(WEST + SIDE * x, 6), round(SOUTH + SIDE * y, 6)) for x, y in corners]


def square(x: int, y: int, middle: tuple[float, float] = MIDDLE) -> Ring:
    """Return one of four squares around a corner that all of them share, which may be moved."""
    corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
    return ring(*(middle if one == MIDDLE else one for one in corners))


def four(**other: Ring) -> District:
    rings = {f"{x}{y}": square(x, y) for x in (0, 1) for y in (0, 1)} | {k[1:]: v for k, v in other.items()}
    homes = pl.DataFrame(
        {"home": list(rings), "polygon": [shapely.Polygon(one).wkt for one in rings.values()]}
    )
    facts = {"district": ["990000"], "name": ["四格"], "year": [2026], "synthetic": ["yes"]}
    return District.of({"district": pl.DataFrame(facts), "homes": homes})


def wrong(district: District, **changed: Ring) -> str:
    outlines = {code[1:]: shapely.Polygon(one) for code, one in changed.items()}
    return "; ".join(one.en for one in try_outlines(district, outlines).wrong)


def test_a_corner_that_is_moved_in_every_home_that_has_it_leaves_nothing_wrong() -> None:
    to = (1.3, 0.8)
    assert (
        wrong(four(), h00=square(0, 0, to), h01=square(0, 1, to), h10=square(1, 0, to), h11=square(1, 1, to))
        == ""
    )


def test_a_corner_that_is_moved_in_one_home_alone_takes_land_from_another_by_the_share_worked_out_by_hand() -> (
    None
):
    # Its side to (1.2, 1.2) is at x = 1 + 1/6 where y = 1: it takes a triangle of 1 by 1/6 from each side's neighbour,
    # and of the square beyond the corner what its growth by 1.2 - 1 leaves: 1/5 - 2/12.
    found = wrong(four(), h00=square(0, 0, (1.2, 1.2)))
    assert "00 overlaps 10 by 8.3% of the smaller" in found
    assert "00 overlaps 01 by 8.3% of the smaller" in found
    assert "00 overlaps 11 by 3.3% of the smaller" in found


def test_a_crack_too_narrow_to_be_an_overlap_is_found() -> None:
    assert "00 does not meet its neighbours" in wrong(four(), h00=square(0, 0, (0.999, 0.999)))


def test_an_outline_that_crosses_itself_is_refused() -> None:
    assert wrong(four(), h00=ring((0, 0), (1, 1), (1, 0), (0, 1))) == "the outline of 00 crosses itself"


def test_an_overlap_that_was_there_and_becomes_less_hinders_nobody() -> None:
    before = four(h00=ring((0, 0), (1.5, 0), (1.5, 1), (0, 1)))
    assert wrong(before, h00=ring((0, 0), (1.2, 0), (1.2, 1), (0, 1))) == ""
    assert "00 overlaps 10" in wrong(before, h00=ring((0, 0), (1.8, 0), (1.8, 1), (0, 1)))


def test_a_home_that_loses_its_own_point_is_told_and_may_be_kept() -> None:
    district = four()
    homes = district.table("homes").with_columns(
        lon=pl.lit(WEST + 0.5 * SIDE), lat=pl.lit(SOUTH + 0.5 * SIDE)
    )
    tried = try_outlines(
        district.replace(homes=homes.filter(pl.col("home") == "00")),
        {"00": shapely.Polygon(ring((0.9, 0), (1, 0), (1, 1), (0.9, 1)))},
    )
    assert tried.wrong == ()
    assert "outside its own boundary" in tried.told[0].en


@pytest.mark.parametrize(
    "text",
    ["", "[1]", "{}x", '{"00": {"type": "Point", "coordinates": [1, 2]}}', '{"00": 3}', '{"00": null}'],
)
def test_what_is_no_outline_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_outlines(text)


def moved_corner(district: District) -> tuple[dict[str, Any], tuple[float, float]]:
    """Move one corner of the first home by a few metres, in every home that has it; return their outlines."""
    homes = dict(district.table("homes").select("home", "polygon").iter_rows())
    spot = shapely.get_coordinates(shapely.from_wkt(homes["H0001"]))[1]
    to = (round(float(spot[0]) + 2e-5, 6), round(float(spot[1]) + 2e-5, 6))
    found = {}
    for code, wkt in homes.items():
        shape = shapely.from_wkt(wkt)
        if (shapely.get_coordinates(shape) == spot).all(axis=1).any():
            found[code] = json.loads(
                shapely.to_geojson(
                    shapely.transform(
                        shape, lambda xy: np.where((xy == spot).all(axis=1)[:, None], to, xy.round(6))
                    )
                )
            )
    return found, to


def test_kept_outlines_stand_in_the_records_with_who_when_before_after_and_why(
    client_of: ClientOf, year: int, person: Any
) -> None:
    client, before = client_of("planner"), give(year)
    outlines, to = moved_corner(before)
    given = {"outlines": json.dumps(outlines), "base": base_of(before), "why": "道路改线"}
    tried = client.post(
        reverse("maps:outlines_try", args=[year]), given["outlines"], content_type="application/json"
    )
    assert tried.json()["wrong"] == []
    page = client.post(reverse("maps:outlines_keep", args=[year]), given, follow=True)
    assert f"已保存 {len(outlines)} 个居住单元的边界" in page.content.decode()
    after = give(year)
    old, new = (dict(one.table("homes").select("home", "polygon").iter_rows()) for one in (before, after))
    assert {code for code in old if old[code] != new[code]} == set(outlines)
    for code in outlines:
        was, is_now = (shapely.get_coordinates(shapely.from_wkt(one[code])) for one in (old, new))
        same = (was == is_now).all(axis=1)
        assert (~same).sum() in (1, 2), "the first corner of a ring is its last"
        assert [tuple(spot) for spot in is_now[~same]] == [to] * int((~same).sum())
    history = FieldChange.objects.filter(year=year, table="homes", column="polygon")
    assert history.count() == len(outlines)
    one = history.get(key='["H0001"]')
    assert (json.loads(one.before), json.loads(one.after)) == (old["H0001"], new["H0001"])
    assert (one.why, one.by_name) == ("道路改线", person("planner").name)
    with pytest.raises(UsageError, match="somebody else"):
        keep_outlines(
            by=person("planner"),
            year=year,
            outlines=read_outlines(given["outlines"]),
            base=given["base"],
            why="x",
        )


def test_an_overlap_is_not_kept_and_the_page_says_which_homes(client_of: ClientOf, year: int) -> None:
    client, district = client_of("planner"), give(year)
    first, second = district.table("homes")["polygon"][:2].to_list()
    both = shapely.union(shapely.from_wkt(first), shapely.from_wkt(second)).convex_hull
    outlines = json.dumps({"H0001": json.loads(shapely.to_geojson(both))})
    given = {"outlines": outlines, "base": base_of(district), "why": "x"}
    page = client.post(reverse("maps:outlines_keep", args=[year]), given, follow=True).content.decode()
    assert "H0001" in page
    assert "重叠" in page
    assert give(year).hash == district.hash
    assert (
        "没有改动"
        in client.post(
            reverse("maps:outlines_keep", args=[year]), {**given, "outlines": "{}"}, follow=True
        ).content.decode()
    )
    told = client.post(reverse("maps:outlines_try", args=[year]), "{", content_type="application/json")
    assert told.status_code == 422


def test_only_who_may_change_outlines_finds_the_way_there(client_of: ClientOf, year: int) -> None:
    way = reverse("maps:outlines", args=[year])
    found = {
        one: way in client_of(one).get(reverse("maps:page")).content.decode()
        for one in ("planner", "inspector")
    }
    assert found == {"planner": True, "inspector": False}
    assert client_of("planner").get(reverse("maps:outlines", args=[1999])).status_code == 404
