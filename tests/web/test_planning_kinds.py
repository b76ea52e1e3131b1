"""Every kind of plan on the desk: asked for, computed, measured by something else, shown to the entitled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from junheng.measure.assessment import assess
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.actions.set_feeder import SetFeeder
from junheng.plans.plan import Plan
from junheng.web.audit.models import Event
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard

PersonOf = Callable[[str], Any]
ClientOf = Callable[[str], Client]
GIVEN: dict[str, dict[str, str]] = {
    "catchments": {"stage": "primary", "seconds": "5", "seed": "0"},
    "feeders": {"mixing_slack": "10", "seconds": "20"},
    "compliance": {"leaving_percent": "10", "seconds": "20"},
    "layout": {"stage": "primary", "seconds": "5"},
    "exchange": {
        "teacher_years": "6",
        "most_km": "30",
        "least_to_rural": "0",
        "stint_years": "3",
        "seconds": "20",
    },
}


def asked_for(client_of: ClientOf, kind: str, **given: str) -> PlanRecord:
    """Ask for a plan by the form, as a planner does, and compute it."""
    fields = {"name": f"方案 {kind}", "snapshot": "now", **GIVEN[kind], **given}
    answer = client_of("planner").post(f"{reverse('planning:new')}?kind={kind}", fields)
    assert answer.status_code == 302, answer.context["form"].errors
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    return PlanRecord.objects.latest("pk")


def page_of(client: Client, plan: PlanRecord) -> str:
    return client.get(reverse("planning:plan", args=[plan.pk])).content.decode()


def plan_of(record: PlanRecord) -> Plan:
    assert record.job is not None
    assert record.job.state == "done", (record.job.message_zh, record.job.problems)
    return Plan.from_dict(json.loads(record.result or ""))


def figure(record: PlanRecord, zh: str) -> tuple[Any, Any]:
    return next(
        (one["before"], one["after"])
        for one in json.loads(record.measured or "")
        if one["name"]["zh"].startswith(zh)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_asked_for_and_says_what_it_seeks(kind: str, client_of: ClientOf) -> None:
    page = client_of("planner").get(f"{reverse('planning:new')}?kind={kind}").content.decode()
    assert KINDS[kind].seeks.zh in page
    assert f"?kind={kind}" in client_of("planner").get(reverse("planning:plans")).content.decode()


def test_a_kind_that_is_not_there_is_not_there(client_of: ClientOf) -> None:
    assert client_of("planner").get(f"{reverse('planning:new')}?kind=magic").status_code == 404


def test_feeders_are_computed_shown_and_kept_to_the_locks(client_of: ClientOf) -> None:
    free = plan_of(asked_for(client_of, "feeders")).of(SetFeeder)
    other = next(one.target for one in free if one.target != free[0].target)
    record = asked_for(client_of, "feeders", locked=f"{free[0].school}＝{other}")
    found = {one.school: one.target for one in plan_of(record).of(SetFeeder)}
    assert found[free[0].school] == other
    page = page_of(client_of("planner"), record)
    for words in ("对口关系", "前后对比", "强校对口强校", "提交审批"):
        assert words in page
    assert "打开报告" not in page


def test_feeders_are_measured_from_the_records_after_the_plan(client_of: ClientOf) -> None:
    record = asked_for(client_of, "feeders")
    plan = plan_of(record)
    district = district_of(record.snapshot_id)
    rolls = district.table("rolls")
    last = {
        school: pupils
        for school, stage, grade, year, pupils in rolls.select(
            "school", "stage", "grade", "year", "pupils"
        ).iter_rows()
        if stage == "primary" and grade == 6 and year == district.year.start
    }
    changed = sum(last[one.school] for one in plan.of(SetFeeder) if one.before != one.target)
    assert figure(record, "改换或新定对口初中的毕业生") == (0, changed)
    assert figure(record, "超出初中学位的毕业生")[1] == plan.objective["overflow_pupils"].value


def test_feeders_that_are_not_yet_there_are_new_and_not_measured(client_of: ClientOf) -> None:
    record = asked_for(client_of, "feeders")
    page = page_of(client_of("planner"), record)
    n = len(plan_of(record).actions)
    assert all(action.before is None for action in plan_of(record).of(SetFeeder))
    assert f"{n} 所小学现在没有对口初中" in page
    assert page.count("新定") >= n
    assert figure(record, "超出初中学位的毕业生")[0] is None


def test_feeders_that_are_there_are_measured_as_they_are(
    person: PersonOf, client_of: ClientOf, year: int
) -> None:
    from junheng.web.registry import store

    first = asked_for(client_of, "feeders")
    plan = plan_of(first)
    store.take(plan.apply(district_of(first.snapshot_id)), by=person("planner"), why="对口")
    again = asked_for(client_of, "feeders")
    assert figure(again, "小学到对口初中的平均距离")[0] == figure(first, "小学到对口初中的平均距离")[1]
    assert figure(again, "改换或新定对口初中的毕业生") == (0, 0)
    assert "现在没有对口初中" not in page_of(client_of("planner"), again)


def test_a_compliance_plan_makes_the_district_pass_by_a_measure_that_did_not_see_it(
    client_of: ClientOf,
) -> None:
    record = asked_for(client_of, "compliance")
    plan, district = plan_of(record), district_of(record.snapshot_id)
    verdicts = [assess(one, standard()).balance.verdict for one in (district, plan.apply(district))]
    assert list(figure(record, "资源配置结论")) == verdicts
    assert verdicts[1] == "pass"
    page = page_of(client_of("inspector"), record)
    for words in ("措施", "费用（元）", "打开报告", "差异系数"):
        assert words in page
    _gives_each_school_what_the_map_says(client_of("inspector"), record)


def test_a_compliance_plan_over_years_keeps_to_what_is_fixed_and_tells_years_and_prices(
    client_of: ClientOf,
) -> None:
    first = plan_of(asked_for(client_of, "compliance")).of(AddPremises)[0]
    line = f"{first.school}/{first.work}={first.amount:.12g}"
    record = asked_for(
        client_of,
        "compliance",
        budgets="2026=100000000\n2027=100000000",
        at_least=line,
        at_most=line,
        with_prices="on",
    )
    plan, told = plan_of(record), json.loads(record.tables or "")
    added = [
        one.amount for one in plan.of(AddPremises) if (one.school, one.work) == (first.school, first.work)
    ]
    assert sum(added) == pytest.approx(first.amount)
    spent = {one["year"]: one["yuan"] for one in told["years"]}
    assert sum(spent.values()) == pytest.approx(sum(one.yuan for one in plan.actions))
    assert set(spent) <= {2026, 2027}
    assert all(
        one["least"] <= one["saving"] + 1 and one["saving"] <= one["most"] + 1 for one in told["prices"]
    )
    page = page_of(client_of("inspector"), record)
    for words in ("分年安排（每年末独立复测）", "每条规则的代价", "必须增加", "至多增加"):
        assert words in page


def _gives_each_school_what_the_map_says(client: Client, record: PlanRecord) -> None:
    got: Counter[str] = Counter()
    for action in (one.as_dict() for one in plan_of(record).actions):
        for key, sign in (("receiver", 1), ("school", 1), ("sender", -1)):
            if key in action and "n" in action:
                got[action[key]] += sign * action["n"]
    built = {one["school"] for one in json.loads(record.result or "")["actions"] if "work" in one}
    found = client.get(reverse("planning:map_facts", args=[record.pk])).json()["flows"]["schools"]
    assert {one["code"]: one["net"] for one in found if one["net"]} == {
        code: n for code, n in got.items() if n
    }
    assert built
    assert built <= {one["code"] for one in found if one["hasGifts"]}


def test_a_compliance_plan_over_years_names_the_year_of_each_measure(client_of: ClientOf) -> None:
    record = asked_for(client_of, "compliance", budgets="2026=3,000,000\n2027=9000000")
    years = {getattr(action, "year", None) for action in plan_of(record).actions}
    assert years <= {2026, 2027}
    assert years
    assert "2026: 3,000,000" in page_of(client_of("planner"), record)


def test_what_cannot_be_is_told_problem_by_problem(client_of: ClientOf) -> None:
    record = asked_for(client_of, "feeders", locked="nowhere=2199000001")
    assert record.result is None
    assert "nowhere" in page_of(client_of("planner"), record)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("feeders", "locked", "A"),
        ("feeders", "locked", "A=B\nA=C"),
        ("feeders", "mixing_slack", "-1"),
        ("feeders", "max_km", "0"),
        ("feeders", "seconds", "0"),
        ("compliance", "budgets", "2026"),
        ("compliance", "budgets", "26=100"),
        ("compliance", "budgets", "2026=many"),
        ("compliance", "budgets", "2026=1\n2026=2"),
        ("compliance", "leaving_percent", "101"),
        ("compliance", "max_recruits", "-1"),
        ("layout", "stage", "senior"),
        ("layout", "budget_yuan", "-1"),
        ("layout", "budget_yuan", "inf"),
        ("layout", "locked", "A=keep\nA=close"),
        ("layout", "forbidden", "A=paint"),
        ("exchange", "forbidden", "=A"),
        ("exchange", "most_km", "nan"),
    ],
)
def test_nonsense_is_told_and_starts_nothing(kind: str, field: str, value: str, client_of: ClientOf) -> None:
    fields = {"name": "x", "snapshot": "now", **GIVEN[kind], field: value}
    response = client_of("planner").post(f"{reverse('planning:new')}?kind={kind}", fields)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not PlanRecord.objects.exists()


def test_what_a_compliance_plan_takes_for_granted_is_said() -> None:
    granted = {"sites_not_recorded": list("ABCDEFGHIJ"), "default_costs": ["multimedia_room"]}
    notices = KINDS["compliance"].notices({"settings": {"taken_for_granted": granted}})
    assert [one.zh[:8] for one in notices] == ["10 所学校未填", "1 项单价未填，"]
    assert notices[0].zh.endswith("H等")
    assert KINDS["compliance"].notices({}) == []


@pytest.fixture
def exchange(client_of: ClientOf) -> PlanRecord:
    """Return an exchange plan in which somebody moves."""
    return asked_for(client_of, "exchange")


def test_an_exchange_names_persons_only_to_those_who_see_the_rosters(
    exchange: PlanRecord, client_of: ClientOf, account: Callable[[str], Any]
) -> None:
    from junheng.web.roles import Department

    persons = [action.as_dict()["teacher"] for action in plan_of(exchange).actions]
    assert persons
    staff = account("officer")
    download = reverse("planning:download", args=[exchange.pk])
    for member, entitled in (
        ("planner", True),
        ("administrator", True),
        ("officer", False),
        ("inspector", False),
    ):
        page = page_of(client_of(member), exchange)
        assert "前后对比" in page
        assert (persons[0] in page, "逐人调动" in page) == (entitled, entitled), member
        assert client_of(member).get(download).status_code == (200 if entitled else 404)
        for address in ("planning:map_facts", "planning:map_homes"):
            answer = client_of(member).get(reverse(address, args=[exchange.pk]))
            assert answer.status_code == (200 if entitled else 404)
        assert ('id="atlas"' in page, "各校来去" in page) == (entitled, entitled)
        export = client_of(member).get(reverse("planning:plan", args=[exchange.pk]) + "?actions-export=xlsx")
        assert ("attachment" in export.headers.get("Content-Disposition", "")) is entitled
    staff.posts.update(department=Department.STAFF)
    assert persons[0] in page_of(client_of("officer"), exchange)


def test_the_map_of_an_exchange_counts_who_comes_and_goes_as_its_moves_do(
    exchange: PlanRecord, client_of: ClientOf
) -> None:
    moves = [
        (one["before"], one["school"]) for one in (action.as_dict() for action in plan_of(exchange).actions)
    ]
    come, go = Counter(after for _, after in moves), Counter(before for before, _ in moves if before)
    found = client_of("planner").get(reverse("planning:map_facts", args=[exchange.pk])).json()["flows"]
    told = {one["code"]: (one["come"], one["go"], one["net"]) for one in found["schools"]}
    assert told == {code: (come[code], go[code], come[code] - go[code]) for code in come | go}
    assert sum(way["n"] for way in found["ways"]) == sum(before is not None for before, _ in moves)
    table = client_of("planner").get(reverse("planning:plan", args=[exchange.pk])).context["flows"]
    assert [(row["come"], row["go"]) for row in table.rows] == [pair[:2] for pair in told.values()]


def test_locks_on_persons_and_failures_about_them_stay_with_the_entitled(client_of: ClientOf) -> None:
    record = asked_for(client_of, "exchange", locked="T-secret=nowhere")
    assert record.result is None
    assert "T-secret" in page_of(client_of("planner"), record)
    for member in ("officer", "inspector"):
        page = page_of(client_of(member), record)
        assert "T-secret" not in page
        assert "涉及个人，不显示" in page
    assert "T-secret" not in "".join(json.dumps(event.changed) for event in Event.objects.all())
