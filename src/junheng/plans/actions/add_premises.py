"""Build or buy for a school: rooms, sports ground, equipment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Damaged, Reader, number, text
from junheng.text import Text

WORKS = ("teaching_m2", "sports_ground_m2", "equipment_yuan", "multimedia_rooms")
"""The columns of ``premises`` that can be added to, in the order of the indicators R4 to R7."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPremises(PricedAction):
    """Add to what a school has.

    Attributes
    ----------
    school, work, amount
        What is added: one of `WORKS`, in the unit of that column.
    """

    kind: ClassVar[str] = "add_premises"
    readers: ClassVar[Mapping[str, Reader]] = {"school": text, "work": _work, "amount": _positive, **PRICE}

    school: str
    work: str
    amount: float

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the additions in the table ``premises``."""
        changes = [
            Change((action.school,), action.work, action.amount, f"{cls.kind} {action.school} {action.work}")
            for action in actions
        ]
        return changed(district, "premises", changes)
