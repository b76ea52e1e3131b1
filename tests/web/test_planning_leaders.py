"""School leaders on the planning desk: computed, counted from the rosters, shown to the entitled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import store
from junheng.web.registry.snapshots import district_of

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


def computed(client_of: ClientOf, **given: str) -> PlanRecord:
    fields = {"name": "干部", "snapshot": "now", "most_km": "40", "teaching_percent": "0"}
    fields |= {"young_below": "45", "term_years": "4", "seconds": "20", **given}
    answer = client_of("planner").post(f"{reverse('planning:new')}?kind=leaders", fields)
    assert answer.status_code == 302, answer.context["form"].errors
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    return PlanRecord.objects.latest("pk")


def page_of(client: Client, plan: PlanRecord) -> str:
    return client.get(reverse("planning:plan", args=[plan.pk])).content.decode()


def test_leaders_change_by_name_only_for_those_who_see_the_rosters(client_of: ClientOf) -> None:
    record = computed(client_of)
    changes = json.loads(record.result or "{}")["actions"]
    assert changes
    roster = district_of(record.snapshot_id).table("leaders")
    names = dict(roster.select("leader", "name").iter_rows())
    for member, entitled in (
        ("planner", True),
        ("administrator", True),
        ("officer", False),
        ("inspector", False),
    ):
        page = page_of(client_of(member), record)
        assert "变动的干部" in page
        shown = [names[one["leader"]] in page and one["leader"] in page for one in changes]
        assert shown == [entitled] * len(changes), member


def test_no_post_is_left_empty_by_the_rosters_themselves(client_of: ClientOf) -> None:
    record = computed(client_of)
    found = {one["name"]["zh"]: (one["before"], one["after"]) for one in json.loads(record.measured or "")}
    before, after = found["在任校长"]
    assert before == district_of(record.snapshot_id).table("leaders")["role"].to_list().count("principal")
    assert after >= before


def test_records_without_leaders_are_told(client_of: ClientOf, person: PersonOf, year: int) -> None:
    district = store.give(year)
    store.take(
        district.replace(leaders=district.table("leaders").clear()), by=person("planner"), why="无名册"
    )
    record = computed(client_of)
    assert record.result is None
    assert "校级干部名册" in page_of(client_of("planner"), record)
    assert "校级干部名册" not in page_of(client_of("inspector"), record)


@pytest.mark.parametrize(
    ("field", "value"), [("most_km", "0"), ("teaching_percent", "101"), ("term_years", "")]
)
def test_nonsense_starts_nothing(field: str, value: str, client_of: ClientOf) -> None:
    fields = {"name": "x", "snapshot": "now", "most_km": "40", "teaching_percent": "0", "young_below": "45"}
    fields |= {"term_years": "4", "seconds": "9", field: value}
    answer = client_of("planner").post(f"{reverse('planning:new')}?kind=leaders", fields)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
