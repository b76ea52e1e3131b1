"""Places against the forecast: computed once for a snapshot, shown to whom it concerns, in charts that add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from junheng.errors import UsageError
from junheng.forecast.alerts import alerts
from junheng.forecast.make import forecast
from junheng.text import Text
from junheng.web.jobs import services as jobs
from junheng.web.jobs.models import Job
from junheng.web.jobs.worker import attempt_work
from junheng.web.overview import facts, forecasting, outlook
from junheng.web.overview.models import Outlook
from junheng.web.overview.trend import trends
from junheng.web.registry.editing import set_row
from junheng.web.registry.models import Row, Snapshot
from junheng.web.registry.names import group_schools
from junheng.web.registry.snapshots import district_of
from junheng.web.standard import standard

ClientOf = Callable[[str], Client]


@pytest.fixture
def snapshot(year: int) -> Snapshot:
    found = Snapshot.objects.filter(year=year).first()
    assert found is not None
    return found


def year_of(mean: float, colour: str | None, over: float | None = None) -> dict[str, Any]:
    return {
        "mean": mean,
        "low": mean - 10,
        "high": mean + 20,
        "over": over,
        "colour": colour,
        "entrants": colour,
    }


@pytest.fixture
def made(snapshot: Snapshot, own_school: str, other_school: str, year: int) -> Outlook:
    """Return a forecast of two schools, one of them without recorded places, without computing any."""
    rows = [
        {
            "school": other_school,
            "stage": "primary",
            "places": None,
            "now": 90,
            "years": [year_of(100, None), year_of(110, None)],
        },
        {
            "school": own_school,
            "stage": "primary",
            "places": 500,
            "now": 480,
            "years": [year_of(505, "orange", 5), year_of(600, "red", 100)],
        },
    ]
    notices = [{"zh": "在校生漏报？", "en": "pupils left out?"}]
    content = json.dumps({"years": [year + 1, year + 2], "notices": notices, "rows": rows})
    return Outlook.objects.create(snapshot=snapshot, content=content)


def test_a_snapshot_is_forecast_once_and_as_the_forecast_room_says(
    client_of: ClientOf, person: Callable[[str], Any], snapshot: Snapshot, year: int
) -> None:
    for _ in range(2):
        answer = client_of("officer").post(reverse("overview:forecast", args=[year]))
        assert answer.status_code == 302
    job = Job.objects.get(kind="forecast")
    page = client_of("inspector").get(reverse("overview:district")).content.decode()
    assert "正在预测" in page
    claimed = jobs.claim()
    assert claimed == job
    assert claimed is not None
    attempt_work(claimed.pk, claimed.attempt)
    assert Job.objects.get().state == "done"
    district, norms = district_of(snapshot.pk), standard()
    found = {
        (row["school"], row["stage"], row["year"]): row["colour"]
        for row in alerts(forecast(district, norms), norms.on(district.year.first_day)).iter_rows(named=True)
        if row["of"] == "stage"
    }
    content = outlook.standing(year).content
    assert content is not None
    assert content["notices"] == []
    shown = {
        (row["school"], row["stage"], when): one["colour"]
        for row in content["rows"]
        for when, one in zip(content["years"], row["years"], strict=True)
        if one["colour"] is not None
    }
    assert shown == found
    forecasting.ask(by=person("officer"), snapshot=snapshot)
    assert Job.objects.count() == 1, "what is forecast is not forecast again"
    assert client_of("inspector").get(reverse("overview:district")).status_code == 200


def test_the_most_urgent_comes_first_and_without_places_there_is_no_colour(
    made: Outlook, client_of: ClientOf, own_school: str, year: int
) -> None:
    answer = client_of("inspector").get(reverse("overview:district"))
    body = [[cell.text for cell in row] for row in answer.context["alerts"].body]
    assert [row[4:6] for row in body] == [["橙色 505 人", "红色 600 人"], ["100", "110"]]
    assert answer.context["outlook_notices"] == [Text("在校生漏报？", "pupils left out?")]
    assert "在校生漏报" in answer.content.decode()
    cards = {card.label.en: (card.figure, card.whole) for card in answer.context["outlook_cards"]}
    assert cards == {
        "red alert": ("0", "1"),
        "orange alert": ("1", "1"),
        "yellow alert": ("0", "1"),
        "green alert": ("0", "1"),
    }
    export = client_of("inspector").get(reverse("overview:district") + "?alerts-export=xlsx")
    assert "attachment" in export.headers["Content-Disposition"]


def test_a_school_sees_its_own_alert_alone(
    made: Outlook, client_of: ClientOf, own_school: str, other_school: str
) -> None:
    principal = client_of("principal")
    for address in (reverse("overview:schools"), reverse("overview:school", args=[own_school])):
        table = principal.get(address).context["alerts"]
        assert [row["y2027"].tone for row in table.rows] == ["orange"]
        assert "在校生漏报" not in principal.get(address).content.decode()
    assert principal.get(reverse("overview:school", args=[other_school])).status_code == 404


def test_a_group_lead_sees_the_trend_of_the_group_together(
    made: Outlook, client_of: ClientOf, account: Any, year: int
) -> None:
    answer = client_of("group_lead").get(reverse("overview:schools"))
    members = group_schools(account("group_lead").posts.get().group)
    rolls = facts.measured(year).places.rolls
    (primary,) = [one for one in answer.context["trend"] if one.stage.en.startswith("primary")]
    counted = {bar.year: bar.pupils for bar in primary.bars if not bar.is_forecast}
    own = [row for row in rolls.iter_rows(named=True) if row["school"] in members]
    together = sum(row["pupils"] for row in own if (row["stage"], row["year"]) == ("primary", year))
    assert counted[year] == f"{together:,}"
    assert [bar.year for bar in primary.bars if bar.is_forecast] == [year + 1, year + 2]


def test_the_chart_stands_to_scale(made: Outlook, own_school: str, year: int) -> None:
    content = json.loads(made.content)
    (one,) = trends(facts.measured(year), content, frozenset({own_school}))
    last = one.bars[-1]
    assert (last.pupils, last.low, last.high) == ("600", "590", "620")
    tallest = min(*(bar.y for bar in one.bars), last.high_y, one.line if one.line is not None else 100)
    assert tallest == pytest.approx(0)
    for bar in one.bars:
        assert bar.y + bar.height == pytest.approx(100)
    assert last.high_y < last.y < last.low_y
    assert (last.low_y - last.high_y) / last.height == pytest.approx(30 / 600)


def test_records_that_changed_since_are_told(
    made: Outlook, client_of: ClientOf, person: Callable[[str], Any], own_school: str, year: int
) -> None:
    is_told = "此后记录有改动"
    assert is_told not in client_of("inspector").get(reverse("overview:district")).content.decode()
    row = Row.objects.get(year=year, table="premises", school=own_school)
    values = {name: value for name, value in json.loads(row.values).items() if name != "school"}
    set_row(by=person("planner"), row=row, values={**values, "multimedia_rooms": 0}, why="test")
    assert is_told in client_of("inspector").get(reverse("overview:district")).content.decode()


def test_a_forecast_that_failed_says_why_and_can_be_asked_for_again(
    client_of: ClientOf, person: Callable[[str], Any], snapshot: Snapshot, year: int
) -> None:
    forecasting.ask(by=person("officer"), snapshot=snapshot)
    Job.objects.update(state="failed", ended_at="2026-11-01T00:00Z", message_zh="学年不足", message_en="few")
    page = client_of("officer").get(reverse("overview:district")).content.decode()
    assert "未能预测：学年不足" in page
    assert reverse("overview:forecast", args=[year]) in page
    assert reverse("overview:forecast", args=[year]) not in (
        client_of("inspector").get(reverse("overview:district")).content.decode()
    )
    client_of("officer").post(reverse("overview:forecast", args=[year]))
    assert Job.objects.filter(kind="forecast", state="queued").count() == 1


def test_a_year_that_is_not_there_is_not_forecast(client_of: ClientOf) -> None:
    assert client_of("planner").post(reverse("overview:forecast", args=[1999])).status_code == 404
    assert client_of("planner").get(f"{reverse('overview:district')}?year=1999").status_code == 404
    assert not Job.objects.exists()


def test_a_forecast_is_neither_changed_nor_deleted(made: Outlook) -> None:
    with pytest.raises(UsageError):
        made.save()
    with pytest.raises(UsageError):
        made.delete()
