"""The counter: an officer enters what a family would, under the officer's name, and only while the round takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from web_families import CODE, OTHER_KEY, SECOND_CHILD

from junheng.web.admissions.models import Application, Round, RoundState
from junheng.web.audit.models import Event


@pytest.fixture
def enter(officer: Client, found: Round) -> Callable[..., Any]:
    def entered(typed: dict[str, str], **more: str) -> Any:
        return officer.post(reverse("counter:enter", args=[found.pk]), {**typed, **more})

    return entered


def one() -> Application:
    return Application.objects.get(round__code=CODE)


def test_the_officer_finds_the_home_and_enters_what_the_family_says(
    officer: Client, enter: Callable[..., Any], typed: dict[str, str], found: Round
) -> None:
    from junheng.web.families.services import opened_with

    page = officer.get(reverse("counter:enter", args=[found.pk]), {"q": typed["home"]}).content.decode()
    assert f"home={typed['home']}" in page
    form = officer.get(reverse("counter:enter", args=[found.pk]), {"home": typed["home"]}).content.decode()
    assert 'id="other_id"' in form
    for _ in range(2):  # a double click is one application
        receipt = officer.get(enter(typed).headers["Location"]).content.decode()
    own = one()
    assert (own.origin, own.is_late) == ("desk", False)
    name = own.steps.get().by_name
    assert name != "家长 family"
    assert Event.objects.get(action="application-submitted", subject_id=own.number).by_name == name
    code = receipt.split('id="code">')[1].split("<")[0]
    assert opened_with(number=own.number, code=code) == own
    assert Event.objects.filter(action="code-shown", subject_id=own.number).count() == 2


def test_the_same_checks_hold_as_online_and_the_child_may_have_another_document(
    enter: Callable[..., Any], typed: dict[str, str]
) -> None:
    wrong = {**typed, "child_id": "", "phone": "no", "consent": ""}
    page = enter(wrong).content.decode()
    assert all(f'href="#{field}"' in page for field in ("child_id", "phone", "consent"))
    other = {**typed, "child_id": "", "other_id": "E1234567 8"}
    for born in ("", "2020-02-30", "2999-01-01"):
        assert 'href="#born"' in enter(other, born=born).content.decode()
    assert 'href="#other_id"' in enter(other, other_id="<b>", born="2020-03-07").content.decode()
    assert enter(other, born="2020-03-07").status_code == 302
    assert json.loads(one().values)["applicants"]["born"] == "2020-03-07"
    again = enter({**other, "key": OTHER_KEY, "other_id": "e12345678"}, born="2020-03-07")
    assert "已经报过名" in again.content.decode()


@pytest.mark.parametrize(
    ("state", "status", "is_late"),
    [
        (RoundState.DRAFT, 409, None),
        (RoundState.CLOSED, 302, False),
        (RoundState.FROZEN, 302, True),
    ],
)
def test_the_counter_goes_on_until_the_freeze_and_then_enters_late_ones(
    state: RoundState,
    status: int,
    is_late: bool | None,
    enter: Callable[..., Any],
    typed: dict[str, str],
    found: Round,
) -> None:
    frozen = {"frozen_hash": "0" * 64, "frozen_at": found.made_at, "edition": 1}
    Round.objects.filter(pk=found.pk).update(state=state, **(frozen if is_late else {}))
    assert enter(typed).status_code == status
    late = list(Application.objects.filter(round=found).values_list("is_late", flat=True))
    assert late == ([] if is_late is None else [is_late])


def test_a_round_that_is_frozen_while_the_officer_types_takes_no_child_as_on_time(
    person: Callable[[str], Any], enter: Callable[..., Any], typed: dict[str, str], found: Round
) -> None:
    from django.utils import timezone

    from junheng.errors import UsageError
    from junheng.web.admissions.models import Origin
    from junheng.web.admissions.persons import PersonFacts
    from junheng.web.families import services
    from junheng.web.families.asked import Asked

    asked = Asked(facts=PersonFacts(identity=SECOND_CHILD), child={}, choices=())
    stale = Round.objects.get(pk=found.pk)
    Round.objects.filter(pk=found.pk).update(
        state=RoundState.FROZEN, frozen_hash="0" * 64, frozen_at=found.made_at, edition=1
    )
    with pytest.raises(UsageError, match="frozen this moment"):
        services.apply(
            by=person("planner"),
            found=stale,
            asked=asked,
            key="k" * 24,
            now=timezone.now(),
            origin=Origin.DESK,
        )
    assert not Application.objects.filter(round=found).exists()


def test_a_twin_is_entered_with_the_number_of_the_first(
    officer: Client, enter: Callable[..., Any], typed: dict[str, str], found: Round
) -> None:
    enter(typed)
    first = one().number
    form = officer.get(reverse("counter:enter", args=[found.pk]), {"home": typed["home"], "twin": first})
    assert f'value="{first}"' in form.content.decode()
    assert enter(typed, key=OTHER_KEY, child_id=SECOND_CHILD, twin=first).status_code == 302
    second = Application.objects.exclude(number=first).get(round=found)
    assert json.loads(second.values)["kin"] == [{"relation": "twin", "other": first}]


def test_an_application_that_came_by_workbook_has_no_code_to_show(officer: Client) -> None:
    imported = Application.objects.filter(round__is_example=True, code_hash="")[0]
    path = reverse("counter:receipt", args=[imported.round_id, imported.number])
    assert officer.get(path).status_code == 404
