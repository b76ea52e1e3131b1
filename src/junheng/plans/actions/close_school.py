"""Close the stage of a school that nobody attends any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem, require_stages
from junheng.plans.actions.shutting import without_stage
from junheng.plans.parts import Reader, text
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSchool(PricedAction):
    """Close one stage of a school; the school goes with its last stage.

    Attributes
    ----------
    school, stage
        What is closed. It must have neither pupils nor a catchment: `MergeSchools` is for one that has.
    """

    kind: ClassVar[str] = "close_school"
    readers: ClassVar[Mapping[str, Reader]] = {"school": text, "stage": text, **PRICE}

    school: str
    stage: str

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District without the closed stages."""
        require_stages(district, [(a.school, a.stage, f"{cls.kind} {a.school}") for a in actions])
        stages, zones = district.table("stages"), district.table("catchments")
        pupils = dict(zip(stages.select("school", "stage").rows(), stages["pupils"].to_list(), strict=True))
        zoned = set(zones.select("school", "stage").rows())
        problems = [
            problem(
                "still-attended",
                f"{cls.kind} {action.school}",
                Text("仍有在校生或学区", "it still has pupils or a catchment"),
            )
            for action in actions
            if pupils[action.school, action.stage] or (action.school, action.stage) in zoned
        ]
        if problems:
            raise InputError(problems)
        for action in actions:
            district = without_stage(district, action.school, action.stage, heir=None)
        return district
