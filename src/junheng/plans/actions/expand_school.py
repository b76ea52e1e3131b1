"""Expand a school by classes: it can hold more pupils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Reader, text, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpandSchool(PricedAction):
    """Add rooms for classes to a school's stage.

    Attributes
    ----------
    school, stage
        What is expanded.
    classes, places
        Classes that are added, and pupils that they hold. Classes are formed when pupils come.
    """

    kind: ClassVar[str] = "expand_school"
    readers: ClassVar[Mapping[str, Reader]] = {
        "school": text,
        "stage": text,
        "classes": whole,
        "places": whole,
        **PRICE,
    }

    school: str
    stage: str
    classes: int
    places: int

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the places added; an absent number of places raises, it is not zero."""
        changes = [
            Change(
                (action.school, action.stage), "capacity_pupils", action.places, f"{cls.kind} {action.school}"
            )
            for action in actions
        ]
        return changed(district, "stages", changes)
