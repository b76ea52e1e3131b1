"""Who people are here: roles, the departments of officers, and what each role is tied to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from junheng.text import Text


class Role(StrEnum):
    """What a person is in the district."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    OFFICER = "officer"
    PRINCIPAL = "principal"
    GROUP_LEAD = "group_lead"
    CLERK = "clerk"
    TEACHER = "teacher"
    PARENT = "parent"
    INSPECTOR = "inspector"


class Department(StrEnum):
    """An office of the bureau."""

    STAFF = "staff"
    ADMISSIONS = "admissions"
    BUILDING = "building"
    QUALITY = "quality"
    FUNDS = "funds"


ROLES: dict[Role, Text] = {
    Role.ADMINISTRATOR: Text("系统管理员", "administrator"),
    Role.PLANNER: Text("规划员", "planner"),
    Role.OFFICER: Text("科室工作人员", "officer"),
    Role.PRINCIPAL: Text("校长", "principal"),
    Role.GROUP_LEAD: Text("集团总校长", "group lead"),
    Role.CLERK: Text("学校填报员", "school clerk"),
    Role.TEACHER: Text("教师", "teacher"),
    Role.PARENT: Text("家长", "parent"),
    Role.INSPECTOR: Text("督学", "inspector"),
}

DEPARTMENTS: dict[Department, Text] = {
    Department.STAFF: Text("人事科", "staff"),
    Department.ADMISSIONS: Text("招生科", "admissions"),
    Department.BUILDING: Text("基建科", "building"),
    Department.QUALITY: Text("质量科", "quality"),
    Department.FUNDS: Text("财务科", "funds"),
}

OF_A_SCHOOL = frozenset({Role.PRINCIPAL, Role.CLERK, Role.TEACHER})
"""Tied to one school."""

BUREAU = frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.OFFICER, Role.INSPECTOR})
"""Read every school."""

STAFF = BUREAU | {Role.PRINCIPAL, Role.GROUP_LEAD, Role.CLERK}
"""Handle records of others: they need a second factor where the installation asks for it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds.

    Attributes
    ----------
    role
        The role.
    schools
        The schools that it opens: its own, or those of the group that is led; a post at the bureau opens all and
        names none.
    department
        Of an officer.
    teacher
        Of a teacher: the own number in the roster; empty where the account was not tied to one.
    """

    role: Role
    schools: frozenset[str] = frozenset()
    department: Department | None = None
    teacher: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: what an account holds at this moment, or nobody.

    Attributes
    ----------
    account_id, name
        Of the account; `None` and empty for a visitor.
    posts
        All posts. Each opens its own schools for its own role: a teacher of one school who is clerk of another files
        for that other one alone.
    """

    account_id: int | None = None
    name: str = ""
    posts: tuple[Held, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        """Whether this is an account and not a visitor."""
        return self.account_id is not None

    @property
    def roles(self) -> frozenset[Role]:
        """All roles held."""
        return frozenset(post.role for post in self.posts)

    @property
    def teachers(self) -> frozenset[str]:
        """The own numbers in the roster: one, or none."""
        return frozenset(post.teacher for post in self.posts if post.teacher)

    @property
    def is_of_bureau(self) -> bool:
        """Whether a post at the bureau opens every school."""
        return bool(self.roles & BUREAU)


VISITOR = Person()
