"""Layout on the planning desk: asked for, refused where records lack, computed, measured, told table by table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from junheng.plans.effects import effects
from junheng.plans.plan import Plan
from junheng.report.facts import Names
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import store
from junheng.web.registry.snapshots import district_of, make_snapshot
from junheng.web.standard import standard

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


def asked_for(client_of: ClientOf, **given: str) -> Any:
    fields = {"name": "布局", "snapshot": "now", "stage": "primary", "seconds": "5", **given}
    return client_of("planner").post(f"{reverse('planning:new')}?kind=layout", fields)


def computed(client_of: ClientOf, **given: str) -> PlanRecord:
    answer = asked_for(client_of, **given)
    assert answer.status_code == 302, answer.context["form"].errors
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    return PlanRecord.objects.latest("pk")


def told(record: PlanRecord) -> dict[str, list[dict[str, Any]]]:
    assert record.job is not None
    assert record.job.state == "done", (record.job.message_zh, record.job.problems)
    found: dict[str, list[dict[str, Any]]] = json.loads(record.tables or "")
    return found


@pytest.fixture
def school() -> str:
    """Return the first school, which is a primary school and has children around it."""
    from junheng.web.registry.names import school_names

    return next(iter(school_names()))


def test_a_layout_keeps_to_its_locks_and_its_page_has_every_table(client_of: ClientOf, school: str) -> None:
    record = computed(client_of, locked=f"{school}＝扩建")
    tables = told(record)
    assert [one["kind"] for one in tables["schedule"] if one["site"] == school] == ["expand"]
    _is_on_the_map(client_of("inspector"), record, tables["schedule"])
    spent = sum(one["yuan"] for one in tables["schedule"])
    assert sum(one["yuan"] for one in tables["investment"]) == pytest.approx(spent)
    page = client_of("inspector").get(reverse("planning:plan", args=[record.pk])).content.decode()
    for words in ("分批进度", "改扩建一批", "分年投资", "分年学位", "撤并移交", "为何不作别的安排"):
        assert words in page
    name = Names.of(district_of(record.snapshot_id)).school(school)
    for words in ("打开报告", f"{name}=扩建", "总成本（建设、运行、交通）", "示例值"):
        assert words in page


def _is_on_the_map(client: Client, record: PlanRecord, schedule: list[dict[str, Any]]) -> None:
    """Every site that changes lies where the records have it, with what happens to it and from when."""
    district = district_of(record.snapshot_id)
    at = {row["school"]: [row["lon"], row["lat"]] for row in district.table("schools").iter_rows(named=True)}
    at |= {
        row["candidate"]: [row["lon"], row["lat"]]
        for row in district.table("candidates").iter_rows(named=True)
    }
    found = client.get(reverse("planning:map_facts", args=[record.pk])).json()
    told = [(one["name"], one["kind"], one["year"], one["at"], one["to"]) for one in found["courses"]]
    assert told == [
        (one["name"], one["kind"], one["in_use"], at[one["site"]], at.get(one["partner_site"]))
        for one in schedule
    ]
    assert found["sides"][0]["name"] == "now"
    assert client.get(reverse("planning:map_homes", args=[record.pk])).json()["features"]
    page = client.get(reverse("planning:plan", args=[record.pk])).content.decode()
    assert 'data-year aria-label="学年' in page
    assert "在地图上手工调整" not in page


def test_a_layout_is_measured_on_todays_records_by_something_that_did_not_see_the_solver(
    client_of: ClientOf,
) -> None:
    record = computed(client_of)
    district, plan = district_of(record.snapshot_id), Plan.from_dict(json.loads(record.result or ""))
    on = standard().on(district.year.first_day)
    expected = [effects(one, on)["capacity"] for one in (district, plan.apply(district))]
    measured = {one["name"]["zh"]: (one["before"], one["after"]) for one in json.loads(record.measured or "")}
    assert list(measured["按今年记录：学位"]) == expected
    last = max(one["year"] for one in told(record)["years"])
    assert f"{last} 学年：超出学位的学生" in measured


def test_the_years_of_a_layout_are_those_of_the_demand_in_every_scenario(client_of: ClientOf) -> None:
    record = computed(client_of)
    demand = district_of(record.snapshot_id).table("demand")
    asked = demand.filter(stage="primary").select("year", "scenario").unique().sort("year", "scenario").rows()
    found = told(record)["years"]
    assert sorted((one["year"], one["scenario"]) for one in found) == asked
    sheet = client_of("planner").get(reverse("planning:plan", args=[record.pk]) + "?years-export=xlsx")
    assert "attachment" in sheet.headers["Content-Disposition"]


@pytest.mark.parametrize("when", ["now", "kept"])
def test_records_without_children_to_come_are_told_before_anything_is_computed(
    when: str, client_of: ClientOf, person: PersonOf, year: int
) -> None:
    district = store.give(year)
    without = district.replace(demand=district.table("demand").clear(), rolls=district.table("rolls").clear())
    store.take(without, by=person("planner"), why="没有预测")
    snapshot = "now"
    if when == "kept":
        snapshot = str(make_snapshot(by=person("planner"), year=year, name="没有预测").pk)
    answer = asked_for(client_of, snapshot=snapshot)
    assert answer.status_code == 422
    assert "分年需求" in answer.content.decode()
    assert not PlanRecord.objects.exists()


def test_years_costs_and_the_price_of_each_scenario_are_asked_for_in_the_form(client_of: ClientOf) -> None:
    record = computed(client_of, n_years="3", with_prices="on", open_class_yuan="9000000", seconds="3")
    tables = told(record)
    assert len({one["year"] for one in tables["years"]}) == 3
    prices = {one["scenario"]: one for one in tables["prices"]}
    assert set(prices) == {one["scenario"] for one in tables["years"]}
    for one in prices.values():
        assert one["price_yuan"] == pytest.approx(one["yuan"] - one["alone_yuan"])
    assert json.loads(record.result or "")["settings"]["settings"]["open_class_yuan"] == 9e6
    page = client_of("inspector").get(reverse("planning:plan", args=[record.pk])).content.decode()
    for words in ("各情景的代价", "新建：每班（元）", "9,000,000", "规划学年数"):
        assert words in page


def test_every_wrong_line_is_named_at_once(client_of: ClientOf) -> None:
    form = asked_for(client_of, locked="A=keep\nB\nC=paint", forbidden="D=").context["form"]
    assert [one[:5] for one in form.errors["locked"]] == ["第 2 行", "第 3 行"]
    assert "forbidden" in form.errors


def test_what_the_records_do_not_know_is_told_before_anything_is_computed(client_of: ClientOf) -> None:
    given = {"locked": "nowhere=keep", "forbidden": "nobody=merge", "public_share": "60"}
    form = asked_for(client_of, **given).context["form"]
    assert "没有地点“nowhere”" in form.errors["locked"][0]
    assert "没有地点“nobody”" in form.errors["forbidden"][0]
    assert "学前" in form.errors["public_share"][0], "only of kindergartens"


def test_stages_planned_together_share_the_limit_and_each_table_says_which(client_of: ClientOf) -> None:
    answer = client_of("planner").post(
        f"{reverse('planning:new')}?kind=layout",
        {
            "name": "布局",
            "snapshot": "now",
            "stage": ["preschool", "primary"],
            "seconds": "5",
            "budget_yuan": "12000000",
            "public_share": "60",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    record = PlanRecord.objects.latest("pk")
    tables = told(record)
    assert {one["stage"] for one in tables["years"]} == {"preschool", "primary"}
    by_year: dict[int, float] = {}
    for one in tables["investment"]:
        by_year[one["year"]] = by_year.get(one["year"], 0.0) + one["yuan"]
    assert max(by_year.values(), default=0.0) <= 12e6
    measured = {one["name"]["zh"]: one["after"] for one in json.loads(record.measured or "")}
    assert next(after for name, after in measured.items() if "公办" in name) >= 60
    page = client_of("inspector").get(reverse("planning:plan", args=[record.pk])).content.decode()
    for words in ("学前、小学", "打开报告", "报告为小学的", "公办园占比至少"):
        assert words in page
    courses = client_of("inspector").get(reverse("planning:map_facts", args=[record.pk])).json()["courses"]
    assert len(courses) == len(tables["schedule"])


def test_kindergartens_alone_have_their_tables_and_no_report(client_of: ClientOf) -> None:
    record = computed(client_of, stage="preschool")
    assert {one["scenario"] for one in told(record)["years"]} == {"low", "medium", "high"}
    assert record.report is None
    page = client_of("planner").get(reverse("planning:plan", args=[record.pk])).content.decode()
    assert "按今年记录" in page
    assert "打开报告" not in page
    assert client_of("planner").get(reverse("planning:map_facts", args=[record.pk])).status_code == 200
