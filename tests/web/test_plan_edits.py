"""Zones edited by hand: measured as whole plans are, kept as plans of their own, respected by what comes next."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import shapely
from django.test import Client
from django.urls import reverse

from junheng.plans.compare import MEASURES, compare, plan_of_zones
from junheng.plans.plan import Plan
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning import edits, services
from junheng.web.planning.kinds.catchments import figure
from junheng.web.planning.mapping import zones_by
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of, make_snapshot
from junheng.web.standard import standard

PersonOf = Callable[[str], Any]
ClientOf = Callable[[str], Client]
SETTINGS: dict[str, Any] = {
    "stage": "primary",
    "max_moved": None,
    "locked": [],
    "forbidden": [],
    "seconds": 60,
    "seed": 0,
}


def computed() -> PlanRecord:
    """Run the job that waits, and return its plan."""
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    found = PlanRecord.objects.get(job=job.pk)
    assert found.result is not None, found.job and found.job.message_en
    return found


@pytest.fixture
def plan(person: PersonOf, year: int) -> PlanRecord:
    """Return a plan that leaves every home where it is, which no solver had to compute."""
    snapshot = make_snapshot(by=person("planner"), year=year, name="期初")
    found = services.start(
        by=person("planner"), kind="catchments", name="方案甲", snapshot=snapshot, settings=SETTINGS
    )
    assert found.job is not None
    jobs.cancel(by=person("planner"), job=found.job)
    district = district_of(snapshot.pk)
    zones = district.table("catchments").filter(pl.col("stage") == "primary")
    result = plan_of_zones(district, zones, name=Text.same("x"), stage="primary").as_dict()
    PlanRecord.objects.filter(pk=found.pk).update(
        result=json.dumps(result), result_hash="1" * 64, measured="[]"
    )
    return PlanRecord.objects.get(pk=found.pk)


@pytest.fixture
def given(plan: PlanRecord) -> tuple[str, str]:
    """Return a home that is not a school's own, and another school that it is given to."""
    zones = zones_by(plan)
    own = set(district_of(plan.snapshot_id).table("schools")["home"].to_list())
    home = next(one for one in sorted(zones) if one not in own)
    return home, next(school for school in sorted(set(zones.values())) if school != zones[home])


def edit(**changes: Any) -> dict[str, Any]:
    return {"moves": {}, "locked": {}, "forbidden": [], **changes}


def effect(client: Client, plan: PlanRecord, **changes: Any) -> Any:
    path = reverse("planning:edit_effect", args=[plan.pk])
    return client.post(path, json.dumps(edit(**changes)), content_type="application/json")


def test_an_edit_is_measured_as_the_comparison_of_whole_plans_measures_it(
    plan: PlanRecord, given: tuple[str, str], client_of: ClientOf
) -> None:
    home, school = given
    found = effect(client_of("planner"), plan, moves={home: school}).json()
    district = district_of(plan.snapshot_id)
    sides = []
    for zones in (zones_by(plan), {**zones_by(plan), home: school}):
        frame = pl.DataFrame({"home": list(zones), "school": list(zones.values())})
        sides.append(plan_of_zones(district, frame, name=Text.same("x"), stage="primary"))
    rows = compare(district, sides, standard().on(district.year.first_day), stage="primary").to_dicts()
    for measure, (key, (_, unit)) in zip(found["measures"], MEASURES.items(), strict=True):
        shown = [measure["now"], measure["plan"], measure["edit"]]
        assert shown == [figure(row[key], unit).zh for row in rows], key


def test_the_zones_that_change_are_redrawn_as_the_union_of_their_homes(
    plan: PlanRecord, given: tuple[str, str], client_of: ClientOf
) -> None:
    home, school = given
    client = client_of("planner")
    found = effect(client, plan, moves={home: school}).json()
    facts = client.get(reverse("planning:map_facts", args=[plan.pk])).json()
    code = {one["id"]: one["code"] for one in facts["schools"]}
    assert {code[one["id"]] for one in found["schools"]} == {school, zones_by(plan)[home]}
    polygon = district_of(plan.snapshot_id).table("homes").filter(pl.col("home") == home)["polygon"][0]
    at = shapely.from_wkt(polygon).representative_point()
    holding = [
        code[zone["id"]]
        for zone in found["zones"]["features"]
        if shapely.geometry.shape(zone["geometry"]).contains(at)
    ]
    assert holding == [school]


