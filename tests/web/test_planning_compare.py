"""Plans side by side: what each comes to on the same records, and catchments as they were measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from junheng.plans.action import Action
from junheng.plans.actions.expand_school import ExpandSchool
from junheng.plans.plan import Plan
from junheng.provenance import hash_json
from junheng.text import Text
from junheng.web.planning import services
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.registry.store import give

PersonOf = Callable[[str], Any]
ClientOf = Callable[[str], Client]
NOW = {
    "zh": "现行学区",
    "en": "present",
    "over": 7,
    "max_utilisation": 1.2,
    "mean_km": 1.5,
    "p95_km": 3.0,
    "share_inside": 0.9,
    "moved": 0,
    "moved_homes": 0,
    "cut_off_homes": 0,
    "unzoned": None,
}

DOES_NOTHING = Plan(
    kind="catchments",
    name=Text("方案", "plan"),
    objective={},
    seconds=0.0,
    seed=None,
    inputs={},
    inputs_hash="",
    standard_date="",
    version="",
    settings={},
    stopped_by="imported",
    actions=(),
)


@pytest.fixture
def made(person: PersonOf, year: int) -> Callable[..., PlanRecord]:
    """Return a function that makes a plan with these measures, without computing any."""
    snapshot = make_snapshot(by=person("planner"), year=year, name="期初")

    def plan(
        name: str,
        *,
        on: Snapshot = snapshot,
        stage: str = "primary",
        kind: str = "catchments",
        actions: Sequence[Action] = (),
        **measured: Any,
    ) -> PlanRecord:
        found = services.start(
            by=person("planner"), kind=kind, name=name, snapshot=on, settings={"stage": stage}
        )
        rows = json.dumps([NOW, {**NOW, "zh": name, **measured}])
        result = json.dumps(replace(DOES_NOTHING, kind=kind, actions=tuple(actions)).as_dict())
        PlanRecord.objects.filter(pk=found.pk).update(
            result=result, result_hash=hash_json({"result": result, "n": found.pk}), measured=rows
        )
        return PlanRecord.objects.get(pk=found.pk)

    return plan


def table_of(answer: Any, name: str = "comparison") -> Any:
    return next(one for one in answer.context["tables"] if one.name == name)


def address(*plans: PlanRecord, **more: str) -> str:
    asked = [("plan", str(plan.pk)) for plan in plans] + list(more.items())
    return f"{reverse('planning:compare')}?{urlencode(asked)}"


def test_each_plan_stands_beside_the_present_zones(
    made: Callable[..., PlanRecord], client_of: ClientOf
) -> None:
    first, second, other = made("甲", over=0, mean_km=1.25), made("乙", over=3), made("丙")
    answer = client_of("inspector").get(address(first, second))
    assert answer.status_code == 200
    heads = [head.text for head in table_of(answer).heads]
    assert heads == ["指标", "现行学区", "甲", "乙"]
    body = {row[0].text: [cell.text for cell in row[1:]] for row in table_of(answer).body}
    assert body["超出学位的学生"] == ["7 人", "0 人", "3 人"]
    assert body["平均上学距离"] == ["1.50 公里", "1.25 公里", "1.50 公里"]
    assert body["服务半径内学生占比"] == ["90.0%", "90.0%", "90.0%"]
    assert body["未划片的学生"] == ["—", "—", "—"]
    assert other.name in answer.content.decode()  # can be ticked too


def test_sorting_and_export_keep_the_choice(made: Callable[..., PlanRecord], client_of: ClientOf) -> None:
    first, second = made("甲"), made("乙")
    page = client_of("planner").get(address(first, second))
    for head in table_of(page).heads:
        assert f"plan={first.pk}&plan={second.pk}" in head.href
    chosen = [value for key, value in table_of(page).kept if key == "plan"]
    assert chosen == [str(first.pk), str(second.pk)]
    export = client_of("planner").get(table_of(page).export_address.partition("#")[0])
    assert "attachment" in export.headers["Content-Disposition"]


def test_plans_that_cannot_be_compared_are_refused_with_the_reason(
    made: Callable[..., PlanRecord], client_of: ClientOf, person: PersonOf, year: int
) -> None:
    first, junior = made("甲"), made("乙", stage="junior")
    later = make_snapshot(by=person("planner"), year=year, name="另一份")
    Snapshot.objects.filter(pk=later.pk).update(hash="f" * 64)
    changed = made("丙", on=Snapshot.objects.get(pk=later.pk))
    for plans, reason in (
        ((first,), "2 至 6"),
        ((first, junior), "学段不同"),
        ((first, changed), "记录不同"),
    ):
        answer = client_of("planner").get(address(*plans))
        assert (answer.status_code, reason in answer.content.decode()) == (422, True)
        assert answer.context["tables"] == []


def test_plans_that_are_not_computed_cannot_be_chosen(
    made: Callable[..., PlanRecord], client_of: ClientOf
) -> None:
    first = made("甲")
    waiting = made("等待")
    PlanRecord.objects.filter(pk=waiting.pk).update(result=None)
    page = client_of("planner").get(reverse("planning:compare"))
    assert [one["plan"].pk for one in page.context["choices"]] == [first.pk]
    assert client_of("planner").get(address(first, waiting)).status_code == 422
    assert client_of("planner").get(f"{reverse('planning:compare')}?plan=x&plan=9").status_code == 422


def test_plans_of_any_kind_stand_beside_today_by_one_measure(
    made: Callable[..., PlanRecord], client_of: ClientOf, year: int
) -> None:
    stage = give(year).table("stages").row(0, named=True)
    wing = ExpandSchool(school=stage["school"], stage=stage["stage"], classes=2, places=90)
    built, zones = made("扩建", kind="layout", actions=[wing]), made("学区")
    answer = client_of("inspector").get(address(built, zones))
    assert [head.text for head in table_of(answer, "effects").heads] == ["指标", "现状", "扩建", "学区"]
    body = {row[0].text: [cell.text for cell in row[1:]] for row in table_of(answer, "effects").body}
    now = give(year).table("stages")["capacity_pupils"].sum()
    assert body["学位"] == [f"{now:,} 人", f"{now + 90:,} 人", f"{now:,} 人"]
    assert len(set(body["达标学段"])) == 1
    assert [head.text for head in table_of(answer).heads] == ["指标", "现行学区", "学区"]


def test_plans_without_zones_have_no_table_of_zones(
    made: Callable[..., PlanRecord], client_of: ClientOf
) -> None:
    answer = client_of("inspector").get(
        address(made("甲", kind="layout"), made("乙", kind="compliance"), made("丙", kind="feeders"))
    )
    assert [one.name for one in answer.context["tables"]] == ["effects"]


def test_a_plan_that_does_not_fit_its_records_is_named_and_no_failure(
    made: Callable[..., PlanRecord], client_of: ClientOf
) -> None:
    wing = ExpandSchool(school="nowhere", stage="primary", classes=2, places=90)
    answer = client_of("inspector").get(address(made("甲", kind="layout", actions=[wing]), made("乙")))
    assert answer.status_code == 422
    assert "nowhere" in answer.content.decode()
