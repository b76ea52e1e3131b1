"""Recruit teachers of one kind for a school stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.teachers import HEADCOUNTS, KIND, changes_of, some
from junheng.plans.changes import changed
from junheng.plans.parts import Reader, text


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitTeachers(PricedAction):
    """Recruit teachers.

    Attributes
    ----------
    school, stage, n
        How many join a school stage.
    degree, is_backbone, subject
        Their kind; see `junheng.plans.actions.move_teachers.MoveTeachers`.
    """

    kind: ClassVar[str] = "recruit_teachers"
    readers: ClassVar[Mapping[str, Reader]] = {"school": text, "stage": text, "n": some, **KIND, **PRICE}

    school: str
    stage: str
    n: int
    degree: str | None = None
    is_backbone: bool = False
    subject: str | None = None

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the recruits counted at their schools."""
        changes = [
            change
            for action in actions
            for change in changes_of(
                school=action.school,
                stage=action.stage,
                n=action.n,
                degree=action.degree,
                is_backbone=action.is_backbone,
                subject=action.subject,
                where=f"{cls.kind} {action.school}/{action.stage}",
            )
        ]
        return changed(district, "stages", changes, optional=frozenset(HEADCOUNTS))
