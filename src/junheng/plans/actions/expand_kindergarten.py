"""Expand a kindergarten by classes: it can hold more children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PricedAction, priced
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Part, text, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpandKindergarten(PricedAction):
    """Add rooms for classes to a kindergarten.

    Attributes
    ----------
    kindergarten
        What is expanded.
    places
        Children that it holds in addition. Classes are formed when they come.
    """

    kind: ClassVar[str] = "expand_kindergarten"

    kindergarten: str
    places: int

    def fields(self) -> dict[str, Any]:
        """Return what the action says besides its kind, for JSON."""
        return {"kindergarten": self.kindergarten, "places": self.places, **self.priced_fields()}

    @classmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `fields` gave."""
        return cls(
            kindergarten=part.get("kindergarten", text), places=part.get("places", whole), **priced(part)
        )

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the places added; an absent number of places raises, it is not zero."""
        changes = [
            Change((one.kindergarten,), "capacity_children", one.places, f"{cls.kind} {one.kindergarten}")
            for one in actions
        ]
        return changed(district, "kindergartens", changes)
