"""What teachers wish: the window in which they are asked, stating, withdrawing, and taking it into the records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType

from django.db import transaction

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web import vault
from junheng.web.audit.services import record
from junheng.web.people.models import Statement, Window, next_number
from junheng.web.registry.models import Year
from junheng.web.registry.names import schools, teacher_row
from junheng.web.roles import Person

MOST_SCHOOLS = 5
_PURPOSE = "teacher-statement"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a teacher asks to be spared: in words, and the exemption of the roster that it becomes if recognised."""

    text: Text
    exemption: str


REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "pregnancy": Reason(Text("孕期", "pregnancy"), "pregnancy"),
        "nursing": Reason(Text("哺乳期", "nursing"), "nursing"),
        "illness": Reason(Text("本人重大疾病", "serious illness of one's own"), "illness"),
        "young_child": Reason(Text("子女年幼需照料", "young children to care for"), "other"),
        "elder_care": Reason(Text("老人或病人需照料", "elderly or ill relatives to care for"), "other"),
        "couple_apart": Reason(Text("夫妻两地工作", "spouse works elsewhere"), "other"),
        "other": Reason(Text("其他家庭原因", "another family reason"), "other"),
    }
)
"""Categories only: what a teacher need not tell is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a teacher wishes.

    Attributes
    ----------
    is_willing
        Whether to move at all.
    from_year
        First school year in which the teacher would move; `None` for one who would not.
    schools
        Codes of the schools that the teacher would go to, first choice first; empty for any.
    most_km
        Longest commute, km; `None` for the district's.
    reason
        A key of `REASONS`, or empty.
    """

    is_willing: bool
    from_year: int | None = None
    schools: tuple[str, ...] = ()
    most_km: float | None = None
    reason: str = ""

    def willing_in(self, year: int) -> bool:
        """Whether the teacher would move in a school year."""
        return self.is_willing and (self.from_year is None or self.from_year <= year)


@transaction.atomic
def set_window(
    *, by: Person, year: int, opens_on: date, closes_on: date, teacher_years: int | None
) -> Window:
    """Set the days in which wishes are taken, and the years in one school from which a teacher is to move."""
    if closes_on < opens_on:
        raise UsageError(Text("截止日期不能早于开始日期", "it cannot close before it opens"))
    Year.objects.select_for_update().get(pk=year)
    window, _ = Window.objects.update_or_create(
        pk=year, defaults={"opens_on": opens_on, "closes_on": closes_on, "teacher_years": teacher_years}
    )
    facts = {"opens": opens_on.isoformat(), "closes": closes_on.isoformat(), "years": teacher_years}
    record("wishes-asked", by=by, subject="year", subject_id=year, changes=facts)
    return window


@transaction.atomic
def state(*, by: Person, window: Window, teacher: str, wish: Wish, today: date) -> Statement:
    """State a teacher's own wish; the same again changes nothing.

    Raises
    ------
    UsageError
        Outside the window, for more schools than may be named, one twice, the own one, or one that is not there.
    """
    locked = _open(window, today)
    school = _school(locked, teacher)
    _refuse(wish, school=school, year=locked.year_id)
    last = _last(locked, teacher)
    if last is not None and last.sealed and wish_of(last) == wish:
        return last
    return _write(locked, teacher, by=by, sealed=_seal(wish), school=school, action="wish-stated")


@transaction.atomic
def withdraw(*, by: Person, window: Window, teacher: str, today: date) -> None:
    """Withdraw a wish: from then on the teacher has not said anything.

    Raises
    ------
    UsageError
        Outside the window, or where nothing stands.
    """
    locked = _open(window, today)
    last = _last(locked, teacher)
    if last is None or not last.sealed:
        raise UsageError(Text("没有可撤回的意愿", "there is no wish to withdraw"))
    school = _school(locked, teacher)
    _write(locked, teacher, by=by, sealed="", school=school, action="wish-withdrawn")


def standing_statements(window: Window) -> dict[str, Statement]:
    """Return the last version of every teacher who has not withdrawn it, by number."""
    last: dict[str, Statement] = {}
    for one in window.statements.order_by("number"):
        last[one.teacher] = one
    return {teacher: one for teacher, one in last.items() if one.sealed}


def wish_of(statement: Statement) -> Wish | None:
    """Return what a version says; `None` for a withdrawal."""
    if not statement.sealed:
        return None
    kept = json.loads(vault.decrypt(statement.sealed, purpose=_PURPOSE))
    return Wish(**{**kept, "schools": tuple(kept["schools"])})


def _seal(wish: Wish) -> str:
    return vault.encrypt(json.dumps(asdict(wish)), purpose=_PURPOSE)


def _write(window: Window, teacher: str, *, by: Person, sealed: str, school: str, action: str) -> Statement:
    """Keep one more version. The audit says that something was said, not what: its readers may not know."""
    number = next_number(window.statements.filter(teacher=teacher))
    statement = Statement(
        window=window, teacher=teacher, number=number, sealed=sealed, by_name=by.name, by_id=by.account_id
    )
    statement.save()
    record(action, by=by, subject="wish", subject_id=statement.pk, school=school, changes={"version": number})
    return statement


def _open(window: Window, today: date) -> Window:
    """Lock the window, then look whether it is open: two clicks at once are two versions, one after the other."""
    locked = Window.objects.select_for_update().get(pk=window.pk)
    if not locked.is_open(today):
        raise UsageError(
            Text(
                "意愿征集时间为 {opens} 至 {closes}，现在不能填报",
                "wishes are taken from {opens} to {closes}",
            ).format(opens=locked.opens_on.isoformat(), closes=locked.closes_on.isoformat())
        )
    return locked


def _last(window: Window, teacher: str) -> Statement | None:
    return window.statements.filter(teacher=teacher).first()


def _school(window: Window, teacher: str) -> str:
    row = teacher_row(window.year_id, teacher)
    if row is None:
        raise UsageError(Text("名册中没有您的记录", "the roster has no record of you"))
    return str(json.loads(row.values).get("school") or "")


def _refuse(wish: Wish, *, school: str, year: int) -> None:
    if len(wish.schools) > MOST_SCHOOLS:
        raise UsageError(
            Text("志愿学校最多 {n} 所", "at most {n} schools can be named").format(n=MOST_SCHOOLS)
        )
    if len(set(wish.schools)) < len(wish.schools):
        raise UsageError(Text("同一学校填了两次", "a school is named twice"))
    if school in wish.schools:
        raise UsageError(Text("志愿中不能有现任教的学校", "the present school cannot be among the choices"))
    unknown = [one for one in wish.schools if one not in schools(year)]
    if unknown:
        raise UsageError(Text("没有学校“{code}”", "there is no school “{code}”").format(code=unknown[0]))
    if wish.reason and wish.reason not in REASONS:
        raise UsageError(Text("没有这一类原因", "there is no such category of reasons"))
