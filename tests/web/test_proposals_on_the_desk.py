"""Zones that somebody drew in a spreadsheet, on the desk: measured, compared, and a mark for the trade-off."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from junheng.plans.compare import compare, plan_of_zones
from junheng.text import Text
from junheng.web.audit.models import Event
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning.kinds.catchments_form import CatchmentsForm
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard

ClientOf = Callable[[str], Client]
ADDRESS = "/plans/propose/"


@pytest.fixture
def snapshot() -> Snapshot:
    found = Snapshot.objects.first()
    assert found is not None
    return found


@pytest.fixture
def moved(snapshot: Snapshot) -> dict[str, str]:
    """Return a proposal that gives three homes of the first school to the second."""
    rows = district_of(snapshot.pk).table("catchments").filter(stage="primary")
    first, second = rows["school"].unique(maintain_order=True).to_list()[:2]
    homes = rows.filter(school=first)["home"].to_list()[:3]
    return dict.fromkeys(homes, second)


def sent(client: Client, snapshot: Snapshot, text: str) -> Any:
    file = SimpleUploadedFile("a.csv", text.encode(), content_type="text/csv")
    given = {"name": "方案乙", "snapshot": snapshot.pk, "stage": "primary", "file": file}
    return client.post(ADDRESS, given)


def compute() -> None:
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    job.refresh_from_db()
    assert job.state == "done", (job.message_zh, job.problems)


def csv_of(zones: dict[str, str]) -> str:
    return "居住单元代码,对口学校代码\n" + "".join(f"{home},{school}\n" for home, school in zones.items())


def test_a_proposal_is_measured_and_the_trade_off_has_a_plan_that_is_nowhere_worse(
    client_of: ClientOf, snapshot: Snapshot, moved: dict[str, str]
) -> None:
    planner = client_of("planner")
    answer = sent(planner, snapshot, csv_of(moved))
    compute()
    proposal = PlanRecord.objects.get()
    assert answer.headers["Location"] == reverse("planning:plan", args=[proposal.pk])
    district = district_of(snapshot.pk)
    zones = pl.DataFrame({"home": list(moved), "school": list(moved.values())})
    plan = plan_of_zones(district, zones, name=Text.same("方案乙"), stage="primary")
    expected = compare(district, [plan], standard().on(district.year.first_day), stage="primary").to_dicts()
    assert json.loads(proposal.measured or "") == json.loads(json.dumps(expected))
    page = planner.get(reverse("planning:plan", args=[proposal.pk])).content.decode()
    assert "没有求解，也没有证明" in page
    assert "外部提案，列 3 个居住单元" in page
    event = Event.objects.filter(action="plan-started").latest("pk")
    assert isinstance(event.changed["settings"]["proposal"], str)

    given = {
        "name": "取舍",
        "snapshot": str(snapshot.pk),
        "stage": "primary",
        "seconds": "60",
        "seed": "0",
        "tradeoff": "2",
        "tradeoff_proposals": [str(proposal.pk)],
    }
    assert planner.post("/plans/new/?kind=catchments", given).status_code == 302
    asked = PlanRecord.objects.get(name="取舍")
    PlanRecord.objects.filter(pk=asked.pk).update(
        settings=json.dumps({**json.loads(asked.settings), "seconds": 2})
    )
    compute()
    (row,) = expected[1:]
    points = [json.loads(one.measured) for one in asked.points.all()]
    assert any(all(one[key] <= row[key] for key in ("over", "moved", "mean_km")) for one in points)
    assert "B 取舍" in planner.get(reverse("planning:tradeoff", args=[asked.pk])).content.decode()
    assert "C 方案乙" in planner.get(reverse("planning:tradeoff", args=[asked.pk])).content.decode()


def test_everything_that_is_wrong_with_a_proposal_is_told_and_nothing_is_kept(
    client_of: ClientOf, snapshot: Snapshot, moved: dict[str, str]
) -> None:
    planner = client_of("planner")
    answer = sent(planner, snapshot, csv_of(moved) + "H-none,S-none\n")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有这个居住单元" in page
    assert "该校没有这个学段" in page
    assert "H-none" in page
    assert "第 2 行" in sent(planner, snapshot, "home,school\nH0001,\n").content.decode()
    assert "缺少列" in sent(planner, snapshot, "a,b\n1,2\n").content.decode()
    assert PlanRecord.objects.count() == 0


def test_a_proposal_of_another_stage_is_no_measure_of_a_trade_off(
    client_of: ClientOf, snapshot: Snapshot, moved: dict[str, str]
) -> None:
    sent(client_of("planner"), snapshot, csv_of(moved))
    compute()
    proposal = PlanRecord.objects.get()
    given = {"name": "x", "snapshot": str(snapshot.pk), "stage": "junior", "seconds": "5", "seed": "0"}
    given |= {"tradeoff_proposals": [str(proposal.pk)]}  # type: ignore[dict-item]
    form = CatchmentsForm(given, snapshots=Snapshot.objects.all(), may_make=False)
    assert not form.is_valid()
    assert set(form.errors) == {"tradeoff", "tradeoff_proposals"}
    assert "方案乙" in form.errors["tradeoff_proposals"][0]
