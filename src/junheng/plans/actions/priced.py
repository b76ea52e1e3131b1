"""What actions that cost money have in common: the yuan, the year, and why."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import Any

from junheng.plans.actions.reasoned import ReasonedAction, reasoned
from junheng.plans.parts import Part, number, whole_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedAction(ReasonedAction, ABC):
    """An action that costs money.

    Attributes
    ----------
    yuan
        What it costs.
    year
        School year in which it is done, by its first calendar year; `None` where the plan has no years.
    """

    yuan: float = 0.0
    year: int | None = None

    def priced_fields(self) -> dict[str, Any]:
        """Return the common fields for JSON."""
        return {"yuan": self.yuan, "year": self.year, **self.reason_fields()}


def priced(part: Part) -> dict[str, Any]:
    """Read the common fields; a file written by hand may leave all of them out."""
    return {
        "yuan": part.get("yuan", number, default=0.0),
        "year": part.get("year", whole_or_none, default=None),
        **reasoned(part),
    }
