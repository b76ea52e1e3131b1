"""Action: one thing that a plan says is to be done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.parts import Part, Reader
from junheng.text import Text


class Action(ABC):
    """One thing to do, of one kind. Each kind is a frozen dataclass in a module of `junheng.plans.actions`."""

    __slots__ = ()

    kind: ClassVar[str]
    """Stable code of the kind, as the plan file has it under ``action``."""
    readers: ClassVar[Mapping[str, Reader]]
    """How each of its fields is read from a plan file, in the order in which the file has them."""

    def as_dict(self) -> dict[str, Any]:
        """Return the action for JSON."""
        return {"action": self.kind} | {name: _plain(getattr(self, name)) for name in self.readers}

    @classmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `as_dict` gave; a file written by hand may leave out whatever has a default.

        Raises
        ------
        Damaged
            At the first part that is wrong.
        """
        optional = {
            one.name
            for one in fields(cls)  # type: ignore[arg-type]  # every kind is a dataclass
            if one.default is not MISSING or one.default_factory is not MISSING
        }
        return cls(
            **{
                name: part.get(name, read)
                for name, read in cls.readers.items()
                if name in part or name not in optional
            }
        )

    @classmethod
    @abstractmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District after all actions of this kind.

        Raises
        ------
        InputError
            Naming every action that does not fit the district: an unknown code, the same thing done twice.
        """


def _plain(value: Any) -> Any:
    """Return a field as JSON has it."""
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
