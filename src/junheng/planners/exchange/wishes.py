"""What people ask of an exchange: limits, locks and bans. Policy numbers come from the standard, not from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

STAY = "stay"
"""Lock of a teacher who shall not move."""
Target = tuple[str, str, str]
"""School, stage, indicator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeWishes:
    """What the bureau fixes for one year's exchange.

    Attributes
    ----------
    teacher_years
        Years in one school from which a teacher is eligible; `None` takes the local standard's.
    most_km
        Longest commute of anybody who is sent, km.
    school_change_percent, subject_change_percent
        Largest share of a school's teachers, and of one subject's, who may leave (or, of a school, come) by choice in
        one year; always at least one person.
    size_change_percent
        By how much a school's staff may grow or shrink beyond what the norm asks; at least one person.
    least_to_rural
        Fewest who go from a town school to a township or village school.
    stint_years
        Years after which those who are sent return; 0 for moves without a return.
    first_stop_years
        Years that a recruit spends in the lead school before moving on in its group.
    weight_per_rotation
        By how much each past rotation makes a kilometre heavier.
    keep_graduating
        Whether teachers of a graduating class stay.
    locked
        School by teacher, `STAY` for one who stays.
    forbidden
        Pairs of teacher and school that are out of the question.
    targets
        People needed by school, stage and indicator (``balance.R1`` and so on), in place of the standard's need: what
        another plan, such as the cheapest way to pass, asks for.
    """

    teacher_years: int | None = None
    most_km: float = 30.0
    school_change_percent: float = 15.0
    subject_change_percent: float = 34.0
    size_change_percent: float = 3.0
    least_to_rural: int = 0
    stint_years: int = 3
    first_stop_years: int = 2
    weight_per_rotation: float = 1.0
    keep_graduating: bool = True
    locked: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    forbidden: frozenset[tuple[str, str]] = frozenset()
    targets: Mapping[Target, int] = field(default_factory=lambda: MappingProxyType({}))

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in a fixed order."""
        return {
            "teacher_years": self.teacher_years,
            "most_km": self.most_km,
            "school_change_percent": self.school_change_percent,
            "subject_change_percent": self.subject_change_percent,
            "size_change_percent": self.size_change_percent,
            "least_to_rural": self.least_to_rural,
            "stint_years": self.stint_years,
            "first_stop_years": self.first_stop_years,
            "weight_per_rotation": self.weight_per_rotation,
            "keep_graduating": self.keep_graduating,
            "locked": dict(sorted(self.locked.items())),
            "forbidden": sorted(map(list, self.forbidden)),
            "targets": [[*key, people] for key, people in sorted(self.targets.items())],
        }
