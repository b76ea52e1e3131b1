"""Expand a school by classes: it can hold more pupils."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PricedAction, priced
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Part, text, whole


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

    school: str
    stage: str
    classes: int
    places: int

    def fields(self) -> dict[str, Any]:
        """Return what the action says besides its kind, for JSON."""
        own = ("school", "stage", "classes", "places")
        return {**{name: getattr(self, name) for name in own}, **self.priced_fields()}

    @classmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `fields` gave."""
        return cls(
            school=part.get("school", text),
            stage=part.get("stage", text),
            classes=part.get("classes", whole),
            places=part.get("places", whole),
            **priced(part),
        )

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
