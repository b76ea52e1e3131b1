"""Wishes: a teacher states, changes and withdraws the own one in the window; the staff department takes them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from junheng.errors import UsageError
from junheng.planners.exchange.standing import open_posts
from junheng.web.accounts import services as accounts
from junheng.web.accounts.models import Post
from junheng.web.audit.models import Event
from junheng.web.people import taking, wishes
from junheng.web.people.models import Statement, Window
from junheng.web.people.wishes import Wish
from junheng.web.registry import store
from junheng.web.roles import Role

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


@pytest.fixture
def window() -> Window:
    return Window.objects.get()


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def teacher(person: PersonOf) -> str:
    return min(person("teacher").teachers)


@pytest.fixture
def others(year: int, teacher: str) -> list[str]:
    """Return the schools to which the teacher of the cast could go."""
    district = store.give(year)
    row = district.table("teachers").filter(teacher=teacher).row(0, named=True)
    posts = open_posts(district).filter(stage=row["stage"])["school"].to_list()
    return [school for school in posts if school != row["school"]]


def stated(client: Client, **given: str) -> Any:
    return client.post(reverse("people:state"), {"willing": "yes", **given})


def row_of(year: int, teacher: str) -> dict[str, Any]:
    return store.give(year).table("teachers").filter(teacher=teacher).row(0, named=True)


def test_a_teacher_states_changes_and_withdraws_and_every_version_stays(
    client_of: ClientOf, teacher: str, others: list[str], window: Window
) -> None:
    client = client_of("teacher")
    page = reverse("people:own")
    assert "您还没有填报意愿" in client.get(page).content.decode()
    stated(client, school_1=others[1], school_3=others[0], most_km="8.5", reason="elder_care")
    stated(client, school_1=others[1], school_3=others[0], most_km="8.5", reason="elder_care")
    words = client.get(page).content.decode()
    assert "8.5" in words
    assert "老人或病人需照料" in words
    kept = wishes.standing_statements(window)[teacher]
    assert kept.number == 1, "the same again is no further version"
    assert wishes.wish_of(kept) == Wish(
        is_willing=True, schools=(others[1], others[0]), most_km=8.5, reason="elder_care"
    )
    stated(client, willing="no", school_1=others[0])
    assert wishes.wish_of(wishes.standing_statements(window)[teacher]) == Wish(is_willing=False)
    client.post(reverse("people:withdraw"))
    assert teacher not in wishes.standing_statements(window)
    assert Statement.objects.filter(teacher=teacher).count() == 3
    assert "您已撤回意愿" in client.get(page).content.decode()


def test_what_a_teacher_states_lies_sealed_and_the_audit_does_not_tell_it(
    client_of: ClientOf, teacher: str
) -> None:
    stated(client_of("teacher"), willing="no", reason="illness")
    kept = Statement.objects.get(teacher=teacher)
    event = Event.objects.filter(action="wish-stated").latest("pk")
    assert "illness" not in kept.sealed + event.changes + event.why
    assert event.by_name == "示例教师"


@pytest.mark.parametrize("member", ["planner", "administrator"])
def test_the_staff_department_reads_the_wish(
    member: str, client_of: ClientOf, teacher: str, others: list[str]
) -> None:
    stated(client_of("teacher"), school_1=others[0], reason="couple_apart")
    page = client_of(member).get(reverse("people:teacher", args=[teacher])).content.decode()
    assert "夫妻两地工作" in page
    assert (
        reverse("people:teacher", args=[teacher])
        in client_of(member).get(reverse("people:wishes")).content.decode()
    )


@pytest.mark.parametrize(
    "given",
    [
        {"school_1": "nowhere"},
        {"willing": "perhaps"},
        {"willing": ""},
        {"from_year": "1999"},
        {"most_km": "-3"},
        {"most_km": "nan"},
        {"reason": "bored"},
    ],
)
def test_nonsense_is_told_and_nothing_is_kept(
    given: dict[str, str], client_of: ClientOf, teacher: str
) -> None:
    assert stated(client_of("teacher"), **given).status_code == 422
    assert not Statement.objects.filter(teacher=teacher).exists()


def test_a_school_is_named_once_and_never_the_own_one(
    client_of: ClientOf,
    person: PersonOf,
    teacher: str,
    others: list[str],
    window: Window,
    own_school: str,
    today: date,
) -> None:
    assert stated(client_of("teacher"), school_1=others[0], school_2=others[0]).status_code == 422
    wish = Wish(is_willing=True, schools=(own_school,))
    with pytest.raises(UsageError, match="present school"):
        wishes.state(by=person("teacher"), window=window, teacher=teacher, wish=wish, today=today)


@pytest.mark.parametrize(("opens", "closes", "is_open"), [(-3, -1, False), (1, 3, False), (0, 0, True)])
def test_wishes_are_taken_from_the_first_day_to_the_last(
    opens: int,
    closes: int,
    is_open: bool,
    client_of: ClientOf,
    person: PersonOf,
    teacher: str,
    window: Window,
    today: date,
) -> None:
    Window.objects.update(opens_on=today + timedelta(days=opens), closes_on=today + timedelta(days=closes))
    stated(client_of("teacher"), willing="no")
    assert Statement.objects.filter(teacher=teacher).exists() is is_open
    if not is_open:
        with pytest.raises(UsageError, match="wishes are taken from"):
            wishes.withdraw(by=person("teacher"), window=window, teacher=teacher, today=today)


def test_a_teacher_without_a_number_is_told_what_to_do(client_of: ClientOf) -> None:
    Post.objects.filter(role=Role.TEACHER).update(teacher="")
    client = client_of("teacher")
    assert "教师编号" in client.get(reverse("people:own")).content.decode()
    assert stated(client, willing="no").status_code == 302


def test_a_number_belongs_to_one_account_of_its_own_school(
    person: PersonOf, account: Callable[[str], Any], teacher: str, own_school: str, other_school: str
) -> None:
    by, parent = person("administrator"), account("parent")
    wrong = [
        {"role": Role.TEACHER, "school": own_school, "teacher": teacher},
        {"role": Role.TEACHER, "school": other_school, "teacher": teacher},
        {"role": Role.TEACHER, "school": own_school, "teacher": "T-nobody"},
        {"role": Role.CLERK, "school": own_school, "teacher": teacher},
    ]
    for post in wrong:
        with pytest.raises(UsageError):
            accounts.give_post(by=by, account=parent, **post)


def test_wishes_go_into_the_records_and_other_teachers_stay_as_they_are(
    client_of: ClientOf, person: PersonOf, teacher: str, others: list[str], year: int, window: Window
) -> None:
    stated(client_of("teacher"), school_1=others[1], school_2=others[0], most_km="9")
    before = store.give(year)
    taking.take_wishes(by=person("planner"), window=window)
    after = store.give(year)
    row = row_of(year, teacher)
    assert (row["willing"], row["most_km"]) == ("yes", 9.0)
    own = after.table("wishes").filter(teacher=teacher).sort("rank")
    assert own["school"].to_list() == [others[1], others[0]]
    silent = set(before.table("teachers")["teacher"]) - set(wishes.standing_statements(window))
    for name in ("teachers", "wishes"):
        kept = [
            one.table(name).filter(one.table(name)["teacher"].is_in(list(silent))) for one in (before, after)
        ]
        assert kept[0].equals(kept[1])


@pytest.mark.parametrize(("later", "flag"), [(0, "yes"), (1, "no")])
def test_who_would_move_later_is_not_willing_this_year(
    later: int, flag: str, client_of: ClientOf, person: PersonOf, teacher: str, year: int, window: Window
) -> None:
    stated(client_of("teacher"), from_year=str(year + 1 + later))
    taking.take_wishes(by=person("planner"), window=window)
    assert row_of(year, teacher)["willing"] == flag


def test_a_reason_counts_once_it_is_recognised(client_of: ClientOf, teacher: str, year: int) -> None:
    path = reverse("people:recognise", args=[teacher])
    client_of("planner").post(path, {"until": str(year + 1)})
    assert row_of(year, teacher)["exemption"] is None, "there is no reason to recognise"
    stated(client_of("teacher"), willing="no", reason="young_child")
    assert row_of(year, teacher)["exemption"] is None
    client_of("planner").post(path, {"until": str(year + 1)})
    row = row_of(year, teacher)
    assert (row["exemption"], row["exemption_until"]) == ("other", year + 1)
    assert "符合暂缓交流情形" in client_of("teacher").get(reverse("people:own")).content.decode()


def test_the_days_are_set_by_the_staff_department(client_of: ClientOf, year: int) -> None:
    path = reverse("people:set_window")
    client_of("planner").post(path, {"opens_on": "2027-03-10", "closes_on": "2027-03-01"})
    assert Window.objects.get().opens_on != date(2027, 3, 10)
    client_of("planner").post(
        path, {"opens_on": "2027-03-01", "closes_on": "2027-03-10", "teacher_years": "8"}
    )
    found = Window.objects.get()
    assert (found.year_id, found.opens_on, found.teacher_years) == (year, date(2027, 3, 1), 8)
