"""Accounts for a whole roster: who has none yet, and opening them together with first passwords to hand out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.db import transaction

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.accounts.models import USERNAME, Account, Post
from junheng.web.accounts.services import new_password
from junheng.web.audit.services import record
from junheng.web.registry.models import Row, Year
from junheng.web.registry.names import school_names
from junheng.web.roles import ROLES, Person, Role

HANDED_OUT = (Role.TEACHER, Role.PRINCIPAL, Role.CLERK)
"""Roles of which a school's records say who holds them, or that every school has one of."""
_ROUNDS = 1000
"""Of the hash of a first password. Rounds make up for what people choose; 77 random bits need none, and the full number
would take half a second for each of thousands. The first sign-in replaces the password."""
_LONGEST_NAME = 120
_TAKEN = Text("账号名已被他人使用", "the account name is somebody else's")
_UNFIT = Text("编号不能作账号名", "the number cannot be an account name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An account that somebody of a school should have.

    Attributes
    ----------
    username, name, school
        Of the account; the school's code.
    teacher
        The number in the roster, of a teacher.
    account
        The account that holds the post already.
    hindrance
        Why it cannot be opened.
    """

    username: str
    name: str
    school: str
    teacher: str = ""
    account: Account | None = None
    hindrance: Text | None = None

    @property
    def is_new(self) -> bool:
        """Whether the account can be opened."""
        return self.account is None and self.hindrance is None

    @property
    def is_unused(self) -> bool:
        """Whether there is an account in which nobody ever signed in: its first password may be lost."""
        found = self.account
        return (
            found is not None and found.is_active and found.must_change_password and found.last_login is None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one person is handed: shown once, kept nowhere."""

    school: str
    name: str
    username: str
    password: str


def wanted(role: Role, schools: Collection[str]) -> list[Wanted]:
    """Return who should have an account in a role at some schools, by the newest records, school by school.

    Raises
    ------
    UsageError
        For a role that no record names.
    """
    if role not in HANDED_OUT:
        raise UsageError(Text("该岗位不能成批开通", "accounts of this role are opened one by one"))
    held = {
        post.teacher or post.school: post.account
        for post in Post.objects.filter(role=role).select_related("account")
    }
    taken = {name.lower() for name in Account.objects.values_list("username", flat=True)}
    found = _teachers(schools) if role is Role.TEACHER else _offices(role, schools)
    return [_judged(one, held, taken) for one in found]


@transaction.atomic
def hand_out(*, by: Person, role: Role, schools: Collection[str], renews: bool) -> list[Slip]:
    """Open an account for everybody of a role at some schools who has none, and return what to hand out.

    Asked twice, the second time opens nothing.

    Parameters
    ----------
    renews
        Whether those who never signed in get a new first password: the earlier list may be lost.
    """
    list(Year.objects.select_for_update())
    asked = wanted(role, schools)
    new = [one for one in asked if one.is_new]
    again = [one for one in asked if renews and one.is_unused]
    slips = [*_opened(by, role, new), *_renewed(by, again)]
    facts = {"role": role.value, "schools": len(schools), "opened": len(new), "renewed": len(again)}
    record("accounts-handed-out", by=by, subject="account", changes=facts)
    order = {code: n for n, code in enumerate(school_names())}
    return sorted(slips, key=lambda slip: (order[slip.school], slip.username))


def _opened(by: Person, role: Role, new: list[Wanted]) -> Iterator[Slip]:
    passwords = [new_password() for _ in new]
    accounts = Account.objects.bulk_create(
        Account(username=one.username, name=one.name, password=_encoded(password), must_change_password=True)
        for one, password in zip(new, passwords, strict=True)
    )
    posts = Post.objects.bulk_create(
        Post(account=account, role=role, school=one.school, teacher=one.teacher)
        for one, account in zip(new, accounts, strict=True)
    )
    for one, account, post, password in zip(new, accounts, posts, passwords, strict=True):
        facts = {"username": one.username, "name": one.name, **post.describe()}
        record(
            "account-opened",
            by=by,
            subject="account",
            subject_id=account.pk,
            school=one.school,
            changes=facts,
        )
        yield Slip(school=one.school, name=one.name, username=one.username, password=password)


def _renewed(by: Person, again: list[Wanted]) -> Iterator[Slip]:
    for one in again:
        assert one.account is not None  # noqa: S101 - it is unused, so it is there
        account, password = one.account, new_password()
        account.password = _encoded(password)
        account.save(update_fields=["password"])
        record("account-reset", by=by, subject="account", subject_id=account.pk, school=one.school)
        yield Slip(school=one.school, name=account.name, username=account.username, password=password)


def _teachers(schools: Collection[str]) -> Iterator[Wanted]:
    for row in _rows("teachers", schools):
        number = row["teacher"]
        name = (row.get("name") or number)[:_LONGEST_NAME]
        yield Wanted(username=number, name=name, school=row["school"], teacher=number)


def _offices(role: Role, schools: Collection[str]) -> Iterator[Wanted]:
    """Yield one account a school; a principal goes by name where exactly one is in the records."""
    heads: dict[str, list[str]] = {}
    for row in _rows("leaders", schools) if role is Role.PRINCIPAL else ():
        if row["role"] == "principal" and row.get("name"):
            heads.setdefault(row["school"], []).append(row["name"])
    for school, name in school_names().items():
        if school in schools:
            own = heads.get(school, [])
            title = own[0] if len(own) == 1 else f"{name} {ROLES[role].zh}"
            yield Wanted(username=f"{role.value}-{school}", name=title[:_LONGEST_NAME], school=school)


def _rows(table: str, schools: Collection[str]) -> Iterator[dict[str, str]]:
    year = Year.objects.values_list("year", flat=True).first()
    query = Row.objects.filter(year=year, table=table).order_by("position")
    for school, values in query.values_list("school", "values"):
        if school in schools:
            yield json.loads(values)


def _judged(one: Wanted, held: dict[str, Account], taken: set[str]) -> Wanted:
    account = held.get(one.teacher or one.school)
    hindrance = None
    if account is None and re.fullmatch(USERNAME, one.username) is None:
        hindrance = _UNFIT
    elif account is None and one.username.lower() in taken:
        hindrance = _TAKEN
    return Wanted(
        username=one.username,
        name=one.name,
        school=one.school,
        teacher=one.teacher,
        account=account,
        hindrance=hindrance,
    )


def _encoded(password: str) -> str:
    """Return the hash of a random password; see `_ROUNDS`."""
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=_ROUNDS)
    return hasher.encode(password, hasher.salt())
