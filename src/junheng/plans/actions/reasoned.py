"""What actions that say why have in common: a stable code, words, and the figures behind them."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from junheng.plans.action import Action
from junheng.plans.parts import Reader, both, figures, text
from junheng.text import Text

NO_TEXT = Text("", "")
NO_NUMBERS: Mapping[str, float | str] = MappingProxyType({})
REASON: Mapping[str, Reader] = MappingProxyType({"reason": text, "text": both, "numbers": figures})
"""Readers of these fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonedAction(Action, ABC):
    """An action that says why.

    Attributes
    ----------
    reason
        Why, by a stable code such as ``nearest`` or ``nearest_full``; ``given`` where nobody said.
    text
        The same in words.
    numbers
        The figures behind the reason, such as ``{"extra_km": 0.4}``.
    """

    reason: str = "given"
    text: Text = NO_TEXT
    numbers: Mapping[str, float | str] = field(default_factory=lambda: NO_NUMBERS)
