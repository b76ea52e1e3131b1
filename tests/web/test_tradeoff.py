"""The trade-off on the desk: drawn beside a plan, looked at, and each of its plans made a plan of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from web_objects import make_points
from web_programs import programs

from junheng.planners.catchments.frontier import dominates
from junheng.plans.compare import compare
from junheng.plans.plan import Plan
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.jobs.models import Job
from junheng.web.planning import edits, services, tradeoffs
from junheng.web.planning.kinds import catchments
from junheng.web.planning.models import PlanRecord, TradeoffPoint
from junheng.web.planning.results import settings_in_words
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard

PersonOf = Callable[[str], Any]
ClientOf = Callable[[str], Client]
SETTINGS: dict[str, Any] = {
    "stage": "primary",
    "max_moved": None,
    "locked": [],
    "forbidden": [],
    "seconds": 60,
    "effort": 0.02,
    "seed": 0,
}


def started(person: PersonOf, **settings: Any) -> PlanRecord:
    snapshot = Snapshot.objects.first()
    assert snapshot is not None
    return services.start(
        by=person("planner"),
        kind="catchments",
        name="甲",
        snapshot=snapshot,
        settings={**SETTINGS, **settings},
    )


def computed() -> PlanRecord:
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    job.refresh_from_db()
    assert job.state == "done", (job.message_zh, job.problems)
    return PlanRecord.objects.get(job=job)


@pytest.fixture
def drawn(person: PersonOf) -> PlanRecord:
    """Return a plan with a trade-off that nobody computed."""
    plan = started(person, tradeoff=3)
    make_points(plan)
    PlanRecord.objects.filter(pk=plan.pk).update(result="{}", measured="[]", result_hash="0" * 64)
    Job.objects.update(state="cancelled", ended_at=plan.made_at)
    return PlanRecord.objects.get(pk=plan.pk)


def page_of(client: Client, plan: PlanRecord, query: str = "") -> str:
    return client.get(reverse("planning:tradeoff", args=[plan.pk]) + query).content.decode()


def test_a_trade_off_is_drawn_measured_again_and_each_of_its_plans_can_be_made_a_plan(
    person: PersonOf, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    monkeypatch.setattr(worker, "_TELL_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "tell", lambda *_, fraction, **__: told.append(fraction))
    started(person, tradeoff=4, tradeoff_balance="township", seconds=2)
    plan = computed()
    known = [fraction for fraction in told if fraction is not None]
    assert known == sorted(known)

    points = list(plan.points.order_by("number"))
    measured = [json.loads(one.measured) for one in points]
    assert (
        [one["number"] for one in measured]
        == [one.number for one in points]
        == list(range(1, 1 + len(points)))
    )
    assert len(points) >= 2
    traded = [tuple(one[key] for key in ("over", "pupil_km", "moved", "apart")) for one in measured]
    assert not any(dominates(one, other) for one in traded for other in traded)
    district = district_of(plan.snapshot_id)
    plans = [Plan.from_dict(json.loads(one.result)) for one in points]
    again = compare(
        district, plans, standard().on(district.year.first_day), stage="primary", group="township"
    ).to_dicts()
    assert [{**row, **one} for row, one in zip(again[1:], measured, strict=True)] == measured
    assert json.loads(plan.measured or "")[0]["apart"] == again[0]["apart"]

    planner, last = client_of("planner"), points[-1]
    taken = planner.post(reverse("planning:take", args=[plan.pk, last.number]))
    made = computed()
    assert taken.headers["Location"] == reverse("planning:plan", args=[made.pk])
    result, limits = json.loads(made.result or ""), json.loads(last.head)["settings"]
    assert result == json.loads(last.result)
    settings = json.loads(made.settings)
    assert settings["max_moved"] == limits["max_moved_pupils"]
    assert "tradeoff" not in settings
    words = {label.zh: value.zh for label, value in settings_in_words(made, person("planner"))}
    assert words["取自取舍"] == f"方案 {plan.pk} 的第 {last.number} 个"
    assert json.loads(made.measured or "")[1]["moved"] == measured[-1]["moved"]
    assert (
        planner.post(reverse("planning:take", args=[plan.pk, last.number])).headers["Location"]
        == (taken.headers["Location"])
    )
    assert made.name in page_of(planner, plan)
    assert f"?point={last.number}" in planner.get(reverse("planning:plan", args=[made.pk])).content.decode()


def test_the_page_shows_every_plan_of_the_trade_off_and_tells_the_chosen_one(
    drawn: PlanRecord, client_of: ClientOf
) -> None:
    page = page_of(client_of("inspector"), drawn, "?point=2&tradeoff-sort=-moved")
    assert page.count('class="reach"') == 3
    assert 'href="?point=3&amp;tradeoff-sort=-moved#choice"' in page
    assert "随迁子女占比至多相差" in page
    assert "立为方案</button>" not in page
    assert "立为方案</button>" in page_of(client_of("planner"), drawn, "?point=2")
    assert "看它的得失。" in page_of(client_of("planner"), drawn, "?point=9")


def test_the_trade_off_is_exported_with_what_stands_beside_it(drawn: PlanRecord, client_of: ClientOf) -> None:
    row = {"over": 5, "moved": 0, "mean_km": 1.25, "p95_km": 3.0, "apart": None}
    sides = [{**row, "zh": "现行学区", "en": "present"}, {**row, "zh": "学区方案", "en": "plan", "moved": 90}]
    PlanRecord.objects.update(measured=json.dumps(sides))
    answer = client_of("officer").get(
        reverse("planning:tradeoff", args=[drawn.pk]), {"tradeoff-export": "xlsx"}
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[:4] for row in rows[1:]] == [
        (1, 0, 10, 1.2),
        (2, 100, 10, 1.0),
        (3, 101, 10, 0.999),
        ("A 现行学区", 0, 5, 1.25),
        ("B 甲", 90, 5, 1.25),
    ]


def test_what_was_made_of_a_trade_off_and_came_to_nothing_is_made_again(
    drawn: PlanRecord, person: PersonOf
) -> None:
    first = tradeoffs.take(by=person("planner"), plan=drawn, number=1, name="一")
    assert tradeoffs.take(by=person("planner"), plan=drawn, number=1, name="一").pk == first.pk
    assert first.job is not None
    jobs.cancel(by=person("planner"), job=first.job)
    second = tradeoffs.take(by=person("planner"), plan=drawn, number=1, name="一")
    assert second.pk != first.pk
    assert TradeoffPoint.objects.get(plan=drawn, number=1).made == second
    assert json.loads(second.settings) == {
        **SETTINGS,
        "overflow_allowed": 0,
        "balance_group": "migrant",
        "balance_points": 5.0,
        "distance_slack": 0.0,
        "seconds": 1.5,
        "taken": {"plan": drawn.pk, "point": 1},
    }


def test_a_plan_that_is_not_in_the_trade_off_is_not_there(drawn: PlanRecord, client_of: ClientOf) -> None:
    assert client_of("planner").post(reverse("planning:take", args=[drawn.pk, 4])).status_code == 404


def test_without_a_trade_off_the_page_says_how_to_get_one_and_of_a_stopped_one_that_there_is_none(
    person: PersonOf, client_of: ClientOf
) -> None:
    planner = client_of("planner")
    asked, plain = started(person, tradeoff=3), started(person)
    assert "排队" in page_of(planner, asked)
    for plan in (asked, plain):
        assert plan.job is not None
        jobs.cancel(by=person("planner"), job=plan.job)
    assert "没有要求算取舍" in page_of(planner, plain)
    assert "也就没有取舍" in page_of(planner, asked)
    assert "个方案可选" not in planner.get(reverse("planning:plan", args=[asked.pk])).content.decode()


def test_a_group_that_the_records_do_not_know_is_refused_before_anything_is_solved(
    person: PersonOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = started(person, tradeoff=3, tradeoff_balance="migrant")
    monkeypatch.setattr(catchments, "solved", lambda *_: pytest.fail("solved before it was refused"))
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    job.refresh_from_db()
    assert (job.state, PlanRecord.objects.get(pk=plan.pk).result) == ("failed", None)
    assert "migrant" in job.problems


def test_a_plan_that_is_edited_by_hand_leaves_the_trade_off_behind(
    drawn: PlanRecord, person: PersonOf
) -> None:
    edit = edits.read_edit(json.dumps({"moves": {}, "locked": {}, "forbidden": []}))
    made = edits.keep(by=person("planner"), plan=drawn, name="改", how="kept", edit=edit, seconds=5)
    assert not json.loads(made.settings).keys() & tradeoffs.OF_THE_WHOLE


def test_programs_read_a_trade_off_and_make_one_of_it_a_plan(
    drawn: PlanRecord, account: Callable[[str], Any]
) -> None:
    client = programs(account)("planner")
    told = client.get(reverse("api:plan_tradeoff", args=[drawn.pk])).json()
    assert [one["point"] for one in told] == [1, 2, 3]
    assert told[1]["mean_km"] == 1.0
    assert {one["plan"] for one in told} == {None}
    made = client.post(reverse("api:plan_take", args=[drawn.pk, 2]))
    assert made.status_code == 202
    assert client.get(reverse("api:plan_tradeoff", args=[drawn.pk])).json()[1]["plan"] == made.json()["id"]
