"""The seven resources of the national form: what counts for each, at each compulsory stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COMPULSORY = ("primary", "junior")
"""Stages that the national balance assessment looks at."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the seven indicators of resource allocation.

    Attributes
    ----------
    rule
        The rule in the standard.
    per
        1 for a figure per pupil, 100 for a figure per hundred pupils.
    unit
        Unit of the resource itself, in which a shortfall is told: person, m2, yuan or room.
    is_whole
        Whether the resource comes in whole units (people, rooms).
    plus
        ``(table, column)`` to add up, by stage.
    minus
        ``(table, column)`` to take off, by stage.
    waived
        ``(table, column)`` to add up as well for schools to which a waiver of the rule applies.
    """

    rule: str
    per: int
    unit: str
    is_whole: bool
    plus: dict[str, tuple[tuple[str, str], ...]]
    minus: tuple[tuple[str, str], ...] = ()
    waived: tuple[tuple[str, str], ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether the stages of a one-through school share it."""
        return self.unit != "person"

    def columns(self, stage: str) -> tuple[tuple[str, str], ...]:
        """Return every ``(table, column)`` that the indicator needs at a stage."""
        return self.plus[stage] + self.minus


def _both(*columns: tuple[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    return dict.fromkeys(COMPULSORY, columns)


_DEGREES = ("teachers_bachelor", "teachers_master", "teachers_doctor")
_PE_AND_ART = ("pe_teachers", "music_teachers", "art_teachers", "arts_teachers")

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "balance.R1",
        100,
        "person",
        True,
        {
            "primary": tuple(("stages", name) for name in ("teachers_associate", *_DEGREES)),
            "junior": tuple(("stages", name) for name in _DEGREES),
        },
    ),
    Resource("balance.R2", 100, "person", True, _both(("stages", "backbone_teachers"))),
    Resource(
        "balance.R3",
        100,
        "person",
        True,
        _both(*(("stages", name) for name in _PE_AND_ART)),
        waived=(("stages", "visiting_pe_arts_teachers"),),
    ),
    Resource(
        "balance.R4",
        1,
        "m2",
        False,
        _both(("premises", "teaching_m2")),
        minus=(("premises", "indoor_sports_m2"),),
    ),
    Resource(
        "balance.R5",
        1,
        "m2",
        False,
        _both(("premises", "sports_ground_m2"), ("premises", "indoor_sports_m2")),
        waived=(("premises", "converted_sports_m2"), ("premises", "leased_sports_m2")),
    ),
    Resource("balance.R6", 1, "yuan", False, _both(("premises", "equipment_yuan"))),
    Resource("balance.R7", 100, "room", True, _both(("premises", "multimedia_rooms"))),
)

PER = np.array([[resource.per] for resource in RESOURCES])
"""1 or 100 by indicator, shape (7, 1)."""
