"""Action: one thing that a plan says is to be done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.parts import Part


class Action(ABC):
    """One thing to do, of one kind. Each kind is a frozen dataclass in a module of `junheng.plans.actions`."""

    __slots__ = ()

    kind: ClassVar[str]
    """Stable code of the kind, as the plan file has it under ``action``."""

    def as_dict(self) -> dict[str, Any]:
        """Return the action for JSON."""
        return {"action": self.kind, **self.fields()}

    @abstractmethod
    def fields(self) -> dict[str, Any]:
        """Return what the action says besides its kind, for JSON."""

    @classmethod
    @abstractmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `fields` gave; raises `Damaged` at the first part that is wrong."""

    @classmethod
    @abstractmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District after all actions of this kind.

        Raises
        ------
        InputError
            Naming every action that does not fit the district: an unknown code, the same thing done twice.
        """
