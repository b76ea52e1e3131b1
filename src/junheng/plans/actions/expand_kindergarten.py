"""Expand a kindergarten by classes: it can hold more children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Reader, text, whole


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
    readers: ClassVar[Mapping[str, Reader]] = {"kindergarten": text, "places": whole, **PRICE}

    kindergarten: str
    places: int

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the places added; an absent number of places raises, it is not zero."""
        changes = [
            Change((one.kindergarten,), "capacity_children", one.places, f"{cls.kind} {one.kindergarten}")
            for one in actions
        ]
        return changed(district, "kindergartens", changes)
