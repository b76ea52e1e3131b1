"""What actions that cost money have in common: the yuan, the year, and the reason."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from junheng.plans.action import Action
from junheng.plans.parts import Part, both, figures, number, text, whole_or_none
from junheng.text import Text

NO_TEXT = Text("", "")
NO_NUMBERS: Mapping[str, float | str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedAction(Action, ABC):
    """An action that costs money.

    Attributes
    ----------
    yuan
        What it costs.
    year
        School year in which it is done, by its first calendar year; `None` where the plan has no years.
    reason, text, numbers
        Why, by a stable code, in words, and the figures behind it.
    """

    yuan: float = 0.0
    year: int | None = None
    reason: str = "given"
    text: Text = NO_TEXT
    numbers: Mapping[str, float | str] = field(default_factory=lambda: NO_NUMBERS)

    def priced_fields(self) -> dict[str, Any]:
        """Return the common fields for JSON."""
        return {
            "yuan": self.yuan,
            "year": self.year,
            "reason": self.reason,
            "text": self.text._asdict(),
            "numbers": dict(self.numbers),
        }


def priced(part: Part) -> dict[str, Any]:
    """Read the common fields; a file written by hand may leave all of them out."""
    return {
        "yuan": part.get("yuan", number, default=0.0),
        "year": part.get("year", whole_or_none, default=None),
        "reason": part.get("reason", text, default="given"),
        "text": part.get("text", both, default=NO_TEXT),
        "numbers": part.get("numbers", figures, default=NO_NUMBERS),
    }
