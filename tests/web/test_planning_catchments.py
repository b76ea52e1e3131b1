"""Catchments on the desk: every option of the command, refused where it makes no sense, kept when a plan is edited."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from junheng.cli.catchment_options import wishes_of
from junheng.planners.catchments.wording import OPTIONS
from junheng.report.facts import Names
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning import edits
from junheng.web.planning.kinds.catchments_form import DISTANCES, PIECES, SCENARIOS, CatchmentsForm
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.results import settings_in_words
from junheng.web.registry.models import Snapshot
from junheng.web.registry.store import give

ClientOf = Callable[[str], Client]
NEW = "/plans/new/?kind=catchments"


@pytest.fixture
def given(year: int) -> dict[str, Any]:
    """Return what a planner fills in at least."""
    snapshot = Snapshot.objects.filter(year=year).first()
    assert snapshot is not None
    return {"name": "方案", "snapshot": str(snapshot.pk), "stage": "primary", "seconds": "5", "seed": "0"}


def errors_of(given: dict[str, Any]) -> dict[str, list[str]]:
    form = CatchmentsForm(given, snapshots=Snapshot.objects.all(), may_make=False)
    form.is_valid()
    return {name: list(found) for name, found in form.errors.items()}


def test_what_is_left_empty_is_asked_for_as_the_command_does(given: dict[str, Any]) -> None:
    form = CatchmentsForm(given, snapshots=Snapshot.objects.all(), may_make=False)
    assert form.is_valid(), form.errors
    assert form.asked() == {
        "stage": "primary",
        "max_moved": None,
        "overflow_allowed": 0,
        "split_units": False,
        "balance_group": "",
        "balance_points": None,
        "nearest_km": None,
        "shares": [],
        "share_distance": "nearest",
        "share_pieces": "one",
        "years": None,
        "scenario": "mean",
        "since": None,
        "keep_present": False,
        "siblings": 0.0,
        "tradeoff": 0,
        "tradeoff_balance": "",
        "tradeoff_proposals": [],
        "locked": [],
        "forbidden": [],
        "seconds": 5,
        "seed": 0,
    }


@pytest.mark.parametrize(
    ("field", "more", "told"),
    [
        ("shares", {"shares": "A"}, "第 1 行"),
        ("shares", {"shares": "A,B\nC,,D"}, "第 2 行"),
        ("shares", {"shares": "A,A"}, "只写一次"),
        ("shares", {"shares": "A,B\nB，C"}, "第 2 行"),
        ("years", {"years": "soon"}, "2026-2030"),
        ("years", {"years": "2030-2026"}, "2026-2030"),
        ("years", {"years": "20２6"}, "2026-2030"),
        ("years", {"years": "2025-2027"}, "2026 至 2036"),
        ("years", {"years": "2026-2037"}, "2026 至 2036"),
        ("since", {"years": "2026-2028", "since": "2029"}, "2026 至 2028"),
        ("balance_points", {"balance_group": "migrant"}, "一并填写"),
        ("balance_points", {"balance_points": "5"}, "一并填写"),
        ("balance_points", {"balance_group": "migrant", "balance_points": "nan"}, ""),
        ("balance_group", {"balance_group": "rich", "balance_points": "5"}, ""),
        ("siblings", {"siblings": "10"}, "原校读完"),
        ("siblings", {"siblings": "101", "keep_present": "on"}, ""),
        ("nearest_km", {"nearest_km": "-1"}, ""),
        ("share_distance", {"share_distance": "far"}, ""),
        ("tradeoff", {"tradeoff": "41"}, ""),
        ("tradeoff", {"tradeoff_balance": "migrant"}, "多少个"),
        (
            "tradeoff_balance",
            {
                "tradeoff": "4",
                "tradeoff_balance": "migrant",
                "balance_group": "township",
                "balance_points": "5",
            },
            "相同",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_own_field(
    field: str, more: dict[str, str], told: str, given: dict[str, Any]
) -> None:
    found = errors_of({**given, **more})
    assert list(found) == [field]
    assert told in found[field][0]


def test_the_form_offers_every_option_of_the_command(given: dict[str, Any]) -> None:
    names = {
        "seconds": "seconds",
        "seed": "seed",
        "lock": "locked",
        "forbid": "forbidden",
        "balance": "balance_group",
        "nearest": "nearest_km",
        "share": "shares",
    }
    assert {names.get(one, one) for one in OPTIONS} <= set(CatchmentsForm.asks)
    assert wishes_of.__module__ == "junheng.cli.catchment_options"
    assert (list(DISTANCES), list(PIECES), list(SCENARIOS)) == (
        ["nearest", "expected"],
        ["one", "each"],
        ["mean", "low", "high"],
    )


def test_a_plan_for_several_years_with_a_shared_zone_is_computed_and_told(
    client_of: ClientOf, person: Callable[[str], Any], given: dict[str, Any], year: int
) -> None:
    schools = give(year).table("catchments").filter(stage="primary")["school"].unique(maintain_order=True)
    more = {
        "overflow_allowed": "7",
        "shares": f"{schools[0]},{schools[1]}",
        "share_pieces": "each",
        "years": f"{year}-{year + 1}",
        "keep_present": "on",
        "siblings": "20",
    }
    planner = client_of("planner")
    sent = planner.post(NEW, {**given, **more})
    plan = PlanRecord.objects.get()
    assert sent.headers["Location"] == reverse("planning:plan", args=[plan.pk])
    PlanRecord.objects.update(
        settings=json.dumps({**json.loads(plan.settings), "effort": 0.02, "seconds": 60})
    )
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    job.refresh_from_db()
    assert (job.state, job.message_en) == ("done", "done")
    answer = planner.get(reverse("planning:plan", args=[plan.pk]))
    (years,) = [one for one in answer.context["tables"] if one.name == "years"]
    assert [row[0].text for row in years.body][:2] == [str(year), str(year + 1)]
    assert "在读学生不改换学校" in answer.context["notices"][0].zh
    plan.refresh_from_db()
    result = json.loads(plan.result or "")
    assert [one["schools"] for one in result["actions"] if one["action"] == "share_zone"] == [
        [schools[0], schools[1]]
    ]
    assert (result["settings"]["sibling_share"], result["settings"]["overflow_allowed"]) == (0.2, 7)
    words = " ".join(f"{label.zh}{value.zh}" for label, value in settings_in_words(plan, person("planner")))
    assert ", ".join(map(Names.of(give(year)).school, schools[:2])) in words
    assert f"{year}–{year + 1}" in words
    assert "为缩短距离而容许的超出学位人数7" in words.replace(" ", "")
    assert planner.get(reverse("planning:map_facts", args=[plan.pk])).status_code == 200
    home = next(one["home"] for one in result["actions"] if one["action"] == "assign_home")
    edit = edits.read_edit(json.dumps({"moves": {home: schools[2]}, "locked": {}, "forbidden": []}))
    assert edits.effect_of(plan, edit)["measures"]
    made = edits.keep(by=person("planner"), plan=plan, name="改", how="kept", edit=edit, seconds=5)
    kept = json.loads(made.settings)
    assert {name: kept[name] for name in ("shares", "years", "keep_present")} == {
        "shares": [[schools[0], schools[1]]],
        "years": [year, year + 1],
        "keep_present": True,
    }
