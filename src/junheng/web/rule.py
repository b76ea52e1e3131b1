"""What a row of the table of permissions is made of, and what the table answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from junheng.text import Text
from junheng.web.roles import Department, Role


class Scope(Enum):
    """Which records a rule opens to those whose role it names."""

    ALL = "all"
    """Everything that the page shows; a page that lists schools shows only those that the person sees."""
    SCHOOL = "school"
    """The school that the address names must be one that a post of such a role opens; else the page does not exist."""
    TABLE = "table"
    """A table about persons opens only to those of `PERSONAL_TABLES`; to others it does not exist."""


class Answer(Enum):
    """What the table says to a request."""

    YES = "yes"
    SIGN_IN = "sign in first"
    NO_RIGHT = "no right"
    NOT_THERE = "not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row.

    Attributes
    ----------
    roles
        Who may; `None` for everybody, visitors too. An empty set stands for everyone who is signed in.
    what
        What it is, for the page that shows this table.
    departments
        Of officers, only those of these departments; `None` for any.
    scope
        Which records.
    before_second_factor
        Whether the page opens before the one-time code was entered.
    methods
        The verbs that the page answers to.
    """

    roles: frozenset[Role] | None
    what: Text
    departments: frozenset[Department] | None = None
    scope: Scope = Scope.ALL
    before_second_factor: bool = False
    methods: tuple[str, ...] = ("GET",)
