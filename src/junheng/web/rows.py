"""Of what the rows of the table of permissions are written: whose they are, and by which verbs."""

from __future__ import annotations

from typing import Any

from junheng.text import Text
from junheng.web.roles import Department, Role
from junheng.web.rule import Rule

R = Role

EVERYBODY: None = None
"""Visitors too."""
SIGNED_IN: frozenset[Role] = frozenset()
"""Everyone with an account."""
ADMINISTRATORS = frozenset({R.ADMINISTRATOR})
PLANNERS = frozenset({R.PLANNER})
KEEPERS = frozenset({R.ADMINISTRATOR, R.PLANNER})
OFFICE = frozenset({R.PLANNER, R.OFFICER})
FILERS = frozenset({R.PRINCIPAL, R.CLERK})
OF_SCHOOLS = frozenset({R.PRINCIPAL, R.GROUP_LEAD, R.CLERK})
PRINCIPALS = frozenset({R.PRINCIPAL})
LEADING = frozenset({R.PRINCIPAL, R.GROUP_LEAD})
TEACHERS = frozenset({R.TEACHER})
POST = ("POST",)
FORM = ("GET", "POST")


def row(roles: frozenset[Role] | None, zh: str, en: str, **more: Any) -> Rule:
    """Return a row: whose it is, what it is in both languages, and whatever else `Rule` has."""
    return Rule(roles=roles, what=Text(zh, en), **more)


def act(roles: frozenset[Role] | None, zh: str, en: str, **more: Any) -> Rule:
    """Return a row of something that is done, and not looked at."""
    return row(roles, zh, en, methods=POST, **more)


def of_applicants(zh: str, en: str, **more: Any) -> Rule:
    """Return a rule for whoever sees the children who apply: planners, administrators, the admissions department."""
    return row(KEEPERS | {R.OFFICER}, zh, en, departments=frozenset({Department.ADMISSIONS}), **more)


def by_admissions(zh: str, en: str, **more: Any) -> Rule:
    """Return a rule for whoever runs admission rounds: planners and the admissions department."""
    return row(OFFICE, zh, en, departments=frozenset({Department.ADMISSIONS}), **more)


def of_teachers(zh: str, en: str, roles: frozenset[Role] = frozenset(), **more: Any) -> Rule:
    """Return a rule for whoever sees the teachers: planners, administrators, the staff department, and other roles."""
    return row(KEEPERS | {R.OFFICER} | roles, zh, en, departments=frozenset({Department.STAFF}), **more)


def by_staff(zh: str, en: str, **more: Any) -> Rule:
    """Return a rule for whoever runs the exchange: planners and the staff department."""
    return row(OFFICE, zh, en, departments=frozenset({Department.STAFF}), **more)
