"""Build or buy for a school: rooms, sports ground, equipment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PricedAction, priced
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Damaged, Part, number, text
from junheng.text import Text

WORKS = ("teaching_m2", "sports_ground_m2", "equipment_yuan", "multimedia_rooms")
"""The columns of ``premises`` that can be added to, in the order of the indicators R4 to R7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPremises(PricedAction):
    """Add to what a school has.

    Attributes
    ----------
    school, work, amount
        What is added: one of `WORKS`, in the unit of that column.
    """

    kind: ClassVar[str] = "add_premises"

    school: str
    work: str
    amount: float

    def fields(self) -> dict[str, Any]:
        """Return what the action says besides its kind, for JSON."""
        return {
            "school": self.school,
            "work": self.work,
            "amount": self.amount,
            **self.priced_fields(),
        }

    @classmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `fields` gave; a file written by hand may leave out all but the first three."""
        return cls(
            school=part.get("school", text),
            work=part.get("work", _work),
            amount=part.get("amount", _positive),
            **priced(part),
        )

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the additions in the table ``premises``."""
        changes = [
            Change((action.school,), action.work, action.amount, f"{cls.kind} {action.school} {action.work}")
            for action in actions
        ]
        return changed(district, "premises", changes)


def _work(given: Any, where: str) -> str:
    if given not in WORKS:
        names = ", ".join(WORKS)
        raise Damaged(where, Text(f"{names} 之一", f"one of {names}"))
    return str(given)


def _positive(given: Any, where: str) -> float:
    found = number(given, where)
    if found <= 0:
        raise Damaged(where, Text("大于 0 的数", "a number above 0"))
    return found
