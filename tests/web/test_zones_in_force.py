"""An approved catchment plan becomes the zones of its year: seen, kept by field, taken back while that is safe."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web_plans import approved_zones

from junheng.errors import InputError, UsageError
from junheng.web.audit.models import Event
from junheng.web.planning import inforce
from junheng.web.planning.models import PlanRecord, ZonesInForce
from junheng.web.registry.models import AnnualReturn, FieldChange, Row, Year
from junheng.web.registry.newyear import open_next_year
from junheng.web.registry.store import give

DUE = date(2027, 10, 15)
ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


@pytest.fixture
def plan(person: PersonOf, year: int) -> PlanRecord:
    """Return an approved plan that gives the first home of a primary zone to another school."""
    return approved_zones(person("planner"), year)


@pytest.fixture
def next_year(person: PersonOf, year: int, plan: PlanRecord) -> int:
    return open_next_year(by=person("officer"), since=year, due=DUE).year


def zones(year: int) -> dict[tuple[str, str], str]:
    rows = give(year).table("catchments").iter_rows(named=True)
    return {(row["stage"], row["home"]): row["school"] for row in rows}


def moved(plan: PlanRecord) -> tuple[str, str]:
    """Return the home that the plan moves, and its new school."""
    one = next(one for one in json.loads(str(plan.result))["actions"] if one["school"] != one["before"])
    return one["home"], one["school"]


def test_a_year_that_is_opened_with_a_plan_has_its_zones_and_says_so(
    client_of: ClientOf, plan: PlanRecord, year: int
) -> None:
    officer = client_of("officer")
    assert (
        f'<option value="{plan.pk}" selected>' in officer.get(reverse("registry:open_year")).content.decode()
    )
    sent = {"since": year, "due": DUE.isoformat(), "zones_primary": plan.pk}
    assert officer.post(reverse("registry:open_year"), sent).status_code == 302
    home, school = moved(plan)
    expected = {**zones(year), ("primary", home): school}
    assert zones(year + 1) == expected
    page = officer.get(reverse("planning:zones", args=[year + 1])).content.decode()
    assert plan.name in page
    assert "改换学校的居住单元</dt><dd>1</dd>" in page
    (change,) = FieldChange.objects.filter(year=year + 1, table="catchments")
    assert json.loads(str(change.after)) == school
    assert plan.name in change.why
    assert Event.objects.get(action="zones-in-force").subject_id == str(year + 1)


def test_without_a_choice_the_present_zones_go_on(client_of: ClientOf, plan: PlanRecord, year: int) -> None:
    sent = {"since": year, "due": DUE.isoformat(), "zones_primary": ""}
    assert client_of("officer").post(reverse("registry:open_year"), sent).status_code == 302
    assert zones(year + 1) == zones(year)
    assert not ZonesInForce.objects.exists()


def test_a_plan_of_another_year_is_neither_offered_nor_taken(
    client_of: ClientOf, plan: PlanRecord, person: PersonOf, year: int, next_year: int
) -> None:
    assert inforce.approved_for(year) == {}
    later = approved_zones(person("planner"), year, since=year + 2)
    sent = {"plan": later.pk}
    path = reverse("planning:put_in_force", args=[next_year])
    refused = client_of("officer").post(path, sent, follow=True)
    assert "请选择为该学年批准的方案" in refused.content.decode()
    with pytest.raises(UsageError, match=f"for the school year {year + 2}"):
        inforce.put_in_force(by=person("officer"), plan=later, year=next_year)
    with pytest.raises(UsageError, match="not open"):
        inforce.put_in_force(by=person("officer"), plan=later, year=year + 2)


def test_a_plan_that_is_not_approved_is_not_written(
    plan: PlanRecord, person: PersonOf, next_year: int
) -> None:
    PlanRecord.objects.filter(pk=plan.pk).update(state="submitted")
    with pytest.raises(UsageError, match="only an approved"):
        inforce.put_in_force(by=person("officer"), plan=PlanRecord.objects.get(pk=plan.pk), year=next_year)


def test_a_plan_approved_after_the_year_was_opened_is_written_and_taken_back_exactly(
    client_of: ClientOf, plan: PlanRecord, next_year: int
) -> None:
    before, officer = give(next_year), client_of("officer")
    page = reverse("planning:zones", args=[next_year])
    officer.post(reverse("planning:put_in_force", args=[next_year]), {"plan": plan.pk})
    assert zones(next_year)["primary", moved(plan)[0]] == moved(plan)[1]
    again = officer.post(reverse("planning:put_in_force", args=[next_year]), {"plan": plan.pk}, follow=True)
    assert "请先撤回" in again.content.decode()
    officer.post(reverse("planning:take_back", args=[next_year]), {"stage": "primary"})
    assert give(next_year).equals(before)
    assert "已撤回" in officer.get(page).content.decode()
    officer.post(reverse("planning:put_in_force", args=[next_year]), {"plan": plan.pk})
    assert ZonesInForce.objects.filter(year=next_year, ended_at=None).count() == 1


def test_zones_stay_once_a_school_has_filed_or_somebody_edited_them(
    client_of: ClientOf, plan: PlanRecord, person: PersonOf, next_year: int
) -> None:
    by = person("officer")
    inforce.put_in_force(by=by, plan=plan, year=next_year)
    row = Row.objects.filter(year=next_year, table="catchments", key__contains="primary").exclude(
        values__contains=moved(plan)[1]
    )[0]
    kept = row.values
    row.values = json.dumps({**json.loads(kept), "school": moved(plan)[1]})
    row.save()
    Year.objects.filter(pk=next_year).update(revision="edited")
    with pytest.raises(UsageError, match="edited since"):
        inforce.take_back(by=by, year=next_year, stage="primary")
    Row.objects.filter(pk=row.pk).update(values=kept)
    Year.objects.filter(pk=next_year).update(revision="as before")
    filed = AnnualReturn.objects.filter(year=next_year)[0]
    filed.filings.create(number=1, by_name="x", file_name="x", sha256="0" * 64, n_errors=1)
    with pytest.raises(UsageError, match="filed its return"):
        inforce.take_back(by=by, year=next_year, stage="primary")
    page = client_of("officer").get(reverse("planning:zones", args=[next_year])).content.decode()
    assert "已有学校填报" in page
    assert reverse("planning:take_back", args=[next_year]) not in page


def test_homes_that_are_gone_are_named_and_nothing_is_opened(
    client_of: ClientOf, plan: PlanRecord, year: int
) -> None:
    home = moved(plan)[0]
    Row.objects.filter(year=year, key__contains=home).delete()
    Year.objects.filter(pk=year).update(revision="without a home")
    sent = {"since": year, "due": DUE.isoformat(), "zones_primary": plan.pk}
    answer = client_of("officer").post(reverse("registry:open_year"), sent)
    assert answer.status_code == 422
    assert home in answer.content.decode()
    assert not Year.objects.filter(pk=year + 1).exists()


def test_a_home_that_is_gone_is_named_on_the_page_of_zones(
    client_of: ClientOf, plan: PlanRecord, person: PersonOf, next_year: int
) -> None:
    Row.objects.filter(year=next_year, key__contains=moved(plan)[0]).delete()
    Year.objects.filter(pk=next_year).update(revision="without a home")
    path = reverse("planning:put_in_force", args=[next_year])
    told = client_of("officer").post(path, {"plan": plan.pk}, follow=True).content.decode()
    assert moved(plan)[0] in told
    with pytest.raises(InputError):
        inforce.put_in_force(by=person("officer"), plan=plan, year=next_year)


def test_a_year_without_plans_says_that_there_are_none(client_of: ClientOf, year: int) -> None:
    inspector = client_of("inspector")
    page = inspector.get(reverse("planning:zones", args=[year])).content.decode()
    assert "没有为" in page
    assert inspector.get(reverse("planning:zones", args=[1999])).status_code == 404
    told = client_of("officer").post(
        reverse("planning:take_back", args=[year]), {"stage": "primary"}, follow=True
    )
    assert "不是由方案写入" in told.content.decode()
