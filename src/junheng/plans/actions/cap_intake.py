"""Cap a school's intake: so many pupils of a stage go to another school instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.teachers import some
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Reader, text


@dataclass(frozen=True, slots=True, kw_only=True)
class CapIntake(PricedAction):
    """Take fewer pupils at a school and as many more at another.

    It changes the pupils of the annual return, as they are once the cap has worked through every grade. Rolls by
    grade, classes and catchments are left as they are: they follow year by year.

    Attributes
    ----------
    stage, school, pupils, to
        So many pupils of the stage go to the school ``to`` instead.
    """

    kind: ClassVar[str] = "cap_intake"
    readers: ClassVar[Mapping[str, Reader]] = {
        "stage": text,
        "school": text,
        "pupils": some,
        "to": text,
        **PRICE,
    }

    stage: str
    school: str
    pupils: int
    to: str

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the pupils counted at the other school."""
        changes = [
            Change(
                (school, action.stage),
                "pupils",
                by,
                f"{cls.kind} {action.stage}/{action.school} → {action.to}",
            )
            for action in actions
            for school, by in ((action.school, -action.pupils), (action.to, action.pupils))
        ]
        return changed(district, "stages", changes)
