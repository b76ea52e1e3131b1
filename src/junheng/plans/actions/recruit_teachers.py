"""Recruit teachers of one kind for a school stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PricedAction, priced
from junheng.plans.actions.teachers import HEADCOUNTS, changes_of, degree, flag, some, subject
from junheng.plans.changes import changed
from junheng.plans.parts import Part, text


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

    school: str
    stage: str
    n: int
    degree: str | None = None
    is_backbone: bool = False
    subject: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return what the action says besides its kind, for JSON."""
        return {
            "school": self.school,
            "stage": self.stage,
            "n": self.n,
            "degree": self.degree,
            "is_backbone": self.is_backbone,
            "subject": self.subject,
            **self.priced_fields(),
        }

    @classmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `fields` gave; a file written by hand may leave out all but the first three."""
        return cls(
            school=part.get("school", text),
            stage=part.get("stage", text),
            n=part.get("n", some),
            degree=part.get("degree", degree, default=None),
            is_backbone=part.get("is_backbone", flag, default=False),
            subject=part.get("subject", subject, default=None),
            **priced(part),
        )

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
