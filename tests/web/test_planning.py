"""Plans: computed on a snapshot, measured again, submitted, sent back, approved, frozen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from junheng.errors import UsageError
from junheng.plans.compare import compare
from junheng.plans.plan import Plan
from junheng.web.accounts.models import Account
from junheng.web.audit.models import Event
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning import services
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import store
from junheng.web.registry.snapshots import district_of, make_snapshot
from junheng.web.standard import standard

PersonOf = Callable[[str], Any]
SETTINGS: dict[str, Any] = {
    "stage": "primary",
    "max_moved": None,
    "locked": [],
    "forbidden": [],
    "seconds": 60,
    "effort": 0.02,
    "seed": 0,
}


def started(person: PersonOf, year: int, **settings: Any) -> PlanRecord:
    snapshot = make_snapshot(by=person("planner"), year=year, name="期初")
    return services.start(
        by=person("planner"),
        kind="catchments",
        name="方案甲",
        snapshot=snapshot,
        settings={**SETTINGS, **settings},
    )


def computed(plan: PlanRecord) -> PlanRecord:
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    return PlanRecord.objects.get(pk=plan.pk)


@pytest.fixture
def plan(person: PersonOf, year: int) -> PlanRecord:
    """Return a plan with a result that was not computed: for what comes after."""
    found = started(person, year)
    result = {"objective": {}, "bound": {}, "gap": {}, "units": {}, "stopped_by": "proven", "actions": []}
    PlanRecord.objects.filter(pk=found.pk).update(
        result=json.dumps(result), result_hash="0" * 64, measured="[]"
    )
    return PlanRecord.objects.get(pk=found.pk)


def test_a_plan_is_computed_on_its_snapshot_and_measured_by_something_else(
    person: PersonOf, year: int
) -> None:
    waiting = started(person, year)
    store.take(
        store.give(year).replace(catchments=store.give(year).table("catchments").clear()),
        by=person("planner"),
        why="改",
    )
    found = computed(waiting)
    assert found.job is not None
    assert found.job.state == "done", found.job.message_zh
    district = district_of(found.snapshot_id)
    plan = Plan.from_dict(json.loads(found.result or ""))
    assert plan.inputs["district"] == district.hash == found.snapshot.hash
    again = compare(district, [plan], standard().on(district.year.first_day), stage="primary").to_dicts()
    assert json.loads(found.measured or "") == json.loads(json.dumps(again))
    assert "<!DOCTYPE html>" in (found.report or "")


def test_locks_are_kept_and_the_same_request_gives_the_same_plan(person: PersonOf, year: int) -> None:
    row = store.give(year).table("catchments").filter(stage="primary").row(3, named=True)
    lock = [[row["home"], row["school"]]]
    first, second = computed(started(person, year, locked=lock)), computed(started(person, year, locked=lock))
    actions = json.loads(first.result or "")["actions"]
    assert [one["school"] for one in actions if one["home"] == row["home"]] == [row["school"]]
    assert first.result_hash == second.result_hash != ""


def test_an_impossible_wish_is_told_on_the_page_before_anything_is_computed(
    person: PersonOf, year: int, client_of: Callable[[str], Client]
) -> None:
    found = computed(started(person, year, locked=[["H0001", "no-such-school"]]))
    assert found.result is None
    assert found.job is not None
    assert found.job.state == "failed"
    page = client_of("planner").get(reverse("planning:plan", args=[found.pk])).content.decode()
    assert "未成" in page
    assert "no-such-school" in page


def test_a_plan_without_a_result_cannot_be_submitted(person: PersonOf, year: int) -> None:
    with pytest.raises(UsageError, match="not computed"):
        services.submit(by=person("planner"), plan=started(person, year))


def test_who_submitted_a_plan_does_not_approve_it_while_somebody_else_could(
    person: PersonOf, plan: PlanRecord
) -> None:
    services.submit(by=person("planner"), plan=plan)
    with pytest.raises(UsageError, match="somebody else"):
        services.approve(by=person("planner"), plan=plan)
    Account.objects.filter(username="administrator").update(is_active=False)
    services.approve(by=person("planner"), plan=plan)


def test_an_approved_plan_is_frozen_with_who_and_when(person: PersonOf, plan: PlanRecord) -> None:
    services.submit(by=person("planner"), plan=plan)
    services.approve(by=person("administrator"), plan=plan, remarks="同意")
    frozen = PlanRecord.objects.get(pk=plan.pk)
    assert (frozen.state, frozen.decided_by, frozen.remarks) == (
        "approved",
        person("administrator").name,
        "同意",
    )
    assert frozen.decided_at is not None
    frozen.name = "改名"
    with pytest.raises(UsageError, match="frozen"):
        frozen.save()
    for act in (services.submit, services.approve):
        with pytest.raises(UsageError):
            act(by=person("administrator"), plan=frozen)
    event = Event.objects.filter(action="plan-approved").first()
    assert event is not None
    assert event.changed["result"] == "0" * 64


def test_a_plan_is_sent_back_with_a_reason_and_submitted_again(person: PersonOf, plan: PlanRecord) -> None:
    services.submit(by=person("planner"), plan=plan)
    with pytest.raises(UsageError, match="why"):
        services.send_back(by=person("administrator"), plan=plan, remarks=" ")
    services.send_back(by=person("administrator"), plan=plan, remarks="北片区再议")
    services.submit(by=person("planner"), plan=plan)
    assert PlanRecord.objects.get(pk=plan.pk).remarks == ""


def test_the_report_runs_in_a_sandbox(plan: PlanRecord, client_of: Callable[[str], Client]) -> None:
    PlanRecord.objects.filter(pk=plan.pk).update(report="<!DOCTYPE html><p>x")
    response = client_of("planner").get(reverse("planning:report", args=[plan.pk]))
    assert response.headers["Content-Security-Policy"] == "sandbox allow-scripts allow-modals"
    assert (
        client_of("planner").get(reverse("planning:plan", args=[plan.pk])).headers["Content-Security-Policy"]
        != ""
    )


def test_progress_ends_by_asking_for_the_whole_page(
    person: PersonOf, year: int, client_of: Callable[[str], Client]
) -> None:
    waiting = started(person, year)
    client, path = client_of("planner"), reverse("planning:progress", args=[waiting.pk])
    assert "排队" in client.get(path).content.decode()
    assert waiting.job is not None
    jobs.cancel(by=person("planner"), job=waiting.job)
    assert client.get(path).headers["HX-Redirect"] == reverse("planning:plan", args=[waiting.pk])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("locked", "H0001"),
        ("locked", "H1=A\nH1=B"),
        ("forbidden", "=A"),
        ("seconds", "0"),
        ("seconds", "99999"),
        ("max_moved", "-1"),
        ("stage", "senior"),
        ("snapshot", "77"),
        ("name", ""),
    ],
)
def test_nonsense_is_told_and_starts_nothing(
    field: str, value: str, client_of: Callable[[str], Client]
) -> None:
    given = {"name": "x", "snapshot": "now", "stage": "primary", "seconds": "5", "seed": "0", field: value}
    response = client_of("planner").post(reverse("planning:new"), given)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not PlanRecord.objects.exists()