def test_an_empty_edit_changes_nothing(plan: PlanRecord, client_of: ClientOf) -> None:
    found = effect(client_of("planner"), plan).json()
    assert {one["change"] for one in found["measures"]} == {"same"}
    assert found["schools"] == found["gone"] == found["zones"]["features"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"moves": 3}',
        b'{"moves": {"H0001": 3}, "locked": {}, "forbidden": []}',
        b'{"moves": {"H0001": ""}, "locked": {}, "forbidden": []}',
        b'{"moves": {}, "locked": {}, "forbidden": ["ab"]}',
        b'{"moves": {"H0001": "A"}, "locked": {"H0001": "B"}, "forbidden": []}',
        b'{"moves": {"H0001": "A"}, "locked": {}, "forbidden": [["H0001", "A"]]}',
        b'{"moves": {"nowhere": "nobody"}, "locked": {}, "forbidden": []}',
        b"[" * 100_000,
    ],
)
def test_nonsense_is_told_and_never_breaks(body: bytes, plan: PlanRecord, client_of: ClientOf) -> None:
    path = reverse("planning:edit_effect", args=[plan.pk])
    response = client_of("planner").post(path, body, content_type="application/json")
    assert response.status_code == 422
    assert response.json()["error"]


def test_an_edit_is_kept_as_a_plan_of_its_own_without_any_proof(
    plan: PlanRecord, given: tuple[str, str], person: PersonOf, client_of: ClientOf
) -> None:
    home, school = given
    wanted = edits.read_edit(json.dumps(edit(moves={home: school})))
    edits.keep(by=person("planner"), plan=plan, name="手工", how="kept", edit=wanted, seconds=5)
    made = computed()
    assert dict(zones_by(made)) == {**zones_by(plan), home: school}
    result = Plan.from_dict(json.loads(made.result or ""))
    assert (result.objective, result.stopped_by, result.seed) == ({}, "edited", None)
    assert PlanRecord.objects.get(pk=plan.pk).result_hash == plan.result_hash != made.result_hash
    page = client_of("planner").get(reverse("planning:plan", args=[made.pk])).content.decode()
    assert "没有求解，也没有证明" in page
    names = Names.of(district_of(made.snapshot_id))
    assert f"{names.home(home)}={names.school(school)}" in page


@pytest.mark.parametrize("how", ["replanned", "repaired"])
def test_what_is_planned_again_or_mended_keeps_edits_pins_and_bans(
    how: str, plan: PlanRecord, given: tuple[str, str], person: PersonOf
) -> None:
    home, school = given
    zones = zones_by(plan)
    pinned = next(one for one in sorted(zones, reverse=True) if one != home)
    banned = next(one for one in sorted(zones) if one not in (home, pinned) and zones[one] == zones[pinned])
    own = dict(district_of(plan.snapshot_id).table("schools").select("school", "home").iter_rows())
    assert own[zones[banned]] != banned
    wanted = edits.read_edit(
        json.dumps(
            edit(
                moves={home: school},
                locked={pinned: zones[pinned]},
                forbidden=[[banned, zones[banned]]],
            )
        )
    )
    edits.keep(by=person("planner"), plan=plan, name="重排", how=how, edit=wanted, seconds=5)
    after = zones_by(computed())
    assert (after[home], after[pinned]) == (school, zones[pinned])
    assert after[banned] != zones[banned]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"how": "burnt"},
        {"seconds": "0"},
        {"seconds": "many"},
        {"edit": "{}"},
        {"edit": json.dumps(edit(moves={"nowhere": "nobody"}))},
        {"edit": json.dumps(edit(locked={"nowhere": "nobody"}))},
        {"edit": json.dumps(edit(forbidden=[["nowhere", "nobody"]]))},
    ],
)
def test_what_cannot_be_kept_is_told_and_starts_nothing(
    fields: dict[str, str], plan: PlanRecord, client_of: ClientOf
) -> None:
    form = {"name": "x", "how": "kept", "seconds": "5", "edit": json.dumps(edit()), **fields}
    response = client_of("planner").post(reverse("planning:edit_keep", args=[plan.pk]), form)
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("planning:edit", args=[plan.pk])
    assert PlanRecord.objects.count() == 1


def test_a_plan_of_another_kind_or_without_a_result_has_no_map(plan: PlanRecord, client_of: ClientOf) -> None:
    addresses = [reverse(f"planning:{name}", args=[plan.pk]) for name in ("edit", "map_facts", "map_homes")]
    PlanRecord.objects.filter(pk=plan.pk).update(kind="feeders")
    assert {client_of("planner").get(one).status_code for one in addresses} == {404}
    PlanRecord.objects.filter(pk=plan.pk).update(kind="catchments", result=None)
    assert {client_of("planner").get(one).status_code for one in addresses} == {404}
