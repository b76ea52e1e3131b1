"""“Which school for my home?”: without an account, in two taps, right by the records."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from junheng.web.admissions.models import Round
from junheng.web.families.zones import zones
from junheng.web.registry.store import give


@pytest.fixture
def home(year: int) -> dict[str, Any]:
    """Return the row of a home whose name nobody else has."""
    frame = give(year).table("homes").unique("name", keep="none", maintain_order=True)
    return frame.to_dicts()[0]


def test_typing_a_home_and_pressing_search_is_enough(client: Client, home: dict[str, Any], year: int) -> None:
    answer = client.get("/family/school/?" + urlencode({"q": home["name"]}), follow=True)
    assert answer.redirect_chain[-1][0].startswith("/family/school/home/")
    page = answer.content.decode()
    rows = give(year).table("catchments").to_dicts()
    names = {row["school"]: row["name"] for row in give(year).table("schools").to_dicts()}
    expected = {names[row["school"]] for row in rows if row["home"] == home["home"]}
    assert expected
    assert all(name in page for name in expected)
    assert not [name for name in set(names.values()) - expected if f">{name}<" in page]


@pytest.mark.parametrize("way", ["home", "letters"])
def test_a_home_is_found_by_its_code_and_by_its_initials(
    way: str, home: dict[str, Any], client: Client
) -> None:
    found = zones()
    assert found is not None
    typed = home["home"] if way == "home" else found.homes[home["home"]].letters
    assert home["home"] in {one.code for one in found.search(typed)}
    assert home["home"] in {one.code for one in found.search(f" {typed.upper()} ")}


def test_every_home_stands_under_a_letter_of_the_list(year: int) -> None:
    found = zones()
    assert found is not None
    listed = [one.code for letter in found.letters for one in found.under(letter)]
    assert sorted(listed) == sorted(give(year).table("homes")["home"].to_list())


def test_the_best_match_comes_first() -> None:
    found = zones()
    assert found is not None
    names = [one.name for one in found.homes.values()]
    whole = min(names, key=len)
    assert found.search(whole)[0].name == whole


@pytest.mark.parametrize("typed", ["", "   ", "没有这个小区", "%", "'; drop table", "x" * 5000])
def test_anything_may_be_typed(typed: str, client: Client) -> None:
    assert client.get("/family/school/?" + urlencode({"q": typed})).status_code == 200


def test_a_home_or_school_that_is_not_there_is_no_page(client: Client) -> None:
    assert client.get("/family/school/home/?home=nowhere").status_code == 404
    assert client.get("/family/school/home/").status_code == 404
    assert client.get("/family/school/nowhere/").status_code == 404


def test_a_schools_public_page_lists_its_zone_and_says_nothing_of_its_indicators(
    client: Client, own_school: str, year: int
) -> None:
    page = client.get(f"/family/school/{own_school}/").content.decode()
    homes = {row["home"]: row["name"] for row in give(year).table("homes").to_dicts()}
    rows = give(year).table("catchments").to_dicts()
    own = [homes[row["home"]] for row in rows if row["school"] == own_school]
    assert own
    assert all(name in page for name in own)
    assert "教师" not in page


def test_places_that_are_not_announced_are_not_a_zero(client: Client, own_school: str, year: int) -> None:
    assert not give(year).has("places")
    Round.objects.update(state="draft")
    assert "尚未公布" in client.get(f"/family/school/{own_school}/").content.decode()


def test_looking_up_leaves_no_cookie_and_no_session(client: Client) -> None:
    answer = client.get("/family/school/?q=a")
    assert "junheng_session" not in answer.cookies


def test_the_places_of_a_round_are_told_once_it_is_announced_and_not_before(
    client: Client, year: int
) -> None:
    found = Round.objects.get(is_example=True)
    offered = {row["school"]: row["places"] for row in json.loads(found.plan)["places"]}
    zones_of_stage = give(year).table("catchments").filter(stage="primary").to_dicts()
    home, school = next((row["home"], row["school"]) for row in zones_of_stage if row["school"] in offered)
    told = f"{offered[school]} 人"
    addresses = (f"/family/school/home/?home={home}", f"/family/school/{school}/")
    assert all(told in client.get(address).content.decode() for address in addresses)
    Round.objects.filter(pk=found.pk).update(state="draft")
    assert not any(told in client.get(address).content.decode() for address in addresses)
