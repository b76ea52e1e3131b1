"""Planning again: from another plan's settings, with what it does pinned or forbidden, and schools called by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from junheng.text import Text
from junheng.web.jobs.models import Job
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.naming import Book
from junheng.web.planning.pins import Pin, of_pair, ticked
from junheng.web.planning.services import start
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.registry.store import give

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]
ASKED: dict[str, dict[str, Any]] = {
    "catchments": {
        "stage": "junior",
        "max_moved": "300",
        "locked": "H0001=2199000001\nH0002=2199000002",
        "seconds": "5",
        "seed": "7",
        "balance_group": "migrant",
        "balance_points": "5",
        "keep_present": "on",
        "siblings": "10",
    },
    "feeders": {"max_km": "6", "mixing_slack": "20", "forbidden": "A=B", "seconds": "20"},
    "layout": {
        "stage": ["primary", "junior"],
        "budget_yuan": "3000000",
        "locked": "2199000001=扩建",
        "with_prices": "on",
        "n_years": "4",
        "demand": "forecast",
        "open_class_yuan": "2500000",
        "expand_years": "2",
        "seconds": "5",
    },
    "compliance": {
        "budgets": "2026=3000000\n2027=1,000,000",
        "by_budgets": "on",
        "with_prices": "on",
        "max_recruits": "0",
        "at_least": "A/multimedia_rooms=2",
        "at_most": "A/教学及辅助用房面积=0",
        "keep": "A/小学\nB/初中=12",
        "closed_to_moves": "C\nD",
        "leaving_percent": "5",
        "max_move_km": "12.5",
        "seconds": "20",
    },
    "exchange": {
        "teacher_years": "6",
        "most_km": "30",
        "least_to_rural": "2",
        "stint_years": "0",
        "locked": "T1=留任\nT2=X",
        "seconds": "20",
    },
    "leaders": {
        "most_km": "25",
        "teaching_percent": "80",
        "young_below": "45",
        "term_years": "4",
        "seconds": "5",
    },
}


@pytest.fixture
def snapshot(person: PersonOf, year: int) -> Snapshot:
    return make_snapshot(by=person("planner"), year=year, name="再编")


def form_of(kind: str, snapshot: Snapshot, fields: dict[str, Any]) -> Any:
    data = QueryDict(mutable=True)
    for name, value in {"name": "方案", "snapshot": str(snapshot.pk), **fields}.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return KINDS[kind].form(data, snapshots=[snapshot], may_make=True)


def asked(kind: str, snapshot: Snapshot, fields: dict[str, Any]) -> dict[str, Any]:
    form = form_of(kind, snapshot, fields)
    assert form.is_valid(), form.errors
    settings: dict[str, Any] = json.loads(json.dumps(form.asked()))
    return settings


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_begins_with_a_plans_settings_asks_for_the_same(kind: str, snapshot: Snapshot) -> None:
    settings = asked(kind, snapshot, ASKED[kind])
    begun = KINDS[kind].form.initial_of(settings)
    said = {name: value for name, value in begun.items() if value is not None and value is not False}
    sent = {name: "on" if value is True else value for name, value in said.items()}
    assert asked(kind, snapshot, sent) == settings


def pin(number: int) -> Pin:
    return of_pair(Text.same(f"A{number}"), Text.same("x"), f"A{number}", "B")


@pytest.mark.parametrize(
    ("posted", "locked", "forbidden"),
    [
        ({}, "", ""),
        ({"pin-0": "lock"}, "A0=B", ""),
        ({"pin-1": "ban", "pin-0": "lock"}, "A0=B", "A1=B"),
        ({"pin-0": "lock", "locked": "A0 = B"}, "A0 = B\nA0=B", ""),
        ({"pin-0": "lock", "locked": " A0=B \nC=D", "forbidden": "A0＝B"}, "C=D\nA0=B", ""),
        ({"pin-0": "ban", "locked": "A0=B\nC=D"}, "C=D", "A0=B"),
        ({"pin-9": "ban", "pin-1": "paint"}, "", ""),
    ],
)
def test_what_is_ticked_becomes_a_line_and_its_opposite_goes(
    posted: dict[str, str], locked: str, forbidden: str
) -> None:
    data = QueryDict(mutable=True)
    data.update(posted)
    found = ticked(data, [pin(0), pin(1)])
    assert (found.get("locked", ""), found.get("forbidden", "")) == (locked, forbidden)


@pytest.fixture
def feeders(person: PersonOf, snapshot: Snapshot, year: int) -> PlanRecord:
    """Return a plan of feeders that leads the first primary school on to the first junior school."""
    stages = give(year).table("stages")
    one, other = (stages.filter(stage=stage)["school"][0] for stage in ("primary", "junior"))
    settings = {"max_km": None, "mixing_slack": 10.0, "locked": [], "forbidden": [], "seconds": 5}
    plan = start(by=person("planner"), kind="feeders", name="对口", snapshot=snapshot, settings=settings)
    action = {"school": one, "target": other, "before": None, "text": {"zh": "因", "en": "why"}}
    result = {"objective": {}, "settings": {}, "stopped_by": "proven", "actions": [action]}
    PlanRecord.objects.filter(pk=plan.pk).update(result=json.dumps(result), measured="[]")
    Job.objects.filter(pk=plan.job_id).update(state="done", ended_at=timezone.now())
    return plan


def test_what_a_plan_does_is_forbidden_by_name_and_the_next_one_is_asked_without_it(
    feeders: PlanRecord, client_of: ClientOf, year: int
) -> None:
    planner = client_of("planner")
    path = f"{reverse('planning:new')}?kind=feeders&from={feeders.pk}"
    shown = planner.get(reverse("planning:plan", args=[feeders.pk])).content.decode()
    assert path.replace("&", "&amp;") in shown
    page = planner.get(path)
    (only,) = page.context["pins"]
    assert only.name.zh in page.content.decode()
    fields = {
        "name": "不要这一对",
        "snapshot": str(feeders.snapshot_id),
        "mixing_slack": "10",
        "seconds": "5",
    }
    assert planner.post(path, {**fields, "pin-0": "ban"}).status_code == 302
    made = PlanRecord.objects.latest("pk")
    assert json.loads(made.settings)["forbidden"] == [list(only.ban[1].split("="))]
    told = planner.get(reverse("planning:plan", args=[made.pk])).content.decode()
    names = dict(give(year).table("schools").select("school", "name").iter_rows())
    assert "=".join(names[code] for code in only.ban[1].split("=")) in told


@pytest.mark.parametrize(
    "query", ["kind=catchments&from={plan}", "kind=feeders&from=0", "kind=feeders&from=x"]
)
def test_a_plan_of_another_kind_or_none_is_not_begun_from(
    query: str, feeders: PlanRecord, client_of: ClientOf
) -> None:
    address = f"{reverse('planning:new')}?{query.format(plan=feeders.pk)}"
    assert client_of("planner").get(address).status_code == 404


def test_schools_and_sites_are_called_by_name_or_code(snapshot: Snapshot, year: int) -> None:
    district = give(year)
    code, name = district.table("schools").select("school", "name").row(0)
    home = district.table("homes").drop_nulls("name").row(0, named=True)
    settings = asked(
        "catchments", snapshot, {**ASKED["catchments"], "locked": f"{home['name']}＝{name}\nH-x={code}"}
    )
    assert settings["locked"] == [[home["home"], code], ["H-x", code]]
    assert asked("layout", snapshot, {**ASKED["layout"], "forbidden": f"{name}=关闭"})["forbidden"] == [
        [code, "close"]
    ]
    kept = asked("compliance", snapshot, {**ASKED["compliance"], "keep": f"{name}/小学"})["keep"]
    assert kept == [[code, "primary", None]]


def test_a_name_that_two_have_is_none_and_both_codes_are_told(snapshot: Snapshot, year: int) -> None:
    homes = give(year).table("homes").head(2).with_columns(name=pl.lit("同名苑"))
    book = Book(give(year).replace(homes=homes), ("homes",))
    codes = tuple(homes["home"])
    assert book.find("同名苑") == codes
    assert book.find(codes[1]) == (codes[1],)
    assert book.find("别处") == Book(None, ("homes",)).find(codes[0]) == ()


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("at_least", "A/画室=2"),
        ("at_least", "A=2"),
        ("at_least", "A/multimedia_rooms=many"),
        ("at_least", "A/multimedia_rooms=-1"),
        ("at_most", "A/multimedia_rooms=1\nA/multimedia_rooms=2"),
        ("at_most", "A/multimedia_rooms=1"),
        ("keep", "A/小学=半数"),
        ("keep", "小学"),
    ],
)
def test_what_a_school_must_or_must_not_get_is_refused_line_by_line(
    field: str, line: str, snapshot: Snapshot
) -> None:
    form = form_of("compliance", snapshot, {**ASKED["compliance"], field: line})
    assert field in form.errors
