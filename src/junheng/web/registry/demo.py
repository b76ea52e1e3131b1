"""One click: an example district, its returns, an open round, wishes of teachers, and an account for every role."""

from __future__ import annotations

import json
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from junheng.district.examples import SizeName, example
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.accounts import services as accounts
from junheng.web.accounts.models import Account
from junheng.web.admissions.demo import load_example_round
from junheng.web.audit.services import record
from junheng.web.language import said
from junheng.web.people.demo import load_example_people
from junheng.web.registry.models import AnnualReturn, Filing, ReturnState, Year
from junheng.web.registry.names import group_names, group_schools
from junheng.web.registry.returns import open_returns
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.registry.store import rows_of_school, take
from junheng.web.roles import Department, Person, Role

PREFIX = "demo-"
_LATE_DAYS = 3
_STATES = (
    (2, ReturnState.DRAFT),
    (3, ReturnState.SUBMITTED),
    (1, ReturnState.RETURNED),
)
"""How many of the first schools are in which state; all others are accepted."""
_REMARK = "音乐教室面积与去年相差较大，请核实后重新上报。"


@transaction.atomic
def load_example(*, by: Person, size: SizeName = "district") -> str:
    """Load the example district and open its accounts; return the password that they share.

    Raises
    ------
    UsageError
        If there are any records already.
    """
    if Year.objects.exists():
        raise UsageError(
            Text(
                "已有记录，不能再载入示例区", "there are records already; the example is not loaded over them"
            )
        )
    district = example(size)
    take(district, by=by, why="示例区 example district", action="example-loaded")
    schools: list[str] = district.table("schools")["school"].to_list()
    due = timezone.localdate() - timedelta(days=_LATE_DAYS)
    open_returns(by=by, year=int(district.facts["year"]), due=due, only=schools)
    _file(district, schools)
    name = said(Text("招生依据", "basis of the admission round"))
    snapshot = make_snapshot(by=by, year=int(district.facts["year"]), name=name)
    load_example_round(by=by, snapshot=snapshot)
    teacher = load_example_people(by=by, district=district, school=schools[0])
    return _open_accounts(by, schools, teacher)


def demo_accounts() -> list[Account]:
    """Return the example's accounts with their posts."""
    return list(Account.objects.filter(is_demo=True).prefetch_related("posts"))


def close_demo_accounts(*, by: Person) -> None:
    """Close the example's accounts: real records must not be guarded by passwords that were shown on a screen."""
    for account in Account.objects.filter(is_demo=True, is_active=True):
        accounts.set_active(
            by=by, account=account, is_active=False, why="真实记录已载入 real records were loaded"
        )


def _file(district: District, schools: list[str]) -> None:
    """Put the returns into their states, as if the schools had filed what the example says of them."""
    states = [state for number, state in _STATES for _ in range(number)]
    states += [ReturnState.ACCEPTED] * (len(schools) - len(states))
    now = timezone.now()
    for school, state in zip(schools, states, strict=True):
        found = AnnualReturn.objects.get(year=district.facts["year"], school=school)
        if state == ReturnState.DRAFT:
            continue
        rows = {name: frame.to_dicts() for name, frame in rows_of_school(district, school).items()}
        Filing.objects.create(
            annual_return=found,
            number=1,
            by_name="示例",
            file_name=f"{school}.xlsx",
            sha256="0" * 64,
            n_errors=0,
            rows=json.dumps(rows, ensure_ascii=False),
        )
        found.state = state
        found.submitted_at = now
        found.accepted_at = now if state == ReturnState.ACCEPTED else None
        found.remarks = _REMARK if state == ReturnState.RETURNED else ""
        found.save()
    record(
        "returns-opened", by=Person(), subject="year", subject_id=district.facts["year"], why="示例 example"
    )


def _open_accounts(by: Person, schools: list[str], teacher: str) -> str:
    password = accounts.new_password()
    encoded = make_password(password)
    own = schools[0]
    group = next((code for code in group_names() if own in group_schools(code)), next(iter(group_names())))
    cast: list[tuple[str, str, Role, str, str, Department | None]] = [
        ("planner", "示例规划员", Role.PLANNER, "", "", None),
        *(
            (f"officer-{one.value}", f"示例{zh}科员", Role.OFFICER, "", "", one)
            for one, zh in zip(Department, ("人事", "招生", "基建", "质量", "财务"), strict=True)
        ),
        ("principal", "示例校长", Role.PRINCIPAL, own, "", None),
        ("group-lead", "示例总校长", Role.GROUP_LEAD, "", group, None),
        ("clerk", "示例填报员", Role.CLERK, own, "", None),
        ("teacher", "示例教师", Role.TEACHER, own, "", None),
        ("parent", "示例家长", Role.PARENT, "", "", None),
        ("inspector", "示例督学", Role.INSPECTOR, "", "", None),
    ]
    for username, name, role, school, led, department in cast:
        account = accounts.open_demo_account(by=by, username=PREFIX + username, name=name, encoded=encoded)
        accounts.give_post(
            by=by,
            account=account,
            role=role,
            school=school,
            group=led,
            department=department,
            teacher=teacher if role is Role.TEACHER else "",
        )
    return password
