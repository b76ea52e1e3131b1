"""What actions that cost money have in common: the yuan, the year, and why."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from junheng.plans.actions.reasoned import REASON, ReasonedAction
from junheng.plans.parts import Reader, number, whole_or_none

PRICE: Mapping[str, Reader] = MappingProxyType({"yuan": number, "year": whole_or_none, **REASON})
"""Readers of the fields that such actions have in common."""


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
