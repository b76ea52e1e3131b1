"""Accounts for a whole roster: opened once, passwords shown once and working, nothing left behind in the clear."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from junheng.errors import UsageError
from junheng.web.accounts import handing_out, handout
from junheng.web.accounts.models import Account, Post
from junheng.web.audit.models import Event
from junheng.web.registry.models import Row, Year
from junheng.web.registry.names import school_names
from junheng.web.registry.store import give
from junheng.web.roles import Role

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]
PATH = "accounts:hand_out"


def list_of(page: str) -> list[list[str]]:
    """Return the rows of the file that lies in the page."""
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert found is not None
    return list(csv.reader(io.StringIO(base64.b64decode(found[1]).decode("utf-8-sig"))))


def test_every_teacher_of_a_school_gets_an_account_that_opens_and_must_change_its_password(
    client_of: ClientOf, own_school: str, year: int
) -> None:
    roster = give(year).table("teachers").filter(school=own_school)["teacher"].to_list()
    held = set(Post.objects.exclude(teacher="").values_list("teacher", flat=True))
    administrator = client_of("administrator")
    answer = administrator.post(reverse(PATH), {"role": "teacher", "school": own_school})
    page = answer.content.decode()
    head, *rows = list_of(page)
    assert head[:5] == ["学校代码", "学校", "姓名", "账号名", "首次口令"]
    assert {row[3] for row in rows} == set(roster) - held
    assert answer.headers["Cache-Control"] == "no-store"
    *_, username, password, address = rows[0]
    assert address == "http://testserver/accounts/sign-in/"
    assert password in page
    assert password not in administrator.get(reverse(PATH)).content.decode()
    teacher = Client()
    signed_in = teacher.post(reverse("accounts:sign_in"), {"username": username, "password": password})
    assert signed_in.status_code == 302
    assert teacher.get(reverse("people:own")).headers["Location"].startswith(reverse("accounts:password"))
    post = Post.objects.get(teacher=username)
    assert (post.role, post.school) == ("teacher", own_school)


def test_who_opened_which_account_is_kept_and_no_password(person: PersonOf, own_school: str) -> None:
    slips = handout.hand_out(
        by=person("administrator"), role=Role.TEACHER, schools=[own_school], renews=False
    )
    kept = list(Event.objects.filter(action="account-opened", school=own_school))
    assert {json.loads(event.changes)["teacher"] for event in kept} >= {slip.username for slip in slips}
    facts = json.loads(Event.objects.get(action="accounts-handed-out").changes)
    assert facts == {"role": "teacher", "schools": 1, "opened": len(slips), "renewed": 0}
    told = "".join(Event.objects.values_list("changes", flat=True))
    assert not any(slip.password in told for slip in slips)


def test_the_second_time_opens_nothing_but_a_lost_list_can_be_made_again(
    client_of: ClientOf, own_school: str
) -> None:
    administrator, sent = client_of("administrator"), {"role": "teacher", "school": own_school}
    first = list_of(administrator.post(reverse(PATH), sent).content.decode())[1:]
    assert "没有需要开通的账号" in administrator.post(reverse(PATH), sent).content.decode()
    used = Account.objects.get(username=first[0][3])
    Client().post(reverse("accounts:sign_in"), {"username": used.username, "password": first[0][4]})
    again = list_of(administrator.post(reverse(PATH), {**sent, "renews": "on"}).content.decode())[1:]
    assert [row[3] for row in again] == [row[3] for row in first[1:]], "who signed in keeps the password"
    assert Account.objects.get(username=again[0][3]).check_password(again[0][4])
    assert not Account.objects.get(username=again[0][3]).check_password(first[1][4])


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.CLERK])
def test_every_school_gets_its_principal_and_its_clerk(role: Role, person: PersonOf) -> None:
    has = set(Post.objects.filter(role=role).values_list("school", flat=True))
    slips = handout.hand_out(
        by=person("administrator"), role=role, schools=list(school_names()), renews=False
    )
    assert [slip.school for slip in slips] == [code for code in school_names() if code not in has]
    assert set(Post.objects.filter(role=role).values_list("school", flat=True)) == set(school_names())


def test_a_name_that_is_taken_or_cannot_be_one_is_told_and_the_others_are_opened(
    client_of: ClientOf, person: PersonOf, own_school: str, year: int
) -> None:
    taken, unfit, long = Row.objects.filter(year=year, table="teachers", school=own_school).order_by(
        "position"
    )[3:6]
    Account.objects.create(username=json.loads(taken.values)["teacher"].lower(), name="别人")
    changed = {**json.loads(unfit.values), "teacher": "编 号"}
    Row.objects.filter(pk=unfit.pk).update(values=json.dumps(changed))
    named = {**json.loads(long.values), "name": "长" * 200}
    Row.objects.filter(pk=long.pk).update(values=json.dumps(named))
    Year.objects.filter(pk=year).update(revision="one unfit number")
    page = client_of("administrator").get(reverse(PATH)).content.decode()
    assert "账号名已被他人使用" in page
    assert "编号不能作账号名" in page
    by = person("administrator")
    slips = handout.hand_out(by=by, role=Role.TEACHER, schools=[own_school], renews=False)
    assert json.loads(taken.values)["teacher"] not in {slip.username for slip in slips}
    assert len(slips) > 3
    assert Account.objects.get(username=named["teacher"]).name == "长" * 120


def test_no_cell_of_the_list_is_a_formula() -> None:
    slip = handout.Slip(school="A", name='=HYPERLINK("http://evil.example")', username="@x", password="a-b")
    row = next(iter(list(csv.reader(io.StringIO(handing_out.csv_of([slip], {"A": "-校"}, address="a"))))[1:]))
    assert row == ["A", "'-校", "'" + slip.name, "'@x", "a-b", "a"]


def test_a_first_password_is_hashed_in_full_at_the_first_sign_in(
    person: PersonOf, own_school: str, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    slip = handout.hand_out(
        by=person("administrator"), role=Role.CLERK, schools=list(school_names())[1:2], renews=False
    )[0]
    account = Account.objects.get(username=slip.username)
    rounds = PBKDF2PasswordHasher().decode(account.password)["iterations"]
    assert account.check_password(slip.password)
    stronger = PBKDF2PasswordHasher().decode(account.password)["iterations"]
    assert rounds < stronger == PBKDF2PasswordHasher.iterations


def test_other_roles_are_opened_one_by_one(person: PersonOf, client_of: ClientOf) -> None:
    with pytest.raises(UsageError, match="one by one"):
        handout.wanted(Role.ADMINISTRATOR, [])
    for sent in ({"role": "administrator"}, {"role": "teacher", "school": "nowhere"}):
        assert client_of("administrator").post(reverse(PATH), sent).status_code == 422


def test_without_records_the_page_leads_to_them(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "school_names", dict)
    assert client_of("administrator").get(reverse(PATH)).headers["Location"] == reverse("registry:records")
