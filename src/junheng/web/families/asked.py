"""What a family asks for one child, and what is wrong with what it typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from junheng.errors import JunhengError
from junheng.text import Text
from junheng.web.admissions.papers import Scan
from junheng.web.admissions.persons import PersonFacts


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing to mend: the field of the form, what is wrong with it and how to mend it."""

    field: str
    text: Text


class RefusedError(JunhengError):
    """An application that cannot be taken as it is; everything that is wrong with it is carried together."""

    def __init__(self, wrongs: Iterable[Wrong]) -> None:
        self.wrongs = tuple(wrongs)
        super().__init__(
            Text("；".join(one.text.zh for one in self.wrongs), "; ".join(one.text.en for one in self.wrongs))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An application as it was read from a form and found whole.

    Attributes
    ----------
    facts
        Who child and guardian are.
    child
        Columns of the table ``applicants`` without number and stage.
    choices
        School codes, best first.
    kin
        Rows of the table ``kin`` without the child's own number.
    scans
        Documents that came with it.
    is_apart_meant
        Whether the family says that it wants other choices than those of a child who is linked.
    """

    facts: PersonFacts = field(repr=False)
    child: dict[str, Any] = field(repr=False)
    choices: tuple[str, ...]
    kin: tuple[dict[str, Any], ...] = ()
    scans: tuple[Scan, ...] = ()
    is_apart_meant: bool = False

    @property
    def present(self) -> dict[str, Any]:
        """The columns that have a value."""
        return {name: value for name, value in self.child.items() if value is not None}
